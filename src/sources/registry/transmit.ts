/** One exchange as one HTTP request: what is sent, and over which connection. */
import type { Dispatcher } from 'undici';
import type { Exchange } from '../../core/registry/exchange.ts';
import type { Connections } from './connections.ts';
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
  const attempt = async (place: Place, exchange: Exchange, isFresh: boolean) => {
    const taken = await reach(exchange, place, isFresh);
    if (taken.kind === 'failed') return { answer: failedBy(taken.cause), isStale: false };
    const { connection } = taken;
    const received = await receive(connection, exchange, requestOf(place, exchange, userAgent), requestTimeoutMs);
    if (received.isComplete && exchange.secondLook === undefined) giveBack(connection);
    else connection.destroy();
    return { answer: received.answer, isStale: connection.isUsed && isLost(received) };
  };

  return async (exchange) => {
    const place = placeOf(exchange);
    if (place === undefined) return failedBy(isDialable(exchange) ? 'unacceptable-answer' : 'connection');
    const { answer, isStale } = await attempt(place, exchange, exchange.secondLook !== undefined);
    // The server had closed an idle connection when the request was on its way (RFC 9112 section 9.3.1).
    if (!isStale || exchange.method === 'POST') return answer;
    return (await attempt(place, exchange, true)).answer;
  };
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
  const form = exchange.body !== undefined && !has('content-type');
  return {
    method: exchange.method,
    path,
    headers: [
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
