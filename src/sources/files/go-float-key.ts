/**
 * The name a float gets as a member's name: strconv.FormatFloat(f, 'g', -1, 32), as sigs.k8s.io/yaml writes it
 * (yaml.go). `1.10` becomes `1.1`, `1234567.5` becomes `1.2345675e+06`.
 */
export function goFloatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  if (single === 0) return Object.is(single, -0) ? '-0' : '0';
  const [mantissa = '', exponent = ''] = shortest(single).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(`${mantissa}e${power}`));
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** The fewest digits that give this float32 again, as `d.ddde±x`. */
function shortest(single: number): string {
  for (let digits = 0; digits < 8; digits += 1) {
    const text = single.toExponential(digits);
    if (Math.fround(Number(text)) === single) return text;
  }
  return single.toExponential(8);
}
