/** The formats of `--output`, each a function of the report. */
import type { PullReport } from '../pull-report.ts';
import { githubOf } from './github.ts';
import { gitlabOf } from './gitlab.ts';
import { jsonOf } from './json.ts';
import { junitOf } from './junit.ts';
import { sarifOf } from './sarif.ts';
import { textOf } from './text.ts';

export type Format = 'text' | 'json' | 'sarif' | 'junit' | 'github' | 'gitlab';
export const formats: readonly Format[] = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab'];

/** Ends with a line break. `color` concerns `text` alone. */
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
