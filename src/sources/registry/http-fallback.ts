import { LRUCache } from 'lru-cache';
import { isSameOrigin } from '../../core/egress/origin.ts';
import type { Exchange, FailureCause } from '../../core/registry/exchange.ts';
import { atMost } from './at-most.ts';
import type { Connections, Taken } from './connections.ts';
import type { Keys } from './keys.ts';
import { ownOriginOf, type Place } from './place.ts';
import type { Clock } from './send.ts';

/** @param isFresh over a connection that was not used before */
export type Reach = (exchange: Exchange, place: Place, isFresh: boolean) => Promise<Taken>;

const rememberedForMs = 5 * 60_000;

/**
 * Connects to a place, and as http to that of an endpoint with `httpFallback` which does not speak TLS. What
 * containerd does after the request (core/remotes/docker/resolver.go, httpFallback) is seen from the connection alone.
 * containerd falls back for token servers at other hosts, too; here that would send passwords in the clear to a host
 * of which the configuration says nothing.
 */
export function reachingByHttpToo(connections: Connections, keys: Keys, clock: Clock): Reach {
  const plainSinceMs = new LRUCache<string, number>(atMost(1000));
  const connect = (place: Place, isFresh: boolean) => (isFresh ? connections.open(place) : connections.take(place));
  return async ({ endpoint }, place, isFresh) => {
    if (!endpoint.httpFallback || place.scheme === 'http' || !isSameOrigin(place, ownOriginOf(endpoint)))
      return connect(place, isFresh);
    const key = `${endpoint.host} ${keys.ofTls(endpoint.tls)}`;
    const plain = plainFormOf(place, endpoint.host);
    const sinceMs = plainSinceMs.get(key) ?? Number.NEGATIVE_INFINITY;
    if (clock.nowMs() - sinceMs < rememberedForMs) return connect(plain, isFresh);
    const taken = await connect(place, isFresh);
    if (taken.kind === 'connected' || !isCured(taken.cause, endpoint.host)) return taken;
    const second = await connect(plain, isFresh);
    // A handshake that took too long may be in time tomorrow.
    if (second.kind === 'connected' && taken.cause !== 'timeout') plainSinceMs.set(key, clock.nowMs());
    return second;
  };
}

/** The host and its port as the endpoint spells them: `:443` remains the port, and none becomes that of http. */
function plainFormOf(place: Place, host: string): Place {
  const url = new URL(`http://${host}`);
  const port = url.port === '' ? 80 : Number(url.port);
  return { ...place, scheme: 'http', host: url.host, origin: url.origin, port };
}

function isCured(cause: FailureCause, host: string): boolean {
  return cause === 'plain-http' || cause === 'timeout' || (cause === 'connection' && !/:\d+$/.test(host));
}
