/** A webhook that remembers what it admitted: nodes may have it, although their list of images does not show it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../../src/config/read-config.ts';
import type { Outcome } from '../../../src/core/finding/judged-image.ts';
import type { Workload } from '../../../src/core/workload/workload.ts';
import { admittedImages } from '../../../src/entrypoints/serve/admitted-images.ts';
import { readFileFacts } from '../../../src/entrypoints/serve/file-facts.ts';
import { openReviews } from '../../../src/entrypoints/serve/open-reviews.ts';
import { type Prediction, unexamined } from '../../../src/predict.ts';
import { readNodeFiles } from '../../../src/sources/node-files/read-node-files.ts';
import { openLog } from '../../../src/telemetry/log.ts';
import { openMetrics } from '../../../src/telemetry/metrics.ts';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aNode, aPod } from '../../support/api-objects.ts';
import { workloadOf } from '../../support/judging.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';
import { aRequest } from './requests.ts';

const image = 'registry.test/team/app:1';
const other = 'registry.test/team/other:1';
const elsewhere = { namespace: 'elsewhere' };
const removed = { status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' };

let world: RegistryWorld;
let isRemoved = false;

beforeAll(async () => {
  world = await startRegistryWorld({
    names: ['registry.test'],
    registry: { script: ({ path }) => (isRemoved && path.startsWith('/v2/team/app/') ? removed : undefined) },
    // Of what the registry said only the last answer is remembered.
    config: { fuse: { references: 0 }, limits: { cacheEntries: 1 } },
  });
  for (const repository of ['team/app', 'team/other'])
    world.registry.push(repository, '1', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], repository));
});

afterAll(async () => {
  await world.end();
});

/** A webhook in a cluster with one node, which reports so many images. */
async function reviewsWith(reported: number) {
  isRemoved = false;
  const node = aNode();
  const images = Array.from({ length: reported }, (_, index) => ({ names: [`quay.io/team/app:${index}`] }));
  const path = join(world.directory, `facts-${reported}.yaml`);
  await writeFile(path, JSON.stringify({ ...node, status: { ...node.status, images } }));
  const read = await readConfig(world.configPath);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const [files, facts] = await Promise.all([readNodeFiles(read.config), readFileFacts([path], () => read.config)]);
  if (!files.ok || !facts.ok) throw new Error('the files cannot be read');
  const log = openLog();
  log.level = 'silent';
  const { review, close } = openReviews({
    configuration: { config: read.config, filesNow: async () => files },
    facts: facts.facts,
    apiServer: () => [],
    log,
    metrics: openMetrics('test'),
    version: 'test',
  });
  onTestFinished(close);
  return async (written: string, part: object = {}, policy = 'IfNotPresent') => {
    const pod = aPod({ images: [written] });
    const containers = pod.spec.containers.map((container) => ({ ...container, imagePullPolicy: policy }));
    const request = aRequest({ ...pod, spec: { ...pod.spec, containers } });
    const { allowed, warnings } = await review({ ...request, ...part }, 10_000);
    return allowed ? `allowed: ${warnings?.join() ?? 'no warning'}` : 'denied';
  };
}

test('what was admitted is not denied where nodes may have more images than they report', async () => {
  const review = await reviewsWith(50);

  expect(await review(image)).toBe('allowed: no warning');
  expect(await review(other)).toBe('allowed: no warning');
  isRemoved = true;
  expect(await review(image, elsewhere)).toMatch(
    /likely to fail: .*pullgate .*, and 1 of 1 candidate nodes may not report all their images; preloaded: none would make it certain\) \[manifest-not-found\]/,
  );
  expect(await review(image, elsewhere, 'Always')).toBe('denied');
});

