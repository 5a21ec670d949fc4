/** Clusters whose nodes get images by other ways than from their registries, as files show them to `pullgate check`. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { type EmbeddedRegistry, startRegistry } from '../../../tools/embedded-registry/registry.ts';
import { aDeployment, aNode } from '../../support/api-objects.ts';
import { checkObjects } from '../../support/check.ts';
import { openDns } from '../../support/dns-socket.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };

let registry: EmbeddedRegistry;
let directory: string;
let image: string;
let end: () => Promise<void>;

beforeAll(async () => {
  registry = await startRegistry();
  registry.push('team/app', '2', buildMultiPlatform([amd64], 'app'));
  const dns = await openDns(() => ({ kind: 'addresses', addresses: ['127.0.0.1'], ttl: 30 }));
  directory = await mkdtemp(join(tmpdir(), 'pullgate-mirrors-'));
  const host = `gone.test:${registry.host.split(':')[1]}`;
  image = `${host}/team/app:1`;
  const configuration = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'Configuration',
    assume: { nodeCredentials: 'none' },
    registries: [{ match: host, plainHttp: true }],
    egress: { allow: ['127.0.0.1'], dnsServers: [dns.address] },
  };
  await writeFile(join(directory, 'configuration.json'), JSON.stringify(configuration));
  end = async () => {
    dns.close();
    await registry.close();
    await rm(directory, { recursive: true });
  };
});

afterAll(async () => {
  await end();
});

type Written = { readonly metadata?: object; readonly spec?: object; readonly status?: object };

function node({ metadata = {}, spec = {}, status = {} }: Written = {}): object {
  const plain = aNode({ name: 'k1' });
  return {
    ...plain,
    metadata: { ...plain.metadata, ...metadata },
    spec,
    status: { ...plain.status, ...status },
  };
}

/** What is found of an image that the registry does not have. */
async function found(objects: readonly object[], args: readonly string[] = [], container: object = {}) {
  const web = aDeployment({ images: [image] });
  const [only] = web.spec.template.spec.containers;
  const deployment = { ...web, spec: { template: { spec: { containers: [{ ...only, ...container }] } } } };
  const config = ['--config', join(directory, 'configuration.json')];
  const report = await checkObjects([...objects, deployment], [...config, ...args]);
  const findings = report.results.flatMap(({ images }) => images.flatMap((one) => one.findings));
  const finding = findings.find(({ code }) => code === 'manifest-not-found');
  return `${finding?.certainty}: ${finding?.cappedBy ?? finding?.assuming.join(', ')}`;
}

const certain = 'certain: mirrors=auto (none seen), preloaded=auto (none seen), imageRewriting=none';
const mirrored = (what: string) =>
  `likely: nodes may get the image from another source: ${what}; mirrors: none would make it certain`;
const embedded = node({ metadata: { name: 'k1', labels: { 'p2p.k3s.cattle.io/enabled': 'true' } } });
const ofKind = node({ metadata: { name: 'kind-worker' }, spec: { providerID: 'kind://docker/kind/kind-worker' } });
const reporting = (...names: readonly string[]) => node({ status: { images: [{ names }] } });

const mirrorSet = (source: string) => ({
  apiVersion: 'config.openshift.io/v1',
  kind: 'ImageTagMirrorSet',
  metadata: { name: 'ours' },
  spec: { imageTagMirrors: [{ source, mirrors: ['mirror.example.com'] }] },
});

