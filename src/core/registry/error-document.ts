import { type GoJson, membersNamed, parseGoJson } from '../go/json.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';
import { parseChallenges } from './challenge.ts';
import type { Response } from './exchange.ts';

/**
 * Codes by which a registry says that it knows of no such object (distribution-spec, error codes; NOT_FOUND is Harbor's,
 * TAG_EXPIRED is Quay's).
 */
const absentCodes: ReadonlySet<string> = new Set(['MANIFEST_UNKNOWN', 'NAME_UNKNOWN', 'NOT_FOUND', 'TAG_EXPIRED']);

/** The `errors[].code` of a registry's error document; empty for every other body (distribution-spec, Error Codes). */
export function errorCodesOf(body: Uint8Array): readonly string[] {
  const parsed = parseGoJson(decodeGoUtf8(body));
  if (!parsed.ok || parsed.value.kind !== 'object') return [];
  return membersNamed(parsed.value, 'errors').flatMap(codesIn);
}

function codesIn(errors: GoJson): readonly string[] {
  if (errors.kind !== 'array') return [];
  return errors.items.flatMap((error) =>
    error.kind === 'object'
      ? membersNamed(error, 'code').flatMap((code) => (code.kind === 'string' ? [code.value] : []))
      : [],
  );
}

const longestMessage = 200;
/** A run of characters that may be a token or a password in another encoding; digests are none. */
const longRun = /(?<!sha\d{3}:[\da-f]*)[\w+/=.-]{40,}/g;
/** What the specification itself, or a web server, says to everyone: it adds nothing to the finding. */
const commonMessages: ReadonlySet<string> = new Set([
  'access denied',
  'access to the requested resource is not authorized',
  'access to the resource is denied',
  'authentication required',
  'denied',
  'forbidden',
  'manifest unknown',
  'manifest unknown to registry',
  'name unknown',
  'not found',
  'repository name not known to registry',
  'requested access to the resource is denied',
  'unauthorized',
]);

/**
 * What a registry says about its own answer: code and message of the first entry of an error document. Only a document of
 * the specification is quoted, because every other page may be that of a server that is not a registry; and nothing that
 * holds what was sent as a credential.
 */
export function registryMessageIn(body: Uint8Array, sent: readonly string[]): string | undefined {
  const parsed = parseGoJson(decodeGoUtf8(body));
  if (!parsed.ok || parsed.value.kind !== 'object') return undefined;
  const [errors] = membersNamed(parsed.value, 'errors');
  const [error] = errors?.kind === 'array' ? errors.items : [];
  if (error?.kind !== 'object') return undefined;
  const code = textNamed(error, 'code');
  const message = textNamed(error, 'message');
  if (code === undefined || !/^[A-Z][A-Z\d_]{2,40}$/.test(code) || message === undefined) return undefined;
  const said = message.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  const plain = said.toLowerCase().replace(/\.$/, '');
  if (said === '' || plain.replaceAll(' ', '_') === code.toLowerCase() || commonMessages.has(plain)) return undefined;
  if (sent.some((secret) => secret !== '' && message.includes(secret))) return undefined;
  return `${code}: ${said.replaceAll(longRun, '...')}`.slice(0, longestMessage);
}

function textNamed(object: GoJson & { readonly kind: 'object' }, name: string): string | undefined {
  const value = membersNamed(object, name).at(-1);
  return value?.kind === 'string' ? value.value : undefined;
}

/** Of a manifest or a repository (contract §3, C1). */
export function saysAbsent(codes: readonly string[]): boolean {
  return codes.some((code) => absentCodes.has(code));
}

/** Of a part that is asked for by its digest, which may be a blob. */
export function saysPartAbsent(codes: readonly string[]): boolean {
  return saysAbsent(codes) || codes.includes('BLOB_UNKNOWN');
}

/**
 * A text that names the asker's address (Azure's `client with IP … is not allowed access`, firewalls), or a web page. With a
 * challenge a page is what web servers say to whoever has no login: nginx does for `auth_basic`.
 */
export function blamesAddress({ headers, body }: Response): boolean {
  const type = headers.get('content-type')?.[0] ?? '';
  const text = decodeGoUtf8(body.subarray(0, 8 * 1024));
  if (/client with ip|firewall|\bip address\b|allow(?:ed)? ?list/i.test(text)) return true;
  const isPage = /^text\/html\b/i.test(type) || /^\s*</.test(text);
  return isPage && parseChallenges(headers.get('www-authenticate') ?? []).length === 0;
}
