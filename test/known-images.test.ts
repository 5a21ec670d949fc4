/** What earlier reviews made of images: a warm image is neither planned nor asked for again, and nothing passes to other terms. */
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../src/core/evidence/evidence.ts';
import type { KnownImage, KnownImages } from '../src/core/finding/judged-image.ts';
import { planPulls } from '../src/core/pull/plan.ts';
import type { World } from '../src/core/pull/world.ts';
import { levelsWith } from '../src/core/verdict/verdict.ts';
import type { Workload } from '../src/core/workload/workload.ts';
import { type PredictSettings, predict } from '../src/predict.ts';
import { Repository } from './core/content/repository.ts';
import {
  absent,
  aDeployment,
  anAccount,
  aPod,
  aWorker,
  aWorld,
  evidenceOf,
  firstPull,
  found,
  image,
  planSettings,
  saw,
  workloadOf,
} from './support/judging.ts';
import { aSecretFor } from './support/pull-secrets.ts';

const repository = new Repository();
const root = repository.image({ os: 'linux', architecture: 'amd64' });
const isThere: Evidence = evidenceOf(found(firstPull(planPulls(aPod(), aWorld(), planSettings())), repository, root));

function settingsWith(part: Partial<PredictSettings> = {}): PredictSettings {
  return { ...planSettings(), levelOf: levelsWith(new Map()), judging: { beforeDenial: () => ({}) }, ...part };
}

const settings = settingsWith();
const world = aWorld();

type Said = { readonly workload?: Workload; readonly world?: World; readonly settings?: PredictSettings };

/** Reviews that share a memory in which everything stands. */
function reviews(evidence: Evidence = isThere) {
  const kept = new Map<string, KnownImage>();
  const known: KnownImages = {
    recall: (key) => kept.get(key),
    retain: (key, _evidence, told) => kept.set(key, told),
  };
  let asked = 0;
  return async (said: Said = {}) => {
    asked = 0;
    const sources = {
      worldOf: async () => said.world ?? world,
      inspectPull: ({ routes }: { readonly routes: readonly unknown[] }) => {
        asked += 1;
        return routes.map(() => evidence);
      },
      known,
    };
    const { signal } = new AbortController();
    const prediction = await predict(said.workload ?? aPod(), sources, said.settings ?? settings, signal);
    return { prediction, asked };
  };
}

describe('an image that was found to be pullable', () => {
  test('is not asked for again, and is told alike of each use', async () => {
    const review = reviews();
    const first = await review();
    const again = await review();

    expect([first.asked, again.asked]).toEqual([1, 0]);
    expect(again.prediction).toEqual(first.prediction);
    const other = workloadOf({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'other' },
      spec: { initContainers: [{ name: 'i', image }], containers: [{ name: 'c', image }] },
    });
    const { prediction, asked } = await review({ workload: other });
    expect(asked).toBe(0);
    expect(prediction.images).toMatchObject([
      { use: { path: 'spec.containers[0].image' }, outcome: 'pullable', digest: root.digest, isExamined: true },
      { use: { path: 'spec.initContainers[0].image' }, outcome: 'pullable', digest: root.digest, isExamined: true },
    ]);
  });

  test('is known whichever nodes of the same kind there are', async () => {
    const review = reviews();
    await review({ world: aWorld({ nodes: [aWorker('a')] }) });

    expect((await review({ world: aWorld({ nodes: [aWorker('b'), aWorker('c')] }) })).asked).toBe(0);
  });

  const secret = aSecretFor(['registry.example.com']);
  test.each<[string, Said]>([
    ['another pull policy', { workload: aPod(image, {}, { imagePullPolicy: 'Always' }) }],
    ['a template', { workload: aDeployment() }],
    ['other settings', { settings: settingsWith({ inspect: 'resolve' }) }],
    ['other kinds of nodes', { world: aWorld({ nodes: [aWorker('a', { architecture: 'arm64' })] }) }],
    [
      'another Secret',
      { world: { ...world, serviceAccount: anAccount(['regcred']), secretNamed: () => ({ kind: 'found', secret }) } },
    ],
  ])('is not known with %s', async (_name, said) => {
    const review = reviews();
    await review();

    expect((await review(said)).asked).toBe(1);
  });

  test('is known with the same Secrets, and not once one of them is another object', async () => {
    const review = reviews();
    const secrets = new Map([
      ['one', aSecretFor(['registry.example.com'])],
      ['two', aSecretFor(['other.example.com'])],
    ]);
    const withSecrets = (): Said => ({
      world: {
        ...world,
        serviceAccount: anAccount(['one', 'two']),
        secretNamed: (name) => {
          const there = secrets.get(name);
          return there === undefined ? { kind: 'absent' } : { kind: 'found', secret: there };
        },
      },
    });
    await review(withSecrets());
    expect((await review(withSecrets())).asked).toBe(0);
    secrets.set('two', aSecretFor(['other.example.com']));
    expect((await review(withSecrets())).asked).toBe(1);
  });

  test('counts among the images of the workload', async () => {
    const review = reviews();
    await review();
    const containers = ['a', 'b'].map((name) => ({ name, image }));
    const workload = workloadOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers } });
    const limited = settingsWith({ mostImageUses: 1 });
    await review({ settings: limited });

    const { prediction } = await review({ workload, settings: limited });
    expect(prediction.images.map(({ outcome }) => outcome)).toEqual(['pullable', 'unconfirmed']);
  });
});

test.each<[string, Evidence]>([
  ['is missing', evidenceOf(saw(absent()))],
  ['cannot be looked at', evidenceOf(saw({ kind: 'unreachable', cause: 'timeout' }))],
])('an image that %s is asked for each time', async (_name, evidence) => {
  const review = reviews(evidence);
  await review();

  expect((await review()).asked).toBeGreaterThan(0);
});
