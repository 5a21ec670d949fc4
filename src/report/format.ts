/** The formats of a report by the names that users give. */
import { githubOf } from './format/github.ts';
import { gitlabOf } from './format/gitlab.ts';
import { jsonOf } from './format/json.ts';
import { junitOf } from './format/junit.ts';
import { sarifOf } from './format/sarif.ts';
import { textOf } from './format/text.ts';
import type { PullReport } from './pull-report.ts';

export const formats = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab'] as const;
export type Format = (typeof formats)[number];

export function render(report: PullReport, format: Format, options: { readonly color: boolean }): string {
  switch (format) {
    case 'text':
      return textOf(report, options);
    case 'json':
      return jsonOf(report);
    case 'sarif':
      return sarifOf(report);
    case 'junit':
      return junitOf(report);
    case 'github':
      return githubOf(report);
    case 'gitlab':
      return gitlabOf(report);
  }
}
