/** What the webhook knows of a real cluster, and what it answers while a part of the world is in trouble. */
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import { type EmbeddedRegistry, startRegistry } from '../../tools/embedded-registry/registry.ts';
import { aNode, aPod, aPullSecret } from '../support/api-objects.ts';
import { reviewText } from '../support/serve.ts';
import { aNamespace, aWeb, until } from './objects.ts';
import { openStage, type Stage } from './stage.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const hook = 'admission webhook "validate.pullgate.dev" denied the request:';
const noTag =
  'nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest; asked REGISTRY) [manifest-not-found]';
const forbidden = `Error from server (Forbidden): error when creating "STDIN": ${hook}`;
const image = 'registry.test/team/private:1';
const refused = `${image}: missing, or not visible without credentials: registry.test denies anonymous pulls of team/private`;
const created = 'pod/pod created (server dry run)';

let stage: Stage;
let kubectl: Stage['kubectl'];
/** Takes connections, and never says a word. */
let silent: Server;
/** Answers each request before it would be given up, but not all that it takes. */
let slow: EmbeddedRegistry;
/** Is not there at first. */
let away: EmbeddedRegistry | undefined;
let awayPort: number;

beforeAll(async () => {
  silent = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve);
  });
  const login = { kind: 'token', username: 'alice', password: 's3cret', publicRepositories: ['app'] } as const;
  slow = await startRegistry({ delayMs: 1_000, access: login });
  const placeholder = await startRegistry();
  awayPort = Number(new URL(placeholder.url).port);
  await placeholder.close();
  slow.push('app', '1', buildMultiPlatform([amd64], 'slow'));
  stage = await openStage({
    elsewhere: {
      'silent.test': `http://127.0.0.1:${portOf(silent)}`,
      'slow.test': slow.url,
      'away.test': placeholder.url,
    },
  });
  kubectl = stage.kubectl;
  const { registry } = stage.world;
  registry.push('library/nginx', 'latest', buildMultiPlatform([amd64, arm64], 'latest'));
  registry.push('team/s390x', '1', buildMultiPlatform([{ os: 'linux', architecture: 's390x' }], 's390x'));
  registry.push('team/arm', '1', buildMultiPlatform([arm64], 'arm'));
  registry.push('team/private', '1', buildMultiPlatform([amd64], 'private'));
  await applied(aNode(), aNamespace('shop', 'enforce'));
  await until(async () => (await kubectl(['get', 'serviceaccount', '-n', 'shop'])).includes('default'));
});

afterAll(async () => {
  await stage.end();
  silent.close();
  await slow.close();
  await away?.close();
});

function portOf(server: Server): number {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('it listens on a TCP port');
  return bound.port;
}

async function applied(...objects: readonly object[]): Promise<void> {
  for (const object of objects)
    expect(await kubectl(['apply', '-f', '-'], object)).toMatch(/ (created|configured|unchanged)$/);
}

function tried(object: object): Promise<string> {
  return kubectl(['create', '--dry-run=server', '-f', '-'], object);
}

const recreate = (name: string) =>
  `- spec.containers[0].image: ${image} [pull-secret-undecodable]. Recreate Secret ${name}, or remove it from spec.imagePullSecrets and from the ServiceAccount`;

describe('nodes', () => {
  const arm = aPod({ images: ['registry.test/team/arm:1'] });
  const onOneOfTwo = `Warning: likely to fail: registry.test/team/arm:1: no match for platform in manifest on 1 of 2 candidate nodes: the image does not support linux/amd64 [some-nodes-lack-platform]\n${created}`;

  test('that come and go are known at once', async () => {
    expect(await tried(arm)).toBe(
      `${forbidden} registry.test/team/arm:1: no match for platform in manifest: the image offers linux/arm64, but the nodes need linux/amd64 [no-matching-platform]\n- spec.containers[0].image: registry.test/team/arm:1 [no-matching-platform]. Build the image for linux/amd64, or use an image that supports it`,
    );

    await applied(aNode({ name: 'node-arm', architecture: 'arm64' }));
    await until(async () => (await tried(arm)).includes('[some-nodes-lack-platform]'));
    expect(await tried(arm)).toBe(onOneOfTwo);
    await kubectl(['delete', 'node', 'node-arm']);
    await until(async () => (await tried(arm)).includes('[no-matching-platform]'));
  });

  test('without labels count by what their kubelet says', async () => {
    const {
      metadata: { name },
      ...rest
    } = aNode({ name: 'bare', architecture: 'arm64' });
    await applied({ ...rest, metadata: { name } });
    await until(async () => !(await tried(arm)).includes(hook));

    expect(await tried(arm)).toBe(onOneOfTwo);
    await kubectl(['delete', 'node', 'bare']);
    await until(async () => (await tried(arm)).includes(hook));
  });
});

