/** NodePools of Karpenter: which nodes it may bring (karpenter.sh/v1, and v1beta1, which differs in nothing that is read here). */

import * as z from 'zod';
import type { Platform } from '../image/platform.ts';
import { listOf, structOf, textMap } from '../object/api-json.ts';
import { schemaWhenUsed } from '../object/schema-when-used.ts';
import { platformsThatFit } from './needed-platforms.ts';
import { defaultSchedulerName, type Placement, requirementSchema } from './placement.ts';

export type NodePool = { readonly name: string; readonly allows: (platforms: readonly Platform[]) => boolean };

const poolSchema = schemaWhenUsed(() =>
  z.object({
    metadata: z.object({ name: z.string() }),
    spec: z.object({
      template: z.object({
        metadata: structOf(z.object({ labels: textMap })),
        spec: z.object({ requirements: listOf(requirementSchema()) }),
      }),
    }),
  }),
);

/** Undefined for what cannot be understood: it may allow everything. */
export function parseNodePool(object: unknown): NodePool | undefined {
  const parsed = poolSchema.safeParse(object);
  if (!parsed.success) return undefined;
  const { metadata, spec } = parsed.data;
  const { metadata: ofNodes, spec: wanted } = spec.template;
  const placement: Placement = {
    nodeSelector: ofNodes.labels,
    requiredNodeAffinity: [{ matchExpressions: wanted.requirements, matchFields: [] }],
    tolerations: [],
    hostNetwork: false,
    schedulerName: defaultSchedulerName,
    hasSchedulingGates: false,
  };
  // A term without any requirement matches no node; without requirements a pool may bring any.
  const { requiredNodeAffinity: _required, ...open } = placement;
  const asked = wanted.requirements.length === 0 ? open : placement;
  return { name: metadata.name, allows: (platforms) => platformsThatFit(platforms, asked).length > 0 };
}
