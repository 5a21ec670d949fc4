/**
 * Whether pullgate may open a connection to an address. Anybody who can create a Pod names the hosts that we ask, so the
 * address that is dialled is judged, not the name, and for registries, token servers and redirects alike. What is
 * listening there is not known here.
 */
import { parseIp, unmapped } from '../go/ip-address.ts';
import { type AddressRange, containsAddress, formsOf, parseAddressRange } from './address-range.ts';
import { type AskedHost, type HostPattern, listsAddress, listsName } from './host-pattern.ts';
import { isUnusedByRegistries } from './unused-ports.ts';

export type EgressRules = {
  /** RFC 1918, RFC 4193, and the blocks that networks use as if they were private. */
  readonly privateRanges: 'allow' | 'deny';
  readonly allow: readonly HostPattern[];
  /** Stands above `allow`. */
  readonly deny: readonly HostPattern[];
  /** Besides for a registry's own passwords, tokens are asked of these. */
  readonly trustedTokenServers: readonly HostPattern[];
  /** No host is asked that an answer names alone. */
  readonly registriesOnly: boolean;
  /** Where the API server is, with its port; other ports of the same host are judged by the other rules. */
  readonly apiServer: readonly HostPattern[];
};

export type EgressVerdict = { readonly kind: 'allowed' } | { readonly kind: 'refused'; readonly reason: RefusalReason };
export type RefusalReason =
  | 'denied'
  | 'unused-port'
  | 'api-server'
  | 'private'
  | 'not-an-address'
  | 'loopback'
  | 'link-local'
  | 'multicast'
  | 'unspecified'
  | 'broadcast'
  | 'metadata';

/** What can be said before the name is resolved, so that nobody's DNS hears of a host that is refused anyhow. */
export function judgeHost(asked: AskedHost, rules: EgressRules): EgressVerdict {
  const isListedIn = (patterns: readonly HostPattern[]) => patterns.some((pattern) => listsName(pattern, asked));
  if (isListedIn(rules.deny)) return refused('denied');
  if (isListedIn(rules.apiServer) && !isListedIn(rules.allow)) return refused('api-server');
  // A listed address may still lift the port; whether it does is seen when there is an address.
  const mayBeLifted = rules.allow.some((pattern) => pattern.port === asked.port);
  return isUnusedByRegistries(asked.port) && !mayBeLifted ? refused('unused-port') : allowed;
}

/** @param address to be dialled for this host, in any spelling of `net/netip` */
export function judgeAddress(asked: AskedHost, address: string, rules: EgressRules): EgressVerdict {
  const ip = parseIp(address);
  if (ip === undefined) return refused('not-an-address');
  const byName = judgeHost(asked, rules);
  if (byName.kind === 'refused') return byName;
  for (const form of formsOf(ip)) {
    const reason = refusalOf(form, asked, rules);
    if (reason !== undefined) return refused(reason);
  }
  return allowed;
}

/**
 * A listed name lifts what its operator can mean: a registry at a private or loopback address, or at an odd port. Only a
 * listed address opens the places where no registry is, because whoever holds the name's DNS chooses the address.
 */
function refusalOf(ip: Uint8Array, asked: AskedHost, rules: EgressRules): RefusalReason | undefined {
  const { port } = asked;
  if (rules.deny.some((pattern) => listsAddress(pattern, ip, port))) return 'denied';
  const lifting = rules.allow.filter((pattern) => listsAddress(pattern, ip, port) || listsName(pattern, asked));
  if (isUnusedByRegistries(port) && !lifting.some((pattern) => pattern.port === port)) return 'unused-port';
  const ranges = lifting.filter((pattern) => pattern.host.kind === 'range');
  // A block of addresses is not meant for the API server that happens to be in it.
  const isApiServer = rules.apiServer.some((pattern) => listsAddress(pattern, ip, port));
  if (isApiServer && !ranges.some((pattern) => pattern.port === port)) return 'api-server';
  if (ranges.length > 0) return undefined;
  const place = placeOf(ip);
  switch (place) {
    case undefined:
      return undefined;
    case 'private':
      return rules.privateRanges === 'allow' || lifting.length > 0 ? undefined : place;
    case 'loopback':
      return lifting.length > 0 ? undefined : place;
    case 'link-local':
    case 'multicast':
    case 'unspecified':
    case 'broadcast':
    case 'metadata':
      return place;
  }
}

type Place = Extract<
  RefusalReason,
  'private' | 'loopback' | 'link-local' | 'multicast' | 'unspecified' | 'broadcast' | 'metadata'
>;

/** The first that fits counts: metadata services live inside of other blocks. */
const places: readonly (readonly [place: Place, ranges: readonly AddressRange[]])[] = (
  [
    [
      'metadata',
      [
        '169.254.169.254', // most clouds
        '100.100.100.200', // Alibaba Cloud
        '168.63.129.16', // Azure, WireServer
        '192.0.0.192', // Oracle Cloud
        'fd00:ec2::254', // AWS
        'fd00:ec2::23', // AWS, EKS Pod Identity
        'fd20:ce::254', // Google Cloud
        'fd00:c1::a9fe:a9fe', // Oracle Cloud
        'fd00:42::42', // Scaleway
        'fe80::a9fe:a9fe', // OpenStack
      ],
    ],
    ['loopback', ['127.0.0.0/8', '::1']],
    // Linux connects to itself for all of 0.0.0.0/8 or refuses it.
    ['unspecified', ['0.0.0.0/8', '::']],
    ['broadcast', ['255.255.255.255']],
    ['link-local', ['169.254.0.0/16', 'fe80::/10']],
    ['multicast', ['224.0.0.0/4', 'ff00::/8']],
    [
      'private',
      [
        '10.0.0.0/8',
        '172.16.0.0/12',
        '192.168.0.0/16',
        'fc00::/7',
        'fec0::/10', // site-local, deprecated
        '100.64.0.0/10', // carrier-grade NAT; second address block of many clusters
        '198.18.0.0/15', // benchmarks; fake addresses of transparent proxies
        '192.0.0.0/24', // IETF protocol assignments
        '240.0.0.0/4', // reserved; Pods of some clouds
      ],
    ],
  ] as const
).map(([place, texts]) => [place, texts.map(rangeOf)]);

export function isPrivate(ip: Uint8Array): boolean {
  return placeOf(ip) === 'private';
}

function placeOf(ip: Uint8Array): Place | undefined {
  return places.find(([, ranges]) => ranges.some((range) => containsAddress(range, unmapped(ip))))?.[0];
}

function rangeOf(text: string): AddressRange {
  const parsed = parseAddressRange(text);
  if (!parsed.ok) throw new Error(`${text} ${parsed.error}`);
  return parsed.range;
}

const allowed: EgressVerdict = { kind: 'allowed' };

function refused(reason: RefusalReason): EgressVerdict {
  return { kind: 'refused', reason };
}
