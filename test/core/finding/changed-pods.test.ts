import { expect, test } from 'vitest';
import { changedPods } from '../../../src/core/finding/changed-pods.ts';
import type { FindingDetail } from '../../../src/core/finding/finding.ts';
import { planPulls } from '../../../src/core/pull/plan.ts';
import type { PodAdmission } from '../../../src/core/pull/world.ts';
import {
  aDeployment,
  aPod,
  aWorker,
  aWorld,
  evidenceOf,
  firstPull,
  found,
  inShort,
  judgeFirst,
  planSettings,
} from '../../support/judging.ts';
import { Repository } from '../content/repository.ts';

const platform: FindingDetail = { code: 'no-matching-platform', offers: [], wanted: [] };
const refusal: FindingDetail = {
  code: 'credentials-rejected',
  registry: 'a',
  repository: 'b',
  tried: [],
  acceptedLogin: false,
};
const artifact: FindingDetail = { code: 'unsupported-manifest', problem: { kind: 'artifact', configType: 'a' } };
const unreachable: FindingDetail = { code: 'registry-unreachable', registry: 'a', cause: 'dns' };

const nothing = { placement: false, pullSecrets: false, images: false };
const mutator = (part: object) => ({ what: 'webhook a', ...nothing, ...part });
const difference = (part: object) => ({
  namespace: 'shop',
  ownerKind: 'ReplicaSet',
  what: 'Pod shop/a has another nodeSelector than its ReplicaSet',
  choosesPlatform: false,
  ...nothing,
  ...part,
});
const seen = (part: Partial<PodAdmission>): PodAdmission => ({ mutators: [], differences: [], ...part });
const differs =
  'Pods in this namespace differ from their templates: Pod shop/a has another nodeSelector than its ReplicaSet';

test.each<readonly [string, FindingDetail, PodAdmission | undefined, string | undefined]>([
  ['nobody looked', platform, undefined, undefined],
  ['nothing was seen', platform, seen({}), undefined],
  ['placement differs', platform, seen({ differences: [difference({ placement: true })] }), differs],
  [
    'placement differs, which is nothing to a refusal',
    refusal,
    seen({ differences: [difference({ placement: true })] }),
    undefined,
  ],
  ['pull Secrets differ', refusal, seen({ differences: [difference({ pullSecrets: true })] }), differs],
  ['images differ', artifact, seen({ differences: [difference({ images: true })] }), differs],
  [
    'images differ, which is nothing to a registry',
    unreachable,
    seen({ differences: [difference({ images: true })] }),
    undefined,
  ],
  [
    'a webhook',
    platform,
    seen({ mutators: [mutator({ placement: true })] }),
    'webhook a may change the nodes of its Pods',
  ],
  [
    'a policy for pull Secrets',
    refusal,
    seen({ mutators: [mutator({ pullSecrets: true })] }),
    'webhook a may change the pull Secrets of its Pods',
  ],
  [
    'a policy for images',
    refusal,
    seen({ mutators: [mutator({ images: true })] }),
    'webhook a may change the images of its Pods',
  ],
  [
    'webhooks that could not be listed',
    platform,
    seen({ unseenMutators: 'grant it' }),
    'webhooks and policies could not be listed and may choose other nodes for its Pods (grant it)',
  ],
  ['webhooks that could not be listed, for a refusal', refusal, seen({ unseenMutators: 'grant it' }), undefined],
])('%s', (_name, detail, admission, expected) => {
  expect(changedPods(detail, admission)).toBe(expected);
});

const repository = new Repository();
const index = repository.index([repository.image({ os: 'linux', architecture: 'arm64' })]);

/** What is found of an image for arm64. */
function foundOn(architectures: readonly string[], admission: PodAdmission, workload = aDeployment()) {
  const nodes = architectures.map((architecture) => aWorker(architecture, { architecture }));
  const world = { ...aWorld({ nodes }), admission };
  const evidence = evidenceOf(found(firstPull(planPulls(workload, world, planSettings())), repository, index));
  const { findings } = judgeFirst({ workload, world, evidence });
  return inShort(findings).filter((line) => line.includes('platform'));
}

test('a Pod that was admitted is as it is', () => {
  const admission = seen({ mutators: [mutator({ placement: true })] });

  expect(foundOn(['amd64'], admission)).toEqual(['no-matching-platform likely']);
  expect(foundOn(['amd64'], admission, aPod())).toEqual(['no-matching-platform certain']);
});

test('nothing is said of nodes that lack the platform where an operator steers Pods', () => {
  const both = ['amd64', 'arm64'];
  const steered = seen({ differences: [difference({ placement: true, choosesPlatform: true })] });

  expect(foundOn(both, seen({}))).toEqual(['some-nodes-lack-platform likely']);
  expect(foundOn(both, seen({ differences: [difference({ placement: true })] }))).toEqual([
    'some-nodes-lack-platform likely',
  ]);
  expect(foundOn(both, steered)).toEqual([]);
  expect(foundOn(['amd64'], steered)).toEqual(['no-matching-platform likely']);
});
