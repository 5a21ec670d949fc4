/** The formats of `--output`, each a function of the report. */
import { withoutCommands } from '../log-text.ts';
import type { PullReport } from '../pull-report.ts';
import { githubOf } from './github.ts';
import { gitlabOf } from './gitlab.ts';
import { jsonOf } from './json.ts';
import { junitOf } from './junit.ts';
import { sarifOf } from './sarif.ts';
import { type TextOptions, textOf } from './text.ts';

export type Format = 'text' | 'json' | 'sarif' | 'junit' | 'github' | 'gitlab';
export const formats: readonly Format[] = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab'];

/**
 * Ends with a line break. `options` concern `text` alone. Each format may go to the log of a CI system: none holds a command for
 * it, except those that the format `github` is made of.
 */
export function render(report: PullReport, format: Format, options: TextOptions): string {
  switch (format) {
    case 'text':
      return withoutCommands(textOf(report, options));
    case 'json':
      return withoutMarkers(jsonOf(report), '\\u0023');
    case 'sarif':
      return withoutMarkers(sarifOf(report), '\\u0023');
    case 'junit':
      return withoutMarkers(junitOf(report), '&#35;');
    case 'github':
      return githubOf(report);
    case 'gitlab':
      return withoutMarkers(gitlabOf(report), '\\u0023');
  }
}

/** As the format itself escapes a character: who parses it reads the same. Lines of these formats start with a bracket or quote. */
function withoutMarkers(text: string, escapedHash: string): string {
  return text.replaceAll('##', `#${escapedHash}`);
}
