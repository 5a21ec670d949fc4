/**
 * Calls a webhook as the API server does: HTTP/1.1, at most 25 idle connections, kept for 90 s, no TLS session is resumed, and as
 * many connections as there are calls at a time (quality.md §2). A process of its own, told what to do by its parent.
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { type ReviewsWanted, reviewText } from '../reviews.ts';

export type Calls = {
  readonly url: string;
  readonly caPath: string;
  readonly count: number;
  /** So many callers, each with one call after the other; or so many calls a second, whatever becomes of them. */
  readonly load:
    | { readonly kind: 'closed'; readonly callers: number }
    | { readonly kind: 'open'; readonly perSecond: number };
  readonly reviews: ReviewsWanted;
  /** Number of the first review. */
  readonly from?: number;
  /** Every call on a connection of its own. */
  readonly newConnections?: true;
  /** Their answers are handed back, too. */
  readonly keepsAnswers?: true;
};

export type Called = {
  readonly failed: number;
  readonly denied: number;
  readonly warned: number;
  /** From the moment a call was due to the last byte of its answer. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly p999: number; readonly most: number };
  readonly seconds: number;
  /** By the number of the review: verdict and warnings. Empty unless they were wanted. */
  readonly answers: readonly string[];
};

/** Of the API server, for a webhook that says nothing else. */
const timeoutSeconds = 10;

export async function callAll(calls: Calls): Promise<Called> {
  const { count, load, reviews, from = 0, newConnections, keepsAnswers } = calls;
  const agent = new Agent({
    keepAlive: newConnections !== true,
    maxFreeSockets: 25,
    timeout: 90_000,
    maxCachedSessions: 0,
    ca: readFileSync(calls.caPath),
  });
  const latencies = new Float64Array(count);
  const answers: string[] = [];
  const counted = { failed: 0, denied: 0, warned: 0 };
  const callOnce = async (turn: number, dueMs: number) => {
    const number = from + turn;
    const body = await post(agent, calls.url, reviewText(number, reviews)).catch(() => undefined);
    latencies[turn] = performance.now() - dueMs;
    if (body === undefined) counted.failed += 1;
    const { allowed, warnings } = body?.response ?? {};
    if (allowed === false) counted.denied += 1;
    if (warnings !== undefined) counted.warned += 1;
    if (keepsAnswers) answers[turn] = JSON.stringify([allowed, warnings]);
  };
  const startedMs = performance.now();
  if (load.kind === 'closed') {
    let next = 0;
    const caller = async () => {
      while (next < count) {
        const turn = next;
        next += 1;
        await callOnce(turn, performance.now());
      }
    };
    await Promise.all(Array.from({ length: load.callers }, caller));
  } else {
    const under: Promise<void>[] = [];
    for (let turn = 0; turn < count; turn += 1) {
      const dueMs = startedMs + (turn * 1000) / load.perSecond;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await setTimeout(waitMs);
      under.push(callOnce(turn, dueMs));
    }
    await Promise.all(under);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  agent.destroy();
  latencies.sort();
  const at = (share: number) => latencies[Math.floor(share * (count - 1))] ?? Number.NaN;
  return {
    ...counted,
    latencyMs: { p50: at(0.5), p99: at(0.99), p999: at(0.999), most: at(1) },
    seconds,
    answers,
  };
}

type Reviewed = { readonly response: { readonly allowed?: boolean; readonly warnings?: readonly string[] } };

function post(agent: Agent, url: string, body: string): Promise<Reviewed> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const path = `${url}/validate?timeout=${timeoutSeconds}s`;
    const call = request(path, { method: 'POST', agent, headers, timeout: timeoutSeconds * 1000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(JSON.parse(text) as Reviewed);
        else reject(new Error(`status ${answer.statusCode}`));
      });
      answer.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error('no answer in time')));
    call.on('error', reject);
    call.end(body);
  });
}

process.on('message', (calls: Calls) => {
  void callAll(calls).then((called) => process.send?.(called));
});
