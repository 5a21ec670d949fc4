/** `pullgate audit` before an API server that says what each test wants. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aNode } from '../../support/api-objects.ts';
import { type ApiCall, aListPage, aStatus, startApiServer, writeKubeconfig } from '../../support/api-server.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';
import { aPullEvent, aRolledOutDeployment, aRunningPod, callAudit, ownedBy } from '../../support/running.ts';

let world: RegistryWorld;

beforeAll(async () => {
  world = await startRegistryWorld({ names: ['docker.io'] });
  world.registry.push('library/nginx', '1.27', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], '1.27'));
});

afterAll(async () => {
  await world.end();
});

type Listed = { readonly kind: string; readonly metadata: { readonly name: string; readonly namespace?: string } };

const paths: Readonly<Record<string, string>> = {
  Node: '/api/v1/nodes',
  Pod: '/api/v1/pods',
  Event: '/api/v1/events',
  ReplicaSet: '/apis/apps/v1/replicasets',
  Deployment: '/apis/apps/v1/deployments',
  Rollout: '/apis/argoproj.io/v1alpha1/rollouts',
  App: '/apis/x.io/v1/apps',
};
const lists =
  /^\/api\/v1\/(?:nodes|pods|podtemplates|replicationcontrollers|events)$|^\/apis\/(?:apps|batch)\/v1\/(?:deployments|replicasets|statefulsets|daemonsets|jobs|cronjobs|controllerrevisions)$|rollouts$|apps$/;

/** Lists of two objects a page, in all namespaces; `first` may answer before. */
async function startCluster(objects: readonly Listed[], first: (call: ApiCall) => boolean = () => false) {
  const asked: string[] = [];
  const server = await startApiServer((call) => {
    const { path, query, reply } = call;
    asked.push(query.has('limit') ? `${path}?limit=${query.get('limit')}` : path);
    if (first(call)) return;
    if (!lists.test(path)) return reply(404, aStatus(404, 'NotFound'));
    const items = objects.filter(({ kind }) => paths[kind] === path);
    const at = Number(query.get('continue') ?? 0);
    reply(200, aListPage(items.slice(at, at + 2), '1', at + 2 < items.length ? String(at + 2) : undefined));
  });
  const kubeconfig = writeKubeconfig({ server: `http://127.0.0.1:${server.port}`, 'insecure-skip-tls-verify': true });
  return { asked, args: ['--kubeconfig', kubeconfig, '--config', world.configPath, '-A'] };
}

function aShop(count = 5) {
  const { deployment, replicaSet } = aRolledOutDeployment({ image: 'nginx:1.27' });
  const pods = Array.from({ length: count }, (_, index) =>
    aRunningPod({ name: `web-1-${index}`, images: ['nginx:1.27'], owner: replicaSet }),
  );
  return [aNode(), deployment, replicaSet, ...pods];
}

