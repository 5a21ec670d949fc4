/** What runs, and the world in which it runs: of a cluster, or of a dump of one. */
import type { CommandSpec } from '../../cli/command.ts';
import { usage } from '../../cli/parse-flags.ts';
import type { Config } from '../../config/config.ts';
import type { RunningObjects } from '../../core/running/running-objects.ts';
import { type Subject, subjectsOf } from '../../core/running/subjects.ts';
import { builtInWorkloadKinds } from '../../core/workload/workload-kind.ts';
import { type ExaminedWorld, worldOfInput } from '../../examination/world.ts';
import type { PullReport } from '../../report/pull-report.ts';
import type { RunFacts } from '../../report/report-of.ts';
import { readDump } from './read-dump.ts';
import type { RunningOptions } from './running-options.ts';

export type OpenRunning = Pick<RunFacts, 'problems' | 'skipped' | 'nodesAreMissingBecause'> & {
  readonly running: RunningObjects;
  /** In the namespaces that were asked for. */
  readonly subjects: readonly Subject[];
  readonly world: ExaminedWorld;
  readonly unread: NonNullable<PullReport['unread']>;
  readonly notices: readonly string[];
  readonly close: () => void;
};

export type OpenSettings = {
  readonly command: CommandSpec;
  readonly options: RunningOptions;
  readonly config: Config;
  readonly standardInput: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
};

/** @throws UsageError */
export async function openRunning(settings: OpenSettings): Promise<OpenRunning> {
  const { command, options, config, standardInput } = settings;
  const kinds = [...builtInWorkloadKinds, ...config.workloadKinds];
  const { source, namespaces } = options;
  if (source.kind === 'cluster') throw usage(command, 'name a dump of the cluster with --facts PATH');
  const { platforms } = source;
  const { facts, running, problems, skipped } = await readDump(source.paths, standardInput, {
    kinds,
    completeness: config.assume.facts,
    ...(platforms && { platforms }),
  });
  const isWanted = ({ workload }: Subject) => namespaces === undefined || namespaces.includes(workload.namespace);
  return {
    running,
    subjects: subjectsOf(running).filter(isWanted),
    world: worldOfInput(facts),
    problems,
    skipped,
    unread: [],
    notices: [],
    close: () => {},
  };
}
