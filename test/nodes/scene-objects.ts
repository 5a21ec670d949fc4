/** The Kubernetes objects of a scene: what is applied to the API server, and given to pullgate. */
import type { Scene, SceneCluster } from './scene.ts';

const account = 'default';

/** The containers wait for nobody: what counts is whether their image comes. */
export function objectsOf(scene: Scene, node: string) {
  const { secrets = [], podPullSecrets = [], accountPullSecrets = [] } = scene.cluster ?? clusterOf(scene);
  return {
    secrets: secrets.map(({ name, type, data }) => ({ metadata: { name }, type, stringData: data })),
    account: { metadata: { name: account }, imagePullSecrets: accountPullSecrets.map((name) => ({ name })) },
    pod: {
      metadata: { name: 'pod' },
      spec: {
        nodeName: node,
        serviceAccountName: account,
        automountServiceAccountToken: false,
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 0,
        imagePullSecrets: podPullSecrets.map((name) => ({ name })),
        containers: [{ name: 'main', image: scene.image, imagePullPolicy: scene.pullPolicy }],
      },
    },
  };
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