describe('mirrors', () => {
  test.each<readonly [string, object, string]>([
    ['a node without any', node(), certain],
    ['the embedded registry of k3s', embedded, mirrored('node k1 has the label p2p.k3s.cattle.io/enabled=true')],
    [
      'an image of Spegel on a node',
      reporting('ghcr.io/spegel-org/spegel:v0.4.0'),
      mirrored('node k1 reports the image ghcr.io/spegel-org/spegel:v0.4.0 of Spegel'),
    ],
  ])('%s', async (_name, object, expected) => {
    expect(await found([object])).toBe(expected);
  });

  test('a DaemonSet among the input, which is checked besides', async () => {
    const spec = { containers: [{ name: 'registry', image: 'gone.test:1/mirrored/spegel:v0.4.0' }] };
    const metadata = { name: 'p2p', namespace: 'infra' };
    const daemonSet = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec: { template: { spec } } };

    expect(await found([node(), daemonSet])).toBe(mirrored('DaemonSet infra/p2p runs Spegel'));
  });

  test('a set of mirrors of OpenShift for the image, and one for others', async () => {
    expect(await found([node(), mirrorSet(image.replace('/app:1', ''))])).toBe(
      mirrored('ImageTagMirrorSet ours gives nodes a mirror'),
    );
    expect(await found([node(), mirrorSet('quay.io')])).toBe(certain);
  });

  test.each([
    [['--assume', 'mirrors=none'], 'certain: mirrors=none, preloaded=auto (none seen), imageRewriting=none'],
    [['--assume', 'mirrors@gone.test=none'], mirrored('node k1 has the label p2p.k3s.cattle.io/enabled=true')],
    [
      ['--assume', 'mirrors=none', '--assume', 'mirrors=auto'],
      mirrored('node k1 has the label p2p.k3s.cattle.io/enabled=true'),
    ],
    [['--assume', 'mirrors=unknown'], 'likely: nodes may pull from a mirror; mirrors: none would make it certain'],
  ])('with %j', async (args, expected) => {
    expect(await found([embedded], args)).toBe(expected);
  });

  test('with an assumption about the registry, port and all', async () => {
    const [host] = image.split('/');

    expect(await found([embedded], ['--assume', `mirrors@${host}=none`])).toBe(
      'certain: mirrors=none, preloaded=auto (none seen), imageRewriting=none',
    );
  });
});

describe('images that nodes have', () => {
  test('one that is no candidate reports it', async () => {
    const plain = aNode({ name: 'z' });
    const cordoned = {
      ...plain,
      spec: { unschedulable: true },
      status: { ...plain.status, images: [{ names: [image] }] },
    };

    expect(await found([node(), cordoned])).toBe(
      'likely: node z reports the image and got it from a source that pullgate does not know',
    );
  });

  test('a Pod in the dump of a cluster runs it', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-1', namespace: 'other' },
      spec: { containers: [{ name: 'web', image, imagePullPolicy: 'Never' }] },
      status: { containerStatuses: [{ name: 'web', image, imageID: 'sha256:ab', state: { running: {} } }] },
    };

    expect(await found([node(), pod])).toBe(
      'likely: Pod other/web-1 runs the image and got it from a source that pullgate does not know',
    );
  });

  test.each<readonly [string, readonly string[], object, string]>([
    [
      'on a local cluster',
      [],
      {},
      'likely: node kind-worker is one of kind, where images are often loaded without a registry; preloaded: none would make it certain',
    ],
    [
      'with --assume preloaded=none',
      ['--assume', 'preloaded=none'],
      {},
      certain.replace('auto (none seen), image', 'none, image'),
    ],
    ['with Always', [], { imagePullPolicy: 'Always' }, 'certain: mirrors=auto (none seen), imageRewriting=none'],
  ])('%s', async (_name, args, container, expected) => {
    expect(await found([ofKind], args, container)).toBe(expected);
  });

  test('a list that is cut is said', async () => {
    const images = Array.from({ length: 50 }, (_, index) => ({ names: [`quay.io/team/app:${index}`] }));

    expect(await found([node({ status: { images } })])).toBe(
      'certain: mirrors=auto (none seen), preloaded=auto (none seen; 1 of 1 candidate nodes may not report all their images), imageRewriting=none',
    );
  });
});

const withoutDigest = (path: string) => path.replace(/sha256:.*/, 'DIGEST');

async function registries(mirrorSettings: Parameters<typeof startRegistry>[0] = {}) {
  const [mirror, upstream] = await Promise.all([startRegistry(mirrorSettings), startRegistry()]);
  onTestFinished(() => mirror.close());
  onTestFinished(() => upstream.close());
  return { mirror, upstream };
}

