import { describe, expect, test } from 'vitest';
import {
  type ParsedWorkload,
  parseWorkload,
  podSpecAround,
  podSpecsOf,
  type Workload,
} from '../../../src/core/workload/workload.ts';
import { builtInWorkloadKinds, groupOf, type WorkloadKind } from '../../../src/core/workload/workload-kind.ts';

const podSpec = { containers: [{ name: 'app', image: 'nginx:1' }] };
const inTemplate = { template: { spec: podSpec } };

function parse(object: unknown, kinds: readonly WorkloadKind[] = builtInWorkloadKinds): ParsedWorkload {
  return parseWorkload(object, { kinds, namespace: 'shop' });
}

function parsed(object: unknown, kinds?: readonly WorkloadKind[]): Workload {
  const result = parse(object, kinds);
  if (result.kind !== 'workload') throw new Error(JSON.stringify(result));
  return result.workload;
}

const aPod = (spec: object, metadata: unknown = { name: 'web' }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata,
  spec: { ...podSpec, ...spec },
});
const aDeployment = (spec: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', spec: { ...inTemplate, ...spec } });

const aCluster = (spec: object) => ({ apiVersion: 'ray.io/v1', kind: 'RayCluster', metadata: { name: 'r' }, spec });
const aKibana = (spec: object) => ({
  apiVersion: 'k8s.elastic.co/v1',
  kind: 'Kibana',
  spec: { podTemplate: { spec } },
});

describe('built-in kinds', () => {
  const kinds: readonly (readonly [string, string, object, Workload['form'], string])[] = [
    ['v1', 'Pod', { spec: podSpec }, 'pod', 'spec'],
    ['v1', 'PodTemplate', inTemplate, 'template', 'template.spec'],
    ['v1', 'ReplicationController', { spec: inTemplate }, 'template', 'spec.template.spec'],
    ['apps/v1', 'Deployment', { spec: inTemplate }, 'template', 'spec.template.spec'],
    ['apps/v1', 'ReplicaSet', { spec: inTemplate }, 'template', 'spec.template.spec'],
    ['apps/v1', 'StatefulSet', { spec: inTemplate }, 'template', 'spec.template.spec'],
    ['apps/v1', 'DaemonSet', { spec: inTemplate }, 'template', 'spec.template.spec'],
    ['batch/v1', 'Job', { spec: inTemplate }, 'template', 'spec.template.spec'],
    [
      'batch/v1',
      'CronJob',
      { spec: { jobTemplate: { spec: inTemplate } } },
      'template',
      'spec.jobTemplate.spec.template.spec',
    ],
  ];

  test.each(kinds)('%s %s', (apiVersion, kind, body, form, podSpecPath) => {
    expect(parsed({ apiVersion, kind, metadata: { name: 'web' }, ...body })).toEqual({
      apiVersion,
      kind,
      namespace: 'shop',
      name: 'web',
      form,
      podSpecPath,
      images: [
        {
          place: 'container',
          name: 'app',
          path: `${podSpecPath}.containers[0].image`,
          parsed: expect.objectContaining({ ok: true }),
          pullPolicy: 'IfNotPresent',
          isNeeded: true,
        },
      ],
      placement: {
        nodeSelector: new Map(),
        tolerations: [],
        hostNetwork: false,
        schedulerName: 'default-scheduler',
        hasSchedulingGates: false,
      },
      requests: new Map(),
      imagePullSecrets: [],
      serviceAccountName: 'default',
      isMirrorPod: false,
      isBeingDeleted: false,
    });
  });

  test('all of them are tested', () => {
    const tested = kinds.map(([apiVersion, kind]) => ({ group: groupOf(apiVersion), kind }));

    expect(builtInWorkloadKinds.map(({ group, kind }) => ({ group, kind }))).toEqual(tested);
  });

  test.each([
    ['an older version of the group', { apiVersion: 'batch/v1beta1', kind: 'Job', spec: inTemplate }, 'workload'],
    ['another group', { apiVersion: 'apps.example.com/v1', kind: 'Deployment', spec: inTemplate }, 'not-a-workload'],
    ['no group', { apiVersion: 'v1', kind: 'Deployment', spec: inTemplate }, 'not-a-workload'],
    ['another kind', { apiVersion: 'v1', kind: 'Service', spec: podSpec }, 'not-a-workload'],
    ['another case', { apiVersion: 'v1', kind: 'pod', spec: podSpec }, 'not-a-workload'],
    ['__proto__', { apiVersion: 'v1', kind: '__proto__', spec: podSpec }, 'not-a-workload'],
    ['no kind', { apiVersion: 'v1', spec: podSpec }, 'not-a-workload'],
    ['a kind that is no text', { apiVersion: 'v1', kind: 1 }, 'not-a-workload'],
    ['no object', 'Pod', 'not-a-workload'],
    ['null', null, 'not-a-workload'],
    ['a list', [], 'not-a-workload'],
  ])('%s', (_name, object, kind) => {
    expect(parse(object).kind).toBe(kind);
  });

  test.each([
    ['ReplicaSet', 'apps/v1', {}],
    ['ReplicaSet', 'apps/v1', { template: null }],
    ['ReplicationController', 'v1', { template: { spec: null } }],
  ])('a %s (%s) may do without a pod spec: %j', (kind, apiVersion, spec) => {
    expect(parse({ apiVersion, kind, spec })).toEqual({ kind: 'no-pod-spec' });
  });
});

describe('custom kinds', () => {
  const rollout: WorkloadKind = { group: 'argoproj.io', kind: 'Rollout', podSpecPath: ['spec', 'template', 'spec'] };
  const object = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', spec: { replicas: 0, ...inTemplate } };

  test('are examined if they are named', () => {
    expect(parsed(object, [rollout])).toMatchObject({ kind: 'Rollout', form: 'template', idleBecause: 'replicas: 0' });
    expect(parse(object)).toEqual({ kind: 'not-a-workload' });
  });

  test('whose pod spec may stand elsewhere', () => {
    const elsewhere = { ...object, spec: { workloadRef: { name: 'web' } } };

    expect(parse(elsewhere, [{ ...rollout, podSpecIsOptional: true }])).toEqual({ kind: 'no-pod-spec' });
    expect(parse(elsewhere, [rollout])).toEqual({ kind: 'no-pod-spec' });
    expect(parse({ ...object, spec: {} }, [{ ...rollout, podSpecIsOptional: true }])).toEqual({ kind: 'no-pod-spec' });
    expect(parse({ ...object, spec: {} }, [{ ...rollout, missingImage: 'unknown' }])).toEqual({
      kind: 'malformed',
      problems: [
        {
          path: 'spec.template.spec',
          problem: 'is missing',
          remedy: 'write a pod spec there, or set optional: true for this path in workloadKinds',
        },
      ],
    });
  });

  describe('with several pod specs', () => {
    const head: WorkloadKind = {
      group: 'ray.io',
      kind: 'RayCluster',
      podSpecPath: ['spec', 'head', 'spec'],
      missingImage: 'unknown',
    };
    const workers: WorkloadKind = { ...head, podSpecPath: ['spec', 'workers', '[*]', 'template', 'spec'] };
    const one = { containers: [{ name: 'one', image: 'one:1' }] };
    const two = { containers: [{ name: 'two', image: 'two:1' }], nodeSelector: { disk: 'ssd' } };

    test('has all of them, each with its own path and placement', () => {
      const cluster = aCluster({
        head: { spec: one },
        workers: [{ template: { spec: two } }, { template: { spec: one } }],
      });
      const all = podSpecsOf(parsed(cluster, [head, workers]));

      expect(all.map(({ podSpecPath, images }) => [podSpecPath, images.map(({ path }) => path)])).toEqual([
        ['spec.head.spec', ['spec.head.spec.containers[0].image']],
        ['spec.workers[0].template.spec', ['spec.workers[0].template.spec.containers[0].image']],
        ['spec.workers[1].template.spec', ['spec.workers[1].template.spec.containers[0].image']],
      ]);
      expect(all.map(({ placement }) => [...placement.nodeSelector])).toEqual([[], [['disk', 'ssd']], []]);
      expect(all.map((spec) => podSpecAround(all[0], `${spec.podSpecPath}.containers[0].image`).podSpecPath)).toEqual(
        all.map(({ podSpecPath }) => podSpecPath),
      );
    });

    test('does not miss elements of an empty array', () => {
      expect(parse(aCluster({ head: { spec: one }, workers: [] }), [head, workers])).not.toHaveProperty('missing');
    });

    test.each([
      ['an absent array', aCluster({ head: { spec: one } })],
      ['elements without one', aCluster({ head: { spec: one }, workers: [{}, { template: null }] })],
    ])('says what is missing, and reads the others: %s', (_name, cluster) => {
      expect(parse(cluster, [head, workers])).toMatchObject({
        kind: 'workload',
        workload: { podSpecPath: 'spec.head.spec' },
        missing: [{ path: 'spec.workers[*].template.spec', problem: 'is missing' }],
      });
      expect(parse(cluster, [head, { ...workers, podSpecIsOptional: true }])).not.toHaveProperty('missing');
    });

    test.each([
      [{ workers: {} }, 'spec.workers', 'must be an array, but is an object', 'write a list'],
      [{ workers: [1] }, 'spec.workers[0]', 'must be an object, but is a number', 'write a mapping'],
      [
        { workers: [{ template: [] }] },
        'spec.workers[0].template',
        'must be an object, but is an array',
        'write a mapping',
      ],
    ])('is malformed: %j', (spec, path, problem, remedy) => {
      expect(parse(aCluster(spec), [workers])).toEqual({ kind: 'malformed', problems: [{ path, problem, remedy }] });
    });

    test('tells a mistake around them once', () => {
      const misnamed = {
        ...aCluster({ head: { spec: one }, workers: [{ template: { spec: one } }] }),
        metadata: { name: 1 },
      };

      expect(parse(misnamed, [head, workers])).toMatchObject({
        kind: 'malformed',
        problems: [{ path: 'metadata.name' }],
      });
    });
  });

  describe('whose controller fills images in', () => {
    const kibana: WorkloadKind = {
      group: 'k8s.elastic.co',
      kind: 'Kibana',
      podSpecPath: ['spec', 'podTemplate', 'spec'],
    };
    const withSidecar = aKibana({ containers: [{ name: 'kibana' }, { name: 'side', image: 'side:1' }] });

    test('an image that is missing may be filled in', () => {
      expect(parsed(withSidecar, [{ ...kibana, missingImage: 'unknown' }]).images).toMatchObject([
        { name: 'kibana', notRendered: { kind: 'filled-in-by-controller' } },
        { name: 'side' },
      ]);
      expect(parse(aKibana({}), [{ ...kibana, missingImage: 'unknown' }]).kind).toBe('malformed');
    });

    test('partial: it will be filled in, and containers as well', () => {
      const partial = { ...kibana, missingImage: 'filled-in' } as const;

      expect(parsed(withSidecar, [partial]).images.map(({ name, path }) => [name, path])).toEqual([
        ['side', 'spec.podTemplate.spec.containers[1].image'],
      ]);
      expect(parsed(aKibana({}), [partial]).images).toEqual([]);
    });
  });

  test('a path that leads through __proto__ finds nothing that is not there', () => {
    const kind = { ...rollout, podSpecPath: ['__proto__', 'spec'] };
    const own = JSON.parse(
      `{"apiVersion":"argoproj.io/v1","kind":"Rollout","__proto__":{"spec":${JSON.stringify(podSpec)}}}`,
    );

    expect(parse(object, [kind])).toMatchObject({ kind: 'malformed', problems: [{ path: '__proto__.spec' }] });
    expect(parsed(own, [kind]).images[0]?.path).toBe('__proto__.spec.containers[0].image');
  });
});

describe('what decides about pulls', () => {
  test.each<readonly [string, unknown, Partial<Workload>]>([
    ['a name that is yet to be made', aPod({}, { generateName: 'web-' }), { name: 'web-*' }],
    ['no name', aPod({}, null), { name: '' }],
    ['both names', aPod({}, { name: 'web-1', generateName: 'web-' }), { name: 'web-1' }],
    ['a namespace', aPod({}, { name: 'web', namespace: 'other' }), { namespace: 'other' }],
    ['an empty namespace', aPod({}, { namespace: '' }), { namespace: 'shop' }],
    ['an account', aPod({ serviceAccountName: 'web', serviceAccount: 'old' }), { serviceAccountName: 'web' }],
    ['an account by its old name', aPod({ serviceAccount: 'old' }), { serviceAccountName: 'old' }],
    [
      'Secrets, empty names too',
      aPod({ imagePullSecrets: [{ name: 'b' }, {}, null, { name: 'a' }, { name: 'b' }] }),
      { imagePullSecrets: ['b', '', '', 'a', 'b'] },
    ],
    ['a mirror Pod', aPod({}, { annotations: { 'kubernetes.io/config.mirror': '' } }), { isMirrorPod: true }],
    ['a Pod that is going', aPod({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), { isBeingDeleted: true }],
    [
      'its controller',
      aPod(
        {},
        {
          ownerReferences: [
            { apiVersion: 'v1', kind: 'Other', name: 'a', uid: 'u' },
            { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u', controller: true },
          ],
        },
      ),
      { controller: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u' } },
    ],
    ['no replicas', aDeployment({ replicas: 0, paused: true }), { idleBecause: 'replicas: 0' }],
    ['paused', aDeployment({ replicas: 2, paused: true }), { idleBecause: 'paused: true' }],
    [
      'suspended',
      { apiVersion: 'batch/v1', kind: 'CronJob', spec: { suspend: true, jobTemplate: { spec: inTemplate } } },
      { idleBecause: 'suspend: true' },
    ],
    [
      'no parallelism',
      { apiVersion: 'batch/v1', kind: 'Job', spec: { parallelism: 0, ...inTemplate } },
      { idleBecause: 'parallelism: 0' },
    ],
  ])('%s', (_name, object, part) => {
    expect(parsed(object)).toMatchObject(part);
  });

  test.each([
    ['owners of which none controls it', aPod({}, { ownerReferences: [{ kind: 'Other', name: 'a' }] }), 'controller'],
    ['a Deployment that says nothing of replicas', aDeployment({ replicas: null }), 'idleBecause'],
    ['members of that name in a Pod', aPod({ replicas: 0, suspend: 'x' }), 'idleBecause'],
  ])('%s', (_name, object, absent) => {
    expect(parsed(object)).not.toHaveProperty(absent);
  });

  test('its placement', () => {
    expect(parsed(aPod({ nodeName: 'a', schedulerName: 'volcano' })).placement).toMatchObject({
      nodeName: 'a',
      schedulerName: 'volcano',
    });
  });
});

describe('malformed fields', () => {
  const spec = 'spec.template.spec';
  const quotes = 'put the value in quotes';
  const mapping = 'write a mapping of names to values';

  test.each<readonly [string, unknown, string, string, string]>([
    ['no pod spec', { apiVersion: 'v1', kind: 'Pod' }, 'spec', 'is missing', 'write a pod spec there'],
    [
      'no template',
      { apiVersion: 'apps/v1', kind: 'Deployment', spec: {} },
      spec,
      'is missing',
      'write a pod spec there',
    ],
    [
      'a template that is a list',
      aDeployment({ template: [] }),
      'spec.template',
      'must be an object, but is an array',
      'write a mapping',
    ],
    [
      'a pod spec that is a text',
      aDeployment({ template: { spec: 'x' } }),
      spec,
      'must be an object, but is a string',
      'write a mapping',
    ],
    [
      'a spec that is a number',
      { apiVersion: 'apps/v1', kind: 'Deployment', spec: 1 },
      'spec',
      'must be an object, but is a number',
      'write a mapping',
    ],
    ['no containers', aPod({ containers: null }), 'spec.containers', 'has no container', 'write at least one'],
    [
      'an empty list of containers',
      aDeployment({ template: { spec: { containers: [] } } }),
      `${spec}.containers`,
      'has no container',
      'write at least one',
    ],
    [
      'containers by name',
      aPod({ containers: { app: {} } }),
      'spec.containers',
      'must be an array, but is an object',
      'write a list',
    ],
    [
      'an image that is a number',
      aPod({ containers: [{ image: 1.25 }] }),
      'spec.containers[0].image',
      'must be a string, but is a number',
      quotes,
    ],
    [
      'a container that is a text',
      aPod({ initContainers: ['nginx'] }),
      'spec.initContainers[0]',
      'must be an object, but is a string',
      mapping,
    ],
    [
      'a reference that is a list',
      aPod({ volumes: [{ image: { reference: [] } }] }),
      'spec.volumes[0].image.reference',
      'must be a string, but is an array',
      'write a text',
    ],
    [
      'an image volume that is a text',
      aPod({ volumes: [{ image: 'nginx' }] }),
      'spec.volumes[0].image',
      'must be an object, but is a string',
      mapping,
    ],
    [
      'a Secret by its name alone',
      aPod({ imagePullSecrets: ['regcred'] }),
      'spec.imagePullSecrets[0]',
      'must be an object, but is a string',
      mapping,
    ],
    [
      'an account that is a flag',
      aPod({ serviceAccountName: true }),
      'spec.serviceAccountName',
      'must be a string, but is a boolean',
      quotes,
    ],
    [
      'a selector',
      aPod({ nodeSelector: { disk: true } }),
      'spec.nodeSelector.disk',
      'must be a string, but is a boolean',
      quotes,
    ],
    [
      'replicas',
      aDeployment({ replicas: '0' }),
      'spec.replicas',
      'must be a number, but is a string',
      'correct the field or remove it',
    ],
    ['a name', aPod({}, { name: 1 }), 'metadata.name', 'must be a string, but is a number', quotes],
    ['metadata', aPod({}, 'web'), 'metadata', 'must be an object, but is a string', mapping],
    [
      'an annotation',
      aPod({}, { annotations: { 'a/b': 1 } }),
      'metadata.annotations["a/b"]',
      'must be a string, but is a number',
      quotes,
    ],
    [
      'a pull policy',
      aPod({ containers: [{ image: 'a', imagePullPolicy: 'always' }] }),
      'spec.containers[0].imagePullPolicy',
      'is "always"',
      'write Always, IfNotPresent or Never',
    ],
    [
      'a pull policy of a volume',
      aPod({ volumes: [{ image: { reference: 'a', pullPolicy: 'No' } }] }),
      'spec.volumes[0].image.pullPolicy',
      'is "No"',
      'write Always, IfNotPresent or Never',
    ],
  ])('%s', (_name, object, path, problem, remedy) => {
    expect(parse(object)).toEqual({ kind: 'malformed', problems: [{ path, problem, remedy }] });
  });

  test('all of them are named', () => {
    const object = aPod({ containers: [{ image: 1 }, { name: 2 }], nodeName: 3 }, { namespace: 4 });

    expect(parse(object)).toMatchObject({
      problems: [
        { path: 'metadata.namespace' },
        { path: 'spec.containers[0].image' },
        { path: 'spec.containers[1].name' },
        { path: 'spec.nodeName' },
      ],
    });
  });
});

describe('hostile objects', () => {
  test('a megabyte of text in every field', () => {
    const long = 'x'.repeat(1_000_000);
    const object = aPod({ containers: [{ name: long, image: long }], serviceAccountName: long }, { name: long });

    expect(parsed(object).images[0]?.parsed).toMatchObject({ ok: false });
  });

  test('members named __proto__ are ordinary ones, and nobody asks for them', () => {
    const object = JSON.parse(
      '{"apiVersion":"v1","kind":"Pod","__proto__":{"spec":1},"spec":{"__proto__":{"containers":1},"containers":[{"image":"a","__proto__":{"image":1}}]}}',
    );

    expect(parsed(object).images).toMatchObject([{ parsed: { ok: true, reference: { raw: 'a' } } }]);
  });

  test('what is inherited is not there', () => {
    expect(parse(Object.create({ apiVersion: 'v1', kind: 'Pod', spec: podSpec })).kind).not.toBe('workload');
  });
});

test.each([
  ['v1', ''],
  ['apps/v1', 'apps'],
  ['argoproj.io/v1alpha1', 'argoproj.io'],
  ['/v1', ''],
])('the group of %s', (apiVersion, group) => {
  expect(groupOf(apiVersion)).toBe(group);
});
