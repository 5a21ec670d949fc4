/**
 * A cluster whose kinds of nodes see different things: each way of pulling has a route of its own, with its own attempts, one a
 * credential, and in each its own endpoints. `test/support/judging.ts` gives every route the same evidence.
 */
import type { Puller } from '../../../src/core/content/puller.ts';
import type { Evidence } from '../../../src/core/evidence/evidence.ts';
import { judgeWorkload } from '../../../src/core/finding/judge-workload.ts';
import type { JudgedImage } from '../../../src/core/finding/judged-image.ts';
import { type PlannedPull, planPulls, type WorkloadPlan } from '../../../src/core/pull/plan.ts';
import type { Route } from '../../../src/core/pull/route.ts';
import {
  aPod,
  aWorker,
  aWorld,
  firstPull,
  nowMs,
  planSettings,
  type Scene,
  settledAssumptions,
} from '../../support/judging.ts';

/** 1.7 pulls in one way, 2.2 by its transfer service and, where it is set so, by itself. */
export type Way = '1.7' | '2.2' | '2.2 local';

export type Seen = (plan: PlannedPull) => Evidence;

export type MixedScene = Pick<Scene, 'workload' | 'world' | 'settings' | 'judging'> & {
  /** Of each way; `2.2 local` sees what `2.2` does where it is left out. */
  readonly seen: Readonly<Record<'1.7' | '2.2', Seen> & Partial<Record<'2.2 local', Seen>>>;
};

/** Node `old` runs containerd 1.7, node `new` 2.2. */
export const oldAndNew = aWorld({
  nodes: [aWorker('old', { runtime: 'containerd://1.7.20' }), aWorker('new', { runtime: 'containerd://2.2.0' })],
});

export function judgeMixed({
  workload = aPod(),
  world = oldAndNew,
  settings = {},
  judging = {},
  seen,
}: MixedScene): JudgedImage {
  const plan = planPulls(workload, world, planSettings(settings));
  const pull = withRouteForEach(firstPull(plan));
  const evidence = pull.routes.map(({ pullers: [puller] }) => seenBy(puller, seen)(pull));
  const judged = judgeWorkload({ ...plan, images: [pull] } satisfies WorkloadPlan, () => evidence, {
    nowMs,
    assume: settings.assume ?? settledAssumptions,
    beforeDenial: () => ({}),
    ...judging,
  });
  const [image] = judged.images;
  if (image === undefined) throw new Error('no image');
  return image;
}

function withRouteForEach(plan: PlannedPull): PlannedPull {
  const [first, ...rest] = plan.routes.flatMap(({ endpoints, viewers, pullers }): readonly Route[] =>
    pullers.map((puller) => ({
      endpoints,
      viewers: viewers.filter((viewer) => wayOf(viewer.puller) === wayOf(puller)),
      pullers: [puller],
    })),
  );
  if (first === undefined) throw new Error('no puller');
  return { ...plan, routes: [first, ...rest] };
}

function seenBy(puller: Puller | undefined, seen: MixedScene['seen']): Seen {
  if (puller === undefined) throw new Error('a route for nobody');
  const way = wayOf(puller);
  return (way === '2.2 local' ? seen['2.2 local'] : undefined) ?? seen[way === '1.7' ? '1.7' : '2.2'];
}

function wayOf({ generation, path }: Puller): Way {
  if (generation === '1.7') return '1.7';
  if (generation !== '2.2') throw new Error(`no node of this cluster runs containerd ${generation}`);
  return path === 'local' ? '2.2 local' : '2.2';
}

/** `manifest-not-found certain: new, old`, with what caps it; advice on tags left out. */
export function told({ findings }: JudgedImage): readonly string[] {
  return findings
    .filter(({ code }) => code !== 'unpinned-image')
    .map(({ code, certainty, nodes, cappedBy }) => {
      const names = nodes === undefined ? '' : `: ${nodes.names.join(', ')}`;
      return `${code} ${certainty}${names}${cappedBy === undefined ? '' : ` (${cappedBy})`}`;
    });
}
