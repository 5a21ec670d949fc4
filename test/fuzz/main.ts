/** The long run of the fuzzing: a million texts, and how long the slowest of them held the event loop. */
import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { type Family, families } from './families.ts';
import { startFuzzedServe } from './fuzzed-serve.ts';

const usage = `Usage: npm run fuzz -- [--cases N] [--seed N] [--only FAMILY]

  --cases N      texts in total, 1000000 by default; one in 2000 is a megabyte long
  --seed N       for the same texts again; by default another one each time
  --only FAMILY  ${families.map(({ name }) => name).join(' | ')}
`;

/** A text of a megabyte may hold the event loop so long, and a shorter one, too. */
const mostBlockMs = 40;
const largeShare = 1 / 2_000;
/** Of all reviews, to a server on loopback. */
const servedShare = 1 / 50;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const cases = Number(values.cases);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const chosen = families.filter(({ name }) => values.only === undefined || name === values.only);
if (values.help || chosen.length === 0 || !Number.isSafeInteger(cases) || !Number.isSafeInteger(seed)) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}

let failures = 0;
let done = 0;
const startedMs = performance.now();
const say = (line: string) => process.stdout.write(`${line}\n`);
say(`${cases} texts, --seed ${seed}`);
const share = Math.ceil(cases / chosen.length);
for (const family of chosen) {
  const large = Math.max(5, Math.round(share * largeShare));
  const short = await run(family, family.texts, share - large);
  const long = await run(family, family.large, large);
  const served = family.name === 'reviews' ? await serve(family, Math.round(share * servedShare)) : 0;
  done += share + served;
  const blocks = `worst block ${short.toFixed(1)} ms, of a megabyte ${long.toFixed(1)} ms`;
  say(`${family.name}: ${share}${served > 0 ? ` and ${served} served` : ''}, ${blocks}`);
  if (!family.isOwn && Math.max(short, long) > mostBlockMs) failures += 1;
}
say(`${done} texts in ${Math.round((performance.now() - startedMs) / 1000)} s, ${failures} failures`);
process.exitCode = failures > 0 ? 1 : 0;

/** @returns the milliseconds of the slowest text */
async function run({ name, isOwn, holds }: Family, texts: fc.Arbitrary<string>, numRuns: number): Promise<number> {
  let worst = { ms: 0, text: '' };
  const property = fc.asyncProperty(texts, async (text) => {
    const ms = await millisOf(() => holds(text));
    if (ms > worst.ms) worst = { ms, text };
  });
  await tell(name, property, numRuns);
  // A busy machine and the collector make one run slow: the fastest of several counts.
  const again: number[] = [worst.ms];
  for (let round = 0; round < 9; round += 1) again.push(await millisOf(() => holds(worst.text)));
  const ms = Math.min(...again);
  if (ms > mostBlockMs && !isOwn)
    say(`${name}: ${ms.toFixed(1)} ms for ${JSON.stringify(worst.text.slice(0, 80))}… of ${worst.text.length}`);
  return ms;
}

async function millisOf(work: () => void | Promise<void>): Promise<number> {
  const beginMs = performance.now();
  await work();
  return performance.now() - beginMs;
}

async function serve({ name, texts }: Family, numRuns: number): Promise<number> {
  const running = await startFuzzedServe();
  const property = fc.asyncProperty(texts, async (body) => running.answers(body));
  await tell(`${name}, served`, property, numRuns);
  await running.end();
  return numRuns;
}

async function tell(name: string, property: fc.IAsyncProperty<[string]>, numRuns: number): Promise<void> {
  const result = await fc.check(property, { numRuns, seed });
  if (!result.failed) return;
  failures += 1;
  const { counterexample, errorInstance } = result;
  say(`${name}: ${String(errorInstance)}\n  with ${JSON.stringify(counterexample?.[0]?.slice(0, 2_000))}`);
}
