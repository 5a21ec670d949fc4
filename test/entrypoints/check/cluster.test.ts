/** `pullgate check --cluster` as users run it, before an API server that says what each test wants. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { PullReport } from '../../../src/report/pull-report.ts';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aDeployment, aNode, aPod, aPullSecret } from '../../support/api-objects.ts';
import { type ApiCall, aListPage, aStatus, startApiServer, writeKubeconfig } from '../../support/api-server.ts';
import { callCheck, runPullgate } from '../../support/check.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';

const apiServerEndpoints = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };

let world: RegistryWorld;

beforeAll(async () => {
  const access = {
    kind: 'token',
    username: 'alice',
    password: 's3cret',
    publicRepositories: ['library/nginx', 'team/arm'],
  } as const;
  world = await startRegistryWorld({ names: ['docker.io', 'registry.test'], registry: { access } });
  world.registry.push('library/nginx', '1.27', buildMultiPlatform([amd64, arm64], '1.27'));
  world.registry.push('team/arm', '1', buildMultiPlatform([arm64], 'arm'));
  world.registry.push('team/private', '1', buildMultiPlatform([amd64], 'private'));
});

afterAll(async () => {
  await world.end();
});

type Named = { readonly kind: string; readonly metadata: { readonly name: string; readonly namespace?: string } };
type Answer = (call: ApiCall) => boolean;

const account = (fields = {}, name = 'default') => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: 'shop' },
  ...fields,
});
const namespace = (mode?: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: mode === undefined ? {} : { 'pullgate.dev/mode': mode } },
});
const rightSecret = aPullSecret({ registry: 'registry.test', username: 'alice', password: 's3cret' });
const wrongSecret = aPullSecret({ registry: 'registry.test', username: 'alice', password: 'old' });
const withSecret = { imagePullSecrets: [{ name: 'regcred' }] };

const plurals: Readonly<Record<string, string>> = {
  Node: '/api/v1/nodes',
  Namespace: '/api/v1/namespaces',
  Secret: 'secrets',
  ServiceAccount: 'serviceaccounts',
};

function pathOf({ kind, metadata }: Named): string {
  const plural = plurals[kind] ?? kind;
  return metadata.namespace === undefined
    ? `${plural}/${metadata.name}`
    : `/api/v1/namespaces/${metadata.namespace}/${plural}/${metadata.name}`;
}

/** Its answers, but where `first` has answered; lists have one object a page. */
async function startCluster(objects: readonly Named[], first: Answer = () => false) {
  const server = await startApiServer((call) => {
    if (first(call)) return;
    const { path, query, reply } = call;
    const found = objects.find((object) => pathOf(object) === path);
    if (found !== undefined) return reply(200, found);
    const isList = path === '/api/v1/nodes' || /\/(?:pods|replicasets|controllerrevisions)$/.test(path);
    if (!isList) return reply(404, aStatus(404, 'NotFound'));
    const items = objects.filter((object) => pathOf(object).startsWith(`${path}/`));
    const at = Number(query.get('continue') ?? 0);
    reply(200, aListPage(items.slice(at, at + 1), '1', at + 1 < items.length ? String(at + 1) : undefined));
  });
  const kubeconfig = writeKubeconfig({ server: `http://127.0.0.1:${server.port}`, 'insecure-skip-tls-verify': true });
  return { server, kubeconfig, pathsAsked: () => server.requests.map(({ url }) => url.split('?')[0]) };
}

const refuses =
  (part: string, status = 403): Answer =>
  ({ path, reply }) => {
    if (!path.includes(part)) return false;
    reply(status, aStatus(status, 'Forbidden'));
    return true;
  };

async function check(kubeconfig: string, objects: readonly object[], args: readonly string[] = []) {
  const ran = await callCheck(
    ['-o', 'json', '--config', world.configPath, '--cluster', '--kubeconfig', kubeconfig, ...args, '-'],
    { input: objects.map((object) => JSON.stringify(object)).join('\n---\n') },
  );
  if (ran.output === '') throw new Error(`no report: ${ran.errors}`);
  const report = JSON.parse(ran.output) as PullReport;
  const images = report.results.flatMap((result) => result.images);
  return {
    ...ran,
    report,
    outcomes: images.map(({ outcome }) => outcome),
    found: images.flatMap(({ findings }) => findings.map(({ code, certainty }) => `${code} ${certainty}`)),
    caps: images.flatMap(({ findings }) => findings.flatMap(({ cappedBy }) => cappedBy ?? [])),
  };
}

