/** P9 beside skopeo: 50 images one after the other, one image, and how soon the first request is sent. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { millisText, type Outcome, ratios } from '../goal.ts';
import { pinned, timeOfRun } from '../machine.ts';
import { bundle, writeWorld } from '../parties/webhook.ts';
import { registryName } from '../reviews.ts';

const skopeoIsMissing = spawnSync('skopeo', ['--version']).status === 0 ? undefined : 'skopeo is not on the path';
const registryDelayMs = 20;

export async function skopeoGoals({ registry, effort }: Bench): Promise<readonly Outcome[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-bench-'));
  const { configPath } = await writeWorld(directory, registry.url);
  const checkOf = (path: string) => [process.execPath, bundle, 'check', '--config', configPath, path];
  const [fifty, one] = [join(directory, 'fifty.yaml'), join(directory, 'one.yaml')];
  await Promise.all([writeFile(fifty, podOf(50)), writeFile(one, podOf(1))]);
  const wall = { fifty: [] as number[], one: [] as number[], skopeoFifty: [] as number[], skopeoOne: [] as number[] };
  const firstRequests: number[] = [];
  registry.delayMs = registryDelayMs;
  for (let round = 0; round < effort.rounds; round += 1) {
    wall.fifty.push((await timeOfRun(checkOf(fifty))).wallMs);
    wall.one.push((await timeOfRun(checkOf(one))).wallMs);
    if (skopeoIsMissing === undefined) {
      wall.skopeoFifty.push(await skopeoMs(registry.url, 50));
      wall.skopeoOne.push(await skopeoMs(registry.url, 1));
    }
    firstRequests.push(await firstRequestMs(checkOf(one), () => registry.nextRequest()));
  }
  registry.delayMs = 0;
  registry.takeCounts();
  await rm(directory, { recursive: true });
  const [ofFifty, ofOne] = [
    { id: 'P9', what: `\`check\` of 50 images, ${registryDelayMs} ms registry: time / skopeo one after the other` },
    { id: 'P9', what: '`check` of one image: time more than skopeo' },
  ];
  const beside: readonly Outcome[] =
    skopeoIsMissing === undefined
      ? [
          {
            ...ofFifty,
            kind: 'ratio',
            unit: '×',
            bound: { atMost: 0.25 },
            anchor: `${millisText(wall.fifty)} / ${millisText(wall.skopeoFifty)}`,
            rounds: ratios(wall.fifty, wall.skopeoFifty),
          },
          {
            ...ofOne,
            kind: 'figure',
            unit: 'ms',
            bound: { atMost: 120 },
            anchor: `${millisText(wall.one)} and ${millisText(wall.skopeoOne)}`,
            rounds: wall.one.map((ms, round) => ms - (wall.skopeoOne[round] ?? Number.NaN)),
          },
        ]
      : [ofFifty, ofOne].map((goal) => ({ ...goal, because: skopeoIsMissing }));
  return [
    ...beside,
    {
      id: 'P9',
      what: '`check`: from its start to its first request',
      kind: 'figure',
      unit: 'ms',
      bound: { atMost: 150 },
      anchor: 'seen at the registry',
      rounds: firstRequests,
    },
  ];
}

function podOf(images: number): string {
  const containers = Array.from({ length: images }, (_, index) => ({
    name: `c${index}`,
    image: `${registryName}/team/skopeo-${index}:v1`,
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bench' }, spec: { containers } });
}

async function skopeoMs(url: string, images: number): Promise<number> {
  const { host } = new URL(url);
  let ms = 0;
  for (let index = 0; index < images; index += 1) {
    const image = `docker://${host}/team/skopeo-${index}:v1`;
    ms += (await timeOfRun(['skopeo', 'inspect', '--raw', '--tls-verify=false', image])).wallMs;
  }
  return ms;
}

async function firstRequestMs(command: readonly string[], nextRequest: () => Promise<void>): Promise<number> {
  const asked = nextRequest();
  const [program, ...args] = pinned(command);
  const startedMs = performance.now();
  const child = spawn(program, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await asked;
  const ms = performance.now() - startedMs;
  await ended;
  return ms;
}
