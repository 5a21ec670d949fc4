import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../src/core/evidence/evidence.ts';
import type { Level } from '../src/core/finding/catalogue.ts';
import type { FindingCode } from '../src/core/finding/finding.ts';
import type { RewritersSeen } from '../src/core/finding/judging-context.ts';
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
  inShort,
  planSettings,
  refused,
  registryHost,
  saw,
  workloadOf,
} from './support/judging.ts';
import { aSecretHolding } from './support/pull-secrets.ts';

const repository = new Repository();
const root = repository.image({ os: 'linux', architecture: 'amd64' });

const gone = `${registryHost}/team/gone:1`;
const slow = `${registryHost}/team/slow:1`;
const old = `${registryHost}/team/old:1`;

type Asked = { readonly image: string; readonly maxAgeMs: number };

/** By image, what the registry says first, and what it says when it is asked for something fresh. */
type Answers = Readonly<Record<string, readonly [remembered: Evidence, fresh?: Evidence]>>;

const isThere: Evidence = evidenceOf(found(firstPull(planPulls(aPod(), aWorld(), planSettings())), repository, root));
const isGone = (ageMs = 0): Evidence => ({ ...evidenceOf(saw(absent())), ageMs });

type Words = {
  readonly workload?: Workload;
  readonly world?: World;
  readonly answers?: Answers;
  readonly levels?: ReadonlyMap<FindingCode, Level>;
  readonly settings?: Partial<PredictSettings>;
  readonly rewriters?: RewritersSeen;
};

async function tell(words: Words) {
  const { workload = aPod(), world = aWorld(), answers = {}, levels = new Map(), settings, rewriters } = words;
  const looksForRewriters: AbortSignal[] = [];
  const asked: Asked[] = [];
  const signals: AbortSignal[] = [];
  const { signal } = new AbortController();
  const prediction = await predict(
    workload,
    {
      worldOf: async (_workload, { signal: its }) => {
        signals.push(its);
        return world;
      },
      inspectPull: async (pull, terms) => {
        const written = pull.reference.raw;
        asked.push({ image: written, maxAgeMs: terms.maxAgeMs });
        signals.push(terms.signal);
        const [remembered = isThere, fresh = remembered] = answers[written] ?? [];
        const seen = terms.maxAgeMs === Number.POSITIVE_INFINITY ? remembered : fresh;
        return pull.routes.map(() => seen);
      },
      ...(rewriters && {
        rewritersSeen: async (its) => {
          looksForRewriters.push(its);
          signals.push(its);
          return rewriters;
        },
      }),
    },
    {
      ...planSettings(),
      levelOf: levelsWith(levels),
      judging: { beforeDenial: () => ({}) },
      ...settings,
    },
    signal,
  );
  const isOneSignal = signals.every((its) => its === signal);
  return { prediction, asked, looksForRewriters: looksForRewriters.length, isOneSignal };
}

function podOf(...images: readonly string[]): Workload {
  const containers = images.map((written, index) => ({ name: `c${index}`, image: written }));
  return workloadOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers } });
}

const anyAge = Number.POSITIVE_INFINITY;

