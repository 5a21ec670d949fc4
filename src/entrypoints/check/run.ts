/** A check from its arguments to its exit code: read everything, predict each workload, print one report. */
import { helpOf } from '../../cli/help.ts';
import { parseFlags, usage } from '../../cli/parse-flags.ts';
import { parseReference } from '../../core/image/reference.ts';
import { levelsWith } from '../../core/verdict/verdict.ts';
import { builtInWorkloadKinds } from '../../core/workload/workload-kind.ts';
import type { OpenCluster } from '../../examination/cluster.ts';
import { readSettings, type Settings } from '../../examination/settings.ts';
import type { Surroundings } from '../../examination/surroundings.ts';
import { worldOfInput } from '../../examination/world.ts';
import { logLine } from '../../report/log-text.ts';
import { reportOf } from '../../report/report-of.ts';
import { withoutSilencedFindings } from '../../report/silenced.ts';
import { FileFacts } from '../../sources/facts/file-facts.ts';
import { missingFile } from '../../sources/files/error-reason.ts';
import type { IsIgnored } from '../../sources/files/list-files.ts';
import type { ReadItem, ReadProblem } from '../../sources/files/read-item.ts';
import { readObjects } from '../../sources/files/read-objects.ts';
import { checkCommand } from './command.ts';
import { examine } from './examine.ts';
import { ignoring } from './ignore.ts';
import { type CheckOptions, checkOptionsOf } from './options.ts';
import { readInput } from './read-input.ts';
import { ignoreNotices, readBaseline, writeBaseline } from './silencing.ts';
import { writeReport } from './write-report.ts';

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

async function checkWithin(
  cluster: OpenCluster | undefined,
  options: CheckOptions,
  settings: Settings,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<number> {
  const { standardError, version } = surroundings;
  const notify = (notice: string) => standardError.write(logLine(`${checkCommand.name}: ${notice}`));
  const missing = cluster?.nodesAreMissing;
  if (missing !== undefined) notify(`platforms are not checked: ${missing.because}; ${missing.remedy}`);
  const baseline = options.baseline === undefined ? undefined : await readBaseline(options.baseline);
  const { input, facts, notices } = await readEverything(options, cluster, settings, surroundings, signal);
  for (const notice of notices) notify(notice);
  const world = cluster?.worldWith(facts) ?? worldOfInput(facts);
  const { checked, isFinished } = await examine(input.workloads, world, options, settings, surroundings, signal);
  for (const notice of world.notices()) notify(notice);
  const { skipped, unknownKinds } = input;
  const problems = input.isEmpty ? options.paths.map(emptyProblem) : input.problems.map(withImageCommand);
  const levelOf = levelsWith(settings.config.levels, settings.config.registries);
  const everything = reportOf(checked, {
    tool: `pullgate/${version}`,
    createdAt: new Date(),
    problems,
    skipped,
    unknownKinds,
    isFinished,
    levelOf,
    deny: settings.config.deny,
    ...(missing && { nodesAreMissingBecause: missing.because }),
  });
  for (const notice of ignoreNotices(everything)) notify(notice);
  const report = withoutSilencedFindings(everything, baseline);
  const exitCode = await writeReport(report, options, levelOf, surroundings, notify);
  if (options.writeBaseline === undefined || exitCode > 2) return exitCode;
  if (report.summary.outOfTime > 0) {
    notify('the baseline was not written: the time ran out');
    return exitCode;
  }
  // What is written is accepted.
  const isWritten = await writeBaseline(options.writeBaseline, everything, notify);
  return isWritten ? (exitCode === 2 ? 2 : 0) : 3;
}

/** A reference where a path is expected. */
function withImageCommand(problem: ReadProblem): ReadProblem {
  const { file, reason } = problem;
  const isReference = reason === missingFile && !/\.(?:ya?ml|json)$/.test(file) && parseReference(file).ok;
  return isReference
    ? { ...problem, reason: `${reason}; for an image reference run "pullgate image ${file}"` }
    : problem;
}

function emptyProblem(file: string): ReadProblem {
  return { kind: 'problem', file, reason: 'contains nothing to check; check the command that writes it' };
}

/** What charts and kustomizations make is read in their place; everything else as it is written. */
async function* renderedInput(
  { paths }: CheckOptions,
  namespace: string,
  reading: Pick<Surroundings, 'standardInput'> & { readonly isIgnored: IsIgnored },
  signal: AbortSignal,
): AsyncGenerator<ReadItem> {
  const [{ findSources }, { renderedObjects }] = await Promise.all([
    import('../../sources/rendered/find-sources.ts'),
    import('../../sources/rendered/render.ts'),
  ]);
  const { sources, isPart } = await findSources(paths, reading.isIgnored);
  const rest = paths.filter((path) => path === '-' || !isPart(path));
  yield* readObjects(rest, { ...reading, isIgnored: (path, at) => reading.isIgnored(path, at) || isPart(path) });
  yield* renderedObjects(sources, namespace, signal);
}

async function readEverything(
  options: CheckOptions,
  cluster: OpenCluster | undefined,
  { config }: Settings,
  { standardInput }: Surroundings,
  signal: AbortSignal,
) {
  const { platforms, paths, ignore } = options;
  const namespace = options.namespace ?? cluster?.namespace ?? 'default';
  // What is not in the input may be in the cluster.
  const completeness = cluster === undefined ? config.assume.facts : 'partial';
  const facts = new FileFacts({ namespace, completeness, ...(platforms && { platforms }) });
  const { isIgnored, unused } = ignoring(ignore);
  const kinds = [...builtInWorkloadKinds, ...config.workloadKinds];
  const items = options.isRendering
    ? renderedInput(options, namespace, { standardInput, isIgnored }, signal)
    : readObjects(paths, { standardInput, isIgnored, looksBeside: true });
  const input = await readInput(items, { namespace, kinds, facts });
  if (platforms !== undefined && facts.hasNodes)
    throw usage(checkCommand, '--platform is given and the input has Node objects; use only one of them');
  if (cluster !== undefined && facts.hasNodes)
    throw usage(checkCommand, '--cluster is given and the input has Node objects; use only one of them');
  const notices = unused().map((pattern) => `--ignore ${JSON.stringify(pattern)} matches nothing`);
  return { input, facts, notices };
}
