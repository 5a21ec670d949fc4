/** A check from its arguments to its exit code: read everything, predict each workload, print one report. */
import { appendFile } from 'node:fs/promises';
import { basename, matchesGlob } from 'node:path';
import { helpOf } from '../../cli/help.ts';
import { parseFlags, usage } from '../../cli/parse-flags.ts';
import { levelsWith } from '../../core/verdict/verdict.ts';
import { builtInWorkloadKinds } from '../../core/workload/workload-kind.ts';
import type { OpenCluster } from '../../examination/cluster.ts';
import { examineMany } from '../../examination/examine.ts';
import { unwritten } from '../../examination/outputs.ts';
import { progressOn, type Terminal } from '../../examination/progress.ts';
import { type RunSettings, readSettings } from '../../examination/settings.ts';
import { type ExaminedWorld, worldOfInput } from '../../examination/world.ts';
import { exitCodeOf } from '../../report/exit-code.ts';
import { render } from '../../report/format/format.ts';
import { stepSummaryOf } from '../../report/format/step-summary.ts';
import { caveatsOf, summaryLineOf } from '../../report/format/summary-line.ts';
import { logLine } from '../../report/log-text.ts';
import type { PullReport } from '../../report/pull-report.ts';
import { type Checked, reportOf } from '../../report/report-of.ts';
import { FileFacts } from '../../sources/facts/file-facts.ts';
import type { ReadProblem } from '../../sources/files/read-item.ts';
import { readObjects } from '../../sources/files/read-objects.ts';
import type { Clock } from '../../sources/registry/send.ts';
import { checkCommand } from './command.ts';
import { type CheckOptions, checkOptionsOf } from './options.ts';
import { type Input, readInput } from './read-input.ts';

export type Surroundings = {
  readonly version: string;
  readonly standardInput: AsyncIterable<Uint8Array>;
  readonly standardOutput: Terminal;
  readonly standardError: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** By default the monotonic clock of the process. */
  readonly clock?: Clock;
};

/** @returns the exit code. @throws UsageError */
export async function runCheck(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const flags = parseFlags(checkCommand, args);
  const { standardOutput, environment } = surroundings;
  if (flags.given.has('help')) {
    standardOutput.write(helpOf(checkCommand));
    return 0;
  }
  const options = checkOptionsOf(flags);
  // One for the whole run, whatever takes the time.
  const signal = AbortSignal.timeout(options.timeoutMs);
  const settings = await readSettings(options, environment.PATH);
  if (!settings.ok) throw usage(checkCommand, settings.problems.join('\n'));
  // Without it the client library of the API server is not needed.
  const cluster =
    options.cluster &&
    (await (
      await import('../../examination/cluster.ts')
    ).openCluster(checkCommand, { ...options.cluster, version: surroundings.version }, signal));
  try {
    return await checkWithin(cluster, options, settings, surroundings, signal);
  } finally {
    cluster?.close();
  }
}

type Settings = Extract<RunSettings, { ok: true }>;

