/** A configuration that changes while the server runs. */
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type Configuration,
  readConfiguration,
  watchConfiguration,
} from '../../../src/entrypoints/serve/configuration.ts';
import { readFileFacts } from '../../../src/entrypoints/serve/file-facts.ts';
import { openReviews } from '../../../src/entrypoints/serve/open-reviews.ts';
import { openLog } from '../../../src/telemetry/log.ts';
import { openMetrics } from '../../../src/telemetry/metrics.ts';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aNode, aPod } from '../../support/api-objects.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';
import { aRequest } from './requests.ts';

const log = openLog();
log.level = 'silent';
const head = 'apiVersion: pullgate.dev/v1alpha1\nkind: Configuration\n';

async function configurationAt(path: string, before?: Configuration): Promise<Configuration> {
  const read = await readConfiguration(path, log, before);
  if (read.kind !== 'read') throw new Error(`${path}: ${JSON.stringify(read)}`);
  return read.configuration;
}

/** As the kubelet writes a ConfigMap: `config.yaml` → `..data/config.yaml`, and `..data` is exchanged. */
async function aVolume(text: string) {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-volume-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  let version = 0;
  const write = async (written: string) => {
    version += 1;
    await mkdir(join(directory, `..${version}`));
    await writeFile(join(directory, `..${version}`, 'config.yaml'), written);
    await symlink(`..${version}`, join(directory, '..data_tmp'));
    await rename(join(directory, '..data_tmp'), join(directory, '..data'));
    if (version > 1) await rm(join(directory, `..${version - 1}`), { recursive: true });
  };
  await write(text);
  await symlink('..data/config.yaml', join(directory, 'config.yaml'));
  return { path: join(directory, 'config.yaml'), write };
}

async function aWatch(path: string) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const heard: string[] = [];
  let inUse = await configurationAt(path);
  const stop = watchConfiguration({
    path,
    inUse: () => inUse,
    use: (next) => {
      inUse = next;
      heard.push(`mode ${next.config.mode}`);
    },
    refuse: (problems) => heard.push(problems.map((problem) => problem.replace(path, 'config.yaml')).join()),
    log,
  });
  onTestFinished(stop);
  return heard;
}

describe('the file', () => {
  test('is used when the links of its volume were exchanged', async () => {
    const { path, write } = await aVolume(`${head}mode: audit\n`);
    const heard = await aWatch(path);
    await write(`${head}mode: enforce\n`);
    vi.advanceTimersByTime(5_000);
    await expect.poll(() => heard).toEqual(['mode enforce']);
  });

  test('is refused once while it is broken, and what was in use stays', async () => {
    const { path, write } = await aVolume(`${head}mode: audit\n`);
    const heard = await aWatch(path);
    await write(`${head}mod: enforce\n`);
    vi.advanceTimersByTime(5_000);
    await expect.poll(() => heard).toHaveLength(1);
    expect(heard[0]).toMatch(/^config\.yaml:3: there is no key "mod"; did you mean mode/);
    vi.advanceTimersByTime(5_000);
    await write(`${head}mode: audit\n`);
    vi.advanceTimersByTime(5_000);
    await expect.poll(() => heard.slice(1)).toEqual(['mode audit']);
  });

  test('is refused where a file that it names cannot be read', async () => {
    const { path, write } = await aVolume(`${head}mode: audit\n`);
    const heard = await aWatch(path);
    await write(`${head}nodes: { dockerConfig: /nowhere/config.json }\n`);
    vi.advanceTimersByTime(5_000);
    await expect.poll(() => heard).toEqual([expect.stringContaining('/nowhere/config.json')]);
  });
});

describe('reviews', () => {
  let world: RegistryWorld;
  const image = 'registry.test/team/app:1';
  const absent = 'registry.test/team/app:2';

  beforeAll(async () => {
    world = await startRegistryWorld({ names: ['registry.test'] });
    world.registry.push('team/app', '1', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], 'team/app'));
    await writeFile(join(world.directory, 'facts.yaml'), JSON.stringify(aNode()));
  });
  afterAll(() => world.end());

  async function begun() {
    let inUse = await configurationAt(world.configPath);
    const facts = await readFileFacts([join(world.directory, 'facts.yaml')], () => inUse.config);
    if (!facts.ok) throw new Error(facts.problems.join());
    const reviews = openReviews({
      configuration: inUse,
      facts: facts.facts,
      apiServer: () => [],
      log,
      metrics: openMetrics('test'),
      version: 'test',
    });
    onTestFinished(reviews.close);
    return {
      review: (written: string) => reviews.review(aRequest(aPod({ images: [written] })), 10_000),
      change: async (sections: object) => {
        inUse = await configurationAt(await world.configured(sections), inUse);
        reviews.use(inUse);
      },
    };
  }

  test('follow the configuration that they begin with', async () => {
    const { review, change } = await begun();
    expect(await review(absent)).toMatchObject({ allowed: false });
    const before = review(absent);
    await change({ mode: 'audit' });
    expect(await review(absent)).toMatchObject({ allowed: true });
    expect(await before).toMatchObject({ allowed: false });
  });

  test('remember what registries said where the change has nothing to do with it', async () => {
    const { review, change } = await begun();
    expect(await review(image)).toMatchObject({ allowed: true });
    world.registry.forgetAsked();
    await change({ mode: 'warn', limits: { deadline: '3s' } });
    expect(await review(image)).toMatchObject({ allowed: true });
    expect(world.registry.asked).toEqual([]);
  });

  test('are silent of a registry that is skipped, and follow its levels', async () => {
    const { review, change } = await begun();
    await change({ registries: [{ match: 'registry.test', skip: true }] });
    expect(await review(absent)).toMatchObject({ allowed: true });
    expect((await review(absent)).warnings).toBe(undefined);
    await change({ registries: [{ match: 'registry.test', findings: { 'manifest-not-found': 'warn' } }] });
    expect(await review(absent)).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('[manifest-not-found]')],
    });
  });

  test('ask again where the change decides who may be asked', async () => {
    const { review, change } = await begun();
    expect(await review(image)).toMatchObject({ allowed: true });
    await change({ egress: { allow: [] } });
    expect(await review(image)).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('[registry-not-examined]')],
    });
  });
});
