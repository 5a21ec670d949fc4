/**
 * Node selector and required node affinity, by the rules of component-helpers scheduling/corev1/nodeaffinity: terms are
 * ORed, requirements within a term ANDed, and a term that is empty or does not parse matches nothing.
 */
import { parseGoInt64 } from '../go/integer.ts';
import { isLabelKey, isLabelValue } from './label-syntax.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm, Placement } from './placement.ts';

/** A Placement's demands on name and labels of a node, read once to be put to thousands of nodes. */
export type NodeRequirements = {
  readonly nodeSelector: ReadonlyMap<string, string>;
  /** Absent where there is no required affinity; terms that match nothing are left out. */
  readonly terms?: readonly (readonly Requirement[])[];
};

export type NamedLabels = { readonly name: string; readonly labels: ReadonlyMap<string, string> };
type Requirement = (node: NamedLabels) => boolean;

export function nodeRequirementsOf(placement: Placement): NodeRequirements {
  const { nodeSelector, requiredNodeAffinity } = placement;
  if (requiredNodeAffinity === undefined) return { nodeSelector };
  return { nodeSelector, terms: requiredNodeAffinity.map(parseTerm).filter((term) => term !== undefined) };
}

export function meetsRequirements(node: NamedLabels, requirements: NodeRequirements): boolean {
  for (const [key, value] of requirements.nodeSelector) if (node.labels.get(key) !== value) return false;
  if (requirements.terms === undefined) return true;
  return requirements.terms.some((term) => term.every((isMet) => isMet(node)));
}

function parseTerm(term: NodeSelectorTerm): readonly Requirement[] | undefined {
  const requirements = [...term.matchExpressions.map(parseExpression), ...term.matchFields.map(parseField)];
  const parsed = requirements.filter((requirement) => requirement !== undefined);
  return parsed.length === 0 || parsed.length < requirements.length ? undefined : parsed;
}

/** Keys and values must be valid even where that changes nothing (apimachinery labels.NewRequirement). */
function parseExpression({ key, operator, values }: NodeSelectorRequirement): Requirement | undefined {
  if (!isLabelKey(key) || !values.every(isLabelValue)) return undefined;
  const set: ReadonlySet<string | undefined> = new Set(values);
  switch (operator) {
    case 'In':
      return values.length === 0 ? undefined : ({ labels }) => set.has(labels.get(key));
    case 'NotIn':
      return values.length === 0 ? undefined : ({ labels }) => !set.has(labels.get(key));
    case 'Exists':
      return values.length > 0 ? undefined : ({ labels }) => labels.has(key);
    case 'DoesNotExist':
      return values.length > 0 ? undefined : ({ labels }) => !labels.has(key);
    case 'Gt':
      return parseComparison(key, values, (label, bound) => label > bound);
    case 'Lt':
      return parseComparison(key, values, (label, bound) => label < bound);
    default:
      return undefined;
  }
}

function parseComparison(
  key: string,
  values: readonly string[],
  holds: (label: bigint, bound: bigint) => boolean,
): Requirement | undefined {
  const bound = parseGoInt64(onlyOne(values) ?? '');
  if (bound === undefined) return undefined;
  return ({ labels }) => {
    const label = parseGoInt64(labels.get(key) ?? '');
    return label !== undefined && holds(label, bound);
  };
}

/** A node has one field for selectors; every other reads as empty (nodeaffinity.go, extractNodeFields). */
function parseField({ key, operator, values }: NodeSelectorRequirement): Requirement | undefined {
  const value = onlyOne(values);
  if (value === undefined) return undefined;
  const holds = ({ name }: NamedLabels) => (key === 'metadata.name' ? name : '') === value;
  if (operator === 'In') return holds;
  return operator === 'NotIn' ? (node) => !holds(node) : undefined;
}

function onlyOne(values: readonly string[]): string | undefined {
  return values.length === 1 ? values[0] : undefined;
}
