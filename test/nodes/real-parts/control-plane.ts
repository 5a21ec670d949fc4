/**
 * etcd and an API server. No controller manager and no scheduler: Pods name their Node, and namespaces and service
 * accounts are made by whoever wants them. Nobody is refused anything, because the Node authorizer learns of a Pod's
 * Secrets a moment after the kubelet has learned of the Pod, and the kubelet then pulls without them.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiClient, openApi } from './api-client.ts';
import { startDaemon, waitFor } from './daemon.ts';
import type { Parts } from './parts.ts';
import { runProgram } from './program.ts';
import { nodeAddress, type Sandbox } from './sandbox.ts';

export type ControlPlane = { readonly api: ApiClient; readonly kubeconfig: string };

const url = 'https://127.0.0.1:6443';
const etcdUrl = 'http://127.0.0.1:2379';
const peerUrl = 'http://127.0.0.1:2380';
const token = 'admin-token';

export async function startControlPlane({ root, logs }: Sandbox, parts: Parts): Promise<ControlPlane> {
  const folder = join(root, 'control-plane');
  const certificates = join(folder, 'certificates');
  const [key, publicKey, tokens] = [join(folder, 'sa.key'), join(folder, 'sa.pub'), join(folder, 'tokens.csv')];
  mkdirSync(certificates, { recursive: true });
  await runProgram('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', key]);
  await runProgram('openssl', ['ec', '-in', key, '-pubout', '-out', publicKey]);
  writeFileSync(tokens, `${token},admin,admin,"system:masters"\n`);

  const shared = { logs, path: [parts.bin], home: folder };
  startDaemon({ ...shared, name: 'etcd', command: [join(parts.bin, 'etcd'), ...etcdArgs(join(folder, 'etcd'))] });
  const command = [
    join(parts.bin, 'kube-apiserver'),
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--advertise-address=${nodeAddress}`,
    '--secure-port=6443',
    `--cert-dir=${certificates}`,
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=AlwaysAllow',
    '--disable-admission-plugins=TaintNodesByCondition',
    `--token-auth-file=${tokens}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${publicKey}`,
    `--service-account-signing-key-file=${key}`,
  ];
  const server = startDaemon({ ...shared, name: 'kube-apiserver', command });

  const certificate = join(certificates, 'apiserver.crt');
  const api = await waitFor(server, '/readyz', async () => {
    if (!existsSync(certificate)) return undefined;
    const client = openApi(url, readFileSync(certificate, 'utf8'), token);
    if ((await client.get('/readyz').catch(() => undefined)) !== undefined) return client;
    await client.close();
    return undefined;
  });
  return { api, kubeconfig: writeKubeconfig(folder, certificate) };
}

function etcdArgs(data: string): string[] {
  return [
    `--data-dir=${data}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
  ];
}

function writeKubeconfig(folder: string, certificate: string): string {
  const path = join(folder, 'admin.kubeconfig');
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'it', cluster: { server: url, 'certificate-authority': certificate } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'admin' } }],
    'current-context': 'it',
  };
  writeFileSync(path, JSON.stringify(content));
  return path;
}
