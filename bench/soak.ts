/**
 * Many reviews of many images, a hostile tenant all the time, and faults: how many calls of the good tenant fail open, how many
 * verdicts are wrong, what the tenant does to the others' latency, and whether the heap stays as it is.
 */
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeSelfSigned } from '../src/entrypoints/serve/self-signed.ts';
import { efforts, openBench } from './bench.ts';
import { median } from './goal.ts';
import { startApiServer } from './parties/api-server.ts';
import type { Called } from './parties/client.ts';
import { root, startWith } from './parties/webhook.ts';
import { hostileName, registryName } from './reviews.ts';

const usage = `Usage: npm run soak -- [--reviews N] [--rate N] [--attacks N] [--quick|--short]

  --reviews N  reviews of the good tenant, 1000000 by default; one in ten has an image that was never seen
  --rate N     of them a second, 300 by default
  --attacks N  reviews of the hostile tenant a second, 4 by default
  --quick      20000 reviews
  --short      1500 reviews, in less than half a minute; time and heap are told, not judged
`;

const { values } = parseArgs({
  options: {
    reviews: { type: 'string' },
    rate: { type: 'string', default: '300' },
    attacks: { type: 'string', default: '4' },
    quick: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const total = Number(values.reviews ?? (values.short ? 1_500 : values.quick ? 20_000 : 1_000_000));
const perSecond = Number(values.rate);
if (values.help || !Number.isSafeInteger(total) || !(perSecond > 0)) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}
const reviews = { images: 50, containers: 1, newImageEach: 10, missingImageEach: 21, padding: 1_000 };
const batch = Math.max(200, Math.min(5_000, Math.floor(total / 20)));
const isMissing = (number: number) => number % 21 === 0 && number % 10 !== 0;

execFileSync('rolldown', ['--config', 'rolldown.config.ts'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
const { registry, call, end } = await openBench(efforts.quick);
const api = await startApiServer();
const tenant = fork(join(import.meta.dirname, 'parties/hostile-tenant.ts'));
const [hostileUrl] = (await once(tenant, 'message')) as [string];
const directory = await mkdtemp(join(tmpdir(), 'pullgate-soak-'));
const certificates = join(directory, 'tls');
const { ca, cert, key } = await makeSelfSigned(new Date(), 30);
await writeWorld();
const tls = ['--tls-cert', `${certificates}.crt`, '--tls-key', `${certificates}.key`];
const args = ['--config', join(directory, 'config.yaml'), '--kubeconfig', join(directory, 'kubeconfig'), ...tls];
const product = await startWith(args, `${certificates}.ca`, directory);

type Phase = { readonly name: string; readonly count: number; readonly hasFaults: boolean };
type Tally = { failedOpen: number; unexamined: number; wrong: number; readonly p99: number[] };

let number = 1;
const say = (line: string) => process.stdout.write(`${line}\n`);
const share = Math.floor(total / 5);
// What is new to the memory, and to the compiler, is no measure.
await play({ name: 'warming up', count: batch, hasFaults: false });
const quiet = await play({ name: 'without the hostile tenant', count: share, hasFaults: false });
tenant.send({ url: product.url, victimUrl: registry.url, perSecond: Number(values.attacks) });
const beside = await play({ name: 'with the hostile tenant', count: share, hasFaults: false });
const before = (await product.probe()).heapBytes / 2 ** 20;
const faulty = await play({ name: 'with the hostile tenant and faults', count: total - 2 * share, hasFaults: true });
tenant.kill();
await once(tenant, 'exit');
const after = (await product.probe()).heapBytes / 2 ** 20;
await product.end();
await rm(directory, { recursive: true, force: true });
api.close();
end();

const phases = [quiet, beside, faulty];
const failedOpen = phases.reduce((sum, tally) => sum + tally.failedOpen, 0);
const unexamined = phases.reduce((sum, tally) => sum + tally.unexamined, 0);
const wrong = phases.reduce((sum, tally) => sum + tally.wrong, 0);
const slower = median(beside.p99) / median(quiet.p99);
const growth = after / before;
say(`fail_open_count ${failedOpen}, not confirmed ${unexamined}, wrong verdicts ${wrong} of ${total} reviews`);
say(
  `p99 ${median(quiet.p99).toFixed(1)} ms, with the hostile tenant ${median(beside.p99).toFixed(1)} ms (${slower.toFixed(2)} ×)`,
);
say(`heap ${before.toFixed(1)} MiB, at the end ${after.toFixed(1)} MiB (${growth.toFixed(3)} ×)`);
const isJudged = !values.short && total >= 100_000;
process.exitCode = failedOpen > 0 || wrong > 0 || (isJudged && (unexamined > 0 || slower > 2 || growth > 1.03)) ? 1 : 0;

async function play({ name, count, hasFaults }: Phase): Promise<Tally> {
  const tally: Tally = { failedOpen: 0, unexamined: 0, wrong: 0, p99: [] };
  const startedMs = performance.now();
  for (let done = 0; done < count; done += batch) {
    const size = Math.min(batch, count - done);
    const calls = {
      count: size,
      from: number,
      load: { kind: 'open', perSecond },
      reviews,
      keepsAnswers: true,
    } as const;
    const calling = call(product, calls);
    if (hasFaults) await injectFault(done / batch);
    add(tally, await calling, hasFaults);
    number += size;
    registry.takeCounts();
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  say(
    `${name}: ${count} reviews in ${seconds} s, ${tally.failedOpen} failed open, ${tally.unexamined} not confirmed, ${tally.wrong} wrong`,
  );
  return tally;
}

function add(tally: Tally, { failed, answers, latencyMs }: Called, hasFaults: boolean): void {
  tally.failedOpen += failed;
  tally.p99.push(latencyMs.p99);
  for (const [index, answer] of answers.entries()) {
    const fault = faultOf(number + index, answer, hasFaults);
    if (fault === undefined) continue;
    // Said, and let through: what a webhook does that is too busy, be it with the hostile tenant.
    if (answer.includes('could not confirm')) {
      tally.unexamined += 1;
      continue;
    }
    tally.wrong += 1;
    if (tally.wrong <= 3) say(`  review ${number + index}: ${fault}: ${answer}`);
  }
}

/** Undefined where it is right: an image that is there is never denied, and one that is missing never passes without a word. */
function faultOf(review: number, answer: string, hasFaults: boolean): string | undefined {
  const [allowed, warnings = []] = JSON.parse(answer) as [boolean | null, (string[] | null)?];
  // Counted as failed open.
  if (allowed === null) return undefined;
  if (isMissing(review)) return !allowed || (hasFaults && (warnings ?? []).length > 0) ? undefined : 'passes';
  if (!allowed) return 'is denied';
  return hasFaults || (warnings ?? []).length === 0 ? undefined : 'is warned of';
}

/** One for a part of each batch, in turn; what it breaks is whole again before the next. */
async function injectFault(turn: number): Promise<void> {
  const lastsMs = Math.min(5_000, (batch / perSecond) * 300);
  const wait = () => new Promise((resolve) => setTimeout(resolve, lastsMs));
  switch (turn % 5) {
    case 0:
      registry.fault = 'down';
      break;
    case 1:
      registry.fault = 'errors';
      break;
    case 2:
      registry.fault = 'garbage';
      break;
    case 3:
      api.setDown(true);
      break;
    default:
      await writeFile(`${certificates}.crt`, 'garbage');
  }
  await wait();
  registry.fault = undefined;
  api.setDown(false);
  await writeFile(`${certificates}.crt`, cert);
}

async function writeWorld(): Promise<void> {
  for (const [name, url] of [
    [registryName, registry.url],
    [hostileName, hostileUrl],
  ] as const) {
    await mkdir(join(directory, 'certs.d', name), { recursive: true });
    await writeFile(join(directory, 'certs.d', name, 'hosts.toml'), `server = "${url}"\n`);
  }
  const configuration = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'Configuration',
    mode: 'enforce',
    assume: { nodeCredentials: 'none', preloaded: 'none', nodes: 'fixed' },
    fuse: { references: 0 },
    nodes: { hostsDir: 'certs.d' },
    egress: { allow: ['127.0.0.1'] },
    limits: { cacheEntries: Math.min(20_000, Math.max(1_000, Math.floor(total / 50))) },
  };
  await writeFile(join(directory, 'config.yaml'), JSON.stringify(configuration));
  await writeFile(join(directory, 'kubeconfig'), api.kubeconfig);
  await writeFile(`${certificates}.ca`, ca);
  await writeFile(`${certificates}.crt`, cert);
  await writeFile(`${certificates}.key`, key);
}
