/** What is looked up in a cluster before something would be denied: mirrors, what runs, what is named (contract §3, C17 to C19). */
import { describe, expect, test } from 'vitest';
import { clusterImagesIn } from '../../../src/sources/cluster/cluster-images.ts';
import { aNode } from '../../core/node/builders.ts';
import { type ApiCall, aListPage, aStatus, startApiServer } from '../../support/api-server.ts';

type Lists = Readonly<Record<string, readonly object[]>>;

const metadata = (name: string, namespace?: string) => ({ name, ...(namespace !== undefined && { namespace }) });
const image = 'registry.example.com/team/app:1';
const podSpec = (...images: readonly string[]) => ({ containers: images.map((one) => ({ name: one, image: one })) });
const owner = (name: string, ...images: readonly string[]) => ({
  metadata: metadata(name, 'shop'),
  spec: { template: { spec: podSpec(...images) } },
});
const running = (name: string, written: string) => ({
  metadata: metadata(name, 'shop'),
  spec: podSpec(written),
  status: { containerStatuses: [{ name: written, image: 'sha256:ab', imageID: 'sha256:ab', state: { running: {} } }] },
});

const cut = aNode('cut', { images: Array.from({ length: 50 }, (_, index) => ({ names: [`a.example/a:${index}`] })) });

const vanilla: Lists = {
  '/apis/apps/v1/daemonsets': [],
  '/api/v1/pods': [],
  '/apis/apps/v1/replicasets': [],
  '/apis/apps/v1/controllerrevisions': [],
  '/apis/batch/v1/jobs': [],
  '/apis/batch/v1/cronjobs': [],
};

/** An API server with these lists, one object a page, and nothing else. `first` answers before it. */
async function scene(lists: Lists, first: (call: ApiCall) => boolean = () => false) {
  const all: Lists = { ...vanilla, ...lists };
  const { api, requests } = await startApiServer((call) => {
    if (first(call)) return;
    const { path, query, reply } = call;
    const items = all[path];
    if (items === undefined) return reply(404, aStatus(404, 'NotFound'));
    const at = Number(query.get('continue') ?? 0);
    reply(200, aListPage(items.slice(at, at + 1), '1', at + 1 < items.length ? String(at + 1) : undefined));
  });
  const clock = { ms: 0 };
  const read = clusterImagesIn(api, 5_000, () => clock.ms);
  return {
    clock,
    seen: (nodes = [aNode('a')], signal = AbortSignal.timeout(10_000)) => read(nodes, signal),
    paths: () => requests.map(({ url }) => url.split('?')[0] ?? ''),
  };
}

const refusing =
  (part: string, status = 403) =>
  ({ path, reply }: ApiCall): boolean => {
    if (!path.includes(part)) return false;
    reply(status, aStatus(status, 'Forbidden'));
    return true;
  };

const mirrorSet = (name: string, member: string, source: string) => ({
  metadata: metadata(name),
  spec: { [member]: [{ source }] },
});

describe('mirrors', () => {
  test('DaemonSets of known programs', async () => {
    const spegel = {
      metadata: metadata('spegel', 'infra'),
      spec: { template: { spec: podSpec('ghcr.io/spegel-org/spegel:v0.4.0') } },
    };
    const { seen } = await scene({ '/apis/apps/v1/daemonsets': [owner('fluent-bit', 'a'), { metadata: 1 }, spegel] });

    expect(await seen()).toMatchObject({ mirrors: [{ what: 'DaemonSet infra/spegel runs Spegel' }], unseen: [] });
  });

  test('on OpenShift its sets, of each kind that is served', async () => {
    const { seen } = await scene({
      '/apis/config.openshift.io/v1': [],
      '/apis/config.openshift.io/v1/imagedigestmirrorsets': [mirrorSet('d', 'imageDigestMirrors', 'quay.io')],
      '/apis/config.openshift.io/v1/imagetagmirrorsets': [mirrorSet('t', 'imageTagMirrors', 'gcr.io')],
      '/apis/operator.openshift.io/v1alpha1': [],
    });

    const images = await seen();

    expect(images.mirrors).toEqual([
      { what: 'ImageDigestMirrorSet d gives nodes a mirror', sources: ['quay.io'] },
      { what: 'ImageTagMirrorSet t gives nodes a mirror', sources: ['gcr.io'] },
    ]);
    expect(images).not.toHaveProperty('unseenMirrors');
  });

  test('elsewhere nobody asks for them', async () => {
    const { seen, paths } = await scene({});

    expect(await seen()).toMatchObject({ mirrors: [] });
    expect(new Set(paths())).toEqual(
      new Set([
        '/api/v1/pods',
        '/apis/apps/v1/daemonsets',
        '/apis/config.openshift.io/v1',
        '/apis/operator.openshift.io/v1alpha1',
      ]),
    );
    expect(paths()).toHaveLength(5);
  });

  test.each([
    ['daemonsets', 403, 'grant pullgate list on daemonsets.apps'],
    ['daemonsets', 500, 'the API server answers 500'],
    ['imagetagmirrorsets', 403, 'grant pullgate list on imagetagmirrorsets.config.openshift.io'],
  ])('%s that may not be listed (%i) are named', async (part, status, unseenMirrors) => {
    const openshift = { '/apis/config.openshift.io/v1': [], '/apis/config.openshift.io/v1/imagedigestmirrorsets': [] };
    const { seen } = await scene(openshift, refusing(part, status));

    expect(await seen()).toMatchObject({ mirrors: [], unseenMirrors });
  });
});