describe('the facts of the cluster', () => {
  test('are its nodes, listed once and in pages', async () => {
    const { server, kubeconfig } = await startCluster([aNode({ name: 'a' }), aNode({ name: 'b' }), account()]);
    const images = ['registry.test/team/arm:1'];

    const { report, found, exitCode } = await check(kubeconfig, [aPod({ images }), aPod({ name: 'other', images })]);

    expect(found).toEqual(['no-matching-platform certain', 'no-matching-platform certain']);
    expect(report.results[0]?.images[0]?.findings[0]?.nodes).toEqual({ failing: 2, candidates: 2, names: ['a', 'b'] });
    expect(report.summary.platformsJudged).toBe(true);
    expect(exitCode).toBe(1);
    const lists = server.requests.filter(({ url }) => url.startsWith('/api/v1/nodes'));
    expect(lists.map(({ url }) => new URL(url, 'http://api.test').searchParams.get('continue'))).toEqual([null, '1']);
  });

  test('are Secrets that a workload or its account names, each read once', async () => {
    const { kubeconfig, pathsAsked } = await startCluster([aNode(), account(withSecret), rightSecret]);
    const images = ['registry.test/team/private:1'];

    const { outcomes, report } = await check(kubeconfig, [
      aPod({ images, spec: withSecret }),
      aPod({ name: 'by-account', images }),
    ]);

    expect(outcomes).toEqual(['pullable', 'pullable']);
    expect(report.results[1]?.images[0]?.credential).toMatchObject({ source: 'secret', name: 'regcred' });
    expect(new Set(pathsAsked())).toEqual(
      new Set([
        '/api/v1/namespaces/shop',
        '/api/v1/namespaces/shop/secrets/regcred',
        '/api/v1/namespaces/shop/serviceaccounts/default',
        '/api/v1/nodes',
        apiServerEndpoints,
      ]),
    );
    expect(pathsAsked()).toHaveLength(5);
  });

  test('are the modes of its namespaces', async () => {
    const { kubeconfig } = await startCluster([aNode(), account(), namespace('warn')]);

    const { report, exitCode } = await check(kubeconfig, [aPod({ images: ['nginx:latestt'] })]);

    expect(report.results[0]).toMatchObject({ mode: 'warn', verdict: 'deny', action: 'warn' });
    expect(exitCode).toBe(0);
  });

  test('are what runs already: it is never denied', async () => {
    const running = {
      ...aPod({ name: 'web-1', images: ['nginx:gone'] }),
      status: { containerStatuses: [{ name: 'c0', image: 'nginx:gone', imageID: 'sha256:1', state: { running: {} } }] },
    };
    const pods: Answer = ({ path, reply }) => {
      if (path !== '/api/v1/namespaces/shop/pods') return false;
      reply(200, aListPage([running], '1'));
      return true;
    };
    const { kubeconfig } = await startCluster([aNode(), account()], pods);

    const { found, caps } = await check(kubeconfig, [aDeployment({ images: ['nginx:gone', 'nginx:latestt'] })]);

    expect(found).toEqual(['manifest-not-found likely', 'manifest-not-found certain']);
    expect(caps).toEqual(['Pod web-1 already pulled the image']);
  });
});

