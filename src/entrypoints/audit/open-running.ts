/** What runs, and the world in which it runs: of a cluster, or of a dump of one. */
import type { CommandSpec } from '../../cli/command.ts';
import type { Config } from '../../config/config.ts';
import type { NodesSeen } from '../../core/pull/world.ts';
import { RunningObjects } from '../../core/running/running-objects.ts';
import { type Subject, subjectsOf, unknownOwnersOf } from '../../core/running/subjects.ts';
import { builtInWorkloadKinds, groupOf } from '../../core/workload/workload-kind.ts';
import { openCluster } from '../../examination/cluster.ts';
import { type ExaminedWorld, worldOfInput } from '../../examination/world.ts';
import type { RunFacts } from '../../report/report-of.ts';
import type { Api, ApiSettings } from '../../sources/cluster/api.ts';
import { kindsToList } from '../../sources/cluster/existing-workloads.ts';
import {
  listRunning,
  type OwnerKind,
  type RunningLists,
  type UnreadList,
} from '../../sources/cluster/running-lists.ts';
import { FileFacts } from '../../sources/facts/file-facts.ts';
import { readDump } from './read-dump.ts';
import type { RunningOptions } from './running-options.ts';

export type OpenedRun = Pick<RunFacts, 'problems' | 'skipped' | 'nodesAreMissingBecause'> & {
  readonly running: RunningObjects;
  /** In the namespaces that were asked for. */
  readonly subjects: readonly Subject[];
  readonly world: ExaminedWorld;
  readonly nodes: NodesSeen;
  /** Of the context, where a cluster is read and it names one. */
  readonly namespace?: string;
  readonly unread: readonly UnreadList[];
  /** What could not be read, and is not missed in the report. */
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
export async function openRunning(settings: OpenSettings): Promise<OpenedRun> {
  const { source } = settings.options;
  return source.kind === 'cluster' ? ofCluster(source.api, settings) : ofDump(source, settings);
}

async function ofDump(
  { paths, platforms }: Extract<RunningOptions['source'], { kind: 'facts' }>,
  { options: { namespaces }, config, standardInput }: OpenSettings,
): Promise<OpenedRun> {
  const { facts, running, problems, skipped } = await readDump(paths, standardInput, {
    kinds: [...builtInWorkloadKinds, ...config.workloadKinds],
    completeness: config.assume.facts,
    ...(platforms && { platforms }),
  });
  const isWanted = ({ workload }: Subject) => namespaces === undefined || namespaces.includes(workload.namespace);
  return {
    running,
    subjects: subjectsOf(running).filter(isWanted),
    world: worldOfInput(facts),
    nodes: facts.nodes,
    problems,
    skipped,
    unread: [],
    notices: [],
    close: () => {},
  };
}

async function ofCluster(
  apiSettings: ApiSettings,
  { command, options, config, signal }: OpenSettings,
): Promise<OpenedRun> {
  const cluster = await openCluster(command, apiSettings, signal);
  const namespaces = options.isEverywhere ? undefined : (options.namespaces ?? [cluster.namespace ?? 'default']);
  const running = new RunningObjects({
    kinds: [...builtInWorkloadKinds, ...config.workloadKinds],
    namespace: 'default',
  });
  const lists: RunningLists = {
    ...(namespaces && { namespaces }),
    onObject: (object) => running.add(object),
    signal,
  };
  const unread = [
    ...(await listRunning(cluster.api, kindsToList(config.workloadKinds), lists)),
    // Above kinds that are not known, only a configured kind can be the owner that is examined.
    ...(config.workloadKinds.length > 0 ? await listOwners(cluster.api, running, lists) : []),
  ];
  const events = running.pods.some(({ state }) => state.waits.length > 0)
    ? await listRunning(cluster.api, [{ group: '', kind: 'Event' }], lists)
    : [];
  const missing = cluster.nodesAreMissing;
  return {
    running,
    subjects: subjectsOf(running),
    ...(cluster.namespace !== undefined && { namespace: cluster.namespace }),
    nodes: cluster.nodes,
    world: cluster.worldWith(new FileFacts({ namespace: 'default', completeness: 'partial' }), true),
    problems: [],
    skipped: [],
    unread,
    notices: [
      ...(missing ? [`platforms are not checked: ${missing.because}; ${missing.remedy}`] : []),
      ...events.map(
        ({ why, remedy }) => `when kubelets try again is not known: events cannot be listed (${why}); ${remedy}`,
      ),
    ],
    ...(missing && { nodesAreMissingBecause: missing.because }),
    close: cluster.close,
  };
}

/** Longer chains of custom kinds are not known. */
const mostSteps = 4;

/** Custom kinds between Pods and their owners: without the right to list them the chain ends there. */
async function listOwners(api: Api, running: RunningObjects, lists: RunningLists): Promise<readonly UnreadList[]> {
  const asked = new Set<string>();
  const unread: UnreadList[] = [];
  for (let step = 0; step < mostSteps; step += 1) {
    const kinds = unknownOwnersOf(running).flatMap(({ apiVersion, kind }): readonly OwnerKind[] => {
      const group = groupOf(apiVersion);
      const isKnown = group === '' || asked.has(`${group}/${kind}`);
      asked.add(`${group}/${kind}`);
      return isKnown ? [] : [{ group, kind, version: apiVersion.slice(group.length + 1) }];
    });
    if (kinds.length === 0) break;
    unread.push(...(await listRunning(api, kinds, lists)));
  }
  return unread;
}
