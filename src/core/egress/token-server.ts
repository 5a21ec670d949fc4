/**
 * To whom a password may be sent. A challenge names its token server itself (`realm`), and containerd sends the password
 * wherever that points to; here it goes to the registry's own origin, to known pairs, and to servers that the operator lists.
 */
import { splitHostPort } from '../go/host-port.ts';
import { parseIp, unmapped } from '../go/ip-address.ts';
import { type HostPattern, listsAddress, listsName } from './host-pattern.ts';
import { canonicalHost, isOwnOrigin, type Origin, type OwnOrigin } from './origin.ts';

/** The `realm` of a bearer challenge. */
export type Realm = Origin & { readonly hasUserInfo: boolean };

/**
 * An absolute http or https URL that every parser of URLs reads alike; undefined for everything else: other schemes,
 * relative ones, fragments, backslashes, blanks, percent-encoded hosts, texts beyond 2 KiB.
 */
export function parseRealm(text: string): Realm | undefined {
  if (text.length > 2048 || !/^[!-~]*$/.test(text) || /["#<>\\^`{|}]/.test(text)) return undefined;
  const parts = /^(https?):\/\/([^/?]*)(?:[/?]|$)/i.exec(text);
  const [, scheme, authority] = parts ?? [];
  if (scheme === undefined || authority === undefined) return undefined;
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  if (!/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host)) return undefined;
  return { scheme: scheme.toLowerCase(), host: host.toLowerCase(), hasUserInfo: at >= 0 };
}

/** Undefined where it may have the password. */
export function passwordObjection(
  realm: Realm,
  endpoint: OwnOrigin,
  trusted: readonly HostPattern[],
): 'other-server' | 'plain-http' | 'user-info' | undefined {
  if (realm.hasUserInfo) return 'user-info';
  if (isOwnOrigin(realm, endpoint)) return undefined;
  if (realm.scheme !== 'https') return 'plain-http';
  const isTrusted = isKnownTokenServer(endpoint, realm) || trusted.some((pattern) => lists(pattern, realm));
  return isTrusted ? undefined : 'other-server';
}

/** By its name, or by the address that is its name. */
function lists(pattern: HostPattern, realm: Realm): boolean {
  const { host, port } = splitHostPort(realm.host) ?? { host: realm.host.replace(/^\[|\]$/g, ''), port: '443' };
  const ip = parseIp(host);
  return ip === undefined
    ? listsName(pattern, { name: host, port: Number(port) })
    : listsAddress(pattern, unmapped(ip), Number(port));
}

/**
 * Public registries whose token server is another host, as their challenges say. Both sides are whole hosts at the port of
 * https.
 */
const knownPairs: readonly (readonly [registry: RegExp, tokenServer: string])[] = [
  [/^(?:registry-1\.docker\.io|index\.docker\.io|registry\.hub\.docker\.com)$/, 'auth.docker.io'],
  [/^registry\.gitlab\.com$/, 'gitlab.com'],
  [/^docker\.elastic\.co$/, 'docker-auth.elastic.co'],
  [/^registry\.digitalocean\.com$/, 'api.digitalocean.com'],
  // Alibaba Cloud: one token server for the public registries of all regions.
  [/^registry\.[a-z]{2}-[a-z]+(?:-\d+)?\.aliyuncs\.com$/, 'dockerauth.cn-hangzhou.aliyuncs.com'],
];

export function isKnownTokenServer(endpoint: Origin, realm: Origin): boolean {
  return (
    endpoint.scheme === 'https' &&
    knownPairs.some(
      ([registry, tokenServer]) => registry.test(canonicalHost(endpoint)) && canonicalHost(realm) === tokenServer,
    )
  );
}
