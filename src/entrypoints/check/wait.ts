/** `--wait`: a push that is under way may bring what is absent. */
import { setTimeout } from 'node:timers/promises';
import type { Terminal } from '../../examination/surroundings.ts';
import { counted } from '../../report/format/summary-line.ts';
import { logLine } from '../../report/log-text.ts';
import type { Checked } from '../../report/report-of.ts';
import type { Clock } from '../../sources/registry/send.ts';

const firstPauseMs = 1_000;
const longestPauseMs = 10_000;

const systemClock: Clock = {
  nowMs: () => performance.now(),
  wait: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => {}),
};

/**
 * Before each further round the places of the workloads in which something is absent, after pauses of 1 s to 10 s. Ends when
 * nothing is, after a last round at the end of the wait, and when the signal fires.
 */
export async function* absentRounds(
  checked: readonly Checked[],
  waitMs: number,
  { standardError, clock = systemClock }: { readonly standardError: Terminal; readonly clock?: Clock },
  signal: AbortSignal,
): AsyncGenerator<readonly number[]> {
  const endMs = clock.nowMs() + waitMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const absent = [...checked.keys()].filter((index) => isAbsent(checked[index]));
    const leftMs = endMs - clock.nowMs();
    if (absent.length === 0 || leftMs <= 0) return;
    const left = `${Math.ceil(leftMs / 1000)}s`;
    standardError.write(
      logLine(`waiting up to ${left} for images of ${counted(absent.length, 'workload')} that are not there yet`),
    );
    await clock.wait(Math.min(pauseMs, leftMs), signal);
    if (signal.aborted) return;
    yield absent;
  }
}

function isAbsent(one: Checked | undefined): boolean {
  return one?.prediction.images.some(({ findings }) => findings.some(isAbsence)) === true;
}

function isAbsence({ code, certainty }: Checked['prediction']['images'][number]['findings'][number]): boolean {
  return code === 'manifest-not-found' && (certainty === 'certain' || certainty === 'likely');
}
