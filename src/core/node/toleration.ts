import { parseGoInt64 } from '../go/integer.ts';

export type Taint = { readonly key: string; readonly value: string; readonly effect: string };
/** Empty members mean what they mean in the API: any effect, any key, operator Equal. */
export type Toleration = {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  readonly effect: string;
};

/** Feature gates of the cluster that change where a Pod may land. */
export type FeatureGates = {
  /** TaintTolerationComparisonOperators, alpha and off since 1.35: `Gt` and `Lt` in tolerations. */
  readonly taintTolerationComparisonOperators: boolean;
};

/** Whether one of the tolerations tolerates the taint (k8s.io/api core/v1 toleration.go, ToleratesTaint). */
export function toleratesTaint(tolerations: readonly Toleration[], taint: Taint, gates: FeatureGates): boolean {
  return tolerations.some((toleration) => tolerates(toleration, taint, gates));
}

/** How long a toleration holds (`tolerationSeconds`) decides about eviction, not about placement. */
function tolerates(toleration: Toleration, taint: Taint, gates: FeatureGates): boolean {
  if (toleration.effect !== '' && toleration.effect !== taint.effect) return false;
  if (toleration.key !== '' && toleration.key !== taint.key) return false;
  switch (toleration.operator) {
    case '':
    case 'Equal':
      return toleration.value === taint.value;
    case 'Exists':
      return true;
    case 'Gt':
    case 'Lt':
      return gates.taintTolerationComparisonOperators && compares(toleration, taint);
    default:
      return false;
  }
}

function compares(toleration: Toleration, taint: Taint): boolean {
  const bound = parseCanonicalInteger(toleration.value);
  const value = parseCanonicalInteger(taint.value);
  if (bound === undefined || value === undefined) return false;
  return toleration.operator === 'Gt' ? value > bound : value < bound;
}

/** Stricter than ParseInt: no plus sign, no leading zeros, no negative zero (apimachinery content.IsDecimalInteger). */
function parseCanonicalInteger(text: string): bigint | undefined {
  return /^(?:0|-?[1-9][0-9]*)$/.test(text) ? parseGoInt64(text) : undefined;
}
