import { describe, expect, test } from 'vitest';
import type { Saw } from '../../../src/core/evidence/evidence.ts';
import type { RegistryErrorCause } from '../../../src/core/finding/finding.ts';
import {
  absent,
  aDeployment,
  aPod,
  aRule,
  aWorld,
  evidenceOf,
  image,
  judge,
  judgeFirst,
  onBothNodes,
  refused,
  registryHost,
  rejected,
  type Scene,
  saw,
  settledAssumptions,
} from '../../support/judging.ts';

const proxied = (name: string) =>
  `${name} may answer 404 when its upstream fails; proxyCache: false for this registry would make it certain`;

describe('an image that is not there', () => {
  test('is certain where the registry says so twice in its own words', () => {
    const judged = judge({ evidence: evidenceOf(saw(absent())) });

    expect(judged.findings).toEqual([]);
    expect(judged.images).toMatchObject([{ outcome: 'unpullable', isExamined: true }]);
    expect(judged.images[0]?.findings).toEqual([
      {
        code: 'manifest-not-found',
        reference: expect.objectContaining({ raw: image }),
        asked: [registryHost],
        nearest: ['2', '1.0'],
        repositoryExists: true,
        certainty: 'certain',
        assuming: ['mirrors=none', 'preloaded=none'],
        predictedReason: 'ErrImagePull',
        nodes: onBothNodes,
      },
      { code: 'unpinned-image', certainty: 'advice', assuming: [] },
    ]);
    expect(judged.images[0]).not.toHaveProperty('digest');
    expect(judged.images[0]).not.toHaveProperty('credential');
  });

  test.each<readonly [string, Saw, object]>([
    [
      'the repository is absent too',
      absent({ tags: { kind: 'repository-absent' } }),
      { repositoryExists: false, nearest: [] },
    ],
    ['the registry lists no tags', absent({ tags: { kind: 'not-listed' } }), { nearest: [] }],
  ])('says what is known of the repository: %s', (_name, seen, detail) => {
    const [finding] = judgeFirst({ evidence: evidenceOf(saw(seen)) }).findings;

    expect(finding).toMatchObject({ code: 'manifest-not-found', certainty: 'certain', ...detail });
    expect('repositoryExists' in (finding ?? {})).toBe('repositoryExists' in detail);
  });

  test.each<readonly [string, Saw, RegistryErrorCause]>([
    ['a 404 without the words of a registry', absent({ secondLook: 'no-registry-answer' }), { kind: 'unproven-404' }],
    ...(['failed', 'throttled', 'out-of-time'] as const).map(
      (again) => [`a second look: ${again}`, absent({ secondLook: again }), { kind: 'unrepeated-404', again }] as const,
    ),
    [
      'a registry that lists the very tag',
      absent({ tags: { kind: 'listed', tags: ['1'], isComplete: true, hasTag: true } }),
      { kind: 'contradiction' },
    ],
  ])('is not proved by %s', (_name, seen, cause) => {
    const { outcome, findings } = judgeFirst({ evidence: evidenceOf(saw(seen)) });

    expect(outcome).toBe('unconfirmed');
    expect(findings[0]).toEqual({
      code: 'registry-error',
      registry: registryHost,
      cause,
      certainty: 'unconfirmed',
      assuming: [],
      predictedReason: 'ErrImagePull',
      nodes: onBothNodes,
    });
  });

  test('is likely where GET finds it, since nodes decide by HEAD', () => {
    const { outcome, findings } = judgeFirst({
      evidence: evidenceOf(saw(absent({ secondLook: 'absent-for-head-only' }))),
    });

    expect(outcome).toBe('unpullable');
    expect(findings[0]).toMatchObject({
      certainty: 'likely',
      cappedBy: 'the registry answers 404 to HEAD, which nodes use, but finds the image with GET',
    });
  });

  const harbor = evidenceOf(saw(absent({ product: 'Harbor' })));

  test.each<readonly [string, Scene, string | undefined]>([
    ['recognised', { evidence: harbor }, proxied('Harbor')],
    [
      'told',
      { evidence: evidenceOf(saw(absent())), settings: { registries: [aRule(registryHost, { proxyCache: true })] } },
      proxied('a proxy cache'),
    ],
    [
      'recognised, but told that it is none',
      { evidence: harbor, settings: { registries: [aRule(registryHost, { proxyCache: false })] } },
      undefined,
    ],
  ])('behind a proxy cache that is %s', (_name, scene, cappedBy) => {
    const [finding] = judgeFirst(scene).findings;

    expect(finding?.certainty).toBe(cappedBy === undefined ? 'certain' : 'likely');
    expect(finding?.cappedBy).toBe(cappedBy);
  });

  describe('told to somebody who may not see it', () => {
    const hidden = absent({ wasChallenged: true, tags: { kind: 'not-listed' } });
    const hiddenRepository = absent({ wasChallenged: true, tags: { kind: 'repository-absent' } });
    const unknown = { assume: { ...settledAssumptions, nodeCredentials: 'unknown' } } as const;
    const doubt = 'nodes may have their own credentials; nodeCredentials: none would make it certain';

    test.each<readonly [string, Scene, string | undefined]>([
      ['where nodes may have credentials', { settings: unknown, evidence: evidenceOf(saw(hidden)) }, doubt],
      ['of whom it hides the repository', { settings: unknown, evidence: evidenceOf(saw(hiddenRepository)) }, doubt],
      ['where all credentials are known', { evidence: evidenceOf(saw(hidden)) }, undefined],
      [
        'who was shown the tags',
        { settings: unknown, evidence: evidenceOf(saw(absent({ wasChallenged: true }))) },
        undefined,
      ],
      [
        'who was shown the tags with another login',
        { settings: unknown, evidence: evidenceOf(saw(hidden), saw(absent({ wasChallenged: true }))) },
        undefined,
      ],
      [
        'by a registry that asks for no login',
        { settings: unknown, evidence: evidenceOf(saw(absent({ tags: { kind: 'not-listed' } }))) },
        undefined,
      ],
      [
        'by a mirror that asks for one, before a registry that does not',
        {
          settings: unknown,
          evidence: evidenceOf({ sightings: [...saw(hidden).sightings, ...saw(absent()).sightings] }),
        },
        doubt,
      ],
      [
        'by a mirror that refuses, before a registry that does not',
        {
          settings: unknown,
          evidence: evidenceOf({ sightings: [...saw(refused()).sightings, ...saw(absent()).sightings] }),
        },
        doubt,
      ],
      [
        'where the account is not in the input',
        { world: aWorld({ serviceAccount: { kind: 'not-given' } }), evidence: evidenceOf(saw(hidden)) },
        'ServiceAccount default is not in the input; --assume facts=complete would make it certain',
      ],
    ])('%s', (_name, scene, cappedBy) => {
      const [finding] = judgeFirst(scene).findings;

      expect(finding?.code).toBe('manifest-not-found');
      expect([finding?.certainty, finding?.cappedBy]).toEqual([cappedBy ? 'likely' : 'certain', cappedBy]);
    });

    test('says what it assumes of nodes', () => {
      expect(judgeFirst({ evidence: evidenceOf(saw(hidden)) }).findings[0]?.assuming).toEqual([
        'mirrors=none',
        'nodeCredentials=none',
        'preloaded=none',
      ]);
    });
  });

  test('shows the slip of the pen beside it', () => {
    const workload = aPod(`${registryHost}/team/app/latest`);

    expect(judgeFirst({ workload, evidence: evidenceOf(saw(absent())) }).findings[0]).toMatchObject({
      slip: { kind: 'slash-before-tag', suggestion: `${registryHost}/team/app:latest` },
    });
  });

  test('has no near tags where a digest was asked for', () => {
    const workload = aPod(`${registryHost}/team/app@sha256:${'0'.repeat(64)}`);
    const { findings } = judgeFirst({ workload, evidence: evidenceOf(saw(absent())) });

    expect(findings).toMatchObject([{ code: 'manifest-not-found', nearest: [] }]);
  });

  test('is capped by what was looked up before a denial', () => {
    const judging = { beforeDenial: () => ({ inUse: 'Pod shop/web-1 has pulled it', fuse: 'the fuse has blown' }) };

    expect(judgeFirst({ judging, evidence: evidenceOf(saw(absent())) }).findings[0]).toMatchObject({
      certainty: 'likely',
      cappedBy: 'Pod shop/web-1 has pulled it',
    });
  });

  test('says for a template that nobody could look for rewriters', () => {
    const scene = { evidence: evidenceOf(saw(absent())), judging: { unseenRewriters: 'grant it' } };

    expect(judgeFirst({ ...scene, workload: aDeployment() }).findings[0]?.assuming).toContain(
      'imageRewriting=unchecked (grant it)',
    );
  });

  test('is capped for a template where a rewriter is installed', () => {
    const scene = { evidence: evidenceOf(saw(absent())), judging: { rewriter: 'Zarf' } };

    expect(judgeFirst({ ...scene, workload: aDeployment() }).findings[0]?.cappedBy).toBe(
      'Zarf may rewrite the image of its Pods',
    );
    expect(judgeFirst(scene).findings[0]?.certainty).toBe('certain');
  });

  test('is capped where nothing runs now', () => {
    const workload = aDeployment(image, {}, {}, { replicas: 0 });

    expect(judgeFirst({ workload, evidence: evidenceOf(saw(absent())) }).findings[0]?.cappedBy).toBe(
      'nothing is pulled now: replicas: 0',
    );
  });

  test('is capped by the age of the answer', () => {
    const evidence = { ...evidenceOf(saw(absent())), ageMs: 8000 };

    expect(judgeFirst({ evidence }).findings[0]?.cappedBy).toBe('the last answer of the registry is 8 s old');
  });
});

