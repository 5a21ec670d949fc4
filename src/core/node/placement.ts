import * as z from 'zod';
import { listOf, structOf, text } from '../object/api-json.ts';
import type { FieldProblem } from '../object/field-problem.ts';
import { type Members, Reader } from '../object/reader.ts';
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

/** Reads what decides about placement of a PodSpec; other members are ignored. */
export function readPlacement(reader: Reader, podSpec: Members): Placement {
  const nodeName = reader.text(podSpec, 'nodeName');
  const nodeSelector = reader.textMap(podSpec, 'nodeSelector');
  const requiredNodeAffinity = reader.struct(podSpec, 'affinity', (affinity) =>
    reader.struct(affinity, 'nodeAffinity', (nodeAffinity) =>
      reader.struct(nodeAffinity, 'requiredDuringSchedulingIgnoredDuringExecution', (required) =>
        reader.structs(required, 'nodeSelectorTerms', (term) => ({
          matchExpressions: reader.structs(term, 'matchExpressions', (one) => readRequirement(reader, one)),
          matchFields: reader.structs(term, 'matchFields', (one) => readRequirement(reader, one)),
        })),
      ),
    ),
  );
  const tolerations = reader.structs(podSpec, 'tolerations', (toleration) => ({
    key: reader.text(toleration, 'key'),
    operator: reader.text(toleration, 'operator'),
    value: reader.text(toleration, 'value'),
    effect: reader.text(toleration, 'effect'),
  }));
  const os = reader.struct(podSpec, 'os', (of) => reader.text(of, 'name'));
  const hostNetwork = reader.flag(podSpec, 'hostNetwork');
  const schedulerName = reader.text(podSpec, 'schedulerName') || defaultSchedulerName;
  const hasSchedulingGates = reader.list(podSpec, 'schedulingGates').length > 0;
  const runtimeClassName = reader.text(podSpec, 'runtimeClassName');
  return {
    ...(nodeName !== '' && { nodeName }),
    nodeSelector,
    ...(requiredNodeAffinity && { requiredNodeAffinity }),
    tolerations,
    ...(os !== undefined && { os }),
    hostNetwork,
    schedulerName,
    hasSchedulingGates,
    ...(runtimeClassName !== '' && { runtimeClassName }),
  };
}

function readRequirement(reader: Reader, of: Members): NodeSelectorRequirement {
  return { key: reader.text(of, 'key'), operator: reader.text(of, 'operator'), values: reader.texts(of, 'values') };
}

export type ParsedPlacement =
  | { readonly ok: true; readonly placement: Placement }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Reads a PodSpec on its own; the path of an error begins inside it: `tolerations[0].key`. */
export function parsePlacement(podSpec: unknown): ParsedPlacement {
  const reader = new Reader();
  const placement = readPlacement(reader, reader.members(podSpec));
  return reader.problems.length > 0 ? { ok: false, problems: reader.problems } : { ok: true, placement };
}
