import { decodeBase64 } from '../go/base64.ts';
import { foldName, type GoJson } from '../go/json.ts';
import { trimGoSpace } from '../go/space.ts';
import { SecretBytes, secretBytesOf } from './secret-bytes.ts';

/**
 * One entry of a docker config as the kubelet decodes it (pull-semantics 3.2; pkg/credentialprovider/config.go): user
 * name, password, email and `auth` must be texts, everything else is not read.
 */
export type Login = {
  readonly username: SecretBytes;
  readonly password: SecretBytes;
  /** Filled, and ignored by the kubelet: with nothing else beside them the entry is an empty credential. */
  readonly ignoredTokens: readonly IgnoredToken[];
};
export type IgnoredToken = 'identitytoken' | 'registrytoken';

export type DecodedLogin =
  | { readonly ok: true; readonly login: Login }
  | { readonly ok: false; readonly fault: LoginFault; readonly error: string };

export type LoginFault =
  /** Of the entry itself where no member is named. */
  | { readonly kind: 'entry-of-wrong-type'; readonly member?: LoginMember; readonly found: GoJson['kind'] }
  /** `at`: the byte of `auth` where decoding stops. */
  | { readonly kind: 'auth-not-base64'; readonly at: number }
  | { readonly kind: 'auth-without-colon' };

const loginMembers = ['username', 'password', 'email', 'auth'] as const;
type LoginMember = (typeof loginMembers)[number];

/** `field`: the Go struct field that holds the entry, as error texts name it; none in a `.dockercfg`. */
export function decodeLogin(value: GoJson, field: string | undefined): DecodedLogin {
  if (value.kind === 'null') return { ok: true, login: { ...emptyLogin, ignoredTokens: [] } };
  if (value.kind !== 'object') {
    const error = goTypeError(value, field, 'credentialprovider.dockerConfigEntryWithAuth');
    return { ok: false, fault: { kind: 'entry-of-wrong-type', found: value.kind }, error };
  }
  const texts = new Map<LoginMember, string>();
  for (const [name, item] of value.members) {
    const folded = foldName(name);
    const member = loginMembers.find((known) => known === folded);
    if (member === undefined || item.kind === 'null') continue;
    if (item.kind !== 'string') {
      const error = goTypeError(item, `${field ?? 'dockerConfigEntryWithAuth'}.${member}`, 'string');
      return { ok: false, fault: { kind: 'entry-of-wrong-type', member, found: item.kind }, error };
    }
    texts.set(member, item.value);
  }
  const ignoredTokens = ignoredTokensOf(value.members);
  const auth = texts.get('auth') ?? '';
  if (auth !== '') return decodeAuth(auth, ignoredTokens);
  const username = secretBytesOf(texts.get('username') ?? '');
  const password = secretBytesOf(texts.get('password') ?? '');
  return { ok: true, login: { username, password, ignoredTokens } };
}

const emptyLogin = { username: secretBytesOf(''), password: secretBytesOf('') };
const colon = ':'.charCodeAt(0);

function decodeAuth(auth: string, ignoredTokens: readonly IgnoredToken[]): DecodedLogin {
  const decoded = decodeBase64(auth, trimGoSpace(auth).endsWith('=') ? 'padded' : 'unpadded');
  if (!decoded.ok) return { ok: false, fault: { kind: 'auth-not-base64', at: decoded.at }, error: decoded.error };
  const cut = decoded.bytes.indexOf(colon);
  if (cut === -1) {
    const error = 'unable to parse auth field, must be formatted as base64(username:password)';
    return { ok: false, fault: { kind: 'auth-without-colon' }, error };
  }
  const username = new SecretBytes(decoded.bytes.subarray(0, cut));
  const password = new SecretBytes(decoded.bytes.subarray(cut + 1));
  return { ok: true, login: { username, password, ignoredTokens } };
}

function ignoredTokensOf(members: readonly (readonly [name: string, value: GoJson])[]): readonly IgnoredToken[] {
  const tokens: readonly IgnoredToken[] = ['identitytoken', 'registrytoken'];
  return tokens.filter((token) =>
    members.some(([name, value]) => foldName(name) === token && value.kind === 'string' && value.value !== ''),
  );
}

/** encoding/json's UnmarshalTypeError. */
export function goTypeError(value: GoJson, field: string | undefined, type: string): string {
  const found = value.kind === 'boolean' ? 'bool' : value.kind;
  const target = field === undefined ? 'value' : `struct field ${field}`;
  return `json: cannot unmarshal ${found} into Go ${target} of type ${type}`;
}
