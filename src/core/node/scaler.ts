/** Programs that bring nodes to a cluster when Pods need them, as nodes and objects of the cluster show them (contract §3, C21). */

import * as z from 'zod';
import type { PodController } from '../object/pod-controller.ts';
import { schemaWhenUsed } from '../object/schema-when-used.ts';
import type { Taint } from './toleration.ts';

/** What Karpenter may bring its NodePools tell; what others may bring nobody tells. */
export type Scaler = { readonly program: 'karpenter' | 'other'; readonly what: string };

export function scalerOfDeployment({ namespace, name, images }: PodController): Scaler | undefined {
  const programs = [...images.map(programOfImage), programOfName(name)];
  const program = programs.find((found) => found !== undefined);
  const place = namespace === '' ? name : `${namespace}/${name}`;
  return program && { program, what: `Deployment ${place}` };
}

export type ScaledNode = {
  readonly labels: ReadonlyMap<string, string>;
  readonly taints: readonly Taint[];
  readonly images: readonly { readonly names: readonly string[] }[];
};

/** `what` goes on after the name of the node: `has the label karpenter.sh/nodepool`. */
export function scalerOfNode({ labels, taints, images }: ScaledNode): Scaler | undefined {
  for (const key of labels.keys())
    if (key.startsWith('karpenter.sh/')) return { program: 'karpenter', what: `has the label ${key}` };
  const computeType = labels.get('eks.amazonaws.com/compute-type');
  if (computeType === 'fargate' || computeType === 'auto')
    return { program: 'other', what: `has the label eks.amazonaws.com/compute-type=${computeType}` };
  // While it takes nodes away (cluster-autoscaler/utils/taints).
  const taint = taints.find(({ key }) => key.endsWith('OfClusterAutoscaler') || key.endsWith('ByClusterAutoscaler'));
  if (taint !== undefined) return { program: 'other', what: `has the taint ${taint.key}` };
  for (const { names } of images)
    for (const image of names) {
      const program = programOfImage(image);
      if (program !== undefined) return { program, what: `reports the image ${image}` };
    }
  return undefined;
}

/** registry.k8s.io/autoscaling/cluster-autoscaler, with an architecture behind it before 1.23; public.ecr.aws/karpenter/controller. */
function programOfImage(image: string): Scaler['program'] | undefined {
  // Most images are neither, and a cluster has hundreds of thousands of names.
  if (!image.includes('cluster-autoscaler') && !image.includes('karpenter')) return undefined;
  const path = `/${image.replace(/@.*$/, '').replace(/:[^/]*$/, '')}`;
  if (/\/cluster-autoscaler(?:-[a-z\d]+)?$/.test(path)) return 'other';
  return /\/karpenter(?:\/controller)?$/.test(path) ? 'karpenter' : undefined;
}

/** As the charts and manifests of these programs have it. */
function programOfName(name: string): Scaler['program'] | undefined {
  if (/(?:^|-)cluster-autoscaler(?:-|$)/.test(name)) return 'other';
  return /(?:^|-)karpenter$/.test(name) ? 'karpenter' : undefined;
}

/** In which the cluster autoscaler tells what it does, also where a provider runs it out of sight. */
export const statusConfigMap = 'cluster-autoscaler-status';
const statusSchema = schemaWhenUsed(() => z.object({ metadata: z.object({ name: z.literal(statusConfigMap) }) }));
export function isScalerStatus(configMap: unknown): boolean {
  return statusSchema.safeParse(configMap).success;
}
export const scalerOfStatus: Scaler = { program: 'other', what: `ConfigMap kube-system/${statusConfigMap}` };
export const karpenterServed: Scaler = { program: 'karpenter', what: 'the API group karpenter.sh' };
