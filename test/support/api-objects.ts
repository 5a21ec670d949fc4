/** Kubernetes objects as they stand in manifests, with what a test does not care about filled in. */

export type NodeOptions = {
  readonly name?: string;
  readonly architecture?: string;
  readonly containerd?: string;
  readonly kubelet?: string;
};

export function aNode({
  name = 'node-1',
  architecture = 'amd64',
  containerd = '2.1.4',
  kubelet = '1.34.0',
}: NodeOptions = {}) {
  const labels = { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': architecture, 'kubernetes.io/hostname': name };
  const nodeInfo = {
    operatingSystem: 'linux',
    architecture,
    kubeletVersion: `v${kubelet}`,
    containerRuntimeVersion: `containerd://${containerd}`,
  };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status: { nodeInfo } };
}

export type PodOptions = {
  readonly name?: string;
  readonly namespace?: string;
  readonly images: readonly string[];
  readonly spec?: object;
};

export function aPod({ name = 'pod', namespace = 'shop', images, spec = {} }: PodOptions) {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec: { containers, ...spec } };
}

export function aDeployment({ name = 'web', namespace = 'shop', images, spec = {} }: PodOptions) {
  const pod = aPod({ images, spec });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { template: { spec: pod.spec } },
  };
}

export type SecretOptions = {
  readonly name?: string;
  readonly namespace?: string;
  readonly registry: string;
  readonly username: string;
  readonly password: string;
};

export function aPullSecret({ name = 'regcred', namespace = 'shop', registry, username, password }: SecretOptions) {
  const config = JSON.stringify({ auths: { [registry]: { username, password } } });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  };
}
