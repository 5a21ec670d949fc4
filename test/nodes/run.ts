/**
 * All scenes, through pullgate and on real nodes: `PULLGATE_PARTS=… node test/nodes/run.ts [--only TEXT]… [--usual-ways] [--write FILE]`.
 * Prints a table and the totals; the last line is `N passed, N failed`. The exit code is 1 when anything disagrees. The usual
 * ways to check are asked too with `--usual-ways`, and for the page of `--write`: that takes some minutes more, and the network.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { scenarios } from '../scenarios/all.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { agreementPage, tableOf, waysTable } from './agreement-page.ts';
import { foretell } from './foretell.ts';
import { openGround } from './ground.ts';
import { judge, lanesOf, type Row } from './judge-agreement.ts';
import { findParts } from './real-parts/parts.ts';
import { enterSandbox } from './real-parts/sandbox.ts';
import { askWay, installRegistryClient, type SaidByWays, type WayName, withBothHubs } from './usual-ways/usual-ways.ts';

const lines: string[] = [];
const print = (line: string) => lines.push(line);
const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, write: { type: 'string' }, 'usual-ways': { type: 'boolean' } },
});
const parts = findParts();
const asksUsualWays = values.write !== undefined || values['usual-ways'] === true;
// Before the sandbox, which has no network.
const clientFolder = asksUsualWays ? installRegistryClient() : undefined;
const sandbox = await enterSandbox();
const wanted = scenarios.filter(
  ({ name }) => values.only === undefined || values.only.some((text) => name.includes(text)),
);

const started = performance.now();
const counts = { 'containerd-1.7': 1, 'containerd-2.4': 1, 'kubelet-1.7': 2, 'kubelet-2.4': 2 };
const ground = await openGround(sandbox, parts, counts);
const rows = await Promise.all(
  wanted.map(async (scenario): Promise<Row> => {
    const [foretold, usualWays, ...played] = await Promise.all([
      ground.withRegistries(scenario, (surroundings) => foretell(scenario, surroundings)),
      askUsualWays(scenario),
      ...lanesOf(scenario).map(async (lane) => [lane, (await ground.play(scenario, lane)).outcome] as const),
    ]);
    return { scenario, foretold, nodes: Object.fromEntries(played), ...(usualWays && { usualWays }) };
  }),
);
async function askUsualWays(scenario: Scenario): Promise<SaidByWays | undefined> {
  if (clientFolder === undefined) return undefined;
  const scene = withBothHubs(scenario);
  const ask = (way: WayName) =>
    ground.withRegistries(scene, (surroundings) => askWay(way, scene, surroundings, { parts, clientFolder }));
  return { crane: await ask('crane'), 'docker-registry-client': await ask('docker-registry-client') };
}
const judged = rows.map((row) => ({ row, judgement: judge(row) }));
print(tableOf(judged));
let failed = 0;
for (const { row, judgement } of judged) {
  const { falseDenials, falsePasses, surprises } = judgement;
  const wrong = [
    ...falseDenials.map((text) => `FALSE DENIAL: ${text}`),
    ...falsePasses.map((text) => `FALSE PASS: ${text}`),
    ...surprises,
  ];
  if (wrong.length === 0) continue;
  failed += 1;
  print(`\n${row.scenario.name} (${row.scenario.image.slice(0, 80)})`);
  for (const text of wrong) print(`  ${text}`);
}
const sum = (key: 'agreements' | 'undecided') => judged.reduce((total, { judgement }) => total + judgement[key], 0);
const count = (key: 'falseDenials' | 'falsePasses') =>
  judged.reduce((total, { judgement }) => total + judgement[key].length, 0);
const decided = sum('agreements') + count('falseDenials') + count('falsePasses');
print(`\n${rows.length} scenes, ${Math.round((performance.now() - started) / 1000)} s`);
print(
  `agreements ${sum('agreements')} of ${decided} decided, undecided ${sum('undecided')}, false denials ${count('falseDenials')}, false passes ${count('falsePasses')}`,
);
if (asksUsualWays) print(waysTable(rows).join('\n'));
if (values.write !== undefined) writeFileSync(values.write, agreementPage(judged));
print(`${rows.length - failed} passed, ${failed} failed`);
// A pipe takes its time, and nodes keep this program from ending by itself.
await new Promise<void>((resolve) => {
  process.stdout.write(`${lines.join('\n')}\n`, () => resolve());
});
process.exit(failed === 0 ? 0 : 1);