describe('objects of the input', () => {
  test('stand above those of the cluster, and are not looked up there', async () => {
    const objects = [aNode(), account({ imagePullSecrets: [{ name: 'other' }] }), wrongSecret, namespace('off')];
    const { kubeconfig, pathsAsked } = await startCluster(objects);

    const { outcomes, report } = await check(kubeconfig, [
      aPod({ images: ['registry.test/team/private:1'] }),
      account(withSecret),
      rightSecret,
      namespace('audit'),
    ]);

    expect(outcomes).toEqual(['pullable']);
    expect(report.results[0]?.mode).toBe('audit');
    // Its annotations may say where Pods land.
    expect(new Set(pathsAsked())).toEqual(new Set(['/api/v1/namespaces/shop', '/api/v1/nodes', apiServerEndpoints]));
  });

  test('leave alone what they do not mention', async () => {
    const objects = [aNode(), account(withSecret), rightSecret, namespace('warn')];
    const { kubeconfig } = await startCluster(objects);

    const { outcomes, report } = await check(kubeconfig, [
      aPod({ images: ['registry.test/team/private:1'] }),
      account(),
      namespace(),
    ]);

    expect(outcomes).toEqual(['pullable']);
    expect(report.results[0]?.mode).toBe('warn');
  });

  test('may be the first of their name', async () => {
    const { kubeconfig } = await startCluster([aNode()]);

    const { found } = await check(kubeconfig, [aPod({ images: ['registry.test/team/private:1'] }), account()]);

    expect(found).toEqual(['access-denied certain']);
  });

  test('without a namespace are in that of the context, unless another is named', async () => {
    const { kubeconfig } = await startCluster([aNode(), account()]);
    const written = await readFile(kubeconfig, 'utf8');
    await writeFile(kubeconfig, written.replace('"context":{', '"context":{"namespace":"shop",'));
    const { metadata, ...rest } = aPod({ images: ['nginx:1.27'] });
    const pod = { ...rest, metadata: { name: metadata.name } };
    const namespaceOf = async (...args: readonly string[]) =>
      (await check(kubeconfig, [pod], args)).report.results[0]?.workload.namespace;

    expect(await namespaceOf()).toBe('shop');
    expect(await namespaceOf('-n', 'other')).toBe('other');
  });
});

describe('what the API server keeps from us', () => {
  test('of a Secret: the missing right is named, and nothing is denied', async () => {
    const { kubeconfig, pathsAsked } = await startCluster([aNode(), account()], refuses('/secrets/'));
    const images = ['registry.test/team/private:1'];

    const { found, caps, exitCode } = await check(kubeconfig, [
      aPod({ images, spec: withSecret }),
      aPod({ name: 'other', images, spec: withSecret }),
    ]);

    expect(found).toEqual(['access-denied unconfirmed', 'access-denied unconfirmed']);
    expect(caps[0]).toBe('could not read Secret regcred (grant pullgate get on secrets in namespace shop)');
    expect(exitCode).toBe(0);
    expect(pathsAsked().filter((path) => path?.includes('/secrets/'))).toHaveLength(1);
  });

  test('of an account: nothing is denied', async () => {
    const { kubeconfig } = await startCluster([aNode()], refuses('/serviceaccounts/', 500));

    const { found, caps } = await check(kubeconfig, [aPod({ images: ['registry.test/team/private:1'] })]);

    expect(found).toEqual(['access-denied unconfirmed']);
    expect(caps).toEqual(['could not read ServiceAccount default (the API server answers 500)']);
  });

  test('of an account that the input lists without pull secrets: others may have been added', async () => {
    const { kubeconfig } = await startCluster([aNode()], refuses('/serviceaccounts/'));

    const { found } = await check(kubeconfig, [aPod({ images: ['registry.test/team/private:1'] }), account()]);

    expect(found).toEqual(['access-denied unconfirmed']);
  });

  test('of the nodes: platforms are not judged, standard error says why, and that counts as unconfirmed', async () => {
    const { kubeconfig } = await startCluster([account()], refuses('/nodes'));
    const pod = aPod({ images: ['registry.test/team/arm:1'] });

    const { errors, report, exitCode } = await check(kubeconfig, [pod]);

    expect(errors).toBe(
      'pullgate check: platforms are not checked: the nodes cannot be listed (status 403); grant list on nodes, or leave out --cluster and name the platforms with --platform\n' +
        'pullgate check: 1 workload, 1 image: nothing denied, nothing warned\n',
    );
    expect(report.summary).toMatchObject({
      platformsJudged: false,
      platformsNotJudgedBecause: 'the nodes cannot be listed (status 403)',
    });
    expect(exitCode).toBe(0);
    expect((await check(kubeconfig, [pod], ['--fail-on', 'unconfirmed'])).exitCode).toBe(1);
  });

  test('for a moment: that is no right that is missing', async () => {
    const { kubeconfig } = await startCluster([account()], refuses('/nodes', 500));

    expect((await check(kubeconfig, [aPod({ images: ['nginx:1.27'] })])).errors).toContain(
      'the nodes cannot be listed (status 500); try again, or leave out --cluster',
    );
  });

  test('of a namespace: --mode decides, and standard error says so', async () => {
    const { kubeconfig } = await startCluster([aNode(), account()], ({ path, reply }) => {
      if (path !== '/api/v1/namespaces/shop') return false;
      reply(403, aStatus(403, 'Forbidden'));
      return true;
    });

    const { errors, report } = await check(kubeconfig, [aPod({ images: ['nginx:1.27'] })], ['--mode', 'audit']);

    expect(report.results[0]?.mode).toBe('audit');
    expect(errors).toBe(
      'pullgate check: --mode decides for namespaces whose label cannot be read (status 403): shop; grant get on namespaces\n' +
        'pullgate check: 1 workload, 1 image: nothing denied, nothing warned\n',
    );
  });

  test('in the middle of a list that became too old it is listed again', async () => {
    let isOld = true;
    const { kubeconfig } = await startCluster([aNode({ name: 'a' }), aNode({ name: 'b' }), account()], (call) => {
      if (!isOld || !call.query.has('continue')) return false;
      isOld = false;
      call.reply(410, aStatus(410, 'Expired'));
      return true;
    });

    const { report } = await check(kubeconfig, [aPod({ images: ['registry.test/team/arm:1'] })]);

    expect(report.results[0]?.images[0]?.findings[0]?.nodes?.names).toEqual(['a', 'b']);
  });
});

