/** docs/mutants.md */
import type { Mutant } from './report.ts';

export type Explained = { readonly mutant: Mutant; readonly why: string };

export function mutantsPage(report: readonly Mutant[], explained: readonly Explained[]): string {
  const files = [...new Set(report.map(({ file }) => file))].toSorted();
  return [
    '# Changes to the rules that tests notice',
    '',
    'The rules that turn evidence into findings, and the dialogue with registries, are guarded by changing them: one condition,',
    'operator, literal or call at a time. Each change must be noticed by the compiler or by a test of `test/core`. This page is',
    'written by `npm run test:mutants -- --write docs/mutants.md`, with Stryker.',
    '',
    '| file | refused by the compiler | noticed by a test | not noticed |',
    '|---|---|---|---|',
    ...[...files, undefined].map((file) => rowOf(file, report)),
    '',
    '## Changes that no test can notice',
    '',
    '| file | as it is | changed to | why |',
    '|---|---|---|---|',
    ...explained.map(
      ({ mutant: { file, before, after }, why }) =>
        `| ${nameOf(file)} | ${asCode(before)} | ${asCode(after)} | ${why} |`,
    ),
    '',
  ].join('\n');
}

/** Of one file, or of all of them. */
function rowOf(file: string | undefined, report: readonly Mutant[]): string {
  const count = (status: Mutant['status']) =>
    report.filter((mutant) => mutant.status === status && (file === undefined || mutant.file === file)).length;
  const name = file === undefined ? 'all' : nameOf(file);
  return `| ${name} | ${count('refused')} | ${count('killed')} | ${count('survived')} |`;
}

function nameOf(file: string): string {
  return file.replace('src/core/', '');
}

function asCode(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