async function checkWithin(
  cluster: OpenCluster | undefined,
  options: CheckOptions,
  settings: Settings,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<number> {
  const { standardOutput, standardError, environment, version } = surroundings;
  const notify = (notice: string) => standardError.write(logLine(`${checkCommand.name}: ${notice}`));
  const missing = cluster?.nodesAreMissing;
  if (missing !== undefined) notify(`platforms are not judged: ${missing.because}; ${missing.remedy}`);
  const { input, facts } = await readEverything(options, cluster, settings, surroundings);
  const world = cluster?.worldWith(facts) ?? worldOfInput(facts);
  const { checked, isFinished } = await checkAll(input, world, options, settings, surroundings, signal);
  for (const notice of world.notices()) notify(notice);
  const { skipped, unknownKinds } = input;
  const problems = input.isEmpty ? options.paths.map(emptyProblem) : input.problems;
  const report = reportOf(checked, {
    tool: `pullgate/${version}`,
    createdAt: new Date(),
    problems,
    skipped,
    unknownKinds,
    isFinished,
    deny: settings.config.deny,
    ...(missing && { nodesAreMissingBecause: missing.because }),
  });
  const hasColor = standardOutput.isTTY === true && !environment.NO_COLOR;
  for (const { format, file } of options.outputs)
    if (file === undefined) standardOutput.write(render(report, format, { color: hasColor }));
    else {
      const failure = await unwritten(file, render(report, format, { color: false }));
      if (failure === undefined) continue;
      notify(failure);
      return 3;
    }
  const isToldInText = options.outputs.some(({ format, file }) => format === 'text' && file === undefined);
  const summaryPath = environment.GITHUB_STEP_SUMMARY;
  if (options.outputs.some(({ format }) => format === 'github') && summaryPath) {
    const failed = await appendFailure(summaryPath, stepSummaryOf(report));
    if (failed !== undefined) notify(`cannot write the job summary to GITHUB_STEP_SUMMARY (${failed})`);
  }
  if (!isToldInText) {
    for (const { file, line, reason } of problems)
      standardError.write(logLine(`${[file, line].filter((part) => part !== undefined).join(':')}: ${reason}`));
    notify(summaryWithGaps(report));
  }
  const { failOn, isStrict } = options;
  if (isStrict && report.skipped.length + report.unknownKinds.length > 0)
    notify('--strict: input was skipped, or is of a kind that is not known; the exit code is 2');
  return exitCodeOf(report, { failOn, isStrict, levelOf: levelsWith(settings.config.levels) });
}

function emptyProblem(file: string): ReadProblem {
  return { kind: 'problem', file, reason: 'holds nothing to check; see that what should write it has done so' };
}

/** For those who read the log of a machine: what was found, and whether that is all. */
function summaryWithGaps(report: PullReport): string {
  const gaps = caveatsOf(report).filter((caveat) => caveat.startsWith('incomplete'));
  return [summaryLineOf(report), ...gaps].join('; ');
}

/** The summary is an extra: without it the verdict stands. @returns the code of the error, if there was one */
async function appendFailure(path: string, text: string): Promise<string | undefined> {
  try {
    await appendFile(path, text);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

async function readEverything(
  options: CheckOptions,
  cluster: OpenCluster | undefined,
  { config }: Settings,
  { standardInput }: Surroundings,
) {
  const { platforms, paths, ignore } = options;
  const namespace = options.namespace ?? cluster?.namespace ?? 'default';
  // What is not in the input may be in the cluster.
  const completeness = cluster === undefined ? config.assume.facts : 'partial';
  const facts = new FileFacts({ namespace, completeness, ...(platforms && { platforms }) });
  const isIgnored = (path: string) =>
    ignore.some((glob) => matchesGlob(path, glob) || matchesGlob(basename(path), glob));
  const kinds = [...builtInWorkloadKinds, ...config.workloadKinds];
  const input = await readInput(readObjects(paths, { standardInput, isIgnored }), { namespace, kinds, facts });
  if (platforms !== undefined && facts.hasNodes)
    throw usage(checkCommand, '--platform is given, and Node objects are among the input; leave out one of them');
  if (cluster !== undefined && facts.hasNodes)
    throw usage(checkCommand, '--cluster is given, and Node objects are among the input; leave out one of them');
  return { input, facts };
}

async function checkAll(
  { workloads }: Input,
  world: ExaminedWorld,
  { mode, concurrency }: CheckOptions,
  settings: Settings,
  { version, standardError, clock }: Surroundings,
  signal: AbortSignal,
): Promise<{ readonly checked: readonly Checked[]; readonly isFinished: boolean }> {
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
    const checked = workloads.flatMap(({ source, lineOf }, index) => {
      const one = examined[index];
      return one === undefined ? [] : [{ ...one, source, lineOf }];
    });
    return { checked, isFinished: !signal.aborted };
  } finally {
    progress.end();
  }
}
