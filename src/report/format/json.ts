import type { PullReport } from '../pull-report.ts';

/** Control characters are escaped by JSON itself. */
export function jsonOf(report: PullReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
