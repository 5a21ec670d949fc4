/** Everything found about a workload: about each of its images, and about the Secrets that all of them share. */
import type { Evidence } from '../evidence/evidence.ts';
import type { PlacementDoubt } from '../node/candidate-nodes.ts';
import type { ImagePlan, SecretsSeen, WorkloadPlan } from '../pull/plan.ts';
import type { Assumptions } from '../pull/settings.ts';
import type { ImageUse } from '../workload/image-use.ts';
import type { Finding } from './finding.ts';
import type { ClusterSeen } from './image-ways.ts';
import { judgeImage } from './judge-image.ts';
import type { JudgedImage, KnownImage } from './judged-image.ts';
import type { JudgingContext, RewritersSeen } from './judging-context.ts';

export type JudgedWorkload = {
  readonly images: readonly JudgedImage[];
  /** About the workload, not one image. */
  readonly findings: readonly Finding[];
};

export type JudgingSettings = Pick<
  JudgingContext,
  'nowMs' | 'isDryRun' | 'beforeDenial' | 'nodePlatforms' | 'isConfiguredByFile'
> &
  RewritersSeen & { readonly assume: Assumptions };

export type EvidenceOf = (plan: ImagePlan) => readonly Evidence[];
/** Of an image that was planned as known. */
export type KnownOf = (use: ImageUse) => KnownImage | undefined;

export function judgeWorkload(
  plan: WorkloadPlan,
  evidenceOf: EvidenceOf,
  judging: JudgingSettings,
  knownOf?: KnownOf,
): JudgedWorkload {
  const foreignNodes = foreignNodesIn(plan.candidates.doubts);
  const context: JudgingContext = {
    ...judging,
    workload: plan.workload,
    candidates: plan.candidates,
    secrets: plan.secrets,
    clusterSeen: clusterSeenIn(plan),
    growth: plan.world.growth,
    admission: plan.mayBeMutated ? plan.world.admission : undefined,
    ...(foreignNodes !== undefined && { foreignNodes }),
  };
  return {
    images: plan.images.map((image) => {
      const known = image.kind === 'known' ? knownOf?.(image.use) : undefined;
      return known === undefined ? judgeImage(image, evidenceOf(image), context) : { use: image.use, ...known };
    }),
    findings: plan.images.some(isPulled) ? findingsOnSecrets(plan.secrets, plan.workload.namespace) : [],
  };
}

function clusterSeenIn({ world, candidates }: WorkloadPlan): ClusterSeen {
  return {
    nodes: world.nodes.kind === 'nodes' ? world.nodes.nodes : undefined,
    candidates: (candidates.kind === 'groups' && candidates.nodes) || [],
    ...(world.images && { images: world.images }),
  };
}

function isPulled({ kind }: ImagePlan): boolean {
  return (
    kind !== 'never' &&
    kind !== 'not-needed' &&
    kind !== 'not-rendered' &&
    kind !== 'beyond-limit' &&
    kind !== 'present'
  );
}

function findingsOnSecrets({ absent, keyring, unrendered }: SecretsSeen, namespace: string): readonly Finding[] {
  const beside = { certainty: 'advice', assuming: [] } as const;
  return [
    ...unrendered.map(({ secret, why }): Finding => {
      const code = 'pull-secret-undecodable';
      return { code, secret, unrendered: why, certainty: 'unconfirmed', assuming: [] };
    }),
    ...absent.map((name): Finding => ({ code: 'pull-secret-not-found', namespace, name, ...beside })),
    ...keyring.secrets.flatMap(({ secret, content }): readonly Finding[] =>
      content.kind === 'ignored' ? [{ code: 'pull-secret-ignored', secret, why: content.why, ...beside }] : [],
    ),
  ];
}

/** Why what holds for the nodes known, with containerd, chosen by the default scheduler, may not hold for all (contract §3, C13). */
function foreignNodesIn(doubts: readonly PlacementDoubt[]): string | undefined {
  for (const doubt of doubts) {
    switch (doubt.kind) {
      case 'other-scheduler':
        return `the scheduler ${doubt.schedulerName} may use other rules than the default scheduler`;
      case 'scheduling-gates':
        return 'a controller may narrow the placement before it removes the scheduling gates';
      case 'virtual-kubelet':
        return `virtual-kubelet pulls on ${doubt.nodes.count} of the candidate nodes`;
      case 'other-runtime':
        return `${doubt.nodes.count} of the candidate nodes do not run containerd`;
      case 'unknown-runtime':
        return `${doubt.nodes.count} of the candidate nodes do not name their container runtime`;
      case 'stale-nodes':
        return 'the list of nodes is out of date';
      case 'no-candidate-nodes':
      case 'unread-constraints':
      // Those of admission: see unsettled-placement.ts.
      case 'runtime-class-unread':
      case 'namespace-defaults':
      case 'namespace-unread':
      case 'extended-resources':
        break;
    }
  }
  return undefined;
}
