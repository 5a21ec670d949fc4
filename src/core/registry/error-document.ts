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
