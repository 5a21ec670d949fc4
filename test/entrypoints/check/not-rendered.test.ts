/** What is not what will be applied (contract §3, C22, C23): placeholders, parts of something, custom resources. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PullReport } from '../../../src/report/pull-report.ts';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aDeployment, aPod } from '../../support/api-objects.ts';
import { checkObjects } from '../../support/check.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';

let world: RegistryWorld;

beforeAll(async () => {
  world = await startRegistryWorld({ names: ['open.test'], registry: { access: { kind: 'open' } } });
  world.registry.push('team/x86', '1', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], 'x86'));
});

afterAll(async () => {
  await world.end();
});

/** `spec.containers[0].image unconfirmed: registry-not-examined unconfirmed (not-rendered)` */
function inShort({ results }: PullReport): readonly string[] {
  return results.flatMap(({ images }) =>
    images.map(({ path, outcome, findings }) =>
      [
        `${path} ${outcome}`,
        ...findings
          .filter(({ certainty }) => certainty !== 'advice')
          .map(({ code, certainty, cause }) => `${code} ${certainty}${cause === undefined ? '' : ` (${cause})`}`),
      ].join(': '),
    ),
  );
}

const kindsWith = (partial: boolean) => ({
  workloadKinds: [
    {
      group: 'kibana.k8s.elastic.co',
      version: 'v1',
      kind: 'Kibana',
      podSpecPath: 'spec.podTemplate.spec',
      ...(partial && { partial }),
    },
    { group: 'ray.io', version: 'v1', kind: 'RayCluster', podSpecPath: 'spec.head.template.spec' },
    { group: 'ray.io', version: 'v1', kind: 'RayCluster', podSpecPath: 'spec.workers[*].template.spec' },
    { group: 'argoproj.io', version: 'v1alpha1', kind: 'Rollout', podSpecPath: 'spec.template.spec' },
  ],
});

describe('placeholders', () => {
  const placeholders = [`open.test/team/x86:\${TAG}`, 'ko://example.com/web', '<YOUR-IMAGE>', '__IMAGE__', 'IMAGE'];

  test('are not examined, and no registry is asked', async () => {
    const report = await checkObjects([aDeployment({ images: placeholders })], ['--config', world.configPath]);

    expect(inShort(report)).toEqual(
      placeholders.map(
        (_image, index) =>
          `spec.template.spec.containers[${index}].image unconfirmed: registry-not-examined unconfirmed (not-rendered)`,
      ),
    );
    expect(report.results[0]).toMatchObject({ verdict: 'warn' });
    expect(report.results[0]?.images[0]?.findings[0]?.message).toBe(
      `open.test/team/x86:\${TAG}: not examined: \${TAG} is a placeholder`,
    );
  });

  test('a container without an image never comes to a kubelet', async () => {
    expect(inShort(await checkObjects([aPod({ images: [''] })], ['--config', world.configPath]))).toEqual([
      'spec.containers[0].image unconfirmed: registry-not-examined unconfirmed (not-rendered)',
    ]);
  });
});

describe('custom kinds', () => {
  const objects = [
    {
      apiVersion: 'kibana.k8s.elastic.co/v1',
      kind: 'Kibana',
      metadata: { name: 'kb', namespace: 'shop' },
      spec: { podTemplate: { spec: { containers: [{ name: 'kibana', resources: {} }] } } },
    },
    {
      apiVersion: 'ray.io/v1',
      kind: 'RayCluster',
      metadata: { name: 'r', namespace: 'shop' },
      spec: {
        head: { template: { spec: { containers: [{ name: 'h', image: 'open.test/team/x86:1' }] } } },
        workers: [{ template: { spec: { containers: [{ name: 'w', image: 'open.test/team/x86:nope' }] } } }],
      },
    },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'ro', namespace: 'shop' },
      spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
    },
  ];
  const worker = 'spec.workers[0].template.spec.containers[0].image unpullable: manifest-not-found certain';
  const ofRay = ['spec.head.template.spec.containers[0].image pullable', worker];

  test.each([
    [true, ofRay],
    [
      false,
      [
        'spec.podTemplate.spec.containers[0].image unconfirmed: registry-not-examined unconfirmed (not-rendered)',
        ...ofRay,
      ],
    ],
  ])('are read at each of their paths; partial: %s', async (partial, expected) => {
    const args = ['--config', await world.configured(kindsWith(partial))];

    expect(inShort(await checkObjects(objects, args))).toEqual(expected);
  });
});
