export const failOnLevels = ['deny', 'likely', 'unconfirmed', 'never'] as const;
export type FailOn = (typeof failOnLevels)[number];
export function exitCodeOf(_r: unknown, _f: FailOn): number {
  return 0;
}
