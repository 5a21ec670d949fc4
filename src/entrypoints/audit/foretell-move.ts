/** What becomes of Pods that have to start on other nodes: predicted as everything is, with these nodes alone. */
import { usage } from '../../cli/parse-flags.ts';
import { candidatesOf } from '../../core/pull/node-views.ts';
import type { NodesSeen } from '../../core/pull/world.ts';
import { placedAnew, type Subject } from '../../core/running/subjects.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { ExaminedWorld } from '../../examination/world.ts';
import { entryOfPrediction, type Scenario } from '../../report/what-if-report.ts';
import type { OpenedRun } from './open-running.ts';
import { examineRunning, type RunningSurroundings, type Wanted } from './run.ts';
import { type Asked, type Foretold, whatIfCommand } from './what-if-command.ts';

const zoneLabel = 'topology.kubernetes.io/zone';

/** @throws UsageError where there is no such node or zone */
export async function foretellMove(
  asked: Exclude<Asked, { kind: 'down' }>,
  wanted: Wanted,
  surroundings: RunningSurroundings,
): Promise<Foretold> {
  const homeless = new Set<Workload>();
  let subjects: readonly Subject[] = [];
  let lost: ReadonlySet<string> | undefined;
  const { report } = await examineRunning(whatIfCommand, wanted, surroundings, (opened) => {
    lost = lostNodes(asked, opened);
    const isLost = lost;
    subjects = opened.subjects
      .filter((subject) => mustMove(subject, isLost))
      .map((subject) => ({ ...subject, workload: placedAnew(subject.workload) }));
    return { subjects, world: worldWithout(opened.world, nodesLeft(asked, isLost, opened), homeless) };
  });
  const entries = report.results.map((result, index) => {
    const subject = subjects[index];
    const elsewhere = subject && whyNowhere(subject, asked.kind, homeless);
    return entryOfPrediction(result, affectedOf(subject?.pods ?? [], lost), elsewhere);
  });
  return {
    scenario: scenarioOf(asked, lost),
    entries,
    complete: report.summary.complete,
    unread: report.unread ?? [],
  };
}

function scenarioOf(asked: Exclude<Asked, { kind: 'down' }>, lost: ReadonlySet<string> | undefined): Scenario {
  switch (asked.kind) {
    case 'drain':
      return asked;
    case 'cordon-zone':
      return { ...asked, nodes: [...(lost ?? [])] };
    case 'platform':
      return { kind: 'platform', platform: asked.written };
  }
}

/** Undefined: all Pods have to move. */
function lostNodes(asked: Exclude<Asked, { kind: 'down' }>, { nodes }: OpenedRun): ReadonlySet<string> | undefined {
  if (asked.kind === 'platform') return undefined;
  if (nodes.kind !== 'nodes')
    throw usage(
      whatIfCommand,
      `--${asked.kind} needs the nodes: put Node objects into the dump, or grant list on nodes`,
    );
  const isLost = (node: (typeof nodes.nodes)[number]) =>
    asked.kind === 'drain' ? node.name === asked.node : node.labels.get(zoneLabel) === asked.zone;
  const lost = nodes.nodes.filter(isLost).map(({ name }) => name);
  if (lost.length > 0) return new Set(lost);
  if (asked.kind === 'drain') throw usage(whatIfCommand, `there is no node ${JSON.stringify(asked.node)}`);
  const zones = new Set(nodes.nodes.flatMap(({ labels }) => labels.get(zoneLabel) ?? []));
  throw usage(
    whatIfCommand,
    `no node has ${zoneLabel} ${JSON.stringify(asked.zone)}; there are ${zones.size === 0 ? 'no zones' : [...zones].join(', ')}`,
  );
}

function nodesLeft(
  asked: Exclude<Asked, { kind: 'down' }>,
  lost: ReadonlySet<string> | undefined,
  { nodes }: OpenedRun,
): NodesSeen {
  if (asked.kind === 'platform') return { kind: 'platforms', platforms: [asked.platform] };
  if (nodes.kind !== 'nodes') return nodes;
  return { ...nodes, nodes: nodes.nodes.filter(({ name }) => lost?.has(name) !== true) };
}

/** Pods of a DaemonSet and mirror Pods belong to their node: a drain leaves them alone. */
function mustMove({ workload, pods }: Subject, lost: ReadonlySet<string> | undefined): boolean {
  if (workload.isMirrorPod || workload.isBeingDeleted) return false;
  if (lost === undefined) return pods.length > 0;
  return workload.kind !== 'DaemonSet' && pods.some(({ node }) => node !== undefined && lost.has(node));
}

function affectedOf(pods: Subject['pods'], lost: ReadonlySet<string> | undefined): number {
  return lost === undefined ? pods.length : pods.filter(({ node }) => node !== undefined && lost.has(node)).length;
}

/** `homeless`: whoever no node would take. */
function worldWithout(world: ExaminedWorld, nodes: NodesSeen, homeless: Set<Workload>): ExaminedWorld {
  return {
    ...world,
    worldOf: async (workload, terms) => {
      const left = { ...(await world.worldOf(workload, terms)), nodes };
      const candidates = candidatesOf(workload, left, true);
      if (candidates.kind === 'none' && candidates.why === 'no-candidate') homeless.add(workload);
      return left;
    },
  };
}

function whyNowhere(
  { workload, pods }: Subject,
  kind: Asked['kind'],
  homeless: ReadonlySet<Workload>,
): string | undefined {
  if (kind !== 'platform' && workload.form === 'pod' && pods.every(({ controller }) => controller === undefined))
    return 'nothing owns this Pod, so kubectl drain needs --force and no controller recreates it';
  return homeless.has(workload) ? 'no other node takes it, as far as its placement says' : undefined;
}
