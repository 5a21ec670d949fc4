import type { HostPattern } from '../../core/egress/host-pattern.ts';
import { parseIp } from '../../core/go/ip-address.ts';
import type { ResolveName } from './names.ts';
import type { Clock } from './send.ts';

const betweenLookupsMs = 10_000;

/**
 * The API server by its addresses, too: another name for it leads to one of them. A look-up that fails changes nothing, and
 * after the first one no dial waits for another.
 */
export function withAddresses(
  patterns: () => readonly HostPattern[],
  resolveName: ResolveName,
  clock: Clock,
): () => Promise<readonly HostPattern[]> {
  const addressesOf = new Map<string, readonly string[]>();
  let lookedUpMs = Number.NEGATIVE_INFINITY;
  let first: Promise<unknown> | undefined;

  const lookUp = async (): Promise<void> => {
    lookedUpMs = clock.nowMs();
    const names = patterns().flatMap(({ host, port }) =>
      host.kind === 'name' && port !== undefined ? [host.name] : [],
    );
    await Promise.all(
      names.map(async (name) => {
        const addresses = await resolveName(name);
        if (addresses.length > 0) addressesOf.set(name, addresses);
      }),
    );
  };

  return async () => {
    if (clock.nowMs() - lookedUpMs >= betweenLookupsMs) {
      const lookup = lookUp();
      first ??= lookup;
    }
    await first;
    return patterns().flatMap((pattern) => {
      const { host, port } = pattern;
      const addresses = host.kind === 'name' && port !== undefined ? (addressesOf.get(host.name) ?? []) : [];
      return [pattern, ...addresses.flatMap((address) => rangesOf(address, port))];
    });
  };
}

function rangesOf(text: string, port: number | undefined): readonly HostPattern[] {
  const address = parseIp(text);
  if (address === undefined || port === undefined) return [];
  return [{ host: { kind: 'range', range: { address, prefixLength: address.length * 8 } }, port }];
}