test('it says when, and what the tag led to', () => {
  const admitted = admittedImages(() => Date.UTC(2026, 0, 1));
  const prediction = unexamined(workloadOf(aPod({ images: [image] })), 'mode off');
  const digest = `sha256:0123456789ab${'c'.repeat(52)}`;
  admitted.add({ ...prediction, images: prediction.images.map((one) => ({ ...one, digest })) });
  expect(admitted.sentenceOn(image)).toBe('pullgate admitted it at 2026-01-01T00:00:00Z as sha256:0123456789ab');
  admitted.add(prediction);
  expect(admitted.sentenceOn(image)).toBe('pullgate admitted it at 2026-01-01T00:00:00Z');
  expect(admitted.sentenceOn(other)).toBeUndefined();
});

function podOf(name: string, namespace = 'shop'): Workload {
  return workloadOf(aPod({ namespace, images: [name] }));
}

function predictionOf(workload: Workload, outcome: Outcome): Prediction {
  const prediction = unexamined(workload, 'mode off');
  return { ...prediction, images: prediction.images.map((one) => ({ ...one, outcome })) };
}

describe('of what is in use in a namespace', () => {
  const at = '2026-01-01T00:00:00Z';
  test.each([
    ['pullable', `pullgate admitted the image in this namespace at ${at} when it was pullable`],
    ['unconfirmed', undefined],
    ['unpullable', undefined],
  ] as const)('%s counts: %s', (outcome, said) => {
    const admitted = admittedImages(() => Date.UTC(2026, 0, 1));
    admitted.add(predictionOf(podOf(image), outcome));
    expect(admitted.useIn('shop', image)).toBe(said);
    expect(admitted.useIn('elsewhere', image)).toBeUndefined();
  });

  test('no namespace makes it forget what another one uses', () => {
    const admitted = admittedImages(() => 0);
    admitted.add(predictionOf(podOf(image), 'pullable'));
    for (let tag = 0; tag < 1_000; tag += 1)
      admitted.add(predictionOf(podOf(`registry.test/team/app:t${tag}`, 'busy'), 'pullable'));

    expect(admitted.useIn('shop', image)).toBeDefined();
    expect(admitted.useIn('busy', 'registry.test/team/app:t999')).toBeDefined();
    expect(admitted.useIn('busy', 'registry.test/team/app:t1')).toBeUndefined();
  });
});

test('it is denied where nodes report all that they have', async () => {
  const review = await reviewsWith(49);

  expect(await review(image)).toBe('allowed: no warning');
  expect(await review(other)).toBe('allowed: no warning');
  isRemoved = true;
  expect(await review(image, elsewhere)).toBe('denied');
});

test('what could be pulled when it was admitted is in use in its namespace: it may be created again', async () => {
  const review = await reviewsWith(49);

  expect(await review(image)).toBe('allowed: no warning');
  expect(await review(other)).toBe('allowed: no warning');
  isRemoved = true;
  expect(await review(image, {}, 'Always')).toMatch(
    /likely to fail: .*pullgate admitted the image in this namespace at \S+Z when it was pullable\) \[manifest-not-found\]/,
  );
});

test('what an update replaces is in use in its namespace: it may be rolled back', async () => {
  const review = await reviewsWith(49);

  isRemoved = true;
  const update = { operation: 'UPDATE', oldObject: aPod({ images: [image] }) } as const;
  expect(await review(other, { ...update, isDryRun: true })).toBe('allowed: no warning');
  expect(await review(image, {}, 'Always')).toBe('denied');
  expect(await review(other, update)).toBe('allowed: no warning');
  expect(await review(image, {}, 'Always')).toMatch(
    /likely to fail: .*; the image was replaced in this namespace at \S+Z, and a rollback may need it\) \[manifest-not-found\]/,
  );
});

test('a dry run is no admission, and what is certain to fail is not remembered', async () => {
  const review = await reviewsWith(51);

  expect(await review(image, { isDryRun: true })).toBe('allowed: no warning');
  expect(await review(other)).toBe('allowed: no warning');
  isRemoved = true;
  expect(await review(image)).toBe('denied');
  expect(await review(image)).toBe('denied');
});