describe('what runs', () => {
  test('a Pod whose container runs, and one whose container ran', async () => {
    const waiting = {
      metadata: metadata('waiting', 'shop'),
      spec: podSpec('registry.example.com/team/next:1'),
      status: {
        containerStatuses: [
          {
            name: 'registry.example.com/team/next:1',
            image: 'nginx:1.27',
            imageID: 'sha256:cd',
            state: { waiting: {} },
          },
        ],
      },
    };
    const { seen } = await scene({ '/api/v1/pods': [running('web-1', image), waiting] });

    const { runnerOf, namerOf, unseen } = await seen();

    expect(runnerOf(image)).toBe('Pod shop/web-1');
    expect(runnerOf('docker.io/library/nginx:1.27')).toBe('Pod shop/waiting');
    expect(runnerOf('registry.example.com/team/next:1')).toBeUndefined();
    expect(namerOf('registry.example.com/team/next:1')).toBe('Pod shop/waiting');
    expect(unseen).toEqual([]);
  });

  test('a right that is missing is said', async () => {
    const { seen } = await scene({}, refusing('/api/v1/pods'));

    const images = await seen();

    expect(images.unseen).toEqual(['running=unchecked (grant pullgate list on pods)']);
    expect(images).not.toHaveProperty('doubt');
  });

  test.each<readonly [string, (call: ApiCall) => boolean]>([
    ['that fails', refusing('/api/v1/pods', 500)],
    ['that ends the connection', ({ path, response }) => path === '/api/v1/pods' && Boolean(response.destroy())],
  ])('an API server %s leaves a doubt', async (_name, first) => {
    const { seen } = await scene({}, first);

    expect(await seen()).toMatchObject({
      doubt: 'a Pod in another namespace may run the image, because Pods could not be listed',
    });
  });

  test('a deadline that has passed leaves a doubt, and says what was not looked at', async () => {
    const { seen } = await scene({});

    expect(await seen([aNode('a')], AbortSignal.abort())).toMatchObject({
      mirrors: [],
      unseenMirrors: 'the API server does not answer before the deadline',
      doubt: 'a Pod in another namespace may run the image, because Pods could not be listed',
    });
  });

  test('of very many Pods the first thousands are looked at', async () => {
    const pods = Array.from({ length: 9 }, (_, index) =>
      running(`web-${index}`, `registry.example.com/team/app:${index}`),
    );
    const { seen, paths } = await scene({ '/api/v1/pods': pods });

    const { runnerOf, unseen } = await seen();

    expect(paths().filter((path) => path === '/api/v1/pods')).toHaveLength(8);
    expect(runnerOf('registry.example.com/team/app:7')).toBe('Pod shop/web-7');
    expect(runnerOf('registry.example.com/team/app:8')).toBeUndefined();
    expect(unseen).toEqual(['running=unchecked (there are more than 4000 pods)']);
  });
});

describe('what is named', () => {
  const cronJob = {
    metadata: metadata('backup', 'shop'),
    spec: { jobTemplate: { spec: { template: { spec: podSpec(image) } } } },
  };
  const revision = { metadata: metadata('db-1', 'shop'), data: { spec: { template: { spec: podSpec(image) } } } };

  test.each<readonly [string, string, object]>([
    ['ReplicaSet shop/web-1', '/apis/apps/v1/replicasets', owner('web-1', image)],
    ['ControllerRevision shop/db-1', '/apis/apps/v1/controllerrevisions', revision],
    ['Job shop/migrate', '/apis/batch/v1/jobs', owner('migrate', image)],
    ['CronJob shop/backup', '/apis/batch/v1/cronjobs', cronJob],
  ])('by a %s', async (who, path, object) => {
    const { seen } = await scene({ [path]: [owner('other', 'registry.example.com/team/other:1'), object] });

    expect((await seen([cut])).namerOf(image)).toBe(who);
  });

  test('is not looked up where nodes report all that they have', async () => {
    const { seen, paths } = await scene({ '/apis/apps/v1/replicasets': [owner('web-1', image)] });

    expect((await seen()).namerOf(image)).toBeUndefined();
    expect(paths()).not.toContain('/apis/apps/v1/replicasets');
  });

  test('rights that are missing are said', async () => {
    const { seen } = await scene({}, refusing('/apis/batch/'));

    expect((await seen([cut])).unseen).toEqual([
      'named=unchecked (grant pullgate list on cronjobs.batch, grant pullgate list on jobs.batch)',
    ]);
  });
});

function listsOf(paths: readonly string[]) {
  return {
    daemonSets: paths.filter((path) => path.endsWith('/daemonsets')).length,
    pods: paths.filter((path) => path === '/api/v1/pods').length,
  };
}

describe('is kept', () => {
  test('for a while, and shared by all who ask at once', async () => {
    const { seen, paths, clock } = await scene({});

    await Promise.all([seen(), seen(), seen()]);
    expect(listsOf(paths())).toEqual({ daemonSets: 1, pods: 1 });
    clock.ms = 9_999;
    await seen();
    expect(listsOf(paths())).toEqual({ daemonSets: 1, pods: 1 });
    clock.ms = 10_000;
    await seen();
    expect(listsOf(paths())).toEqual({ daemonSets: 1, pods: 2 });
    clock.ms = 60_000;
    await seen();
    expect(listsOf(paths())).toEqual({ daemonSets: 2, pods: 3 });
  });

  test('for less where the API server failed', async () => {
    const { seen, paths, clock } = await scene({}, refusing('s', 500));

    await seen();
    clock.ms = 2_000;
    await seen();
    clock.ms = 10_000;
    await seen();
    expect(listsOf(paths())).toEqual({ daemonSets: 2, pods: 3 });
  });
});
