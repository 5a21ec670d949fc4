/** What all commands on what runs do: read it, choose of it, examine what was chosen, and make a report of that. */
import type { CommandSpec } from '../../cli/command.ts';
import { usage } from '../../cli/parse-flags.ts';
import type { Subject } from '../../core/running/subjects.ts';
import type { Mode } from '../../core/verdict/verdict.ts';
import { levelsWith } from '../../core/verdict/verdict.ts';
import { progressOn } from '../../examination/progress.ts';
import { readSettings, type Settings } from '../../examination/settings.ts';
import type { Surroundings } from '../../examination/surroundings.ts';
import type { ExaminedWorld } from '../../examination/world.ts';
import type { PullReport } from '../../report/pull-report.ts';
import { type Checked, reportOf } from '../../report/report-of.ts';
import { examineSubjects } from './examine-subjects.ts';
import { type OpenedRun, openRunning } from './open-running.ts';
import type { RunningOptions } from './running-options.ts';

export type RunningSurroundings = Surroundings & {
  readonly now: () => Date;
  /** The user wants the run to end, and to see what is known by then. */
  readonly interrupted: AbortSignal;
};

export type Wanted = {
  readonly options: RunningOptions;
  readonly settings: Settings;
  /** Of namespaces without a label. */
  readonly mode: Mode;
};

export type ExaminedRun = {
  readonly opened: OpenedRun;
  readonly checked: readonly Checked[];
  readonly report: PullReport;
};

/** @throws UsageError */
export async function settingsOf(
  command: CommandSpec,
  options: RunningOptions,
  { environment }: RunningSurroundings,
): Promise<Wanted['settings']> {
  const settings = await readSettings(options, environment.PATH);
  if (!settings.ok) throw usage(command, settings.problems.join('\n'));
  return settings;
}

/** `world`: another one than that in which it runs. */
export type Chosen = { readonly subjects: readonly Subject[]; readonly world?: ExaminedWorld };

/** @throws UsageError where it cannot be read, or nothing can be chosen */
export async function examineRunning(
  command: CommandSpec,
  { options, settings, mode }: Wanted,
  surroundings: RunningSurroundings,
  choose: (opened: OpenedRun) => Chosen,
  /** What was read before: it is not read again. */
  before?: OpenedRun,
): Promise<ExaminedRun> {
  const { standardError, standardInput, interrupted, version, clock, now } = surroundings;
  const { config } = settings;
  const signal = AbortSignal.any([AbortSignal.timeout(options.timeoutMs), interrupted]);
  const opened = before ?? (await openRunning({ command, options, config, standardInput, signal }));
  const notify = (notice: string) => standardError.write(`${command.name}: ${notice}\n`);
  if (before === undefined) for (const notice of opened.notices) notify(notice);
  const { subjects, world = opened.world } = chosenOf(opened, choose);
  const total = subjects.reduce((sum, { added }) => sum + 1 + added.length, 0);
  const progress = progressOn(standardError, total, () => performance.now());
  const { running } = opened;
  try {
    const examining = {
      world,
      settings,
      mode,
      isAdmitted: true,
      concurrency: options.concurrency,
      version,
      ...(clock && { clock }),
      signal,
      onExamined: progress.advance,
    };
    const checked = await examineSubjects(subjects, running, examining, now().getTime());
    for (const notice of world.notices()) notify(notice);
    const { problems, skipped, unread, nodesAreMissingBecause } = opened;
    const report = reportOf(checked, {
      tool: `pullgate/${version}`,
      createdAt: now(),
      problems,
      skipped,
      unknownKinds: new Map(),
      isFinished: !signal.aborted,
      deny: config.deny,
      levelOf: levelsWith(config.levels, config.registries),
      ...(nodesAreMissingBecause !== undefined && { nodesAreMissingBecause }),
      ...(unread.length > 0 && { unread }),
      ...(interrupted.aborted && { isInterrupted: true }),
    });
    return { opened, checked, report };
  } finally {
    progress.end();
    opened.close();
  }
}

function chosenOf(opened: OpenedRun, choose: (opened: OpenedRun) => Chosen): Chosen {
  try {
    return choose(opened);
  } catch (error) {
    opened.close();
    throw error;
  }
}
