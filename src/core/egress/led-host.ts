/**
 * Whether an answer of a registry may lead to another host: to its token server, or by a redirect to where its blobs are. The
 * path of such a request is chosen by whoever wrote the answer, so that inside a network it is more than a registry's name in an
 * image can do. The endpoint's own host is not judged here: a reference or the configuration names it.
 */
import { parseIp } from '../go/ip-address.ts';
import { containsAddress, formsOf } from './address-range.ts';
import { type EgressRules, isPrivate } from './address-rules.ts';
import { type AskedHost, type HostPattern, listsAddress, listsName } from './host-pattern.ts';
import type { Origin } from './origin.ts';
import { isKnownFront } from './redirect-rule.ts';
import { isKnownTokenServer } from './token-server.ts';

/** The registry that leads there. */
export type Leader = {
  readonly origin: Origin;
  /** Addresses at which it has answered; over TLS with a certificate for its name. */
  readonly answeredAt: readonly string[];
};

export type LeadObjection =
  /** A private address, where neither this registry nor the configuration is at home. */
  | 'foreign-address'
  /** With `registriesOnly`: a host that nothing but the answer names. */
  | 'unlisted-host';

/** What can be said before the name is resolved, so that no DNS server hears of a host that is not asked. */
export function objectionToName(asked: AskedHost, leader: Leader, rules: EgressRules): LeadObjection | undefined {
  const isOpen = !rules.registriesOnly || isKnown(asked, leader) || listed(rules, asked).length > 0;
  return isOpen || listed(rules, undefined).length > 0 ? undefined : 'unlisted-host';
}

/** @param addresses all that the name has now, none where only a proxy knows them. They passed the rules for every host. */
export function objectionToAddresses(
  asked: AskedHost,
  addresses: readonly string[],
  leader: Leader,
  rules: EgressRules,
): LeadObjection | undefined {
  if (isKnown(asked, leader) || listed(rules, asked).length > 0) return undefined;
  const ranges = listed(rules, undefined);
  const unlisted = addresses.filter((address) =>
    formsIn(address).some((form) => !ranges.some((range) => listsAddress(range, form, asked.port))),
  );
  if (rules.registriesOnly) return unlisted.length > 0 || addresses.length === 0 ? 'unlisted-host' : undefined;
  const own = leader.answeredAt.flatMap(formsIn);
  const isForeign = (address: string) =>
    formsIn(address).some(
      (form) =>
        isPrivate(form) && !own.some((mine) => containsAddress({ address: mine, prefixLength: mine.length * 8 }, form)),
    );
  return unlisted.some(isForeign) ? 'foreign-address' : undefined;
}

function isKnown({ name, port }: AskedHost, { origin }: Leader): boolean {
  const asked: Origin = { scheme: 'https', host: `${name}:${port}` };
  return isKnownTokenServer(origin, asked) || isKnownFront(origin, asked);
}

/** Patterns that list this name, or those of addresses for no name. */
function listed({ allow, trustedTokenServers }: EgressRules, asked: AskedHost | undefined): readonly HostPattern[] {
  return [...allow, ...trustedTokenServers].filter((pattern) =>
    asked === undefined ? pattern.host.kind === 'range' : listsName(pattern, asked),
  );
}

function formsIn(address: string): readonly Uint8Array[] {
  const ip = parseIp(address);
  return ip === undefined ? [] : formsOf(ip);
}
