/**
 * The exec protocol of credential provider plugins, as bytes (credentialprovider.kubelet.k8s.io; pull-semantics 3.9). A
 * response may hold passwords, so that nothing of it is ever part of a reason.
 */
import type { DockerConfigEntry } from '../../core/credential/docker-config.ts';
import { parseRegistryKey } from '../../core/credential/registry-key.ts';
import { secretBytesOf } from '../../core/credential/secret-bytes.ts';
import { parseGoDurationMs } from '../../core/go/duration.ts';
import { type GoJson, parseGoJson } from '../../core/go/json.ts';
import { decodeGoUtf8 } from '../../core/go/utf8.ts';

export type ProviderResponse = {
  readonly cacheKeyType: CacheKeyType;
  /** Absent where the configured default holds. */
  readonly cacheMs?: number;
  readonly entries: readonly DockerConfigEntry[];
};
export type CacheKeyType = 'Image' | 'Registry' | 'Global';

const cacheKeyTypes: readonly CacheKeyType[] = ['Image', 'Registry', 'Global'];

/** @param image normalized repository name, without tag and digest as kubelets send it */
export function requestText(apiVersion: string, image: string): string {
  return `${JSON.stringify({ kind: 'CredentialProviderRequest', apiVersion, image })}\n`;
}

/** JSON values: more than a thousand logins, of which plugins give a handful. */
const mostValues = 5_000;

/** Undefined for what a kubelet does not accept: it decodes strictly (plugin.go, ExecPlugin). And for what is too much to be read. */
export function parseResponse(output: Uint8Array, apiVersion: string): ProviderResponse | undefined {
  const parsed = parseGoJson(decodeGoUtf8(output), mostValues);
  const response = parsed.ok
    ? membersOf(parsed.value, ['kind', 'apiVersion', 'cacheKeyType', 'cacheDuration', 'auth'])
    : undefined;
  if (response === undefined) return undefined;
  if (textOf(response.get('kind')) !== 'CredentialProviderResponse') return undefined;
  if (textOf(response.get('apiVersion')) !== apiVersion) return undefined;
  const cacheKeyType = cacheKeyTypes.find((type) => type === textOf(response.get('cacheKeyType')));
  const entries = entriesOf(response.get('auth'));
  if (cacheKeyType === undefined || entries === undefined) return undefined;
  const duration = response.get('cacheDuration');
  if (isNothing(duration)) return { cacheKeyType, entries };
  const cacheMs = parseGoDurationMs(textOf(duration) ?? '');
  return cacheMs === undefined ? undefined : { cacheKeyType, cacheMs, entries };
}

function entriesOf(auth: GoJson | undefined): readonly DockerConfigEntry[] | undefined {
  if (isNothing(auth)) return [];
  const logins = membersOf(auth);
  if (logins === undefined) return undefined;
  const entries: DockerConfigEntry[] = [];
  for (const [key, value] of logins) {
    const login = value.kind === 'null' ? new Map<string, GoJson>() : membersOf(value, ['username', 'password']);
    const username = textOrEmpty(login?.get('username'));
    const password = textOrEmpty(login?.get('password'));
    if (login === undefined || username === undefined || password === undefined) return undefined;
    entries.push({
      key: parseRegistryKey(key),
      login: { username: secretBytesOf(username), password: secretBytesOf(password), ignoredTokens: [] },
    });
  }
  return entries;
}

/** Undefined where a member is unknown or comes twice. */
function membersOf(value: GoJson | undefined, known?: readonly string[]): ReadonlyMap<string, GoJson> | undefined {
  if (value?.kind !== 'object') return undefined;
  const members = new Map(value.members);
  const isStrict = members.size === value.members.length;
  return isStrict && value.members.every(([name]) => known?.includes(name) ?? true) ? members : undefined;
}

function isNothing(value: GoJson | undefined): value is undefined | Extract<GoJson, { kind: 'null' }> {
  return value === undefined || value.kind === 'null';
}

function textOf(value: GoJson | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}

function textOrEmpty(value: GoJson | undefined): string | undefined {
  return isNothing(value) ? '' : textOf(value);
}
