import { describe, expect, test } from 'vitest';
import { podDifference, podOwnerKindOf } from '../../../src/core/workload/pod-difference.ts';
import { aPod, workloadOf } from '../../support/judging.ts';
import { requiring } from '../node/builders.ts';

function templateOf(spec: object = {}, kind = 'ReplicaSet', image = 'a:1') {
  const containers = [{ name: 'app', image }];
  const metadata = { name: 'web-1' };
  return workloadOf({ apiVersion: 'apps/v1', kind, metadata, spec: { template: { spec: { containers, ...spec } } } });
}

const onArm = requiring({ matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] }] });
const bound = requiring({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] });
const notReady = {
  key: 'node.kubernetes.io/not-ready',
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
};
const gpu = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };
const zone = { zone: 'a' };

describe('placement', () => {
  test.each<readonly [string, object, object, string | undefined]>([
    ['as written', {}, { nodeName: 'node-1', tolerations: [notReady] }, undefined],
    [
      'as written, in another order',
      { nodeSelector: { a: '1', b: '2' } },
      { nodeSelector: { b: '2', a: '1' } },
      undefined,
    ],
    ['another selector', {}, { nodeSelector: zone }, 'nodeSelector'],
    ['affinity', {}, onArm, 'nodeAffinity'],
    ['a toleration', {}, { tolerations: [notReady, gpu] }, 'tolerations'],
    ['another scheduler', {}, { schedulerName: 'volcano' }, 'schedulerName'],
    ['gates', {}, { schedulingGates: [{ name: 'a' }] }, 'schedulingGates'],
    ['a RuntimeClass', {}, { runtimeClassName: 'kata' }, 'runtimeClassName'],
    [
      'what its RuntimeClass adds',
      { runtimeClassName: 'kata' },
      { runtimeClassName: 'kata', nodeSelector: zone },
      undefined,
    ],
  ])('%s', (_name, spec, ofPod, field) => {
    const difference = podDifference(templateOf(spec), aPod('a:1', ofPod), []);

    expect(difference?.what).toBe(field && `Pod shop/web has another ${field} than its ReplicaSet`);
    expect(difference?.placement ?? false).toBe(field !== undefined);
  });

  test.each<readonly [string, object, boolean]>([
    ['affinity to a platform', onArm, true],
    ['a selector of a platform', { nodeSelector: { 'kubernetes.io/os': 'linux' } }, true],
    ['another selector', { nodeSelector: zone }, false],
  ])('%s chooses a platform: %s', (_name, ofPod, chooses) => {
    expect(podDifference(templateOf(), aPod('a:1', ofPod), [])?.choosesPlatform).toBe(chooses);
  });

  test('a DaemonSet binds its Pods to nodes, and lets them stay there', () => {
    const stays = { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' };
    const pod = aPod('a:1', { ...bound, tolerations: [notReady, stays] });

    expect(podDifference(templateOf({}, 'DaemonSet'), pod, [])).toBeUndefined();
  });
});

function listing(...names: readonly string[]): object {
  return { imagePullSecrets: names.map((name) => ({ name })) };
}

describe('pull Secrets', () => {
  test.each<readonly [string, object, object, readonly string[] | undefined, boolean]>([
    ['those written', listing('a'), listing('a'), [], false],
    ['others', listing('a'), listing('a', 'b'), [], true],
    ["the account's", {}, listing('b'), ['b'], false],
    ["others than the account's", {}, listing('b'), ['a'], true],
    ['some, where nobody knows the account', {}, listing('b'), undefined, false],
  ])('%s', (_name, spec, ofPod, ofAccount, isOther) => {
    expect(podDifference(templateOf(spec), aPod('a:1', ofPod), ofAccount)?.pullSecrets ?? false).toBe(isOther);
  });
});

test.each([
  ['a:1', 'docker.io/library/a:1', false],
  ['a:1', 'mirror.example.com/a:1', true],
  [' ', 'a:1', true],
])('an image %j that became %j is another: %s', (written, ofPod, isOther) => {
  const difference = podDifference(templateOf({}, 'ReplicaSet', written), aPod(ofPod), []);

  expect(difference?.images ?? false).toBe(isOther);
});

test('a container that an injector added is no difference', () => {
  const containers = [
    { name: 'app', image: 'a:1' },
    { name: 'istio-proxy', image: 'b:1' },
  ];

  expect(podDifference(templateOf(), aPod('a:1', { containers }), [])).toBeUndefined();
});

test.each([
  ['Deployment', 'ReplicaSet'],
  ['CronJob', 'Job'],
  ['StatefulSet', 'StatefulSet'],
  ['Rollout', 'ReplicaSet'],
])('Pods of a %s have a %s', (kind, owner) => {
  expect(podOwnerKindOf(kind)).toBe(owner);
});