describe('the story', () => {
  test('an image that can be pulled is asked about once', async () => {
    const { prediction, asked, isOneSignal } = await tell({});

    expect(prediction).toMatchObject({
      verdict: 'allow',
      platformsAreJudged: true,
      workload: { name: 'web' },
      images: [{ outcome: 'pullable', digest: root.digest, findings: [] }],
      findings: [],
    });
    expect(asked).toEqual([{ image, maxAgeMs: anyAge }]);
    expect(isOneSignal).toBe(true);
  });

  test('containers with one image share what is asked about it', async () => {
    const { prediction, asked } = await tell({
      workload: podOf(image, gone, image, gone),
      answers: { [gone]: [isGone()] },
    });

    expect(asked).toEqual([
      { image, maxAgeMs: anyAge },
      { image: gone, maxAgeMs: anyAge },
    ]);
    expect(prediction.images.map(({ outcome }) => outcome)).toEqual([
      'pullable',
      'unpullable',
      'pullable',
      'unpullable',
    ]);
  });

  test('the limit of images is one of the whole workload', async () => {
    const { prediction, asked } = await tell({ workload: podOf(gone, image), settings: { mostImageUses: 0 } });

    expect(asked).toEqual([]);
    expect(prediction.images.map(({ outcome }) => outcome)).toEqual(['unconfirmed', 'unconfirmed']);
  });

  test('an image that is gone denies', async () => {
    const { prediction, asked } = await tell({ workload: podOf(image, gone), answers: { [gone]: [isGone()] } });

    expect(prediction.verdict).toBe('deny');
    expect(prediction.images.map(({ outcome }) => outcome)).toEqual(['pullable', 'unpullable']);
    expect(asked).toHaveLength(2);
  });

  test('no registry is asked about what is not pulled', async () => {
    const workload = podOf('localhost:5000/a:1', 'A', image);
    const never = aPod(image, {}, { imagePullPolicy: 'Never' });

    expect((await tell({ workload })).asked).toEqual([{ image, maxAgeMs: anyAge }]);
    expect((await tell({ workload: never })).asked).toEqual([]);
  });

  test('findings about Secrets count for the verdict and come with the workload', async () => {
    const world = aWorld({ serviceAccount: anAccount(['gone']) });
    const levels = new Map([['pull-secret-not-found', 'deny']] as const);
    const { prediction } = await tell({ world, levels });

    expect(inShort(prediction.findings)).toEqual(['pull-secret-not-found advice']);
    expect(prediction.verdict).toBe('deny');
  });

  test('what is looked up before a denial is told to the judge', async () => {
    const settings = { judging: { beforeDenial: () => ({ inUse: 'it runs already' }), rewriter: 'Zarf' } };
    const pod = await tell({ settings, answers: { [image]: [isGone()] } });
    const template = await tell({
      workload: aDeployment(),
      settings: { judging: { beforeDenial: () => ({}), rewriter: 'Zarf' } },
      answers: { [image]: [isGone()] },
    });

    expect(pod.prediction).toMatchObject({
      verdict: 'warn',
      images: [{ findings: [{ cappedBy: 'it runs already' }] }],
    });
    expect(template.prediction.images[0]?.findings[0]?.cappedBy).toBe('Zarf may rewrite the image of its Pods');
  });

  test('the API server is asked for everything at once: none of the looks waits for another', async () => {
    const begun: string[] = [];
    const both = Promise.withResolvers<void>();
    const look = async (name: string) => {
      begun.push(name);
      if (begun.length === 2) both.resolve();
      await both.promise;
    };
    const { verdict } = await predict(
      aPod(),
      {
        worldOf: async (_workload, { isLive }) => {
          if (isLive) await look('world');
          return aWorld();
        },
        inspectPull: async () => [isGone()],
        lookBeforeDenial: async () => {
          await look('uses');
          return () => ({});
        },
      },
      { ...planSettings(), levelOf: levelsWith(new Map()), judging: { beforeDenial: () => ({}) } },
      new AbortController().signal,
    );

    expect(begun.toSorted()).toEqual(['uses', 'world']);
    expect(verdict).toBe('deny');
  });

  test('rewriters of images are looked for before a template is denied, and at no other time', async () => {
    const isCapped = { rewriters: { rewriter: 'Zarf' } };
    const denied = await tell({ ...isCapped, workload: aDeployment(), answers: { [image]: [isGone()] } });
    const allowed = await tell({ ...isCapped, workload: aDeployment() });
    const pod = await tell({ ...isCapped, answers: { [image]: [isGone()] } });

    expect([denied, allowed, pod].map(({ looksForRewriters }) => looksForRewriters)).toEqual([1, 0, 0]);
    expect(denied.isOneSignal).toBe(true);
    expect([denied, allowed, pod].map(({ prediction: { verdict } }) => verdict)).toEqual(['warn', 'allow', 'deny']);
    expect(denied.prediction.images[0]?.findings[0]).toMatchObject({
      certainty: 'likely',
      cappedBy: 'Zarf may rewrite the image of its Pods',
    });
  });

  test('a template is denied where nobody could look for rewriters, and says so', async () => {
    const rewriters = { unseenRewriters: 'grant pullgate list on mutatingwebhookconfigurations' };
    const { prediction } = await tell({ rewriters, workload: aDeployment(), answers: { [image]: [isGone()] } });

    expect(prediction.verdict).toBe('deny');
    expect(prediction.images[0]?.findings[0]?.assuming).toContain(
      'imageRewriting=unchecked (grant pullgate list on mutatingwebhookconfigurations)',
    );
  });

  test('a Secret that was written just now may change once more', async () => {
    const secret = aSecretHolding(`{"auths":{"${registryHost}":{"username":"u","password":"p"}}}`, {
      writtenAtMs: Date.now(),
    });
    const refusal = evidenceOf(saw(refused({ presentedPassword: true })));
    const { prediction } = await tell({
      workload: aPod(image, { imagePullSecrets: [{ name: 'regcred' }] }),
      world: aWorld({ secrets: [secret] }),
      answers: { [image]: [refusal] },
    });

    expect(prediction).toMatchObject({
      verdict: 'warn',
      images: [{ findings: [{ cappedBy: 'Secret regcred was written less than 2 minutes ago' }] }],
    });
  });
});

