/** Registries that allow few requests, or none for a while, as `pullgate check` meets them. */
import { expect, onTestFinished, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import type { RegistrySettings } from '../../../tools/embedded-registry/registry.ts';
import { aDeployment, aNode } from '../../support/api-objects.ts';
import { callCheck, checkObjects } from '../../support/check.ts';
import { startRegistryWorld } from '../../support/registry-world.ts';

const repositories = ['team/app', 'team/web', 'team/job'];
const image = (repository: string) => `registry.test/${repository}:1`;
const objects = [
  aNode(),
  ...repositories.map((repository) => aDeployment({ name: repository.slice(5), images: [image(repository)] })),
];

async function aWorld(registry: RegistrySettings, config = {}) {
  const world = await startRegistryWorld({ names: ['registry.test'], registry, config });
  onTestFinished(() => world.end());
  for (const repository of repositories)
    world.registry.push(repository, '1', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], repository));
  return world;
}

function announcing(remaining: number): RegistrySettings {
  return { headersFor: () => ({ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': `${remaining};w=21600` }) };
}

const tooMany: RegistrySettings = { script: () => ({ status: 429, headers: { 'retry-after': '60' } }) };

test('while less than a quarter is left each image costs a HEAD, and the report says so', async () => {
  const { registry, configPath } = await aWorld(announcing(24));

  const { results } = await checkObjects(objects, ['--config', configPath]);
  expect(registry.asked.map(({ method, kind }) => `${method} ${kind}`)).toEqual(
    repositories.map(() => 'HEAD manifest'),
  );
  const said = results.flatMap(({ images }) =>
    images.map(({ outcome, findings }) => [outcome, ...findings.filter(({ code }) => code === 'rate-limit-low')]),
  );
  expect(said).toEqual(
    repositories.map((repository) => [
      'pullable',
      {
        code: 'rate-limit-low',
        reason: 'RateLimitLow',
        certainty: 'advice',
        verdict: 'allow',
        assuming: [],
        message: `${image(repository)}: registry.test allows 24 more of 100 pulls, so pullgate did not read the image content`,
        nextStep: 'Pull with credentials or through a mirror',
      },
    ]),
  );
});

test('while a quarter is left they are read', async () => {
  const { registry, configPath } = await aWorld(announcing(25));

  const { results } = await checkObjects(objects, ['--config', configPath]);
  const counts = new Map<string, number>();
  for (const { method, kind } of registry.asked)
    counts.set(`${method} ${kind}`, (counts.get(`${method} ${kind}`) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({ 'HEAD manifest': 6, 'GET manifest': 3 });
  const codes = results.flatMap(({ images }) => images.flatMap(({ findings }) => findings.map(({ code }) => code)));
  expect(codes).not.toContain('rate-limit-low');
});

test('beyond limits.pullShare each image costs a HEAD, and the report says so', async () => {
  let left = 100;
  const counting: RegistrySettings = {
    headersFor: ({ method, kind }) => {
      if (kind === 'manifest' && method === 'GET') left -= 1;
      return { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': `${left};w=21600` };
    },
  };
  const { configPath } = await aWorld(counting, { limits: { pullShare: 0.03, perRegistryConcurrency: 1 } });

  const { results } = await checkObjects(objects, ['--config', configPath]);
  expect(left).toBe(98);
  const said = results.flatMap(({ images }) =>
    images.flatMap(({ findings }) => findings.filter(({ code }) => code === 'rate-limit-low')),
  );
  expect(
    said.map(({ message, nextStep }) => [message.replace(/^.* allows 9[89] more/, 'allows few more'), nextStep]),
  ).toEqual([
    // The request before may not have been answered yet.
    [
      'allows few more of 100 pulls, so pullgate did not read the image content (limits.pullShare)',
      'Pull with credentials or through a mirror, or raise limits.pullShare',
    ],
  ]);
});

test('after a 429 nothing more is asked, and nothing is held against the images', async () => {
  const { registry, configPath } = await aWorld(tooMany, { limits: { perRegistryConcurrency: 1 } });

  const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const { exitCode, output } = await callCheck(['--config', configPath, '-'], { input });
  expect(registry.asked).toHaveLength(1);
  expect(output.split('\n').filter((line) => line.includes('429'))).toHaveLength(3);
  expect(output).toContain('registry.test answers 429 Too Many Requests (retry after 60 s)');
  expect(exitCode).toBe(0);
});
