/** The chart and the kustomizations install the same: both are rendered by the real programs, and compared object by object. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const manifests = join(import.meta.dirname, '../../manifests');
const chart = join(manifests, 'chart');
/** Where `helm` and `kubectl` are. */
const programs = process.env.KUBEBUILDER_ASSETS ?? '';

async function run(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(join(programs, program), args, { maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

const template = (values: readonly string[], namespace = 'pullgate') =>
  run('helm', ['template', 'pullgate', chart, '--namespace', namespace, ...values.flatMap((one) => ['--set', one])]);

type Rendered = {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
};

/** By kind and name; without what only one of them can say: labels of the release, comments, the namespace of the release. */
function comparable(text: string): Readonly<Record<string, unknown>> {
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Rendered | null);
  return Object.fromEntries(
    objects.flatMap((object) => {
      if (object === null || object.kind === 'Namespace') return [];
      const { kind, metadata, data } = object;
      const { namespace = '', name, labels = {}, annotations } = metadata;
      if (annotations?.['helm.sh/hook'] !== undefined) return [];
      const own = Object.entries(labels).filter(([label]) => label === 'app.kubernetes.io/name');
      const config = data?.['config.yaml'];
      const plain = {
        ...object,
        metadata: { ...metadata, labels: Object.fromEntries(own) },
        ...(config !== undefined && { data: { 'config.yaml': parse(config) as unknown } }),
      };
      return [[`${kind} ${namespace} ${name}`, plain] as const];
    }),
  );
}

type Choice = { readonly resources?: readonly string[]; readonly components: readonly string[] };

async function kustomized({ resources = [], components }: Choice): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-kustomize-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const at = (path: string) => relative(directory, join(manifests, path));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['base', ...resources].map(at),
    components: components.map(at),
    images: [{ name: 'pullgate', newName: 'registry.example.com/pullgate', newTag: '0.1.0' }],
  };
  await writeFile(join(directory, 'kustomization.yaml'), JSON.stringify(kustomization));
  return run('kubectl', ['kustomize', directory]);
}

describe('the same objects', () => {
  test('are in the usual installation', async () => {
    const rendered = comparable(await template([]));
    expect(rendered).toEqual(comparable(await run('kubectl', ['kustomize', manifests])));
    expect(Object.keys(rendered)).toHaveLength(18);
  });

  const everything = ['autoscaling', 'network-policy', 'monitoring'].map((name) => `components/${name}`);
  const rights = ['preview', 'mirrors', 'events', 'bypass'];

  test.each<readonly [string, readonly string[], Choice]>([
    [
      'with cert-manager, and every right',
      [
        'certificates=cert-manager',
        'secrets=namespaces',
        'autoscaling.enabled=true',
        'networkPolicy.enabled=true',
        'monitoring.serviceMonitor=true',
        'monitoring.rules=true',
        ...rights.map((right) => `rights.${right}=true`),
      ],
      {
        resources: rights.map((right) => `optional/${right}`),
        components: [
          'components/secrets-by-namespace',
          'components/certificate-cert-manager',
          'components/shared-fuse',
          ...everything,
        ],
      },
    ],
    [
      'with a certificate in files, and no right that can be left out',
      ['certificates=files', 'secrets=none', 'sharedFuse=false'],
      { components: ['components/certificate-files'] },
    ],
  ])('are installed %s', async (_name, values, choice) => {
    expect(comparable(await template(values))).toEqual(comparable(await kustomized(choice)));
  });
});

async function checksumWith(...values: readonly string[]): Promise<string | undefined> {
  return /checksum\/config: (\w+)/.exec(await template(values))?.[1];
}

describe('the chart', () => {
  test('keeps to its own rules, and those of helm', async () => {
    expect(await run('helm', ['lint', '--strict', chart])).toContain('0 chart(s) failed');
  });

  test('is told where it is installed', async () => {
    const text = await template(['certificates=cert-manager'], 'elsewhere');
    expect(text).not.toMatch(/namespace: pullgate\b|pullgate\.pullgate\.svc/);
    expect(text).toContain('cert-manager.io/inject-ca-from: elsewhere/pullgate');
    expect(text).toContain('values: [kube-system, kube-public, kube-node-lease, elsewhere]');
  });

  test('binds the right to read pull Secrets in the namespaces that are named', async () => {
    const objects = comparable(await template(['secrets=namespaces', 'secretNamespaces={shop,yard}']));
    expect(Object.keys(objects).filter((key) => key.startsWith('RoleBinding') && key.includes('secrets'))).toEqual([
      'RoleBinding shop pullgate-secrets',
      'RoleBinding yard pullgate-secrets',
    ]);
  });

  test('names the image by its digest where there is one', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(await template([`image.digest=${digest}`])).toContain(`image: registry.example.com/pullgate@${digest}`);
  });

  test('restarts the Pods with another configuration where that is wanted, and only there', async () => {
    expect(await checksumWith()).toBe(undefined);
    const first = await checksumWith('restartOnConfigChange=true');
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await checksumWith('restartOnConfigChange=true', 'config.mode=audit')).not.toBe(first);
  });

  test.each([
    ['certificates=other', 'certificates'],
    ['replica=3', 'replica'],
    ['replicas=0', 'replicas'],
    ['config.kind=Configuration', "invalid propertyName 'kind'"],
    ['image.digest=latest', 'digest'],
  ])('refuses %s', async (value, named) => {
    await expect(template([value])).rejects.toMatchObject({ stderr: expect.stringContaining(named) });
  });
});
