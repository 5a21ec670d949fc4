/**
 * Changes one token of the rules at a time, and looks whether a test or the compiler notices: `npm run test:mutants`, for all files
 * or for those that are named. `--write FILE` writes the page of docs. The last line is `N passed, N failed`; what survives
 * without a reason in `survivors.ts` fails.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mutantsPage } from './page.ts';
import { type Mutant, readReport, survivorsOf } from './report.ts';
import { type Reason, reasons } from './survivors.ts';

const project = resolve(import.meta.dirname, '../..');
const folder = join(project, '.mutants');
const tools = join(folder, 'tools');
const stryker = join(tools, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'string' } } });

install();
mutate(positionals);
const report = readReport(readFileSync(join(folder, 'report.json'), 'utf8'));
const survivors = survivorsOf(report);
const unexplained = survivors.filter((mutant) => reasonFor(mutant) === undefined);
for (const { file, line, before, after } of unexplained)
  process.stdout.write(`${file}:${line}\n- ${before}\n+ ${after}\n`);
const isWhole = positionals.length === 0;
const isMutated = (reason: Reason) => report.some(({ file }) => file.endsWith(`/${reason.file}`));
const outdated = reasons.filter(
  (reason) => isWhole && isMutated(reason) && !survivors.some((mutant) => reasonFor(mutant) === reason),
);
for (const { file, before, after } of outdated)
  process.stdout.write(`${file}: the reason for "${before}" → "${after}" is for nothing that survives\n`);
if (values.write !== undefined) {
  const explained = survivors.flatMap((mutant) => {
    const reason = reasonFor(mutant);
    return reason === undefined ? [] : [{ mutant, why: reason.why }];
  });
  writeFileSync(values.write, mutantsPage(report, explained));
}
const failed = unexplained.length + outdated.length;
const noticed = report.filter(({ status }) => status === 'killed' || status === 'refused').length;
process.stdout.write(`${noticed + survivors.length - unexplained.length} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

function reasonFor({ file, before, after }: Mutant): Reason | undefined {
  return reasons.find(
    (reason) => file.endsWith(`/${reason.file}`) && before === reason.before && after === reason.after,
  );
}

/** Stryker is not among the dependencies of the project: nobody else needs its hundred packages. */
function install(): void {
  if (existsSync(stryker)) return;
  mkdirSync(tools, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    copyFileSync(join(import.meta.dirname, file), join(tools, file));
  const { status } = spawnSync('npm', ['ci', '--silent'], { cwd: tools, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm ci in ${tools} failed`);
}

function mutate(files: readonly string[]): void {
  const chosen = files.length === 0 ? [] : ['--mutate', files.join(',')];
  const args = [stryker, 'run', 'test/mutants/stryker.json', ...chosen];
  const { status } = spawnSync(process.execPath, args, { cwd: project, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error('the run of Stryker failed');
}
