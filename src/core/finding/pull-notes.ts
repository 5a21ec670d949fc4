import type { Platform } from '../image/platform.ts';
import type { PlannedPull } from '../pull/plan.ts';
import { isRunningLow } from '../registry/rate-limit.ts';
import type { Finding } from './finding.ts';
import type { GroupResult } from './group-result.ts';

/** What is worth a word about an image that can be pulled. */
export function notesOf(results: readonly GroupResult[], plan: PlannedPull): readonly Finding[] {
  return [...builtForOther(results, plan), ...artifact(results, plan), ...rateLimitLow(results, plan)];
}

/** Of an image volume nothing is started: its platform does not matter (pull-semantics 5.7). */
function builtForOther(results: readonly GroupResult[], { use }: PlannedPull): readonly Finding[] {
  if (use.place === 'volume') return [];
  const wanted: Platform[] = [];
  let built: Platform | undefined;
  for (const { result, views } of results) {
    const notes = result.kind === 'pulls' ? (result.outcome?.notes ?? []) : [];
    const note = notes.find(({ kind }) => kind === 'built-for-other-platform');
    if (note?.kind !== 'built-for-other-platform' || views.group?.platform.kind !== 'known') continue;
    built = note.platform;
    wanted.push(views.group.platform.platform);
  }
  return built === undefined ? [] : [{ code: 'wrong-architecture', built, wanted, certainty: 'advice', assuming: [] }];
}

/** As an image volume an artifact is what it should be. */
function artifact(results: readonly GroupResult[], { use }: PlannedPull): readonly Finding[] {
  if (use.place === 'volume') return [];
  const notes = results.flatMap(({ result }) => (result.kind === 'pulls' ? (result.outcome?.notes ?? []) : []));
  const note = notes.find(({ kind }) => kind === 'artifact');
  if (note?.kind !== 'artifact') return [];
  return [
    {
      code: 'unsupported-manifest',
      problem: { kind: 'artifact', configType: note.configType },
      certainty: 'advice',
      assuming: [],
    },
  ];
}

function rateLimitLow(results: readonly GroupResult[], { reference }: PlannedPull): readonly Finding[] {
  const found = results.find(({ result }) => result.found?.rateLimit !== undefined)?.result.found;
  if (found?.rateLimit === undefined) return [];
  const { rateLimit, spared } = found;
  if (!isRunningLow(rateLimit) && spared === undefined) return [];
  const { limit, remaining } = rateLimit;
  // Then it is no advice: the image cannot be pulled for now.
  if (remaining === 0) return [];
  return [
    {
      code: 'rate-limit-low',
      registry: reference.registry,
      limit,
      remaining,
      ...(spared !== undefined && { spared }),
      certainty: 'advice',
      assuming: [],
    },
  ];
}
