export function stepSummaryOf(_r: unknown): string {
  return '';
}
