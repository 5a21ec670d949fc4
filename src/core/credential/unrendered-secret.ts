/**
 * Secrets in manifests that hold something else than what will be applied (contract §3, C22): encrypted ones, and templates.
 * Never asked of Secrets of an API server, where what is there is what the kubelet reads.
 */
import { decodeBase64 } from '../go/base64.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';
import type { SecretName } from './credential.ts';

export type UnrenderedSecret = 'encrypted' | 'template';

/** Undefined where it may be what will be applied, and for what has no name. Never throws. */
export function unrenderedSecret(
  object: Readonly<Record<string, unknown>>,
): (SecretName & { readonly why: UnrenderedSecret }) | undefined {
  const why = whyUnrendered(object);
  const { name, namespace } = isMapping(object.metadata) ? (object.metadata as Readonly<Record<string, unknown>>) : {};
  if (why === undefined || typeof name !== 'string' || name === '') return undefined;
  return { name, ...(typeof namespace === 'string' && namespace !== '' && { namespace }), why };
}

function whyUnrendered(object: Readonly<Record<string, unknown>>): UnrenderedSecret | undefined {
  // SOPS writes its metadata beside the content, and encrypts values one by one.
  if (isMapping(object.sops)) return 'encrypted';
  const values = [...valuesOf(object.data), ...valuesOf(object.stringData)];
  const contents = [...values, ...valuesOf(object.data).map(decoded)];
  if (contents.some((content) => encrypted.test(content))) return 'encrypted';
  return contents.some(isTemplate) ? 'template' : undefined;
}

const encrypted = /^\s*(?:ENC\[[A-Z\d_]+,|-----BEGIN (?:PGP MESSAGE|AGE ENCRYPTED FILE)-----|\$ANSIBLE_VAULT;)/;

/** Helm, Jinja, envsubst, `<path:…>` of argocd-vault-plugin; braces alone are JSON. */
const templated = /\{\{.*?\}\}|\{%.*?%\}|\$\{[A-Za-z_][^}]*\}|\$\([A-Za-z_]\w*\)|<[A-Za-z][^<>"]*>|__[A-Z][A-Z\d_]*__/s;

/** `REPLACE_ME`; what is in base64 has more than capitals. */
const word = /^(?=.{2,100}$)[A-Z][A-Z\d]*(?:[_-][A-Z\d]+)*\s*$/;

/** What vals, Bank-Vaults, 1Password and others replace as a whole. */
const referred = /^(?:ref\+\w+:|vault:|op:\/\/|\$[A-Za-z_]\w*$)/;

/** What people write where a value is to be filled in, in whatever case. */
const toFillIn = /^(?:change[-_]?me|replace[-_]?me|placeholder|todo|x{3,})\s*$/i;

/** A member of a docker config. Its values may be words of every kind, so that only what names itself counts in capitals. */
const credential = /"(?:username|password|auth|identitytoken)"\s*:\s*"([^"\\]{1,100})"/g;
const variable = /^(?:\$[A-Za-z_]\w*|%[A-Za-z_]\w*%)$/;
const ownName = /^(?:[A-Z\d]+_)*(?:USERNAME|USER|PASSWORD|PASS|TOKEN|SECRET|ME)(?:_[A-Z\d]+)*$/;

function isTemplate(content: string): boolean {
  if (templated.test(content) || referred.test(content) || toFillIn.test(content)) return true;
  return word.test(content) || [...content.matchAll(credential)].some(([, value = '']) => isToFillIn(value));
}

function isToFillIn(value: string): boolean {
  return variable.test(value) || ownName.test(value) || toFillIn.test(value);
}

function valuesOf(member: unknown): readonly string[] {
  return isMapping(member) ? Object.values(member).filter((value) => typeof value === 'string') : [];
}

function decoded(value: string): string {
  const content = decodeBase64(value, 'padded');
  return content.ok ? decodeGoUtf8(content.bytes) : '';
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