describe('what is held against an image is asked again where it is old', () => {
  const workload = podOf(image, gone, slow, old);

  test('and only that', async () => {
    const { prediction, asked } = await tell({
      workload,
      answers: {
        // Old, but in favour · fresh, and against · old, but it proves nothing · old, and against.
        [image]: [{ ...isThere, ageMs: 60_000 }],
        [gone]: [isGone(5000)],
        [slow]: [{ ...evidenceOf(saw({ kind: 'unreachable', cause: 'timeout' })), ageMs: 60_000 }],
        [old]: [isGone(5001), isGone(0)],
      },
    });

    expect(asked).toEqual([
      ...[image, gone, slow, old].map((written) => ({ image: written, maxAgeMs: anyAge })),
      { image: old, maxAgeMs: 5000 },
    ]);
    expect(prediction.images.map(({ findings }) => inShort(findings))).toEqual([
      [],
      ['manifest-not-found certain'],
      ['registry-unreachable unconfirmed'],
      ['manifest-not-found certain'],
    ]);
  });

  test('if it is old on one of its ways', async () => {
    const ages: number[] = [];
    const configPath = '/etc/containerd/certs.d';
    const files = new Map([[configPath, new Map([[`${registryHost}/hosts.toml`, '[host."https://mirror"]']])]]);
    const { images } = await predict(
      aPod(),
      {
        worldOf: async () => aWorld(),
        inspectPull: async ({ routes }, { maxAgeMs }) => {
          ages.push(maxAgeMs);
          return routes.map((_route, index) => isGone(maxAgeMs === anyAge ? index * 60_000 : 0));
        },
      },
      // The transfer service takes the list for one directory, and so goes another way.
      {
        ...planSettings({ hosts: { configPath: `${configPath}:/other`, files } }),
        levelOf: levelsWith(new Map()),
        judging: { beforeDenial: () => ({}) },
      },
      new AbortController().signal,
    );

    expect(ages).toEqual([anyAge, 5000]);
    expect(images).toMatchObject([{ findings: [{ certainty: 'certain' }] }]);
  });

  test('the fresh answer decides', async () => {
    const { prediction } = await tell({
      workload: podOf(old),
      answers: { [old]: [isGone(60_000), evidenceOf(saw({ kind: 'throttled' }))] },
    });

    expect(prediction).toMatchObject({ verdict: 'warn', images: [{ findings: [{ code: 'rate-limited' }] }] });
  });

  test('what stays old is not certain', async () => {
    const { prediction } = await tell({ workload: podOf(old), answers: { [old]: [isGone(60_000)] } });

    expect(prediction).toMatchObject({
      verdict: 'warn',
      images: [{ findings: [{ certainty: 'likely', cappedBy: 'the last answer of the registry is 60 s old' }] }],
    });
  });

  test('the other images keep what was said of them', async () => {
    const { prediction } = await tell({
      workload: podOf(gone, old),
      answers: { [gone]: [isGone()], [old]: [isGone(60_000), isGone()] },
    });

    expect(prediction.images.map(({ outcome }) => outcome)).toEqual(['unpullable', 'unpullable']);
    expect(prediction.verdict).toBe('deny');
  });
});

