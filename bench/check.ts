/**
 * `check` beside skopeo, in one run: 50 distinct images at a registry that answers after 20 ms, one image, and how soon the
 * first request is sent. Medians of alternating rounds; the numbers are the machine's, the ratios are what counts (quality.md P9).
 *
 * node bench/check.ts [ROUNDS] [COMMAND…]   COMMAND: another way to start pullgate, such as: node dist/main.js
 */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startRegistryWorld } from '../test/support/registry-world.ts';
import { buildMultiPlatform } from '../tools/embedded-registry/image.ts';

const run = promisify(execFile);
const [roundsText = '5', ...command] = process.argv.slice(2);
const [program = process.execPath, ...start] =
  command.length > 0 ? command : [process.execPath, join(import.meta.dirname, '../src/main.ts')];

const world = await startRegistryWorld({ names: ['registry.test'], registry: { delayMs: 20 } });
const images = Array.from({ length: 50 }, (_, index) => `team/app-${index}`);
for (const image of images)
  world.registry.push(image, '1', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], image));

const podOf = (names: readonly string[]) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'bench' },
    spec: { containers: names.map((name, index) => ({ name: `c${index}`, image: `registry.test/${name}:1` })) },
  });

async function checkMs(names: readonly string[]): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(program, [...start, 'check', '--config', world.configPath, '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(podOf(names));
  const code = await new Promise((resolve) => {
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`check ended with ${String(code)}`);
  return performance.now() - startedMs;
}

async function skopeoMs(names: readonly string[]): Promise<number> {
  const startedMs = performance.now();
  for (const name of names)
    await run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${world.registry.host}/${name}:1`]);
  return performance.now() - startedMs;
}

/** From the start of the process to the first byte that reaches a registry. */
async function firstRequestMs(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('it listens on a TCP port');
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-bench-'));
  await mkdir(join(directory, 'certs.d/first.test'), { recursive: true });
  await writeFile(join(directory, 'certs.d/first.test/hosts.toml'), `server = "http://127.0.0.1:${bound.port}"\n`);
  await writeFile(
    join(directory, 'c.yaml'),
    'apiVersion: pullgate.dev/v1alpha1\nkind: Configuration\nnodes: { hostsDir: certs.d }\negress: { allow: [127.0.0.1] }\n',
  );
  const connected = new Promise((resolve) => {
    server.once('connection', resolve);
  });
  const startedMs = performance.now();
  const child = spawn(program, [...start, 'check', '--config', join(directory, 'c.yaml'), '-'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.end(podOf(['a']).replace('registry.test', 'first.test'));
  await connected;
  const ms = performance.now() - startedMs;
  child.kill('SIGKILL');
  server.close();
  await rm(directory, { recursive: true });
  return ms;
}

const rounds = {
  fifty: [] as number[],
  one: [] as number[],
  skopeoFifty: [] as number[],
  skopeoOne: [] as number[],
  first: [] as number[],
};
for (let round = 0; round < Number(roundsText); round += 1) {
  rounds.fifty.push(await checkMs(images));
  rounds.skopeoFifty.push(await skopeoMs(images));
  rounds.one.push(await checkMs(images.slice(0, 1)));
  rounds.skopeoOne.push(await skopeoMs(images.slice(0, 1)));
  rounds.first.push(await firstRequestMs());
}
await world.end();

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const fifty = median(rounds.fifty);
const skopeoFifty = median(rounds.skopeoFifty);
const one = median(rounds.one);
const skopeoOne = median(rounds.skopeoOne);
const report = {
  rounds: Number(roundsText),
  fiftyImagesMs: Math.round(fifty),
  skopeoFiftyMs: Math.round(skopeoFifty),
  ratio: Number((fifty / skopeoFifty).toFixed(3)),
  oneImageMs: Math.round(one),
  skopeoOneMs: Math.round(skopeoOne),
  oneMoreThanSkopeoMs: Math.round(one - skopeoOne),
  startToFirstRequestMs: Math.round(median(rounds.first)),
};
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
