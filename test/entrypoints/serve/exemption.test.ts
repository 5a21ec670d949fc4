import { describe, expect, test } from 'vitest';
import { builtInWorkloadKinds } from '../../../src/core/workload/workload-kind.ts';
import type { AdmissionRequest } from '../../../src/entrypoints/serve/admission-review.ts';
import { type Examinable, examinableIn } from '../../../src/entrypoints/serve/exemption.ts';
import { aDeployment, aPod } from '../../support/api-objects.ts';
import { aRequest } from './requests.ts';

const examinable = (object: unknown, part: Partial<AdmissionRequest> = {}) =>
  examinableIn(aRequest(object, part), builtInWorkloadKinds);

/** `nothing`, `malformed: …`, `all`, or the fields that an UPDATE changed, and `credentials`. */
function inShort(found: Examinable): string | readonly string[] {
  switch (found.kind) {
    case 'nothing':
      return 'nothing';
    case 'malformed':
      return `malformed: ${found.problem}`;
    case 'workload':
      return found.rejectable.kind === 'all'
        ? 'all'
        : [...found.rejectable.images, ...(found.rejectable.credentials ? ['credentials'] : [])];
  }
}

const pod = aPod({ images: ['nginx:1'] });
const template = { metadata: {}, spec: pod.spec };

describe('everything with a pod spec is examined at CREATE', () => {
  test.each([
    { kind: 'Pod', object: pod, path: 'spec.containers[0].image' },
    {
      kind: 'PodTemplate',
      object: { apiVersion: 'v1', kind: 'PodTemplate', metadata: {}, template },
      path: 'template.spec.containers[0].image',
    },
    ...['apps/v1 Deployment', 'apps/v1 ReplicaSet', 'apps/v1 StatefulSet', 'apps/v1 DaemonSet', 'batch/v1 Job']
      .concat('v1 ReplicationController')
      .map((written) => {
        const [apiVersion = '', kind = ''] = written.split(' ');
        const object = { apiVersion, kind, metadata: {}, spec: { template } };
        return { kind, object, path: 'spec.template.spec.containers[0].image' };
      }),
    {
      kind: 'CronJob',
      object: { apiVersion: 'batch/v1', kind: 'CronJob', metadata: {}, spec: { jobTemplate: { spec: { template } } } },
      path: 'spec.jobTemplate.spec.template.spec.containers[0].image',
    },
  ])('$kind', ({ object, path }) => {
    const found = examinable(object);
    expect(inShort(found)).toBe('all');
    expect(found.kind === 'workload' && found.workload.images.map((use) => use.path)).toEqual([path]);
  });
});

describe('the request says of which namespace and name the object is', () => {
  test.each([
    { request: { namespace: 'shop', name: 'web-x7' }, namespace: 'shop', name: 'web-x7' },
    { request: { namespace: 'shop', name: '' }, namespace: 'shop', name: 'web' },
  ])('$request', ({ request, namespace, name }) => {
    const object = aPod({ name: 'web', namespace: 'elsewhere', images: ['nginx'] });
    expect(examinable(object, request)).toMatchObject({ kind: 'workload', workload: { namespace, name } });
  });
});

test('a Pod that is updated was created before, a template makes new Pods', () => {
  const storedOf = (before: object, now: object, part: Partial<AdmissionRequest> = {}) => {
    const found = examinable(now, { operation: 'UPDATE', oldObject: before, ...part });
    return found.kind === 'workload' && found.workload.isStored;
  };
  const debugged = { ...pod, spec: { ...pod.spec, ephemeralContainers: [{ name: 'd', image: 'busybox' }] } };

  expect(storedOf(pod, aPod({ images: ['nginx:2'] }))).toBe(true);
  expect(storedOf(pod, debugged, { subResource: 'ephemeralcontainers' })).toBe(true);
  expect(storedOf(aDeployment({ images: ['nginx:1'] }), aDeployment({ images: ['nginx:2'] }))).toBeUndefined();
  expect(examinable(pod)).not.toHaveProperty('workload.isStored');
});

