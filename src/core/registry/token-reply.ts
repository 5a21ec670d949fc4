/** What a token server's reply holds, decoded as containerd does (core/remotes/docker/auth/fetch.go). */
import { parseGoInt64 } from '../go/integer.ts';
import { foldName, type GoJson, type GoJsonMember, parseFirstGoJson } from '../go/json.ts';
import { parseRfc3339 } from '../go/rfc3339.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';

export type TokenReply = { readonly ok: true; readonly token: string } | { readonly ok: false; readonly error: string };

/** `oauth`: the reply to a POST, where only `access_token` counts. `distribution`: to a GET, where `token` does as well. */
export type TokenFlavour = 'oauth' | 'distribution';

/** Members by their type; a wrong type of any of them fails the pull, even if nobody needs it. */
const fields: { readonly [F in TokenFlavour]: Readonly<Record<string, 'string' | 'int' | 'time'>> } = {
  oauth: { access_token: 'string', refresh_token: 'string', expires_in: 'int', issued_at: 'time', scope: 'string' },
  distribution: {
    token: 'string',
    access_token: 'string',
    refresh_token: 'string',
    expires_in: 'int',
    issued_at: 'time',
  },
};

export function readTokenReply(body: Uint8Array, flavour: TokenFlavour): TokenReply {
  const parsed = parseFirstGoJson(decodeGoUtf8(body));
  if (!parsed.ok) return { ok: false, error: `unable to decode token response: ${parsed.error}` };
  const { value } = parsed;
  if (value.kind !== 'object' && value.kind !== 'null') return wrongType(value.kind);
  const members = value.kind === 'object' ? value.members : [];
  const wrong = members.find(([name, member]) => !fits(member, typeOf(name, flavour)));
  if (wrong !== undefined) return wrongType(wrong[1].kind);
  const accessToken = lastString(members, 'access_token');
  const token = accessToken || (flavour === 'distribution' ? lastString(members, 'token') : '');
  return token === ''
    ? { ok: false, error: 'authorization server did not include a token in the response' }
    : { ok: true, token };
}

function wrongType(found: GoJson['kind']): TokenReply {
  return { ok: false, error: `unable to decode token response: a member has the wrong type: ${found}` };
}

function typeOf(name: string, flavour: TokenFlavour): 'string' | 'int' | 'time' | undefined {
  const folded = foldName(name);
  return Object.hasOwn(fields[flavour], folded) ? fields[flavour][folded] : undefined;
}

/** Null leaves a member as it was; a member that nobody knows may be anything. */
function fits(value: GoJson, type: 'string' | 'int' | 'time' | undefined): boolean {
  if (type === undefined || value.kind === 'null') return true;
  if (type === 'int') return value.kind === 'number' && parseGoInt64(value.text) !== undefined;
  return value.kind === 'string' && (type === 'string' || parseRfc3339(value.value) !== undefined);
}

function lastString(members: readonly GoJsonMember[], name: string): string {
  const values = members.flatMap(([spelled, value]) =>
    foldName(spelled) === name && value.kind === 'string' ? [value.value] : [],
  );
  return values.at(-1) ?? '';
}