describe('a cluster', () => {
  test('is listed in pages, and each owner examined once', async () => {
    const { args, asked } = await startCluster(aShop());

    const { output, errors, exitCode } = await callAudit(args);

    expect(output).toBe('\u2713 1 workload with 5 Pods, 1 image: all would come back\n');
    expect(errors).toBe('');
    expect(exitCode).toBe(0);
    expect(asked.filter((path) => path.startsWith('/api/v1/pods'))).toEqual(
      Array.from({ length: 3 }, () => '/api/v1/pods?limit=500'),
    );
    expect(asked.filter((path) => /secrets|events/.test(path))).toEqual([]);
  });

  test('begins a list again whose continue token is too old', async () => {
    let refusals = 1;
    const { args } = await startCluster(aShop(), ({ path, query, reply }) => {
      if (path !== '/api/v1/pods' || !query.has('continue') || refusals === 0) return false;
      refusals -= 1;
      reply(410, aStatus(410, 'Expired'));
      return true;
    });

    await expect(callAudit(args)).resolves.toMatchObject({
      output: '\u2713 1 workload with 5 Pods, 1 image: all would come back\n',
      exitCode: 0,
    });
  });

  test('names each right that is missing, and shows the rest', async () => {
    const { args } = await startCluster(aShop(), ({ path, reply }) => {
      if (!/\/(?:jobs|cronjobs|nodes)$/.test(path)) return false;
      reply(403, aStatus(403, 'Forbidden'));
      return true;
    });

    const { output, errors, exitCode } = await callAudit(args);

    expect(output).toBe(
      '1 workload with 5 Pods, 1 image: all would come back\n' +
        'platforms were not checked: the nodes cannot be listed (status 403)\n' +
        'incomplete: cronjobs.batch could not be listed (status 403); grant list on cronjobs.batch\n' +
        'incomplete: jobs.batch could not be listed (status 403); grant list on jobs.batch\n',
    );
    expect(errors).toBe(
      'pullgate audit: platforms are not checked: the nodes cannot be listed (status 403); grant list on nodes\n',
    );
    expect(exitCode).toBe(2);
  });

  test('that goes away in the middle is told, with what is known', async () => {
    const { args } = await startCluster(aShop(), ({ path, query, response }) => {
      if (path !== '/api/v1/pods' || !query.has('continue')) return false;
      response.destroy();
      return true;
    });

    const { output, exitCode } = await callAudit(args);

    expect(output).toContain('1 workload with 2 Pods, 1 image: all would come back\n');
    expect(output).toContain('incomplete: pods could not be listed (ECONNRESET); try again\n');
    expect(exitCode).toBe(2);
  });

  test('is asked for Events where a Pod waits', async () => {
    const waiting = aRunningPod({
      name: 'lone',
      images: ['nginx:1.27'],
      waiting: { reason: 'ErrImagePull', message: 'no' },
    });
    const event = aPullEvent({
      pod: 'lone',
      reason: 'Failed',
      message:
        'Failed to pull image "nginx:1.27": failed to pull and unpack image "docker.io/library/nginx:1.27": failed to resolve reference "docker.io/library/nginx:1.27": failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1.27": dial tcp: lookup registry-1.docker.io: no such host',
      last: '2026-12-01T11:59:55Z',
    });
    const { args } = await startCluster([aNode(), waiting, event]);

    const { output, exitCode } = await callAudit(args);

    expect(output).toBe(
      '! nginx:1.27  waits, and could be pulled now\n' +
        '    Pod shop/lone, container c0, 1 Pod (1 waits)\n' +
        '      Pod lone on node-1: ErrImagePull since 2026-12-01T11:59:55Z, 1 failed attempt, the next at 2026-12-01T12:00:05Z\n' +
        '      the kubelet says: Failed to pull image "nginx:1.27": failed to pull and unpack image "docker.io/library/nginx:1.27": failed to resolve reference "docker.io/library/nginx:1.27": failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1.27": dial tcp: lookup registry-1.docker.io: no such host [name-not-resolved]\n\n' +
        '\u2713 1 workload with 1 Pod, 1 image: all would come back; 1 Pod waits for an image\n',
    );
    expect(exitCode).toBe(0);
  });

  test('is climbed through custom kinds that nobody configured, up to one that is', async () => {
    const app = {
      kind: 'App',
      metadata: { name: 'all', namespace: 'shop' },
      spec: { template: { spec: { containers: [{ name: 'c0', image: 'nginx:1.27' }] } } },
    };
    const rollout = {
      kind: 'Rollout',
      metadata: { name: 'web', namespace: 'shop', ownerReferences: ownedBy({ ...app, apiVersion: 'x.io/v1' }) },
    };
    const { replicaSet } = aRolledOutDeployment({ image: 'nginx:1.27' });
    const owned = {
      ...replicaSet,
      metadata: {
        ...replicaSet.metadata,
        ownerReferences: ownedBy({ ...rollout, apiVersion: 'argoproj.io/v1alpha1' }),
      },
    };
    const pod = aRunningPod({ name: 'web-1-a', images: ['nginx:1.27'], owner: replicaSet });
    const workloadKinds = [{ group: 'x.io', version: 'v1', kind: 'App', podSpecPath: 'spec.template.spec' }];
    const configPath = await world.configured({ workloadKinds });
    const { args } = await startCluster([aNode(), app, rollout, owned, pod], ({ path, reply }) => {
      const resources = { '/apis/x.io/v1': ['App', 'apps'], '/apis/argoproj.io/v1alpha1': ['Rollout', 'rollouts'] }[
        path
      ];
      if (resources === undefined) return false;
      reply(200, { resources: [{ kind: resources[0], name: resources[1] }] });
      return true;
    });

    const { output, errors } = await callAudit([
      ...args.filter((arg) => arg !== world.configPath && arg !== '--config'),
      '--config',
      configPath,
      '-o',
      'json',
    ]);

    expect(errors).toBe('pullgate audit: 1 workload with 1 Pod, 1 image: all would come back\n');
    expect(JSON.parse(output)).toMatchObject({
      results: [{ workload: { kind: 'App', name: 'all' }, pods: { total: 1 } }],
    });
  });

  test('that is none is bad usage', async () => {
    const kubeconfig = writeKubeconfig({ server: 'http://127.0.0.1:1', 'insecure-skip-tls-verify': true });

    await expect(callAudit(['--kubeconfig', kubeconfig])).resolves.toEqual({
      exitCode: 2,
      output: '',
      errors:
        'pullgate audit: the API server at 127.0.0.1 port 1 cannot be reached (ECONNREFUSED); check that it is running and reachable, or choose another one with --context or --kubeconfig\nRun "pullgate audit --help" for its flags.\n',
    });
  });
});
