/**
 * One request over one connection: what comes back within the limits of size and time is an answer, and everything else a
 * failure or an incomplete body. The connection is not used again unless the whole answer was read.
 */
import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import errors from 'undici/lib/core/errors.js';
import type { Digest } from '../../core/image/digest.ts';
import type { Answer, Exchange, FailureCause } from '../../core/registry/exchange.ts';
import { keptHeaders } from '../../core/registry/kept-headers.ts';
import type { Connection } from './connections.ts';
import { failedBy } from './send.ts';

export type Received = {
  readonly answer: Answer;
  /** All of the answer was read. */
  readonly isComplete: boolean;
  /** The connection ended before the server said anything. */
  readonly isUnheard: boolean;
};

/** @param timeoutMs for the headers, and then again for the body */
export function receive(
  connection: Connection,
  exchange: Exchange,
  request: Dispatcher.DispatchOptions,
  timeoutMs: number,
): Promise<Received> {
  return new Promise((resolve) => {
    const reception = new Reception(connection, exchange, timeoutMs, resolve);
    connection.client.dispatch(request, reception);
  });
}

type Head = { readonly status: number; readonly headers: ReadonlyMap<string, readonly string[]> };

/** undici calls what begins with `on`; whatever ends the reception first counts. */
class Reception implements Dispatcher.DispatchHandler {
  readonly #connection: Connection;
  readonly #exchange: Exchange;
  readonly #timeoutMs: number;
  readonly #resolve: (received: Received) => void;
  #timer: NodeJS.Timeout;
  #isHeard = false;
  #isOver = false;
  #head: Head | undefined;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(connection: Connection, exchange: Exchange, timeoutMs: number, resolve: (received: Received) => void) {
    this.#connection = connection;
    this.#exchange = exchange;
    this.#timeoutMs = timeoutMs;
    this.#resolve = resolve;
    this.#timer = this.#startTimer();
  }

  onRequestStart(): void {}

  onResponseStarted(): void {
    this.#isHeard = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    clearTimeout(this.#timer);
    this.#timer = this.#startTimer();
    const headers = headersIn(controller.rawHeaders);
    if (this.#exchange.method !== 'HEAD' && isEncoded(headers)) this.#fail('unacceptable-answer');
    // `Date` only tells what a `Retry-After` means.
    const isKept = (name: string) => keptHeaders.has(name) && (name !== 'date' || headers.has('retry-after'));
    this.#head = { status, headers: new Map([...headers].filter(([name]) => isKept(name))) };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#exchange.bodyLimit - this.#length;
    this.#chunks.push(chunk.subarray(0, room));
    this.#length += Math.min(chunk.length, room);
    if (chunk.length > room) this.#respond(false);
  }

  onResponseEnd(): void {
    this.#respond(true);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#head === undefined) this.#fail(causeOf(error));
    else this.#respond(false);
  }

  #startTimer(): NodeJS.Timeout {
    return setTimeout(() => this.#fail('timeout'), this.#timeoutMs);
  }

  #respond(isComplete: boolean): void {
    if (this.#head === undefined || this.#isOver) return;
    const body = joined(this.#chunks, this.#length);
    const { method, digestAlgorithm } = this.#exchange;
    const digest =
      digestAlgorithm === undefined || method === 'HEAD' || !isComplete ? undefined : digestOf(digestAlgorithm, body);
    this.#end(
      {
        kind: 'response',
        ...this.#head,
        body,
        bodyIncomplete: !isComplete,
        ...(digest !== undefined && { bodyDigest: digest }),
        ageMs: 0,
      },
      isComplete,
    );
  }

  #fail(cause: FailureCause): void {
    this.#end(failedBy(cause), false);
  }

  #end(answer: Answer, isComplete: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    const received = { answer, isComplete, isUnheard: !this.#isHeard };
    if (!isComplete) {
      this.#connection.destroy();
      this.#resolve(received);
      return;
    }
    // Only then undici has closed what the server does not want to keep.
    setImmediate(() => this.#resolve(received));
  }
}

/** Bytes of headers are kept one to one as characters. */
function headersIn(raw: Dispatcher.DispatchController['rawHeaders']): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>();
  if (!Array.isArray(raw)) return headers;
  const texts = raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
  for (let index = 0; index + 1 < texts.length; index += 2) {
    const name = texts[index]?.toLowerCase() ?? '';
    const lines = headers.get(name) ?? [];
    lines.push(texts[index + 1] ?? '');
    headers.set(name, lines);
  }
  return headers;
}

/** Nobody asked for it: a small answer that unpacks to a large one. */
function isEncoded(headers: ReadonlyMap<string, readonly string[]>): boolean {
  const codings = ['content-encoding', 'transfer-encoding'].flatMap((name) => headers.get(name) ?? []);
  return codings
    .flatMap((line) => line.split(','))
    .some((coding) => !['', 'identity', 'chunked'].includes(coding.trim().toLowerCase()));
}

/** In memory of its own: a small `Buffer` would be part of a larger one, and keep all of that. */
function joined(chunks: readonly Buffer[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function digestOf(algorithm: NonNullable<Exchange['digestAlgorithm']>, body: Uint8Array): Digest {
  return `${algorithm}:${createHash(algorithm).update(body).digest('hex')}`;
}

function causeOf(error: Error): FailureCause {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^ERR_(?:SSL|TLS)_/.test(code)) return 'tls';
  // A header that cannot be sent comes from the registry, too: a token with a line break in it.
  if (/^UND_ERR_(?:HEADERS_OVERFLOW|INVALID_ARG|NOT_SUPPORTED|RES_CONTENT_LENGTH_MISMATCH)$/.test(code))
    return 'unacceptable-answer';
  if (error instanceof errors.HTTPParserError) return 'unacceptable-answer';
  // undici calls a 100 that nobody waited for, a 101, and bytes before any request "bad".
  return code === 'UND_ERR_SOCKET' && error.message.startsWith('bad ') ? 'unacceptable-answer' : 'connection';
}
