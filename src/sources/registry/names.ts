/**
 * Names to addresses: /etc/hosts, then DNS through c-ares. `dns.lookup` is not used: its look-ups share the four threads
 * of libuv, and two slow names of a stranger would stall everybody's. Search domains are not tried, nodes do not have them.
 */
import { Resolver } from 'node:dns/promises';
import { LRUCache } from 'lru-cache';
import { atMost } from './at-most.ts';
import { openEtcHosts } from './etc-hosts.ts';
import type { Clock } from './send.ts';

/** Addresses in the order in which they are to be tried; empty where the name has none, or nobody answers for it. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

export type NameSettings = {
  readonly clock: Clock;
  /** `address:port` each; those of the system, if absent. */
  readonly dnsServers?: readonly string[];
  readonly etcHostsPath: string;
};

const timeoutMs = 1000;
/** What the other family may take longer (RFC 8305, section 3, has 50). */
const otherFamilyMs = 100;
const longestCachedMs = 60_000;

type Resolved = { readonly addresses: readonly string[]; readonly untilMs: number };
type DnsRecord = { readonly address: string; readonly ttl: number };

export function openNames({ clock, dnsServers, etcHostsPath }: NameSettings): ResolveName {
  // Our own clock ends a look-up first.
  const resolver = new Resolver({ timeout: 5 * timeoutMs, tries: 1 });
  if (dnsServers !== undefined) resolver.setServers(dnsServers);
  const etcHosts = openEtcHosts(etcHostsPath, clock);
  const resolved = new LRUCache<string, Resolved>(atMost(2000));
  const underWay = new Map<string, Promise<readonly string[]>>();

  async function askDns(name: string): Promise<readonly string[]> {
    const records = await bothFamilies(resolver, name, clock);
    const addresses = records.map(({ address }) => address);
    const ttlMs = Math.min(...records.map(({ ttl }) => ttl * 1000), longestCachedMs);
    if (addresses.length > 0 && ttlMs > 0) resolved.set(name, { addresses, untilMs: clock.nowMs() + ttlMs });
    return addresses;
  }

  return async (text) => {
    const name = text.toLowerCase().replace(/\.$/, '');
    const listed = (await etcHosts()).get(name);
    if (listed !== undefined) return listed;
    const known = resolved.get(name);
    if (known !== undefined && known.untilMs > clock.nowMs()) return known.addresses;
    const asked = underWay.get(name) ?? askDns(name).finally(() => underWay.delete(name));
    underWay.set(name, asked);
    return asked;
  };
}

/** IPv4 first: where it does not work that is seen at once, a black hole is more often IPv6. */
async function bothFamilies(resolver: Resolver, name: string, clock: Clock): Promise<readonly DnsRecord[]> {
  const timers = new AbortController();
  const heard: { 4: readonly DnsRecord[]; 6: readonly DnsRecord[] } = { 4: [], 6: [] };
  const ask = async (family: 4 | 6): Promise<void> => {
    const records = family === 4 ? resolver.resolve4(name, { ttl: true }) : resolver.resolve6(name, { ttl: true });
    // NXDOMAIN, SERVFAIL, a name that is none, no answer: no address either way.
    heard[family] = await records.catch(() => []);
    if (heard[family].length === 0) throw new Error('no records');
  };
  const families = [ask(4), ask(6)];
  const some = Promise.any(families).then(
    () => clock.wait(otherFamilyMs, timers.signal),
    () => {},
  );
  await Promise.race([Promise.allSettled(families), some, clock.wait(timeoutMs, timers.signal)]);
  timers.abort();
  return [...heard[4], ...heard[6]];
}
