/** One image use of a workload, judged by what was planned for it and, where a registry was asked, by what it said. */
import type { Evidence } from '../evidence/evidence.ts';
import { slipOf } from '../image/slip.ts';
import type { ImagePlan, UndecodableSecretPlan } from '../pull/plan.ts';
import { adviceOnReference } from './advice.ts';
import { judgeCertainty } from './certainty.ts';
import type { Circumstances } from './circumstances.ts';
import type { Finding, FindingCode } from './finding.ts';
import { waysWithoutRegistry } from './image-ways.ts';
import { judgePull } from './judge-pull.ts';
import { type JudgedImage, outcomeOf } from './judged-image.ts';
import { type JudgingContext, rewritersOf } from './judging-context.ts';
import { unfilledSecrets } from './unsettled-secrets.ts';

/** `evidence`: for a planned pull, of each of its routes. */
export function judgeImage(plan: ImagePlan, evidence: readonly Evidence[], context: JudgingContext): JudgedImage {
  const { use } = plan;
  switch (plan.kind) {
    case 'pull':
      return judgePull(plan, evidence, context);
    case 'known':
      throw new Error('an image that was planned as known, and is not');
    case 'not-needed':
      return { use, outcome: 'not-pulled', findings: [], isExamined: false };
    case 'present':
      return { use, outcome: 'pullable', findings: adviceOnReference(use, undefined), isExamined: false };
    case 'never':
      return judgeNever(plan, context);
    case 'beyond-limit':
      return judged(plan, beyondLimit);
    case 'not-rendered':
      return judged(plan, notRendered(plan));
    case 'refused-name':
      return judged(plan, refusedName(plan, context));
    case 'undecodable-secret':
      return judged(plan, undecodableSecret(plan, context));
    case 'not-examined':
      return judged(plan, notExamined(plan));
  }
}

function judged({ use }: ImagePlan, finding: Finding): JudgedImage {
  return {
    use,
    outcome: outcomeOf([finding]),
    findings: [finding, ...adviceOnReference(use, undefined)],
    isExamined: false,
  };
}

/** No network question at all: what a node reports is the only thing known of it (pull-semantics 2.3). */
function judgeNever(plan: ImagePlan & { kind: 'never' }, context: JudgingContext): JudgedImage {
  const { use, presence } = plan;
  if (presence.kind !== 'nowhere') return { use, outcome: 'not-pulled', findings: [], isExamined: false };
  const finding: Finding = {
    code: 'never-pulled',
    ...judgeCertainty({ ...localCircumstances('never-pulled', context), mayUseLocal: true }),
    predictedReason: 'ErrImageNeverPull',
  };
  return { use, outcome: outcomeOf([finding]), findings: [finding], isExamined: false };
}

function refusedName({ parsed }: ImagePlan & { kind: 'refused-name' }, context: JudgingContext): Finding {
  const slip = slipOf(parsed);
  return {
    code: 'invalid-image-name',
    parsed,
    ...(slip && { slip }),
    ...judgeCertainty({
      ...localCircumstances('invalid-image-name', context),
      ...(parsed.raw.trim() === '' && { isBlankImage: true }),
    }),
    // The kubelet accepts a few names of hosts that containerd then cannot read.
    predictedReason: parsed.refusedBy === 'kubelet' ? 'InvalidImageName' : 'ErrImagePull',
  };
}

function undecodableSecret(plan: UndecodableSecretPlan, context: JudgingContext): Finding {
  const { secret, config, presence, use } = plan;
  const { inUse, unseenUse } = context.beforeDenial(plan);
  const mayUseLocal = use.pullPolicy === 'IfNotPresent';
  const code = 'pull-secret-undecodable';
  return {
    code,
    secret,
    config,
    ...judgeCertainty({
      ...localCircumstances(code, context),
      unsettledSecrets: unfilledSecrets(context.secrets, secret.name),
      mayUseLocal,
      presence: mayUseLocal ? presence.kind : 'nowhere',
      ...(inUse !== undefined && { inUse }),
      ...(unseenUse !== undefined && { unseenUse }),
    }),
    predictedReason: showsRawError(context) ? config.error : 'ErrImagePull',
  };
}

/** Kubelets from 1.33 on look credentials up before the pull, and show the error itself as the reason (pull-semantics 3.2). */
function showsRawError({ candidates }: JudgingContext): boolean {
  const groups = candidates.kind === 'groups' ? candidates.groups : [];
  const minors = groups.flatMap(({ group }) => (group?.kubelet.kind === 'known' ? [group.kubelet.minor] : []));
  return minors.length === 0 || Math.max(...minors) >= 33;
}

function notExamined(plan: ImagePlan & { kind: 'not-examined' }): Finding {
  const { why, reference } = plan;
  const { registry } = reference;
  const beside = { certainty: 'unconfirmed', assuming: [] } as const;
  if (why === 'unusable-endpoints')
    return {
      code: 'registry-unreachable',
      registry,
      cause: 'host-configuration',
      predictedReason: 'ErrImagePull',
      ...beside,
    };
  return { code: 'registry-not-examined', registry, why, ...beside };
}

const beyondLimit: Finding = {
  code: 'registry-not-examined',
  why: 'image-limit',
  certainty: 'unconfirmed',
  assuming: [],
};

function notRendered({ because }: ImagePlan & { kind: 'not-rendered' }): Finding {
  const why = { kind: 'not-rendered', because } as const;
  return { code: 'registry-not-examined', why, certainty: 'unconfirmed', assuming: [] };
}

/** Of a finding that no registry has to do with. */
function localCircumstances(code: FindingCode, context: JudgingContext): Circumstances {
  const { workload, assume } = context;
  return {
    code,
    workload,
    assume,
    absentSecrets: [],
    ...(context.isDryRun && { isDryRun: true }),
    unread: [],
    notGiven: [],
    mayBeHidden: false,
    plugins: [],
    unsettledSecrets: [],
    mayUseLocal: false,
    presence: 'nowhere',
    onSomeNodesOnly: false,
    absentForHeadOnly: false,
    evidenceAgeMs: 0,
    isBlobMissing: false,
    ways: waysWithoutRegistry(context.clusterSeen),
    ...rewritersOf(context),
  };
}