/** The first line of standard error, where nothing is checked. */
async function refusalOf(args: readonly string[], items: readonly object[] = []) {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const { errors, output, exitCode } = await callCheck(['--config', world.configPath, ...args, '-'], { input });
  expect(output).toBe('');
  expect(exitCode).toBe(2);
  return errors.split('\n')[0];
}

test('a slow API server takes of the time of the whole run', async () => {
  const time = new AbortController();
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const spied = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    if (ms !== 77_000) return timeout(ms);
    spied.mockRestore();
    return time.signal;
  });
  onTestFinished(() => spied.mockRestore());
  const { kubeconfig } = await startCluster([aNode(), account()], ({ path }) => {
    if (!path.includes('/serviceaccounts/')) return false;
    time.abort();
    return true;
  });

  const { report, exitCode } = await check(kubeconfig, [aPod({ images: ['nginx:1.27'] })], ['--timeout', '77s']);

  expect(report.summary).toMatchObject({ complete: false, outOfTime: 1, platformsJudged: true });
  expect(exitCode).toBe(2);
});

describe('where there is nothing to ask', () => {
  test.each([
    ['--kubeconfig', 'x'],
    ['--context', 'x'],
  ])('%s needs --cluster', async (...args) => {
    expect(await refusalOf(args)).toBe(`pullgate check: ${args[0]} needs --cluster; add --cluster`);
  });

  test('--platform contradicts the nodes of a cluster', async () => {
    expect(await refusalOf(['--cluster', '--platform', 'linux/amd64'])).toBe(
      'pullgate check: --platform and --cluster are both given; use only one of them',
    );
  });

  test('so do Node objects', async () => {
    const { kubeconfig } = await startCluster([aNode()]);

    expect(await refusalOf(['--cluster', '--kubeconfig', kubeconfig], [aNode()])).toBe(
      'pullgate check: --cluster is given and the input has Node objects; use only one of them',
    );
  });

  test('a kubeconfig that is not there', async () => {
    expect(await refusalOf(['--cluster', '--kubeconfig', 'nowhere'])).toBe(
      'pullgate check: --cluster: cannot locate the API server: cannot read nowhere (ENOENT); set --kubeconfig, or choose a context with --context',
    );
  });

  test('no kubeconfig at all', async () => {
    // Where kubeconfig files are looked for is the environment of the process.
    vi.stubEnv('HOME', world.directory);
    for (const name of ['KUBECONFIG', 'KUBERNETES_SERVICE_HOST']) vi.stubEnv(name, undefined);
    onTestFinished(() => void vi.unstubAllEnvs());

    expect(await refusalOf(['--cluster'])).toBe(
      'pullgate check: --cluster: cannot locate the API server: there is no kubeconfig, and pullgate does not run in a Pod; set --kubeconfig, or choose a context with --context',
    );
  });

  test('a context that the kubeconfig does not have', async () => {
    const { kubeconfig } = await startCluster([]);

    expect(await refusalOf(['--cluster', '--kubeconfig', kubeconfig, '--context', 'stagign'])).toContain(
      'the kubeconfig has no context "stagign"; it has test;',
    );
  });

  test('a port where nobody listens', async () => {
    const kubeconfig = writeKubeconfig({ server: 'https://127.0.0.1:1' });

    expect(await refusalOf(['--cluster', '--kubeconfig', kubeconfig])).toBe(
      'pullgate check: --cluster: the API server at 127.0.0.1 port 1 cannot be reached (ECONNREFUSED); check that it is running and reachable, or choose another one with --context or --kubeconfig',
    );
  });

  test('an API server that never answers', async () => {
    const { server, kubeconfig } = await startCluster([], () => true);

    expect(await refusalOf(['--cluster', '--kubeconfig', kubeconfig, '--timeout', '200ms'])).toContain(
      `the API server at 127.0.0.1 port ${server.port} cannot be reached (no answer in time); check that it is running`,
    );
  });

  test.each([
    [401, 'status 401', 'log in again'],
    [404, 'status 404', 'no Kubernetes API server answers there'],
  ])('one that answers %i', async (status, why, remedy) => {
    const { kubeconfig } = await startCluster([], refuses('', status));

    expect(await refusalOf(['--cluster', '--kubeconfig', kubeconfig])).toContain(
      `cannot be reached (${why}); ${remedy}`,
    );
  });

  test('a web page', async () => {
    const { kubeconfig } = await startCluster([], ({ reply }) => {
      reply(200, '<html>Log in</html>');
      return true;
    });

    expect(await refusalOf(['--cluster', '--kubeconfig', kubeconfig])).toContain('(the answer is not JSON)');
  });

  test('a program that gives no credentials', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'false-login', interactiveMode: 'Never' };
    const kubeconfig = writeKubeconfig({ server: 'https://127.0.0.1:1' }, { exec });

    expect(await refusalOf(['--cluster', '--kubeconfig', kubeconfig])).toContain(
      'pullgate check: --cluster: the API server at 127.0.0.1 port 1 cannot be reached (the credentials of the kubeconfig are not available); log in again, or choose another user with --context',
    );
  });
});

