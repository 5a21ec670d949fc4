/** Examines the workloads of a run, and says on a terminal how far it has come. */
import { examineMany } from '../../examination/examine.ts';
import { progressOn } from '../../examination/progress.ts';
import type { Settings } from '../../examination/settings.ts';
import type { Surroundings } from '../../examination/surroundings.ts';
import type { ExaminedWorld } from '../../examination/world.ts';
import type { Checked } from '../../report/report-of.ts';
import type { RunOptions } from './options.ts';
import type { CheckedWorkload } from './read-input.ts';
import { absentRounds } from './wait.ts';

/** Without a place where it was not read from a file. */
export type Examinable = Pick<CheckedWorkload, 'workload'> & Partial<Omit<CheckedWorkload, 'workload'>>;

export type Examined = {
  readonly checked: readonly Checked[];
  /** False where the time ran out. */
  readonly isFinished: boolean;
};

/** Where the time runs out while something absent is waited for, what was found before counts. */
export async function examine(
  workloads: readonly Examinable[],
  world: ExaminedWorld,
  options: RunOptions,
  settings: Settings,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Examined> {
  const { plugins, ...rest } = settings;
  // They serve every round.
  const shared = { ...rest, ...(plugins && { plugins: { ...plugins, close: () => {} } }) };
  const once = (some: readonly Examinable[]) => examineOnce(some, world, options, shared, surroundings, signal);
  try {
    const checked = [...(await once(workloads))];
    const isFinished = !signal.aborted;
    for await (const absent of absentRounds(checked, options.waitMs, surroundings, signal)) {
      const again = await once(absent.flatMap((index) => workloads[index] ?? []));
      if (signal.aborted) break;
      for (const [place, index] of absent.entries()) {
        const one = again[place];
        if (one !== undefined) checked[index] = one;
      }
    }
    return { checked, isFinished };
  } finally {
    plugins?.close();
  }
}

async function examineOnce(
  workloads: readonly Examinable[],
  world: ExaminedWorld,
  { mode, concurrency }: RunOptions,
  settings: Settings,
  { version, standardError, clock }: Surroundings,
  signal: AbortSignal,
): Promise<readonly Checked[]> {
  const progress = progressOn(standardError, workloads.length, () => performance.now());
  try {
    const examined = await examineMany(
      workloads.map(({ workload }) => workload),
      {
        world,
        settings,
        mode,
        isAdmitted: false,
        concurrency,
        version,
        ...(clock && { clock }),
        signal,
        onExamined: progress.advance,
      },
    );
    return workloads.flatMap(({ source, lineOf, ignoredCodes }, index) => {
      const one = examined[index];
      return one === undefined
        ? []
        : [
            {
              ...one,
              ...(source && { source }),
              ...(lineOf && { lineOf }),
              ...(ignoredCodes && { ignoredCodes }),
            },
          ];
    });
  } finally {
    progress.end();
  }
}
