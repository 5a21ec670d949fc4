/** One exchange as one HTTP request: what is sent, and over which connection. */
import { LRUCache } from 'lru-cache';
import type { Dispatcher } from 'undici';
import { type Answer, type Exchange, writtenHostOf } from '../../core/registry/exchange.ts';
import type { Connection, Connections } from './connections.ts';
import type { Reach } from './http-fallback.ts';
import { type Place, parseUrl, placeOf } from './place.ts';
import { type Received, receive } from './receive.ts';
import { failedBy, type Send } from './send.ts';

export type TransmitSettings = {
  readonly reach: Reach;
  readonly giveBack: Connections['giveBack'];
  readonly userAgent: string;
  /** For the headers, and again for the body. */
  readonly requestTimeoutMs: number;
};

/** Does not look at the signal: what others may share has its own deadlines. */
export function transmitting({ reach, giveBack, userAgent, requestTimeoutMs }: TransmitSettings): Send {
  const ofDialogues = new LRUCache<string, Connection>({
    max: 128,
    ttl: betweenExchangesMs,
    ttlAutopurge: true,
    dispose: (connection, _key, reason) => reason !== 'delete' && connection.destroy(),
  });

  const take = async (exchange: Exchange, place: Place, isFresh: boolean, key: string | undefined) => {
    const kept = key === undefined || isFresh ? undefined : ofDialogues.get(key);
    if (key === undefined || kept === undefined) return reach(exchange, place, isFresh || key !== undefined);
    ofDialogues.delete(key);
    return { kind: 'connected', connection: { ...kept, isUsed: true } } as const;
  };

  const attempt = async (place: Place, exchange: Exchange, isFresh: boolean, key: string | undefined) => {
    const taken = await take(exchange, place, isFresh, key);
    if (taken.kind === 'failed')
      return { answer: { ...failedBy(taken.cause), isUnconnected: true } as const, isStale: false };
    const { connection } = taken;
    const received = await receive(connection, exchange, requestOf(place, exchange, userAgent), requestTimeoutMs);
    if (!received.isComplete || !connection.isOpen()) connection.destroy();
    else if (key === undefined) giveBack(connection);
    else if (mayGoOn(exchange, received.answer)) ofDialogues.set(key, connection);
    else connection.destroy();
    return { answer: received.answer, isStale: connection.isUsed && isLost(received) };
  };

  return async (exchange, { connection }) => {
    const place = placeOf(exchange);
    if (place === undefined) return failedBy(isDialable(exchange) ? 'unacceptable-answer' : 'connection');
    const key = connection === undefined ? undefined : `${connection} ${place.origin} ${place.ledBy?.host ?? ''}`;
    const { answer, isStale } = await attempt(place, exchange, false, key);
    // The server had closed an idle connection when the request was on its way (RFC 9112 section 9.3.1).
    if (!isStale || exchange.method === 'POST') return answer;
    return (await attempt(place, exchange, true, key)).answer;
  };
}

/** A dialogue goes on at once; what is left of it afterwards is closed. */
const betweenExchangesMs = 2000;

/** After a challenge, a token, or an answer that is put to the test once more. */
function mayGoOn({ purpose }: Exchange, answer: Answer): boolean {
  return answer.kind === 'response' && (purpose === 'token' || answer.status === 401 || answer.status < 300);
}

/** A port of 99999 is a name in a configuration or in an image, and containerd's connection fails. */
function isDialable({ purpose, url }: Exchange): boolean {
  return purpose === 'token' || parseUrl(url) !== undefined;
}

function isLost({ answer, isUnheard }: Received): boolean {
  return isUnheard && answer.kind === 'failure' && answer.cause === 'connection';
}

function requestOf({ path }: Place, exchange: Exchange, userAgent: string): Dispatcher.DispatchOptions {
  const given = Object.entries(exchange.headers).filter(([name]) => name.toLowerCase() !== 'accept-encoding');
  const has = (header: string) => given.some(([name]) => name.toLowerCase() === header);
  const host = writtenHostOf(exchange.url);
  const form = exchange.body !== undefined && !has('content-type');
  return {
    method: exchange.method,
    path,
    headers: [
      ...(host === undefined ? [] : ['Host', host]),
      ...(has('user-agent') ? [] : ['User-Agent', userAgent]),
      ...given.flat(),
      'Accept-Encoding',
      'identity',
      ...(form ? ['Content-Type', 'application/x-www-form-urlencoded'] : []),
    ],
    ...(exchange.body !== undefined && { body: exchange.body }),
    // undici would close after each HEAD.
    reset: false,
  };
}
