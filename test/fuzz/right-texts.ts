/** What each reader takes. */
const digest = `sha256:${'0f'.repeat(32)}`;
const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 500 };

const podSpec = {
  containers: [{ name: 'app', image: 'registry.example.com/team/app:1', imagePullPolicy: 'Always', resources: {} }],
  initContainers: [{ name: 'init', image: 'nginx', volumeMounts: [{ name: 'data' }] }],
  volumes: [{ name: 'data', image: { reference: 'alpine:3', pullPolicy: 'IfNotPresent' } }],
  imagePullSecrets: [{ name: 'regcred' }],
  nodeSelector: { 'kubernetes.io/arch': 'amd64' },
  tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] }],
      },
    },
  },
};
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', ownerReferences: [{ kind: 'Job' }] },
  spec: podSpec,
};
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', annotations: { a: 'b' } },
  spec: { replicas: 2, template: { metadata: {}, spec: podSpec } },
};

function reviewOf(object: { readonly kind: string }, part: object = {}): string {
  const request = {
    uid: 'u-1',
    kind: { group: object.kind === 'Pod' ? '' : 'apps', version: 'v1', kind: object.kind },
    namespace: 'shop',
    name: 'web',
    operation: 'CREATE',
    userInfo: { username: 'jo', groups: ['a'] },
    object,
    ...part,
  };
  return JSON.stringify({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request });
}

const kubeconfigObject = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'a',
  clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:6443', 'insecure-skip-tls-verify': true } }],
  contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
  users: [{ name: 'a', user: { token: 'hunter2hunter2' } }],
};
const protocol = 'credentialprovider.kubelet.k8s.io/v1';

export const rightTexts = {
  review: [
    reviewOf(pod),
    reviewOf(deployment, { dryRun: true }),
    reviewOf(deployment, { operation: 'UPDATE', oldObject: deployment }),
    reviewOf(pod, { subResource: 'ephemeralcontainers', operation: 'UPDATE', oldObject: pod }),
  ],
  config: [
    '{"auths":{"registry.example.com":{"auth":"dTpw"},"https://index.docker.io/v1/":{"username":"u","password":"p"}}}',
    '{"auths":{"*.example.com:5000/team":{"identitytoken":"x"}},"HttpHeaders":{"a":"b"},"credsStore":"x"}',
    '{"registry.example.com":{"username":"u","password":"p","email":null}}',
  ],
  challenge: [
    'Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:team/app:pull"',
    'Basic realm="x", Bearer realm=y,error="invalid_token"',
    'Negotiate, Basic realm="a\\"b"',
  ],
  manifest: [JSON.stringify({ schemaVersion: 2, config: descriptor, layers: [descriptor, descriptor] })],
  index: [
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ ...descriptor, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }, descriptor],
      annotations: { a: 'b' },
    }),
  ],
  imageConfig: [
    '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:0"]},"history":[{"created":"2020-01-01T00:00:00Z"}]}',
  ],
  schema1: [
    '{"schemaVersion":1,"fsLayers":[{"blobSum":"a"}],"history":[{"v1Compatibility":"{}"}],"signatures":[{"protected":"x"}]}',
  ],
  hosts: [
    'server = "https://a.test"\n\n[host."https://mirror.test:5000"]\n  capabilities = ["pull", "resolve"]\n  ca = "ca.crt"\n  skip_verify = true\n  override_path = true\n',
    '[host."http://m.test"]\n  client = [["a.crt", "a.key"]]\n  [host."http://m.test".header]\n    x = ["1", "2"]\n  dial_timeout = "3s"\n',
  ],
  yaml: [
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: a\n      image: &i "nginx:1"\n    - name: b\n      image: *i\n---\napiVersion: v1\nkind: List\nitems:\n  - {kind: Pod, apiVersion: v1}\n',
    'kind: ConfigMap\ndata:\n  a: |\n    text\n  b: >-\n    folded\n  c: !!binary aGk=\n',
    JSON.stringify(deployment),
  ],
  kubeconfig: [
    JSON.stringify(kubeconfigObject),
    'apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters:\n- name: a\n  cluster: {server: "https://127.0.0.1:6443"}\nusers:\n- name: a\n  user:\n    token: hunter2hunter2\ncontexts:\n- name: a\n  context: {cluster: a, user: a}\n',
  ],
  plugin: [
    JSON.stringify({
      kind: 'CredentialProviderResponse',
      apiVersion: protocol,
      cacheKeyType: 'Registry',
      cacheDuration: '1h',
      auth: { '*.example.com': { username: 'u', password: 'p' } },
    }),
  ],
  token: ['{"token":"abc","expires_in":300,"issued_at":"2020-01-01T00:00:00Z"}'],
  errors: ['{"errors":[{"code":"MANIFEST_UNKNOWN","message":"x","detail":{"a":1}}]}'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