async function whenAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

describe('a registry that takes all the time', () => {
  const settings: PredictSettings = {
    ...planSettings(),
    levelOf: levelsWith(new Map()),
    judging: { beforeDenial: () => ({}) },
  };
  const late = evidenceOf(saw({ kind: 'not-asked', why: 'deadline' }));

  test('does not keep what is held against another image from being asked again', async () => {
    const time = new AbortController();
    const { images } = await predict(
      podOf(slow, old),
      {
        worldOf: async () => aWorld(),
        inspectPull: async ({ reference, routes }, { signal, maxAgeMs }) => {
          if (reference.raw === slow) await whenAborted(signal);
          else if (maxAgeMs !== anyAge) setTimeout(() => time.abort());
          if (signal.aborted) return routes.map(() => late);
          return routes.map(() => isGone(maxAgeMs === anyAge ? 60_000 : 0));
        },
      },
      settings,
      time.signal,
    );

    expect(images.map(({ findings }) => inShort(findings))).toEqual([
      ['registry-not-examined unconfirmed'],
      ['manifest-not-found certain'],
    ]);
  });

  test('leaves some to look before a denial: the first look ends before the time is up', async () => {
    const [first, time] = [new AbortController(), new AbortController()];
    const looked: boolean[] = [];
    const telling = predict(
      podOf(slow, gone),
      {
        worldOf: async () => aWorld(),
        inspectPull: async ({ reference, routes }, { signal }) => {
          if (reference.raw === slow) await whenAborted(signal);
          return routes.map(() => (signal.aborted && reference.raw === slow ? late : isGone()));
        },
        lookBeforeDenial: async (_workload, signal) => {
          looked.push(signal.aborted);
          setTimeout(() => time.abort());
          return () => ({});
        },
      },
      settings,
      time.signal,
      first.signal,
    );
    first.abort();
    const { verdict, images } = await telling;

    expect({ looked, verdict }).toEqual({ looked: [false], verdict: 'deny' });
    expect(images.map(({ findings }) => inShort(findings))).toEqual([
      ['registry-not-examined unconfirmed'],
      ['manifest-not-found certain'],
    ]);
  });
});

describe('silenced codes', () => {
  const answers = { [image]: [isGone()] } as const;

  test('are not found, and do not count', async () => {
    const { prediction } = await tell({ answers, levels: new Map([['manifest-not-found', 'off']]) });

    expect(prediction).toMatchObject({ verdict: 'allow', images: [{ outcome: 'unpullable', findings: [] }] });
  });

  test('of the defaults can be heard', async () => {
    const { prediction } = await tell({ levels: new Map([['unpinned-image', 'deny']]) });

    expect(prediction).toMatchObject({
      verdict: 'deny',
      images: [{ outcome: 'pullable', findings: [{ code: 'unpinned-image', digest: root.digest }] }],
    });
  });

  test('that are only reported are found, and do not count', async () => {
    const { prediction } = await tell({ answers, levels: new Map([['manifest-not-found', 'report']]) });

    expect(prediction).toMatchObject({ verdict: 'allow', images: [{ findings: [{ code: 'manifest-not-found' }] }] });
  });
});

describe('whether platforms are judged', () => {
  test.each<readonly [string, World['nodes'], boolean]>([
    ['nodes', { kind: 'nodes', nodes: [aWorker('a')] }, true],
    ['named platforms', { kind: 'platforms', platforms: [{ os: 'linux', architecture: 'amd64' }] }, true],
    ['nothing', { kind: 'unknown' }, false],
  ])('with %s', async (_name, nodes, platformsAreJudged) => {
    expect((await tell({ world: aWorld({ nodes }) })).prediction.platformsAreJudged).toBe(platformsAreJudged);
  });
});
