/** The Kubernetes objects of a scene, in a namespace of their own. */
import type { ApiClient } from '../real-parts/api-client.ts';
import type { Scene, SceneCluster } from '../scene.ts';

const account = 'default';

/** `pods` is the path of the namespace's Pods. */
export type PodPath = { readonly pods: string; readonly name: string };

export async function createPod(api: ApiClient, node: string, namespace: string, scene: Scene): Promise<PodPath> {
  const { secrets = [], podPullSecrets = [], accountPullSecrets = [] } = scene.cluster ?? clusterOf(scene);
  const pathOf = (kind: string) => `/api/v1/namespaces/${namespace}/${kind}`;
  const pod = { pods: pathOf('pods'), name: 'pod' };
  await api.create('/api/v1/namespaces', { metadata: { name: namespace } });
  for (const { name, type, data } of secrets)
    await api.create(pathOf('secrets'), { metadata: { name }, type, stringData: data });
  await api.create(pathOf('serviceaccounts'), {
    metadata: { name: account },
    imagePullSecrets: accountPullSecrets.map((name) => ({ name })),
  });
  await api.create(pod.pods, {
    metadata: { name: pod.name },
    spec: {
      nodeName: node,
      serviceAccountName: account,
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      imagePullSecrets: podPullSecrets.map((name) => ({ name })),
      containers: [{ name: 'main', image: scene.image, imagePullPolicy: scene.pullPolicy }],
    },
  });
  return pod;
}

/** A pull Secret for each login, under the key that `kubectl create secret docker-registry` would be told. */
function clusterOf({ image, logins = [] }: Scene): SceneCluster {
  const [first = '', ...rest] = image.split('/');
  const namesHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const host = namesHost ? first : 'https://index.docker.io/v1/';
  const secrets = logins.map((login, index) => ({
    name: `login-${index + 1}`,
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': JSON.stringify({ auths: { [host]: login } }) },
  }));
  return { secrets, podPullSecrets: secrets.map(({ name }) => name) };
}