test('nobody is led to the API server by the name of an image', async () => {
  const { server, kubeconfig, pathsAsked } = await startCluster([aNode(), account()]);
  await mkdir(join(world.directory, 'certs.d/lure.test'), { recursive: true });
  await writeFile(
    join(world.directory, 'certs.d/lure.test/hosts.toml'),
    `server = "http://localhost:${server.port}"\n`,
  );
  const config = await world.configured({ egress: { allow: ['localhost'] } });
  const args = ['--config', config, '-o', 'json'];
  const input = { input: JSON.stringify(aPod({ images: ['lure.test/api:1'] })) };

  const { output } = await callCheck([...args, '--cluster', '--kubeconfig', kubeconfig, '-'], input);
  expect(output).toContain('not examined: pullgate does not connect to the address of lure.test');
  expect(pathsAsked().filter((path) => path?.startsWith('/v2'))).toEqual([]);

  await callCheck([...args, '-'], input);
  expect(pathsAsked().filter((path) => path?.startsWith('/v2'))).not.toEqual([]);
});

test('without --cluster the client library of the API server is not loaded', async () => {
  const noteLoads =
    "import { registerHooks } from 'node:module'; registerHooks({ load(url, context, next) { const [, name] = /node_modules[/](@kubernetes[/]client-node|undici)[/]/.exec(url) ?? []; if (name) process.stderr.write('LOADED ' + name + ' '); return next(url, context); } });";
  const hooks = join(world.directory, 'note-loads.mjs');
  await writeFile(hooks, noteLoads);

  const { errors } = await runPullgate(['check', '--config', world.configPath, '-'], {
    input: JSON.stringify(aPod({ images: ['nginx:1.27'] })),
    environment: { NODE_OPTIONS: `--import=${pathToFileURL(hooks).href}` },
  });

  expect(errors).toContain('LOADED undici');
  expect(errors).not.toContain('LOADED @kubernetes/client-node');
});
