/**
 * Templates whose Pods land elsewhere than they say. The node `posed` has no kubelet: it stands for one of arm64 that takes
 * every Pod. The node `real` is one of amd64, which only Pods with a toleration may use. All images are for amd64 alone, unless
 * they say otherwise.
 */
export type PlacementCase = {
  readonly name: string;
  /** Of the namespace that it gets. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Applied before; `NAMESPACE` is replaced. */
  readonly objects?: readonly object[];
  /** What of a Pod shows that the API server has learned of the objects. */
  readonly showsIn?: string;
  readonly podSpec?: object;
  readonly resources?: object;
  readonly image: 'x86' | 'arm';
  /** The node comes only when the Pod waits. */
  readonly isBeforeNode?: true;
  /** What `pullgate check --cluster` finds first: `CODE CERTAINTY`, and what a node makes of it. */
  readonly finds: string;
  readonly cappedBy?: RegExp;
  readonly becomes: 'pulled' | 'failed';
};

export const gpu = 'example.com/gpu';
const tolerated = [{ key: gpu, operator: 'Exists', effect: 'NoSchedule' }];
const pool = { 'example.com/pool': 'gpu' };
const keptAway = /^node real is linux\/amd64 but is excluded by its taint example\.com\/gpu:NoSchedule$/;

const policy = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingAdmissionPolicy',
  metadata: { name: 'steers' },
  spec: {
    matchConstraints: {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'NAMESPACE' } },
      resourceRules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
    },
    failurePolicy: 'Fail',
    reinvocationPolicy: 'Never',
    mutations: [
      {
        // Selectors and tolerations are atomic, which no apply configuration may change.
        patchType: 'JSONPatch',
        jsonPatch: {
          expression: `[JSONPatch{op: "add", path: "/spec/nodeSelector", value: {"example.com/pool": "gpu"}}, JSONPatch{op: "add", path: "/spec/tolerations/-", value: Object.spec.tolerations{key: "${gpu}", operator: "Exists"}}]`,
        },
      },
    ],
  },
};
const binding = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingAdmissionPolicyBinding',
  metadata: { name: 'steers' },
  spec: { policyName: 'steers' },
};

export const placementCases: readonly PlacementCase[] = [
  {
    name: 'a node that an autoscaler brings',
    objects: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'cluster-autoscaler-status', namespace: 'kube-system' },
      },
    ],
    image: 'x86',
    isBeforeNode: true,
    finds: 'no-matching-platform likely',
    cappedBy:
      /^new nodes may come \(ConfigMap kube-system\/cluster-autoscaler-status\), and a linux\/amd64 node could run the image; /,
    becomes: 'pulled',
  },
  {
    name: 'a Pod that fits on no node',
    resources: { requests: { memory: '4Gi' } },
    image: 'x86',
    isBeforeNode: true,
    finds: 'no-matching-platform likely',
    becomes: 'pulled',
  },
  {
    name: 'a RuntimeClass',
    objects: [
      {
        apiVersion: 'node.k8s.io/v1',
        kind: 'RuntimeClass',
        metadata: { name: 'gpu' },
        handler: 'runc',
        scheduling: { nodeSelector: pool, tolerations: tolerated },
      },
    ],
    podSpec: { runtimeClassName: 'gpu' },
    image: 'x86',
    finds: 'nothing',
    becomes: 'pulled',
  },
  {
    name: 'defaults of the Namespace',
    annotations: {
      'scheduler.alpha.kubernetes.io/node-selector': 'example.com/pool=gpu',
      'scheduler.alpha.kubernetes.io/defaultTolerations': JSON.stringify(tolerated),
    },
    image: 'x86',
    finds: 'nothing',
    becomes: 'pulled',
  },
  {
    name: 'an extended resource',
    resources: { limits: { [gpu]: '1' } },
    image: 'x86',
    finds: 'some-nodes-lack-platform likely',
    becomes: 'pulled',
  },
  {
    name: 'a template that chooses the node, and an image that it cannot run',
    podSpec: { nodeSelector: pool, tolerations: tolerated },
    image: 'arm',
    finds: 'no-matching-platform certain',
    becomes: 'failed',
  },
  // The last one: a policy says nothing of the namespaces that it leaves alone which is looked at.
  {
    name: 'a policy for Pods',
    objects: [policy, binding],
    showsIn: 'example.com/pool',
    image: 'x86',
    finds: 'no-matching-platform likely',
    cappedBy: keptAway,
    becomes: 'pulled',
  },
];