function configOf(auths: object): string {
  return Buffer.from(JSON.stringify({ auths })).toString('base64');
}

function dockerConfig(data: object) {
  return { type: 'kubernetes.io/dockerconfigjson', data };
}

describe('Secrets', () => {
  const withSecret = (name: string) => aPod({ images: [image], spec: { imagePullSecrets: [{ name }] } });
  const login = { registry: 'registry.test', username: 'alice', password: 's3cret' };

  test('the right one pulls, until it is deleted', async () => {
    await applied(aPullSecret({ name: 'right', ...login }));
    expect(await tried(withSecret('right'))).toBe(created);

    await kubectl(['delete', 'secret', 'right', '-n', 'shop']);

    await until(async () => (await tried(withSecret('right'))) !== created);
    expect((await tried(withSecret('right'))).split('\n')).toEqual([
      `Warning: likely to fail: ${refused} (Secret right does not exist yet and may come in the same apply) [access-denied]`,
      `Warning: ${image}: the kubelet skips pull Secret right because it does not exist in namespace shop [pull-secret-not-found]`,
      created,
    ]);
  });

  test('one that comes after the template that names it', async () => {
    const web = aWeb('private', image, { spec: { imagePullSecrets: [{ name: 'late' }] } });
    expect(await tried(web)).toBe(
      [
        `Warning: likely to fail: ${refused} (Secret late does not exist yet and may come in the same apply) [access-denied]`,
        `Warning: ${image}: the kubelet skips pull Secret late because it does not exist in namespace shop [pull-secret-not-found]`,
        'deployment.apps/private created (server dry run)',
      ].join('\n'),
    );

    await applied(aPullSecret({ name: 'late', ...login }));

    await until(async () => (await tried(web)) === 'deployment.apps/private created (server dry run)');
  });

  const refusal = [
    `${forbidden} ${refused} [access-denied]`,
    '- spec.containers[0].image: registry.test/team/private:1 [access-denied]. Add { name: regcred-registry-test } to spec.imagePullSecrets and run: kubectl create secret docker-registry regcred-registry-test -n shop --docker-server=registry.test --docker-username=USER --docker-password=PASSWORD',
  ];

  test.each([
    {
      name: 'opaque',
      secret: { type: 'Opaque', data: { '.dockerconfigjson': configOf({}) } },
      said: [
        `Warning: ${image}: the kubelet ignores pull Secret shop/opaque because its type is Opaque [pull-secret-ignored]`,
        ...refusal,
      ],
    },
    {
      name: 'undecodable',
      secret: dockerConfig({ '.dockerconfigjson': configOf({ 'registry.test': { auth: 'Zm9v' } }) }),
      said: [
        `${forbidden} ${image}: the kubelet cannot decode Secret shop/undecodable, key registry.test: unable to parse auth field, must be formatted as base64(username:password) [pull-secret-undecodable]`,
        recreate('undecodable'),
      ],
    },
    {
      name: 'list',
      secret: dockerConfig({ '.dockerconfigjson': Buffer.from('{"auths":[]}').toString('base64') }),
      said: [
        `${forbidden} ${image}: the kubelet cannot decode Secret shop/list: json: cannot unmarshal array into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig [pull-secret-undecodable]`,
        recreate('list'),
      ],
    },
    {
      name: 'elsewhere',
      secret: dockerConfig({
        '.dockerconfigjson': configOf({ 'registry.test:5000': { username: 'alice', password: 'x' } }),
      }),
      said: [
        `Warning: ${image}: the key registry.test:5000 of Secret shop/elsewhere does not match: it has port 5000, but the image has none [pull-secret-no-match]`,
        ...refusal,
      ],
    },
    {
      name: 'rejected',
      secret: dockerConfig({
        '.dockerconfigjson': configOf({ 'registry.test': { username: 'alice', password: 'old' } }),
      }),
      said: [
        `Warning: likely to fail: ${image}: registry.test rejects the credentials of Secret shop/rejected (key registry.test; Secret rejected was written less than 2 minutes ago) [credentials-rejected]`,
        'pod/with-rejected created',
      ],
    },
  ])('that are of no use are told: $name', async ({ name, secret, said }) => {
    await kubectl(['create', '-f', '-'], {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'shop' },
      ...secret,
    });

    // In a dry run a Secret may be another one when it is applied.
    const pod = aPod({ name: `with-${name}`, images: [image], spec: { imagePullSecrets: [{ name }] } });
    expect((await kubectl(['create', '-f', '-'], pod)).split('\n')).toEqual(said);
  });

  test('that are as long as they may be are read', async () => {
    const secret = dockerConfig({ '.dockerconfigjson': configOf(manyAuths()) });
    const metadata = { name: 'huge', namespace: 'shop' };
    // kubectl apply would repeat it in an annotation, for which it is too long.
    expect(await kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'Secret', metadata, ...secret })).toBe(
      'secret/huge created',
    );

    expect(await tried(withSecret('huge'))).toBe(created);
  });

  test('may not be read any more: nothing is denied because of them, and the missing right is named', async () => {
    await kubectl(['delete', 'clusterrolebinding', 'pullgate-secrets']);
    expect(await tried(withSecret('unread'))).toBe(
      `Warning: could not confirm ${refused} (could not read Secret unread (grant pullgate get on secrets in namespace shop)) [access-denied]\n${created}`,
    );
  });
});

