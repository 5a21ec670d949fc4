/**
 * What becomes of images whose registries do not answer, by what nodes report alone: no registry is asked. A container with the
 * policy `Always` asks its registry whenever it starts, also on the same node (kubelet, shouldPullImage).
 */
import { type ImagePlan, type PlannedPull, type PlanSettings, planPulls } from '../pull/plan.ts';
import type { NodesSeen, World } from '../pull/world.ts';
import type { ImageUse } from '../workload/image-use.ts';
import { podSpecsOf, type Workload } from '../workload/workload.ts';

export type OutageFate =
  /** Another registry has it, no pull is needed, or every candidate reports the image. */
  | 'safe'
  /** Its container cannot even be restarted where it is. */
  | 'asks-always'
  /** It can only go where the image is. */
  | 'held-by-some'
  | 'held-by-none';

export type ImageInOutage = { readonly use: ImageUse; readonly fate: OutageFate; readonly holders: readonly string[] };

/** @param down hosts of registries as images name them, or as nodes reach them; in lower case */
export function imagesInOutage(
  workload: Workload,
  nodes: NodesSeen,
  settings: PlanSettings,
  down: ReadonlySet<string>,
): readonly ImageInOutage[] {
  // Whoever asks does not get as far as showing credentials.
  const world: World = { nodes, serviceAccount: { kind: 'not-given' }, secretNamed: () => ({ kind: 'not-given' }) };
  return podSpecsOf(workload)
    .flatMap((podSpec) => planPulls(podSpec, world, settings).images)
    .map((image) => inOutage(image, down));
}

function inOutage(image: ImagePlan, down: ReadonlySet<string>): ImageInOutage {
  const { use } = image;
  const safe = { use, fate: 'safe', holders: [] } as const;
  switch (image.kind) {
    case 'pull': {
      if (!isDown(image, down) || isEverywhere(image)) return safe;
      const holders = image.presence.kind === 'nowhere' ? [] : image.presence.reporting.map(({ name }) => name);
      return { use, fate: fateOf(use, holders), holders };
    }
    case 'not-examined':
      return down.has(image.reference.registry.toLowerCase()) ? { use, fate: fateOf(use, []), holders: [] } : safe;
    case 'refused-name':
    case 'not-needed':
    case 'not-rendered':
    case 'beyond-limit':
    case 'never':
    case 'present':
    case 'known':
    case 'undecodable-secret':
      return safe;
  }
}

function fateOf({ pullPolicy }: ImageUse, holders: readonly string[]): OutageFate {
  if (pullPolicy === 'Always') return 'asks-always';
  return holders.length > 0 ? 'held-by-some' : 'held-by-none';
}

function isEverywhere({ use, presence }: PlannedPull): boolean {
  return use.pullPolicy === 'IfNotPresent' && presence.kind === 'everywhere';
}

/** On some kind of node every endpoint is away. */
function isDown({ reference, routes }: PlannedPull, down: ReadonlySet<string>): boolean {
  const isRegistryDown = down.has(reference.registry.toLowerCase());
  return routes.some(({ endpoints }) =>
    // The last one is the registry itself, wherever a hosts.toml says that it is.
    endpoints.every(
      ({ host }, index) => down.has(host.toLowerCase()) || (isRegistryDown && index === endpoints.length - 1),
    ),
  );
}
