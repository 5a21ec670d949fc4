/** The Kubernetes objects of a scene, in a namespace of their own. */
import type { ApiClient } from '../real-parts/api-client.ts';
import type { Scene } from '../scene.ts';
import { objectsOf } from '../scene-objects.ts';

/** `pods` is the path of the namespace's Pods. */
export type PodPath = { readonly pods: string; readonly name: string };

export async function createPod(api: ApiClient, node: string, namespace: string, scene: Scene): Promise<PodPath> {
  const { secrets, account, pod } = objectsOf(scene, node);
  const pathOf = (kind: string) => `/api/v1/namespaces/${namespace}/${kind}`;
  await api.create('/api/v1/namespaces', { metadata: { name: namespace } });
  for (const secret of secrets) await api.create(pathOf('secrets'), secret);
  await api.create(pathOf('serviceaccounts'), account);
  await api.create(pathOf('pods'), pod);
  return { pods: pathOf('pods'), name: pod.metadata.name };
}