describe('a registry', () => {
  test('that is silent holds up neither others nor the API server', async () => {
    const startedMs = performance.now();
    const both = tried(aPod({ images: ['silent.test/app:1', 'nginx:latestt'] }));
    let isAnswered = false;
    void both.finally(() => {
      isAnswered = true;
    });

    expect(await tried(aPod({ images: ['nginx:latest'] }))).toBe(created);
    expect(isAnswered).toBe(false);
    expect(await both).toBe(
      [
        `Warning: could not confirm silent.test/app:1: 127.0.0.1:${portOf(silent)} did not answer in time [registry-unreachable]`,
        `${forbidden} ${noTag}`,
        '- spec.containers[1].image: nginx:latestt [manifest-not-found]. Use nginx:latest, or push the missing tag',
      ].join('\n'),
    );
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  test('that is slow is not examined to its end, and does not keep another image from being denied', async () => {
    const said = await tried(aPod({ images: ['slow.test/app:1', 'nginx:latest', 'nginx:latestt'] }));

    expect(said.split('\n')).toEqual([
      'Warning: could not confirm slow.test/app:1: not examined: no answer before the deadline [registry-not-examined]',
      `${forbidden} ${noTag}`,
      '- spec.containers[2].image: nginx:latestt [manifest-not-found]. Use nginx:latest, or push the missing tag',
    ]);
  });

  test('that is away is a warning, and is judged as soon as it is back', async () => {
    const pod = aPod({ images: ['away.test/app:2'] });
    expect(await tried(pod)).toBe(
      `Warning: could not confirm away.test/app:2: cannot connect to 127.0.0.1:${awayPort} [registry-unreachable]\n${created}`,
    );

    away = await startRegistry({ listen: { address: '127.0.0.1', port: awayPort } });
    away.push('app', '1', buildMultiPlatform([amd64], 'app'));

    await until(async () => (await tried(pod)).includes(hook));
    expect(await tried(pod)).toBe(
      `${forbidden} away.test/app:2: away.test/app has no tag 2 (nearest: 1; asked 127.0.0.1:${awayPort}) [manifest-not-found]\n- spec.containers[0].image: away.test/app:2 [manifest-not-found]. Use away.test/app:1, or push the missing tag`,
    );
  });
});

/** Past the API server. */
function ask(images: readonly string[], spec = {}): ReturnType<Stage['webhook']['review']> {
  return stage.webhook.review(
    reviewText({
      uid: 'u',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      namespace: 'shop',
      name: 'pod',
      operation: 'CREATE',
      object: aPod({ images, spec }),
    }),
  );
}

describe('the API server', () => {
  test('gives little time: images that were not finished are named', async () => {
    const patch = [{ op: 'replace', path: '/webhooks/0/timeoutSeconds', value: 1 }];
    await kubectl([
      'patch',
      'validatingwebhookconfiguration',
      'validate.pullgate.dev',
      '--type=json',
      '-p',
      JSON.stringify(patch),
    ]);
    const pod = aPod({ images: ['silent.test/other:1'] });

    await until(async () => (await tried(pod)).includes('[registry-not-examined]'));
    expect(await tried(pod)).toBe(
      `Warning: could not confirm silent.test/other:1: not examined: no answer before the deadline [registry-not-examined]\n${created}`,
    );
  });

  test('is killed: what may be in use is not denied; it is back: everything is watched again', async () => {
    await stage.plane.killApiServer();

    // What was listed a moment ago counts for two seconds.
    await until(async () => (await ask(['nginx:latestt'])).warnings?.[0]?.includes('the image may be in use') === true);
    const { registry } = stage.world;
    const warningOn = async (name: string) =>
      (await ask([name])).warnings?.map((text) => text.replaceAll(registry.host, 'REGISTRY'));
    const unknownUse = 'the image may be in use (the API server does not answer: ECONNREFUSED))';
    expect(await warningOn('nginx:latestt')).toEqual([
      `likely to fail: ${noTag.replace(') [manifest-not-found]', '')}; ${unknownUse} [manifest-not-found]`,
    ]);
    expect((await warningOn('registry.test/team/arm:1'))?.[0]).toContain(`${unknownUse} [no-matching-platform]`);
    // A name that no kubelet takes is in use nowhere.
    expect((await ask(['Nginx:1'])).status?.message).toContain('[invalid-image-name]');
    expect(await ask([image], { imagePullSecrets: [{ name: 'unasked' }] })).toMatchObject({
      allowed: true,
      warnings: [
        `could not confirm ${refused} (could not read Secret unasked (the API server does not answer: ECONNREFUSED)) [access-denied]`,
      ],
    });

    await stage.plane.startApiServer();
    await applied(aNamespace('late', 'enforce'), aNode({ name: 'node-arm', architecture: 'arm64' }));
    await until(async () => (await kubectl(['get', 'serviceaccount', '-n', 'late'])).includes('default'));
    const arm = aPod({ namespace: 'late', images: ['registry.test/team/arm:1'] });
    await until(async () => (await tried(arm)).includes('[some-nodes-lack-platform]'));
    expect(await tried(aPod({ namespace: 'late', images: ['nginx:latestt'] }))).toContain(`${hook} ${noTag}`);
  });

  test('is away for longer: nothing is denied on what may have changed; it is back: a label counts at once', async () => {
    const mainframe = ['registry.test/team/s390x:1'];
    expect(await tried(aPod({ images: mainframe }))).toContain(`${hook} ${mainframe[0]}`);
    await stage.plane.killApiServer();
    await until(async () => (await ask(mainframe)).allowed);

    // Whether it is in use could not be looked up either.
    expect((await ask(mainframe)).warnings).toEqual([
      'likely to fail: registry.test/team/s390x:1: no match for platform in manifest: the image offers linux/s390x, but the nodes need linux/amd64 and linux/arm64 (the image may be in use (the API server does not answer: ECONNREFUSED)) [no-matching-platform]',
    ]);
    await until(async () => (await ask(['Nginx:1'])).allowed);
    expect((await ask(['Nginx:1'])).warnings?.join('\n')).toContain('[invalid-image-name]');
    await stage.plane.startApiServer();
    expect(await kubectl(['label', 'namespace', 'shop', 'pullgate.dev/mode=off', '--overwrite'])).toContain('labeled');
    expect(await tried(aPod({ images: ['nginx:latestt'] }))).toBe(created);
  });
});

/** A thousand registries, nearly as long as a Secret may be, and the right entry at the end. */
function manyAuths(): object {
  const password = 'tokens-of-some-clouds-are-long-'.repeat(20);
  const others = Array.from(
    { length: 1_000 },
    (_, index) => [`registry-${index}.test`, { username: 'alice', password }] as const,
  );
  return Object.fromEntries([...others, ['registry.test', { username: 'alice', password: 's3cret' }]]);
}
