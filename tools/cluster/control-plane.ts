/**
 * etcd, an API server and the controller manager on loopback, with RBAC: for the demonstration and for the suite behind a
 * real API server. There is no scheduler and no kubelet: Pods stay pending, and Nodes are objects that somebody applied.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export type ControlPlane = {
  readonly directory: string;
  /** `https://127.0.0.1:41234` */
  readonly url: string;
  /** Of a user who may do everything. */
  readonly kubeconfig: string;
  /** Of another user: groups and rights are given by RBAC. */
  readonly kubeconfigOf: (user: string) => string;
  /** Of a ServiceAccount that exists, with a token as a Pod of it would get one. */
  readonly kubeconfigOfAccount: (namespace: string, name: string) => Promise<string>;
  readonly kubectl: (args: readonly string[], input?: string) => Promise<KubectlResult>;
  /** Without a farewell to anybody. */
  readonly killApiServer: () => Promise<void>;
  readonly startApiServer: () => Promise<void>;
  /** A JSON object a line for each request that wrote something. */
  readonly auditLog: string;
  readonly end: () => Promise<void>;
};

export type KubectlResult = { readonly exitCode: number; readonly output: string; readonly errors: string };

const users = ['admin', 'pullgate', 'controller-manager'] as const;

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'None', verbs: ['get', 'list', 'watch'] }, { level: 'Metadata' }],
};

export type ControlPlaneSettings = {
  /** Admission plugins that are off by default. */
  readonly admissionPlugins?: readonly string[];
};

/** @param assets folder with kube-apiserver, etcd, kube-controller-manager and kubectl */
export async function startControlPlane(
  assets: string,
  { admissionPlugins = [] }: ControlPlaneSettings = {},
): Promise<ControlPlane> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-cluster-'));
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const url = `https://127.0.0.1:${port}`;
  const certificates = join(directory, 'certificates');
  await mkdir(certificates);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(directory, 'sa.key'), privateKey.export({ type: 'sec1', format: 'pem' }));
  await writeFile(join(directory, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(
    join(directory, 'tokens.csv'),
    'admin-token,admin,admin,"system:masters"\npullgate-token,system:serviceaccount:pullgate:pullgate,pullgate\ncontroller-manager-token,system:kube-controller-manager,controller-manager\n',
  );
  for (const user of users)
    await writeFile(join(directory, `${user}.kubeconfig`), kubeconfigFor(url, certificates, `${user}-token`));
  await writeFile(join(directory, 'audit-policy.json'), JSON.stringify(auditPolicy));

  const start = (name: string, program: string, args: readonly string[]): ChildProcess => {
    const log = openSync(join(directory, `${name}.log`), 'a');
    return spawn(join(assets, program), args, { stdio: ['ignore', log, log] });
  };
  const kubectl = (args: readonly string[], input?: string) =>
    runKubectl(assets, join(directory, 'admin.kubeconfig'), args, input);
  const startServer = () =>
    start('kube-apiserver', 'kube-apiserver', [
      ...apiServerArgs(directory, port, etcdPort),
      ...(admissionPlugins.length > 0 ? [`--enable-admission-plugins=${admissionPlugins.join()}`] : []),
    ]);
  const isReady = async () =>
    existsSync(join(certificates, 'apiserver.crt')) && (await kubectl(['get', '--raw', '/readyz'])).exitCode === 0;

  const etcd = start('etcd', 'etcd', etcdArgs(directory, etcdPort, peerPort));
  let server = startServer();
  await until(isReady, join(directory, 'kube-apiserver.log'));
  const manager = start('kube-controller-manager', 'kube-controller-manager', [
    `--kubeconfig=${join(directory, 'controller-manager.kubeconfig')}`,
    `--service-account-private-key-file=${join(directory, 'sa.key')}`,
    '--use-service-account-credentials=true',
    '--controllers=*,-node-lifecycle-controller,-taint-eviction-controller,-node-ipam-controller',
    '--leader-elect=false',
    '--secure-port=0',
  ]);
  await until(
    async () => (await kubectl(['get', 'serviceaccount', 'default'])).exitCode === 0,
    join(directory, 'kube-controller-manager.log'),
  );
  return {
    directory,
    url,
    kubeconfig: join(directory, 'admin.kubeconfig'),
    kubeconfigOf: (user) => join(directory, `${user}.kubeconfig`),
    kubeconfigOfAccount: async (namespace, name) => {
      const { output, errors, exitCode } = await kubectl(['create', 'token', name, '-n', namespace]);
      if (exitCode !== 0) throw new Error(errors);
      const path = join(directory, `${namespace}-${name}.kubeconfig`);
      await writeFile(path, kubeconfigFor(url, certificates, output.trim()));
      return path;
    },
    kubectl,
    auditLog: join(directory, 'audit.log'),
    killApiServer: () => kill(server),
    startApiServer: async () => {
      server = startServer();
      await until(isReady, join(directory, 'kube-apiserver.log'));
    },
    end: async () => {
      // Nothing of it is needed any more.
      await Promise.all([kill(manager), kill(server), kill(etcd)]);
      await rm(directory, { recursive: true, maxRetries: 3 });
    },
  };
}

function kubeconfigFor(url: string, certificates: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'it', cluster: { server: url, 'certificate-authority': join(certificates, 'apiserver.crt') } }],
    users: [{ name: 'me', user: { token } }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'me' } }],
    'current-context': 'it',
  });
}

function apiServerArgs(directory: string, port: number, etcdPort: number): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=192.0.2.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(directory, 'certificates')}`,
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=RBAC',
    // Nodes without a kubelet would stay tainted.
    '--disable-admission-plugins=TaintNodesByCondition',
    `--token-auth-file=${join(directory, 'tokens.csv')}`,
    `--audit-policy-file=${join(directory, 'audit-policy.json')}`,
    `--audit-log-path=${join(directory, 'audit.log')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(directory, 'sa.pub')}`,
    `--service-account-signing-key-file=${join(directory, 'sa.key')}`,
  ];
}

function etcdArgs(directory: string, port: number, peerPort: number): readonly string[] {
  const [url, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  return [
    `--data-dir=${join(directory, 'etcd')}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
}

function runKubectl(assets: string, kubeconfig: string, args: readonly string[], input = ''): Promise<KubectlResult> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: tmpdir(), KUBECONFIG: kubeconfig };
    const child = execFile(
      join(assets, 'kubectl'),
      args,
      { env, maxBuffer: 16 * 1024 * 1024 },
      (error, output, errors) => {
        resolve({ exitCode: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, output, errors });
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

async function until(isSo: () => Promise<boolean>, log: string): Promise<void> {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    if (await isSo()) return;
    await setTimeout(100);
  }
  throw new Error(`it did not come up:\n${readFileSync(log, 'utf8').split('\n').slice(-10).join('\n')}`);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
