import { describe, expect, test } from 'vitest';
import { changeBetween } from '../../../src/core/workload/change.ts';
import { parseWorkload, type Workload } from '../../../src/core/workload/workload.ts';
import { workloadOf } from '../../support/judging.ts';

const containers = [
  { name: 'app', image: 'a:1' },
  { name: 'side', image: 's:1' },
];
const volumes = [{ name: 'data', image: { reference: 'v:1' } }];

function aDeployment(podSpec: object = {}, spec: object = {}): Workload {
  const template = { spec: { containers, volumes, ...podSpec } };
  return workloadOf({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { template, ...spec },
  });
}

const secrets = (...names: readonly string[]) => aDeployment({ imagePullSecrets: names.map((name) => ({ name })) });
const on = (disk: string) => aDeployment({ nodeSelector: { disk } });

const before = aDeployment();
const at = (...places: readonly string[]) => ({
  kind: 'pulls',
  images: new Set(places.map((place) => `spec.template.spec.${place}`)),
  credentials: false,
});
const otherCredentials = { kind: 'pulls', images: new Set(), credentials: true };

describe('images', () => {
  test.each<readonly [string, object, object]>([
    ['another image', { containers: [containers[0], { name: 'side', image: 's:2' }] }, at('containers[1].image')],
    [
      'another spelling',
      { containers: [{ name: 'app', image: 'docker.io/library/a:1' }, containers[1]] },
      at('containers[0].image'),
    ],
    [
      'another pull policy',
      { containers: [{ ...containers[0], imagePullPolicy: 'Always' }, containers[1]] },
      at('containers[0].image'),
    ],
    ['one more', { initContainers: [{ name: 'init', image: 'i:1' }] }, at('initContainers[0].image')],
    [
      'the same image by two policies, one of them new',
      { initContainers: [{ name: 'init', image: 'a:1', imagePullPolicy: 'Always' }] },
      at('initContainers[0].image'),
    ],
    [
      'the image of a volume, which is run now',
      { initContainers: [{ name: 'init', image: 'v:1' }] },
      at('initContainers[0].image'),
    ],
    [
      'another image volume',
      { volumes: [{ name: 'data', image: { reference: 'v:2' } }] },
      at('volumes[0].image.reference'),
    ],
    [
      'an image volume that is mounted now',
      { containers: [{ ...containers[0], volumeMounts: [{ name: 'data' }] }, containers[1]] },
      at('volumes[0].image.reference'),
    ],
    ['a name that is refused', { containers: [{ name: 'app', image: 'A' }, containers[1]] }, at('containers[0].image')],
    [
      'moved, and another one',
      { containers: [containers[1], { name: 'app', image: 'a:2' }] },
      at('containers[1].image'),
    ],
  ])('%s', (_name, podSpec, change) => {
    expect(changeBetween(before, aDeployment(podSpec))).toEqual(change);
  });
});

describe('credentials, and no image', () => {
  test.each<readonly [string, object]>([
    ['another account', { serviceAccountName: 'web' }],
    ['one Secret more', { imagePullSecrets: [{ name: 'a' }] }],
  ])('%s', (_name, podSpec) => {
    expect(changeBetween(before, aDeployment(podSpec))).toEqual(otherCredentials);
    expect(changeBetween(aDeployment(podSpec), before)).toEqual(otherCredentials);
  });

  test('Secrets in another order', () => {
    expect(changeBetween(secrets('a', 'b'), secrets('b', 'a'))).toEqual(otherCredentials);
    expect(changeBetween(secrets('a', 'b'), secrets('a', 'b'))).toEqual({ kind: 'none' });
  });
});

test('credentials and an image', () => {
  const other = aDeployment({
    serviceAccountName: 'web',
    containers: [containers[0], { name: 'side', image: 's:2' }],
  });
  expect(changeBetween(before, other)).toEqual({ ...at('containers[1].image'), credentials: true });
});

