import * as z from 'zod';
import { flag, listOf, structOf, text, textMap } from '../object/api-json.ts';
import { type FieldProblem, fieldProblemsOf } from '../object/field-problem.ts';
import { schemaWhenUsed } from '../object/schema-when-used.ts';
import type { Toleration } from './toleration.ts';

/** The operator as written: one that does not exist makes its whole term match nothing. */
export type NodeSelectorRequirement = {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
};
export type NodeSelectorTerm = {
  readonly matchExpressions: readonly NodeSelectorRequirement[];
  readonly matchFields: readonly NodeSelectorRequirement[];
};

/** The part of a PodSpec that decides on which nodes the Pod may land. */
export type Placement = {
  readonly nodeName?: string;
  readonly nodeSelector: ReadonlyMap<string, string>;
  /** Terms of `requiredDuringSchedulingIgnoredDuringExecution`: an empty list, unlike an absent one, matches no node. */
  readonly requiredNodeAffinity?: readonly NodeSelectorTerm[];
  readonly tolerations: readonly Toleration[];
  /** `os.name`; empty when `os` is there without a name, which no kubelet is. */
  readonly os?: string;
  readonly hostNetwork: boolean;
  readonly schedulerName: string;
  readonly hasSchedulingGates: boolean;
  readonly runtimeClassName?: string;
};

/** What the API server fills in (pkg/apis/core/v1/defaults.go). */
export const defaultSchedulerName = 'default-scheduler';

export const tolerationSchema = () => structOf(z.object({ key: text, operator: text, value: text, effect: text }));
export const tolerationsSchema = () => listOf(tolerationSchema());
export const requirementSchema = () => structOf(z.object({ key: text, operator: text, values: listOf(text) }));
const termSchema = () =>
  structOf(z.object({ matchExpressions: listOf(requirementSchema()), matchFields: listOf(requirementSchema()) }));
const affinitySchema = () =>
  z
    .object({
      nodeAffinity: z
        .object({
          requiredDuringSchedulingIgnoredDuringExecution: z
            .object({ nodeSelectorTerms: listOf(termSchema()) })
            .nullish(),
        })
        .nullish(),
    })
    .nullish();

/**
 * Reads a PodSpec, all of it or the part named here; other members are ignored. To be run on the value of a `spec`
 * member, so that the paths of its issues begin inside the PodSpec.
 */
export const placementSchema = schemaWhenUsed(() =>
  z
    .object({
      nodeName: text,
      nodeSelector: textMap,
      affinity: affinitySchema(),
      tolerations: tolerationsSchema(),
      os: z.object({ name: text }).nullish(),
      hostNetwork: flag,
      schedulerName: text,
      schedulingGates: listOf(z.unknown()),
      runtimeClassName: text,
    })
    .transform((spec): Placement => {
      const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
      return {
        ...(spec.nodeName === '' ? {} : { nodeName: spec.nodeName }),
        nodeSelector: spec.nodeSelector,
        ...(required === undefined || required === null ? {} : { requiredNodeAffinity: required.nodeSelectorTerms }),
        tolerations: spec.tolerations,
        ...(spec.os === undefined || spec.os === null ? {} : { os: spec.os.name }),
        hostNetwork: spec.hostNetwork,
        schedulerName: spec.schedulerName === '' ? defaultSchedulerName : spec.schedulerName,
        hasSchedulingGates: spec.schedulingGates.length > 0,
        ...(spec.runtimeClassName === '' ? {} : { runtimeClassName: spec.runtimeClassName }),
      };
    }),
);

export type ParsedPlacement =
  | { readonly ok: true; readonly placement: Placement }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Reads a PodSpec on its own; the path of an error begins inside it: `tolerations[0].key`. */
export function parsePlacement(podSpec: unknown): ParsedPlacement {
  const parsed = placementSchema.safeParse(podSpec);
  if (!parsed.success) return { ok: false, problems: fieldProblemsOf(parsed.error, podSpec) };
  return { ok: true, placement: parsed.data };
}
