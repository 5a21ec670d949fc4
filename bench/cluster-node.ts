/** A Node as a kubelet of a busy cluster reports it: some 25 KB of JSON, of which images are half. */

const hexDigits = 64;
const conditionTypes = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable', 'Ready'];
const resources = { cpu: '16', memory: '64Gi', pods: '110', 'ephemeral-storage': '203056560Ki', 'hugepages-2Mi': '0' };

/** As many different images as a cluster of some hundred applications has; each node has its own choice of them. */
const imagesInCluster = 1_500;

export type BenchNode = { readonly index: number; readonly images: number; readonly version: number };

export function benchNode({ index, images, version }: BenchNode): object {
  const name = `ip-10-${index >> 8}-${index & 255}-17.eu-central-1.compute.internal`;
  const heartbeat = new Date(1.78e12 + version * 1000).toISOString();
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `${hexOf(index, 8)}-aaaa-bbbb-cccc-${hexOf(index, 12)}`,
      resourceVersion: String(version),
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: labelsOf(name, index),
      annotations: {
        'alpha.kubernetes.io/provided-node-ip': `10.0.${index >> 8}.${index & 255}`,
        'csi.volume.kubernetes.io/nodeid': JSON.stringify({ 'ebs.csi.aws.com': `i-${hexOf(index, 17)}` }),
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
      managedFields: [managedBy('kubelet', heartbeat), managedBy('kube-controller-manager', heartbeat)],
    },
    spec: {
      podCIDR: `10.${index >> 8}.${index & 255}.0/24`,
      providerID: `aws:///eu-central-1a/i-${hexOf(index, 17)}`,
      taints: index % 10 === 0 ? [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }] : [],
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: `10.0.${index >> 8}.${index & 255}` },
        { type: 'Hostname', address: name },
      ],
      allocatable: resources,
      capacity: resources,
      conditions: conditionTypes.map((type) => ({
        type,
        status: type === 'Ready' ? 'True' : 'False',
        lastHeartbeatTime: heartbeat,
        lastTransitionTime: '2026-01-01T00:00:00Z',
        reason: `Kubelet${type}`,
        message: `kubelet has said of ${type} what it says in a sentence of this length`,
      })),
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      images: Array.from({ length: images }, (_, turn) => imageOf((index * 37 + turn * 29) % imagesInCluster)),
      nodeInfo: {
        architecture: index % 4 === 0 ? 'arm64' : 'amd64',
        bootID: hexOf(index, 32),
        containerRuntimeVersion: 'containerd://2.1.4',
        kernelVersion: '6.1.141-155.222.amzn2023.x86_64',
        kubeProxyVersion: 'v1.34.1',
        kubeletVersion: 'v1.34.1',
        machineID: hexOf(index + 1, 32),
        operatingSystem: 'linux',
        osImage: 'Amazon Linux 2023.8.20250715',
        systemUUID: hexOf(index + 2, 32),
      },
    },
  };
}

function labelsOf(name: string, index: number): object {
  return {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': index % 4 === 0 ? 'arm64' : 'amd64',
    'node.kubernetes.io/instance-type': ['m7i.4xlarge', 'm7g.4xlarge', 'c7i.8xlarge'][index % 3],
    'topology.kubernetes.io/region': 'eu-central-1',
    'topology.kubernetes.io/zone': `eu-central-1${'abc'[index % 3]}`,
    'topology.ebs.csi.aws.com/zone': `eu-central-1${'abc'[index % 3]}`,
    'eks.amazonaws.com/nodegroup': `group-${index % 12}`,
    'eks.amazonaws.com/capacityType': 'ON_DEMAND',
    'karpenter.sh/nodepool': `pool-${index % 12}`,
    'karpenter.k8s.aws/instance-cpu': '16',
    'karpenter.k8s.aws/instance-memory': '65536',
    team: `team-${index % 40}`,
  };
}

/** As the kubelet reports: the name with its digest, and the name with its tag. */
function imageOf(image: number): object {
  const repository = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/department-${image % 20}/application-${image}`;
  return {
    names: [
      `${repository}@sha256:${hexOf(image, hexDigits)}`,
      `${repository}:v1.${image % 100}.${image % 7}-build.${image}`,
    ],
    sizeBytes: 100_000_000 + image,
  };
}

/** Which fields somebody owns: what makes objects of the API large, and is never read. */
function managedBy(manager: string, time: string): object {
  const fields = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`f:field-number-${index}`, { '.': {}, 'f:value': {} }]),
  );
  return {
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:status': fields },
  };
}

function hexOf(number: number, length: number): string {
  return (number * 2_654_435_761 + 1).toString(16).repeat(length).slice(0, length);
}
