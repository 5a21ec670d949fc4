/**
 * What planned pulls were found to be, for whoever asks the same: an image that is known costs one look-up, whatever its
 * dialogue was. An entry stands for a dialogue that would be repeated from memory alone, and ends with the first answer that
 * would have to be asked for again.
 */
import type { Evidence } from '../../core/evidence/evidence.ts';
import type { Answer, Exchange, Response } from '../../core/registry/exchange.ts';
import { challengeLifetimeMs, lifetimeMsOf } from '../../core/registry/freshness.ts';
import type { Inquiry } from '../../core/registry/inspect.ts';
import { isRunningLow } from '../../core/registry/rate-limit.ts';
import { isChallenge, type Memory } from './memory.ts';
import type { NoteLookup } from './observe.ts';
import type { PullKeys } from './pull-keys.ts';
import type { Clock } from './send.ts';
import { openSharedCache } from './shared-cache.ts';

export type EvidenceMemory = {
  /** Nothing that rests on an answer older than `maxAgeMs`. */
  readonly recall: (inquiry: Inquiry, maxAgeMs: number) => Evidence | undefined;
  /** How long these are valid together; undefined if one of them is not remembered. */
  readonly standingOf: (evidence: readonly Evidence[]) => Validity | undefined;
  readonly stands: (standing: Validity) => boolean;
  /** To be opened before a dialogue: it is told each answer, and then what was found. */
  readonly openRecord: (inquiry: Inquiry, asker?: string) => EvidenceRecord;
};

/** As long as it lasts, evidence comes from memory. `parts`: where it is, unless something newer was found since. */
export type Validity = { readonly untilMs: number; readonly shortages: number; readonly parts: readonly Part[] };

type Part = { readonly key: string; readonly attempts: Evidence['attempts'] };

export type EvidenceRecord = {
  readonly note: (answer: Answer, exchange: Exchange) => void;
  readonly retain: (evidence: Evidence) => void;
};

export type EvidenceMemorySettings = {
  readonly keys: PullKeys;
  readonly clock: Clock;
  /** Of the exchanges. */
  readonly answers: Memory;
  readonly entries: number;
  /** Of the documents that were read, roughly. */
  readonly bytes: number;
  readonly note: NoteLookup;
};

type Remembered = Pick<Evidence, 'attempts' | 'examined'> &
  Omit<Validity, 'parts'> & { readonly key: string; readonly heardAtMs: number };

export function openEvidenceMemory(settings: EvidenceMemorySettings): EvidenceMemory {
  const { keys, clock, answers, entries, bytes, note } = settings;
  const remembered = openSharedCache<Remembered>({ entries, bytes, sizeOf });
  const standings = new WeakMap<Evidence['attempts'], Remembered>();

  /** What a registry that allows few more requests announced last is part of what is found there, and changes constantly. */
  const short = new Set<string>();
  let shortages = 0;

  function heedShortage({ announced }: Response, { endpoint, loginKey }: Exchange): boolean {
    if (announced === undefined) return false;
    const asker = keys.ofAsker(endpoint.host, loginKey);
    if (!isRunningLow(announced)) short.delete(asker);
    else if (!short.has(asker)) {
      short.add(asker);
      shortages += 1;
    }
    return short.has(asker);
  }

  function lastsMs(answer: Answer, exchange: Exchange): number {
    if (answer.kind === 'failure') return answers.lastsMs(exchange);
    if (heedShortage(answer, exchange)) return 0;
    // A token has done its part once it was taken.
    if (exchange.purpose === 'token' && answer.status === 200) return challengeLifetimeMs;
    if (isChallenge(exchange, answer)) return challengeLifetimeMs - answer.ageMs;
    return exchange.isImmutable ? lifetimeMsOf(exchange, answer, 0) - answer.ageMs : answers.lastsMs(exchange);
  }

  function isCurrent(standing: Omit<Validity, 'parts'>): boolean {
    return clock.nowMs() < standing.untilMs && standing.shortages === shortages;
  }

  return {
    stands: (standing) =>
      isCurrent(standing) && standing.parts.every(({ key, attempts }) => remembered.peek(key)?.attempts === attempts),
    standingOf: (evidence) => {
      const all = evidence.flatMap(({ attempts }) => standings.get(attempts) ?? []);
      const [first] = all;
      if (first === undefined || all.length < evidence.length) return undefined;
      if (!all.every((one) => one.shortages === first.shortages)) return undefined;
      const parts = all.map(({ key, attempts }) => ({ key, attempts }));
      return { untilMs: Math.min(...all.map(({ untilMs }) => untilMs)), shortages: first.shortages, parts };
    },
    recall: (inquiry, maxAgeMs) => {
      const known = remembered.get(keys.ofInquiry(inquiry));
      if (known === undefined) return undefined;
      const ageMs = clock.nowMs() - known.heardAtMs;
      if (ageMs > maxAgeMs || !isCurrent(known)) return undefined;
      note('hit');
      return { attempts: known.attempts, ...(known.examined && { examined: known.examined }), ageMs };
    },
    openRecord: (inquiry, asker) => {
      const startedMs = clock.nowMs();
      let untilMs = Number.POSITIVE_INFINITY;
      return {
        note: (answer, exchange) => {
          untilMs = Math.min(untilMs, clock.nowMs() + lastsMs(answer, exchange));
        },
        retain: ({ attempts, examined, ageMs }) => {
          if (untilMs <= clock.nowMs()) return;
          const key = keys.ofInquiry(inquiry);
          const times = { heardAtMs: startedMs - ageMs, untilMs, shortages };
          const entry = { key, attempts, ...(examined && { examined }), ...times };
          remembered.set(key, entry, asker);
          standings.set(attempts, entry);
        },
      };
    },
  };
}

function sizeOf({ attempts, examined = [] }: Remembered): number {
  const contents = [...attempts, ...examined].flatMap(({ found }) => [...(found?.contents.values() ?? [])]);
  return contents.reduce((size, content) => size + (content.kind === 'read' ? content.size : 0), entryBytes);
}

/** Key, attempts and what was made of them. */
const entryBytes = 1_000;
