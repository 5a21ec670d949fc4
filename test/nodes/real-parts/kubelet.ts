/** A kubelet that joins the control plane as a Node and runs its Pods on a containerd. */
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Node } from '@kubernetes/client-node';
import type { PluginFiles } from '../credential-plugins.ts';
import type { Containerd } from './containerd.ts';
import type { ControlPlane } from './control-plane.ts';
import { type Daemon, startDaemon, waitFor } from './daemon.ts';
import type { Parts } from './parts.ts';
import { nodeAddress, type Sandbox } from './sandbox.ts';

export type KubeletOptions = {
  readonly sandbox: Sandbox;
  readonly parts: Parts;
  readonly controlPlane: ControlPlane;
  readonly containerd: Containerd;
  readonly node: string;
  /** The next port is used too. */
  readonly port: number;
  /** Read when it starts; their answers are its programs' affair. */
  readonly plugins: PluginFiles;
};

export type Kubelet = {
  /** The kubelet reads it every five minutes only, so another one takes another kubelet. */
  readonly useDockerConfig: (content: string | undefined) => Promise<void>;
};

export async function startKubelet(options: KubeletOptions): Promise<Kubelet> {
  const root = join(options.containerd.folder, 'kubelet');
  mkdirSync(root);
  let kubelet = await startOne(options, root);
  let current: string | undefined;
  return {
    useDockerConfig: async (content) => {
      if (content === current) return;
      current = content;
      kubelet.process.kill('SIGKILL');
      await once(kubelet.process, 'exit');
      if (content === undefined) rmSync(join(root, 'config.json'));
      else writeFileSync(join(root, 'config.json'), content);
      kubelet = await startOne(options, root);
    },
  };
}

async function startOne(options: KubeletOptions, root: string): Promise<Daemon> {
  const { sandbox, parts, controlPlane, containerd, node, port, plugins } = options;
  const config = join(containerd.folder, 'kubelet.json');
  writeFileSync(config, JSON.stringify(configurationOf(containerd, port)));
  const kubelet = startDaemon({
    name: `${node}-kubelet`,
    command: containerd.beside([
      join(parts.bin, 'kubelet'),
      `--config=${config}`,
      `--kubeconfig=${controlPlane.kubeconfig}`,
      `--hostname-override=${node}`,
      `--node-ip=${nodeAddress}`,
      `--root-dir=${root}`,
      `--cert-dir=${root}/pki`,
      `--image-credential-provider-config=${plugins.configPath}`,
      `--image-credential-provider-bin-dir=${plugins.binDir}`,
    ]),
    logs: sandbox.logs,
    path: [parts.bin],
    // The kubelet looks for docker configurations in its root, its working folder and its home.
    home: root,
  });
  await waitFor(kubelet, `Node ${node} Ready`, async () => {
    const { status } = (await controlPlane.api.get(`/api/v1/nodes/${node}`)) as V1Node;
    return status?.conditions?.find(({ type, status: is }) => type === 'Ready' && is === 'True');
  });
  return kubelet;
}

/** Without what would bend an answer: no limits on pulls, no images removed for want of space, no cgroup tree of its own. */
function configurationOf({ folder, socket }: Containerd, port: number): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '127.0.0.1',
    port,
    healthzPort: port + 1,
    containerRuntimeEndpoint: `unix://${socket}`,
    podLogsDir: join(folder, 'pod-logs'),
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    nodeStatusUpdateFrequency: '1s',
    maxPods: 1000,
    registryPullQPS: 0,
    serializeImagePulls: false,
    imageGCHighThresholdPercent: 100,
    evictionHard: { 'nodefs.available': '0%', 'imagefs.available': '0%' },
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
  };
}