describe('let through without a look', () => {
  const withMetadata = (metadata: object) => ({ ...pod, metadata: { ...pod.metadata, ...metadata } });

  test.each([
    { what: 'DELETE', object: pod, part: { operation: 'DELETE' } },
    { what: 'DELETE with the old object', object: null, part: { operation: 'DELETE', oldObject: pod } },
    { what: 'CONNECT', object: pod, part: { operation: 'CONNECT', subResource: 'exec' } },
    { what: 'status', object: pod, part: { operation: 'UPDATE', subResource: 'status', oldObject: pod } },
    { what: 'binding', object: pod, part: { subResource: 'binding' } },
    { what: 'scale', object: pod, part: { operation: 'UPDATE', subResource: 'scale', oldObject: pod } },
    { what: 'a mirror Pod', object: withMetadata({ annotations: { 'kubernetes.io/config.mirror': 'x' } }), part: {} },
    { what: 'a Pod being deleted', object: withMetadata({ deletionTimestamp: '2030-01-01T00:00:00Z' }), part: {} },
    { what: 'a kind without a pod spec', object: { apiVersion: 'v1', kind: 'Service', spec: {} }, part: {} },
    { what: 'a kind of another group', object: { ...pod, apiVersion: 'example.com/v1' }, part: {} },
    {
      what: 'a ReplicaSet without a template',
      object: { apiVersion: 'apps/v1', kind: 'ReplicaSet', spec: {} },
      part: {},
    },
    { what: 'no object', object: undefined, part: {} },
    { what: 'null', object: null, part: {} },
  ] satisfies readonly { what: string; object: unknown; part: Partial<AdmissionRequest> }[])('$what', (given) => {
    expect(inShort(examinable(given.object, given.part))).toBe('nothing');
  });
});

test.each([
  { object: { apiVersion: 'v1', kind: 'Pod' }, problem: 'spec is missing' },
  { object: aPod({ images: [] }), problem: 'spec.containers has no container' },
  { object: { ...pod, spec: 'x' }, problem: 'spec must be an object, but is a string' },
])('what does not look like the kind that it claims is malformed: $problem', ({ object, problem }) => {
  expect(inShort(examinable(object))).toBe(`malformed: ${problem}`);
});

const updated = (oldObject: unknown, object: unknown, part: Partial<AdmissionRequest> = {}) =>
  inShort(examinable(object, { operation: 'UPDATE', oldObject, ...part }));
const path = (index: number) => `spec.template.spec.containers[${index}].image`;
const withSpec = (spec: object) => aDeployment({ images: ['nginx:1', 'redis:7'], spec });

describe('an UPDATE may be rejected for', () => {
  const two = aDeployment({ images: ['nginx:1', 'redis:7'] });
  const [first, second] = two.spec.template.spec.containers;

  test.each([
    { what: 'nothing, when nothing changed', object: two, outcome: 'nothing' },
    { what: 'nothing, when labels changed', object: { ...two, metadata: { labels: { a: 'b' } } }, outcome: 'nothing' },
    { what: 'nothing, when containers moved', object: withSpec({ containers: [second, first] }), outcome: 'nothing' },
    {
      what: 'nothing, when a container got another name',
      object: withSpec({ containers: [{ ...first, name: 'web' }, second] }),
      outcome: 'nothing',
    },
    {
      what: 'nothing, when a container became a sidecar',
      object: withSpec({ containers: [first], initContainers: [{ ...second, restartPolicy: 'Always' }] }),
      outcome: 'nothing',
    },
    {
      what: 'the image that changed',
      object: aDeployment({ images: ['nginx:1', 'redis:8'] }),
      outcome: [path(1)],
    },
    {
      what: 'a container that is new',
      object: aDeployment({ images: ['nginx:1', 'redis:7', 'busybox'] }),
      outcome: [path(2)],
    },
    {
      what: 'a changed pull policy',
      object: withSpec({ containers: [{ ...first, imagePullPolicy: 'Always' }, second] }),
      outcome: [path(0)],
    },
    {
      what: 'its credentials, when pull Secrets changed',
      object: withSpec({ imagePullSecrets: [{ name: 'regcred' }] }),
      outcome: ['credentials'],
    },
    {
      what: 'its credentials, when the ServiceAccount changed',
      object: withSpec({ serviceAccountName: 'robot' }),
      outcome: ['credentials'],
    },
    {
      what: 'no image, but examined, when the placement changed',
      object: withSpec({ nodeSelector: { 'kubernetes.io/arch': 'arm64' } }),
      outcome: [],
    },
    {
      what: 'no image, but examined, when it is scaled up from nothing',
      old: { ...two, spec: { ...two.spec, replicas: 0 } },
      object: { ...two, spec: { ...two.spec, replicas: 3 } },
      outcome: [],
    },
    { what: 'nothing, when the image was removed', object: withSpec({ containers: [first] }), outcome: 'nothing' },
    { what: 'no image, when it cannot be compared', old: { apiVersion: 'v1' }, object: two, outcome: [] },
    { what: 'no image, when there is no old object', old: null, object: two, outcome: [] },
    {
      what: 'nothing, while it is deleted',
      object: { ...aDeployment({ images: ['other'] }), metadata: { deletionTimestamp: '2030-01-01T00:00:00Z' } },
      outcome: 'nothing',
    },
  ])('$what', ({ old = two, object, outcome }) => {
    expect(updated(old, object)).toEqual(outcome);
  });

  test('the container that kubectl debug adds', () => {
    const debugged = aPod({
      images: ['nginx:1'],
      spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox' }] },
    });
    expect(updated(pod, debugged, { subResource: 'ephemeralcontainers' })).toEqual([
      'spec.ephemeralContainers[0].image',
    ]);
  });
});