describe('answers that prove nothing', () => {
  test.each<readonly [string, Saw, object]>([
    [
      'a refusal without a challenge',
      { kind: 'refused-outright', status: 403 },
      { code: 'registry-error', cause: { kind: 'vantage', status: 403 } },
    ],
    [
      'a refusal of our address',
      refused({ blamesAddress: true, status: 403 }),
      { code: 'registry-error', cause: { kind: 'vantage', status: 403 } },
    ],
    [
      'a refusal that was not repeated',
      refused({ secondLook: 'failed' }),
      { code: 'registry-error', cause: { kind: 'status', status: 401 } },
    ],
    [
      'a password refused because of our address',
      rejected({ blamesAddress: true }),
      { code: 'registry-error', cause: { kind: 'vantage', status: 401 } },
    ],
    [
      '5xx',
      { kind: 'useless', what: { kind: 'status', status: 502 } },
      { code: 'registry-error', cause: { kind: 'status', status: 502 } },
    ],
    [
      'a page',
      { kind: 'useless', what: { kind: 'no-manifest', mediaType: 'text/html' } },
      { code: 'registry-error', cause: { kind: 'no-manifest', mediaType: 'text/html' } },
    ],
    [
      'a redirect to nowhere',
      { kind: 'useless', what: { kind: 'unacceptable' } },
      { code: 'registry-error', cause: { kind: 'unacceptable' } },
    ],
    [
      'a digest that is none',
      { kind: 'useless', what: { kind: 'digest-header' } },
      { code: 'registry-error', cause: { kind: 'digest-header' } },
    ],
    [
      'a token that is none',
      { kind: 'useless', what: { kind: 'token-reply' } },
      { code: 'registry-error', cause: { kind: 'token-reply' } },
    ],
    [
      'a challenge that is none',
      { kind: 'useless', what: { kind: 'unusable-challenge' } },
      { code: 'registry-error', cause: { kind: 'unusable-challenge' } },
    ],
    ['429', { kind: 'throttled' }, { code: 'rate-limited' }],
    ['429 with an end', { kind: 'throttled', retryAfterMs: 60_000 }, { code: 'rate-limited', retryAfterMs: 60_000 }],
    ...(['dns', 'connection', 'tls', 'plain-http', 'timeout'] as const).map(
      (cause) => [cause, { kind: 'unreachable', cause }, { code: 'registry-unreachable', cause }] as const,
    ),
  ])('%s', (_name, seen, detail) => {
    const { outcome, findings } = judgeFirst({ evidence: evidenceOf(saw(seen)) });

    expect(outcome).toBe('unconfirmed');
    expect(findings[0]).toEqual({
      ...detail,
      registry: registryHost,
      certainty: 'unconfirmed',
      assuming: [],
      predictedReason: 'ErrImagePull',
      nodes: onBothNodes,
    });
    expect(findings).toHaveLength(2);
  });

  test.each<readonly [string, Saw, unknown]>([
    ['the deadline', { kind: 'not-asked', why: 'deadline' }, 'deadline'],
    ['a refused address', { kind: 'not-asked', why: 'refused-address' }, 'refused-address'],
    [
      'a token server elsewhere',
      { kind: 'not-asked', why: 'foreign-token-server', tokenServer: 'auth.example.net', objection: 'plain-http' },
      { kind: 'foreign-token-server', tokenServer: 'auth.example.net', objection: 'plain-http' },
    ],
  ])('nothing was asked: %s', (_name, seen, why) => {
    const { outcome, findings } = judgeFirst({ evidence: evidenceOf(saw(seen)) });

    expect(outcome).toBe('unconfirmed');
    expect(findings[0]).toEqual({
      code: 'registry-not-examined',
      registry: registryHost,
      why,
      certainty: 'unconfirmed',
      assuming: [],
      nodes: onBothNodes,
    });
  });
});