/** Docker Hub's hosts.toml, with these registries as the mirror and as the registry itself. */
async function checkWith(hosts: string, mirror: EmbeddedRegistry, upstream: EmbeddedRegistry, containerd: string) {
  const root = await mkdtemp(join(tmpdir(), 'pullgate-certs-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'certs.d', 'docker.io'), { recursive: true });
  const text = hosts.replaceAll('MIRROR', mirror.host).replaceAll('UPSTREAM', upstream.host);
  await writeFile(join(root, 'certs.d', 'docker.io', 'hosts.toml'), text);
  const configuration = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'Configuration',
    assume: { nodeCredentials: 'none' },
    nodes: { hostsDir: 'certs.d' },
    egress: { allow: [mirror.host, upstream.host] },
  };
  await writeFile(join(root, 'configuration.json'), JSON.stringify(configuration));
  const objects = [aNode({ containerd }), aDeployment({ images: ['team/app:1'] })];
  const report = await checkObjects(objects, ['--config', join(root, 'configuration.json')]);
  const [first] = report.results[0]?.images ?? [];
  return {
    outcome: first?.outcome,
    found: first?.findings.filter(({ code }) => code !== 'mutable-tag-always-local'),
    asked: mirror.asked.map(({ method, path }) => `${method} ${withoutDigest(path)}`),
  };
}

describe('the host configuration of nodes', () => {
  const rewriting = `server = "http://UPSTREAM/v2"
[host]
[host."http://MIRROR/v2"]
  capabilities = ["pull", "resolve"]
  [host."http://MIRROR/v2".rewrite]
    "^(.*)$" = "dockerhub/$1"
`;

  test('of k3s: a mirror is asked for the repository that the rewrite makes', async () => {
    const { mirror, upstream } = await registries();
    mirror.push('dockerhub/team/app', '1', buildMultiPlatform([amd64], 'app'));

    const { outcome, asked } = await checkWith(rewriting, mirror, upstream, '2.1.5-k3s1');

    expect(outcome).toBe('pullable');
    expect(asked).toEqual([
      'HEAD /v2/dockerhub/team/app/manifests/1',
      'GET /v2/dockerhub/team/app/manifests/DIGEST',
      'GET /v2/dockerhub/team/app/manifests/DIGEST',
      'GET /v2/dockerhub/team/app/blobs/DIGEST',
    ]);
    expect(upstream.asked).toEqual([]);
  });

  test('of another containerd: the rewrite is not followed', async () => {
    const { mirror, upstream } = await registries();
    mirror.push('dockerhub/team/app', '1', buildMultiPlatform([amd64], 'app'));

    const { found: findings, asked } = await checkWith(rewriting, mirror, upstream, '2.1.5');

    expect(findings).toMatchObject([{ code: 'manifest-not-found' }]);
    expect(asked[0]).toBe('HEAD /v2/team/app/manifests/1');
  });

  const spegel = `server = "http://UPSTREAM"
[host."http://127.0.0.1:30020"]
`;

  test('with a mirror on the loopback of the node: what the registry says is only likely', async () => {
    const { mirror, upstream } = await registries();

    const { found: findings } = await checkWith(spegel, mirror, upstream, '2.1.5');

    expect(findings).toMatchObject([
      {
        code: 'manifest-not-found',
        certainty: 'likely',
        assuming: ['mirrors=auto (nodes.hostsDir)', 'preloaded=auto (none seen)', 'imageRewriting=none'],
        cappedBy: 'nodes first use their own mirror at 127.0.0.1:30020, which pullgate cannot ask',
      },
    ]);
  });

  test('with a mirror on the loopback of the node: what the registry has can be pulled', async () => {
    const { mirror, upstream } = await registries();
    upstream.push('team/app', '1', buildMultiPlatform([amd64], 'app'));

    expect(await checkWith(spegel, mirror, upstream, '2.1.5')).toMatchObject({ outcome: 'pullable', found: [] });
  });
});
