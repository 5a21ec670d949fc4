/**
 * Quantities of resources as the API writes them (apimachinery/pkg/api/resource): `500m`, `1.5Gi`, `2e3`. As floating point
 * numbers they are exact enough to be compared; undefined for what is no quantity.
 */
export function parseQuantity(written: string): number | undefined {
  const match =
    /^([+-]?(?:\d{1,40}\.?\d{0,40}|\.\d{1,40}))(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d{1,3})?$/.exec(written);
  if (match === null) return undefined;
  const [, digits = '', suffix = ''] = match;
  const factor = factors.get(suffix) ?? Number(`1${suffix}`);
  return Number(digits) * factor;
}

const factors: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, index) => [suffix, 1024 ** (index + 1)] as const),
  ...['n', 'u', 'm'].map((suffix, index) => [suffix, 1000 ** (index - 3)] as const),
  ...['k', 'M', 'G', 'T', 'P', 'E'].map((suffix, index) => [suffix, 1000 ** (index + 1)] as const),
]);
