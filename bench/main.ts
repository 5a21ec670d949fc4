/**
 * Measures the goals of performance, each beside its anchor, in one run: a line for each as soon as it is known, then the table.
 * Exits with 1 if a count is not what it must be; ratios and figures are told.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, efforts, openBench } from './bench.ts';
import type { Outcome } from './goal.ts';
import { burstGoals } from './goals/burst.ts';
import { checkGoals, kubeconform } from './goals/check.ts';
import { coldGoals } from './goals/cold.ts';
import { hostileGoals } from './goals/hostile.ts';
import { loadGoals } from './goals/load.ts';
import { longGoals } from './goals/long.ts';
import { skopeoGoals } from './goals/skopeo.ts';
import { starvedGoals } from './goals/starved.ts';
import { warmGoals } from './goals/warm.ts';
import { machine, stepAside, watchSteal } from './machine.ts';
import { root } from './parties/webhook.ts';
import { type BenchRun, failedCounts, isDisturbed, pageOf, rowText, tableOf } from './report.ts';

const usage = `Usage: npm run bench -- [--only GOAL]… [--quick|--full] [--json FILE] [--write FILE]

  --only GOAL   measure what shows this goal, such as P4; may be repeated
  --quick       few rounds of little, to see that it works
  --full        many rounds, and a million reviews
  --json FILE   write all rounds
  --write FILE  write the page, docs/performance.md
`;

const noAudit = async (): Promise<readonly Outcome[]> => [
  { id: 'P8', what: 'audit of 10,000 Pods: requests, time, memory', because: 'pullgate has no audit yet' },
];

/** Which measurements show which goals. Those of memory and growth come out of the load. */
const suites: readonly (readonly [ids: readonly string[], measure: (bench: Bench) => Promise<readonly Outcome[]>])[] = [
  [['P1', 'P2', 'P6', 'P7'], burstGoals],
  [['P3', 'P10', 'P11'], warmGoals],
  [['P4', 'P6', 'P7', 'P10'], loadGoals],
  [['P5'], coldGoals],
  [['P6'], longGoals],
  [['P8'], noAudit],
  [['P9'], checkGoals],
  [['P9'], skopeoGoals],
  [['P12'], starvedGoals],
  [['S23'], hostileGoals],
];

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    json: { type: 'string' },
    write: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const { only, quick, full, json, write, help } = values;
const ids = new Set(suites.flatMap(([goals]) => goals));
const unknown = only.filter((id) => !ids.has(id));
if (help || unknown.length > 0 || (quick && full)) {
  if (unknown.length > 0) process.stderr.write(`--only ${unknown[0]}: the goals are ${[...ids].join(', ')}\n\n`);
  process.stderr.write(usage);
  process.exit(help ? 0 : 2);
}

// With maps, by which profiles name the folders of the project.
execFileSync('rolldown', ['--config', 'rolldown.config.ts', '--sourcemap'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
stepAside();
const effort = quick ? 'quick' : full ? 'full' : 'usual';
const bench = await openBench(efforts[effort]);
const machineBefore = machine();
const stealSince = watchSteal();
const outcomes: Outcome[] = [];
for (const [shown, measure] of suites) {
  const isWanted = (id: string) => only.length === 0 || only.includes(id);
  if (!shown.some(isWanted)) continue;
  for (const outcome of (await measure(bench)).filter(({ id }) => isWanted(id))) {
    outcomes.push(outcome);
    process.stderr.write(`${rowText(outcome)}\n`);
  }
}
bench.end();

const run: BenchRun = {
  commit: outputOf('git', ['describe', '--always', '--dirty', '--exclude=*']) ?? 'unknown',
  date: new Date().toISOString().slice(0, 10),
  effort,
  versions: versionsHere(),
  machine: machineBefore,
  steal: stealSince(),
  outcomes: outcomes.toSorted((one, other) => orderOf(one) - orderOf(other)),
};
process.stdout.write(`${tableOf(run)}\n`);
if (json !== undefined) writeFileSync(json, `${JSON.stringify(run, undefined, 2)}\n`);
if (isDisturbed(run)) process.stderr.write(`${(run.steal * 100).toFixed(1)} % steal: the figures are not worth much\n`);
else if (write !== undefined) writeFileSync(write, pageOf(run));
const failed = failedCounts(run);
for (const outcome of failed) process.stderr.write(`not as it must be: ${rowText(outcome)}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Goals of performance in their order, and whatever withstands an attack after them. */
function orderOf({ id }: Outcome): number {
  return (id.startsWith('S') ? 100 : 0) + Number(id.slice(1));
}

function versionsHere(): BenchRun['versions'] {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const others = {
    go: outputOf('go', ['version'])?.split(' ')[2]?.replace(/^go/, ''),
    kubeconform: kubeconform && outputOf(kubeconform, ['-v']),
    skopeo: outputOf('skopeo', ['--version'])?.split(' ')[2],
  };
  const there = Object.entries(others).flatMap(([name, said]) => (said ? [[name, said] as const] : []));
  return { pullgate: version, node: process.versions.node, ...Object.fromEntries(there) };
}

function outputOf(program: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
