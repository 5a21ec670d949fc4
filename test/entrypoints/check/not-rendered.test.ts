/** What is not what will be applied (contract §3, C22, C23): placeholders, parts of something, custom resources. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PullReport } from '../../../src/report/pull-report.ts';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aDeployment, aNode, aPod } from '../../support/api-objects.ts';
import { checkObjects } from '../../support/check.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';

let world: RegistryWorld;

beforeAll(async () => {
  const publicRepositories = ['team/x86', 'team/arm'];
  world = await startRegistryWorld({
    names: ['open.test', 'closed.test'],
    registry: { access: { kind: 'token', username: 'alice', password: 's3cret', publicRepositories } },
  });
  world.registry.push('team/x86', '1', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], 'x86'));
  world.registry.push('team/arm', '1', buildMultiPlatform([{ os: 'linux', architecture: 'arm64' }], 'arm'));
  world.registry.push('team/private', '1', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], 'private'));
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

const secretWith = (content: string, beside: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'regcred', namespace: 'shop' },
  type: 'kubernetes.io/dockerconfigjson',
  stringData: { '.dockerconfigjson': content },
  ...beside,
});
const login = (password: string) => JSON.stringify({ auths: { 'open.test': { username: 'a', password } } });
const args = (...more: readonly string[]) => ['--config', world.configPath, ...more];
const account = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'default', namespace: 'shop' },
  imagePullSecrets: [{ name }],
});
const namespace = (labels: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });

describe('facts of the input', () => {
  const encrypted = secretWith('ENC[AES256_GCM,data:abc,iv:d,tag:g,type:str]', { sops: { version: '3.9.0' } });
  const spec = { imagePullSecrets: [{ name: 'regcred' }] };
  const web = aDeployment({ images: ['open.test/team/x86:1'], spec });
  const hidden = aDeployment({ images: ['closed.test/team/private:1'], spec });

  test.each([
    [
      'encrypted',
      encrypted,
      'the content of pull Secret shop/regcred is unknown because the Secret is encrypted in the input',
    ],
    [
      'a template',
      secretWith('REPLACE_ME'),
      'the content of pull Secret shop/regcred is unknown because the Secret is a template in the input',
    ],
  ])('a pull Secret that is %s is not judged as it stands', async (_name, secret, message) => {
    const report = await checkObjects([secret, web, hidden], args());

    expect(inShort(report)).toEqual([
      'spec.template.spec.containers[0].image pullable',
      'spec.template.spec.containers[0].image unconfirmed: access-denied unconfirmed',
    ]);
    expect(report.results[0]?.findings).toMatchObject([
      { code: 'pull-secret-undecodable', certainty: 'unconfirmed', cause: 'not-rendered', message },
    ]);
    expect(report.results[0]?.verdict).toBe('warn');
  });

  test('of two Secrets of one name nothing is known, unless they hold the same', async () => {
    const undecodable = secretWith('{');
    const report = await checkObjects([secretWith(login('b')), web, undecodable], args());

    expect(inShort(report)).toEqual(['spec.template.spec.containers[0].image pullable']);
    expect(inShort(await checkObjects([undecodable, web, undecodable], args()))).toEqual([
      'spec.template.spec.containers[0].image unpullable: pull-secret-undecodable certain',
    ]);
  });

  test('of two accounts of one name the pull Secrets are not known', async () => {
    const objects = [
      account('broken'),
      account('other'),
      secretWith('{', { metadata: { name: 'broken', namespace: 'shop' } }),
    ];
    const report = await checkObjects([...objects, aDeployment({ images: ['open.test/team/x86:1'] })], args());

    expect(inShort(report)).toEqual(['spec.template.spec.containers[0].image pullable']);
  });

  test('nodes of one name that differ are all candidates', async () => {
    const objects = [aNode({ architecture: 'arm64' }), aNode({ architecture: 'amd64' }), web];

    expect(inShort(await checkObjects(objects, args()))).toEqual([
      'spec.template.spec.containers[0].image unpullable: some-nodes-lack-platform likely',
    ]);
  });

  test('Namespaces of one name that differ leave the mode to the flag', async () => {
    const objects = [namespace({ 'pullgate.dev/mode': 'off' }), namespace({}), web];

    expect((await checkObjects(objects, args('--mode', 'audit'))).results[0]?.mode).toBe('audit');
  });

  test('a Node without nodeInfo is a part of documentation, not a node', async () => {
    const fragment = { apiVersion: 'v1', kind: 'Node', metadata: { name: '<node-name>', labels: { disktype: 'ssd' } } };
    const arm = aDeployment({ images: ['open.test/team/arm:1'] });

    const report = await checkObjects([fragment, arm], args());
    expect(inShort(report)).toEqual(['spec.template.spec.containers[0].image pullable']);
    expect(report.summary.platformsJudged).toBe(false);
    expect(inShort(await checkObjects([fragment, arm], args('--platform', 'linux/amd64')))).toEqual([
      'spec.template.spec.containers[0].image unpullable: no-matching-platform certain',
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
    const config = ['--config', await world.configured(kindsWith(partial))];

    expect(inShort(await checkObjects(objects, config))).toEqual(expected);
  });
});