describe('placement alone', () => {
  test.each<readonly [string, object, object]>([
    ['a selector', { nodeSelector: { disk: 'ssd' } }, {}],
    ['a toleration', { tolerations: [{ key: 'gpu', operator: 'Exists' }] }, {}],
    ['another scheduler', { schedulerName: 'volcano' }, {}],
    [
      'an affinity that no node meets',
      { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } } },
      {},
    ],
    ['it runs no longer', {}, { replicas: 0 }],
  ])('%s', (_name, podSpec, spec) => {
    expect(changeBetween(before, aDeployment(podSpec, spec))).toEqual({ kind: 'placement' });
    expect(changeBetween(aDeployment(podSpec, spec), before)).toEqual({ kind: 'placement' });
  });

  test('another value of a selector', () => {
    expect(changeBetween(on('ssd'), on('hdd'))).toEqual({ kind: 'placement' });
  });
});

describe('nothing that matters', () => {
  test.each<readonly [string, object, object]>([
    ['equal', {}, {}],
    ['containers in another order', { containers: containers.toReversed() }, {}],
    ['one less', { containers: [containers[0]] }, {}],
    ['another name', { containers: [{ name: 'new', image: 'a:1' }, containers[1]] }, {}],
    [
      'names exchanged',
      {
        containers: [
          { name: 'side', image: 'a:1' },
          { name: 'app', image: 's:1' },
        ],
      },
      {},
    ],
    ['another place', { containers: [containers[0]], initContainers: [containers[1]] }, {}],
    ['the same image once more', { initContainers: [{ name: 'init', image: 'a:1' }] }, {}],
    ['another name of a volume', { volumes: [{ name: 'new', image: { reference: 'v:1' } }] }, {}],
    [
      'the policy that was the default',
      { containers: [{ ...containers[0], imagePullPolicy: 'IfNotPresent' }, containers[1]] },
      {},
    ],
    ['the account that was the default', { serviceAccountName: 'default' }, {}],
    ['the scheduler that was the default', { schedulerName: 'default-scheduler' }, {}],
    ['replicas', {}, { replicas: 7 }],
  ])('%s', (_name, podSpec, spec) => {
    expect(changeBetween(before, aDeployment(podSpec, spec))).toEqual({ kind: 'none' });
  });

  test('a selector in another order', () => {
    const one = aDeployment({ nodeSelector: { a: '1', b: '2' } });
    const other = aDeployment({ nodeSelector: { b: '2', a: '1' } });

    expect(changeBetween(one, other)).toEqual({ kind: 'none' });
  });
});

describe('several pod specs of one object', () => {
  const kinds = ['head', 'workers'].map((name) => ({
    group: 'ray.io',
    kind: 'RayCluster',
    podSpecPath: ['spec', name, 'spec'],
  }));
  const aCluster = (head: object, workers: object): Workload => {
    const spec = { head: { spec: { containers, ...head } }, workers: { spec: { containers, ...workers } } };
    const parsed = parseWorkload({ apiVersion: 'ray.io/v1', kind: 'RayCluster', spec }, { kinds, namespace: 'shop' });
    if (parsed.kind !== 'workload') throw new Error(parsed.kind);
    return parsed.workload;
  };
  const other = { containers: [{ name: 'app', image: 'a:2' }] };

  test.each<readonly [string, Workload, object]>([
    ['nothing', aCluster({}, {}), { kind: 'none' }],
    [
      'an image of the second',
      aCluster({}, other),
      { kind: 'pulls', images: new Set(['spec.workers.spec.containers[0].image']), credentials: false },
    ],
    [
      'pull Secrets of the second',
      aCluster({}, { imagePullSecrets: [{ name: 'a' }] }),
      { kind: 'pulls', images: new Set(), credentials: true },
    ],
    ['placement of the second', aCluster({}, { nodeSelector: { disk: 'ssd' } }), { kind: 'placement' }],
  ])('%s', (_name, now, change) => {
    expect(changeBetween(aCluster({}, {}), now)).toEqual(change);
  });
});
