import { describe, expect, test } from 'vitest';
import { parseLocation } from '../../../src/core/credential/registry-key.ts';
import type { Saw } from '../../../src/core/evidence/evidence.ts';
import type { RegistryErrorCause } from '../../../src/core/finding/finding.ts';
import { ociManifest } from '../../../src/core/image/media-type.ts';
import type { PlannedPull } from '../../../src/core/pull/plan.ts';
import type { RegistryRule } from '../../../src/core/pull/settings.ts';
import {
  absent,
  aDeployment,
  anAccount,
  aPod,
  aWorker,
  aWorld,
  evidenceOf,
  found,
  image,
  inShort,
  judge,
  judgeFirst,
  nowMs,
  refused,
  registryHost,
  rejected,
  type Scene,
  saw,
  settledAssumptions,
} from '../../support/judging.ts';
import { aPullSecret, aSecretFor, aSecretHolding } from '../../support/pull-secrets.ts';
import { Repository } from '../content/repository.ts';

const both = { failing: 2, candidates: 2, names: ['a', 'b'] };

function aRule(part: Omit<RegistryRule, 'match'>): RegistryRule {
  const match = parseLocation(registryHost);
  if (match === undefined) throw new Error('no location');
  return { match, ...part };
}

const proxied = (name: string) =>
  `${name} may answer 404 for trouble upstream; proxyCache: false for this registry would make it certain`;

/** Each credential of the plan is refused in its turn, or nobody is. */
function refusing({ credentials }: PlannedPull) {
  if (credentials.length === 0) return evidenceOf(saw(refused()));
  return evidenceOf(...credentials.map((credential) => saw(rejected(), credential)));
}

/** Whatever credential is tried, the registry does this. */
function always(seen: Saw) {
  return ({ credentials }: PlannedPull) => evidenceOf(...credentials.map((credential) => saw(seen, credential)));
}

const reporting = (kubelet: string) => aWorker('a', { images: [image], kubelet });

function indexOf(...platforms: readonly object[]) {
  const repository = new Repository();
  const root = repository.index(platforms.map((platform) => repository.image(platform, { platform })));
  return { root, evidence: (plan: PlannedPull) => evidenceOf(found(plan, repository, root)) };
}

function single(platform: object) {
  const repository = new Repository();
  const root = repository.image(platform);
  return (plan: PlannedPull) => evidenceOf(found(plan, repository, root));
}

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
        nodes: both,
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
    ['a second look that failed', absent({ secondLook: 'failed' }), { kind: 'unproven-404' }],
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
      nodes: both,
    });
  });

  test('is likely where GET finds it, since nodes decide by HEAD', () => {
    const { outcome, findings } = judgeFirst({
      evidence: evidenceOf(saw(absent({ secondLook: 'absent-for-head-only' }))),
    });

    expect(outcome).toBe('unpullable');
    expect(findings[0]).toMatchObject({
      certainty: 'likely',
      cappedBy: 'the registry answers 404 to HEAD, by which nodes decide, but finds it by GET',
    });
  });

  const harbor = evidenceOf(saw(absent({ product: 'Harbor' })));

  test.each<readonly [string, Scene, string | undefined]>([
    ['recognised', { evidence: harbor }, proxied('Harbor')],
    [
      'told',
      { evidence: evidenceOf(saw(absent())), settings: { registries: [aRule({ proxyCache: true })] } },
      proxied('a proxy cache'),
    ],
    [
      'recognised, but told that it is none',
      { evidence: harbor, settings: { registries: [aRule({ proxyCache: false })] } },
      undefined,
    ],
  ])('behind a proxy cache that is %s', (_name, scene, cappedBy) => {
    const [finding] = judgeFirst(scene).findings;

    expect(finding?.certainty).toBe(cappedBy === undefined ? 'certain' : 'likely');
    expect(finding?.cappedBy).toBe(cappedBy);
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

    expect(judgeFirst({ evidence }).findings[0]?.cappedBy).toBe('the registry said so 8 s ago');
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
      refused({ repeated: false }),
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
      nodes: both,
    });
    expect(findings).toHaveLength(2);
  });

  test.each<readonly [string, Saw, unknown]>([
    ['the deadline', { kind: 'not-asked', why: 'deadline' }, 'deadline'],
    ['a refused address', { kind: 'not-asked', why: 'refused-address' }, 'refused-address'],
    [
      'a token server elsewhere',
      { kind: 'not-asked', why: 'foreign-token-server', tokenServer: 'https://auth.example.net/token' },
      { kind: 'foreign-token-server', tokenServer: 'https://auth.example.net/token' },
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
      nodes: both,
    });
  });
});

describe('a refusal', () => {
  const regcred = aSecretFor([registryHost]);
  const named = { imagePullSecrets: [{ name: 'regcred' }] };
  const origin = { source: 'secret', namespace: 'shop', name: 'regcred', key: registryHost };

  test('of nobody', () => {
    const { outcome, findings, credential } = judgeFirst({ evidence: refusing });

    expect(outcome).toBe('unpullable');
    expect(credential).toBeUndefined();
    expect(findings[0]).toEqual({
      code: 'access-denied',
      registry: registryHost,
      repository: 'team/app',
      namespace: 'shop',
      dropped: [],
      absentSecrets: [],
      unreadSecrets: [],
      hasPullSecrets: false,
      certainty: 'certain',
      assuming: ['mirrors=none', 'nodeCredentials=none', 'preloaded=none'],
      predictedReason: 'ErrImagePull',
      nodes: both,
    });
  });

  test('of a login', () => {
    const scene = { workload: aPod(image, named), world: aWorld({ secrets: [regcred] }), evidence: refusing };
    const { outcome, findings, credential } = judgeFirst(scene);

    expect(outcome).toBe('unpullable');
    expect(credential).toEqual(origin);
    expect(findings[0]).toEqual({
      code: 'credentials-rejected',
      registry: registryHost,
      repository: 'team/app',
      tried: [origin],
      acceptedLogin: false,
      certainty: 'certain',
      assuming: ['mirrors=none', 'nodeCredentials=none', 'preloaded=none'],
      predictedReason: 'ErrImagePull',
      nodes: both,
    });
    expect(inShort(findings)).toEqual(['credentials-rejected certain', 'unpinned-image advice']);
  });

  test('of a login that lacks the right', () => {
    const evidence = always(rejected({ at: 'registry', acceptedLogin: true, status: 403 }));
    const scene = { workload: aPod(image, named), world: aWorld({ secrets: [regcred] }), evidence };

    expect(judgeFirst(scene).findings[0]).toMatchObject({ code: 'credentials-rejected', acceptedLogin: true });
  });

  test('of a credential that containerd drops is one of nobody', () => {
    const secret = aSecretHolding(`{"auths":{"${registryHost}":{"username":"","password":"p"}}}`);
    const scene = {
      workload: aPod(image, named),
      world: aWorld({ secrets: [secret] }),
      evidence: always(refused()),
    };

    expect(judgeFirst(scene).findings[0]).toMatchObject({
      code: 'access-denied',
      certainty: 'certain',
      dropped: [origin],
      hasPullSecrets: true,
    });
    expect(inShort(judgeFirst(scene).findings)).toEqual(['access-denied certain', 'unpinned-image advice']);
  });

  test.each<readonly [string, Partial<Parameters<typeof aPullSecret>[0]> & object, string]>([
    ['written a moment ago', { writtenAtMs: nowMs - 119_999 }, 'Secret regcred was written less than 2 minutes ago'],
    [
      'that an owner writes',
      { writers: [{ kind: 'owner', ownerKind: 'ExternalSecret', name: 'pull' }] },
      'Secret regcred is written by its owner, ExternalSecret pull',
    ],
    [
      'that a controller writes',
      { writers: [{ kind: 'controller', controller: 'Reflector', mark: 'm' }] },
      'Secret regcred is written by Reflector',
    ],
  ])('of a login from a Secret %s', (_name, fields, cappedBy) => {
    const world = aWorld({ secrets: [aSecretFor([registryHost], fields)] });

    expect(judgeFirst({ workload: aPod(image, named), world, evidence: refusing }).findings[0]).toMatchObject({
      certainty: 'likely',
      cappedBy,
    });
  });

  test('that was remembered of another image', () => {
    const evidence = always(rejected({ borrowed: true }));
    const world = aWorld({ secrets: [regcred] });

    expect(judgeFirst({ workload: aPod(image, named), world, evidence }).findings[0]?.cappedBy).toBe(
      'this login was rejected for another image; it is not sent again for 5 minutes',
    );
  });

  test.each<readonly [string, Scene, 'likely' | 'unconfirmed', string]>([
    [
      'a Secret that could not be read',
      { workload: aPod(image, named), world: aWorld({ unread: { regcred: 'forbidden' } }) },
      'unconfirmed',
      'could not read Secret regcred (forbidden)',
    ],
    [
      'an account that could not be read',
      { workload: aPod(image, { serviceAccountName: 'web' }), world: aWorld({ serviceAccount: { kind: 'unknown' } }) },
      'unconfirmed',
      'could not read ServiceAccount web',
    ],
    [
      'credentials that nodes may have',
      { settings: { assume: { ...settledAssumptions, nodeCredentials: 'unknown' } } },
      'likely',
      'nodes may have credentials of their own; nodeCredentials: none would make it certain',
    ],
    [
      'a Secret that a template may still get',
      { workload: aDeployment(image, named) },
      'likely',
      'Secret regcred does not exist yet, it may come in the same apply',
    ],
    [
      'a cloud, whose nodes usually have credentials',
      { workload: aPod('eu-docker.pkg.dev/p/r/app:1') },
      'unconfirmed',
      'nodes of this cloud usually have credentials of their own',
    ],
  ])('is less than certain for %s', (_name, scene, certainty, cappedBy) => {
    const { outcome, findings } = judgeFirst({ evidence: refusing, ...scene });

    expect(findings[0]).toMatchObject({ code: 'access-denied', certainty, cappedBy });
    expect(outcome).toBe(certainty === 'likely' ? 'unpullable' : 'unconfirmed');
  });

  test('says which Secrets do not exist, and which could not be read', () => {
    const workload = aPod(image, { imagePullSecrets: [{ name: 'gone' }, { name: 'hidden' }, { name: '' }] });
    const judged = judge({ workload, world: aWorld({ unread: { hidden: 'forbidden' } }), evidence: refusing });

    expect(judged.images[0]?.findings[0]).toMatchObject({ absentSecrets: ['gone'], unreadSecrets: ['hidden'] });
    expect(judged.findings).toEqual([
      { code: 'pull-secret-not-found', namespace: 'shop', name: 'gone', certainty: 'advice', assuming: [] },
    ]);
  });

  test('is explained by a Secret that nearly matches', () => {
    const world = aWorld({ secrets: [aSecretFor([`${registryHost}:443`])] });
    const { findings } = judgeFirst({ workload: aPod(image, named), world, evidence: refusing });

    expect(inShort(findings)).toEqual([
      'access-denied certain',
      'pull-secret-no-match advice',
      'unpinned-image advice',
    ]);
    expect(findings[1]).toEqual({
      code: 'pull-secret-no-match',
      registry: registryHost,
      secrets: [{ namespace: 'shop', name: 'regcred' }],
      nearMiss: {
        secret: { namespace: 'shop', name: 'regcred' },
        key: `${registryHost}:443`,
        differences: [{ kind: 'port', inKey: '443' }],
        matchingKey: registryHost,
      },
      certainty: 'advice',
      assuming: [],
    });
  });

  test('is explained by Secrets for other registries, without a guess', () => {
    const world = aWorld({ secrets: [aSecretFor(['quay.io'])] });
    const [, advice] = judgeFirst({ workload: aPod(image, named), world, evidence: refusing }).findings;

    expect(advice).toMatchObject({ code: 'pull-secret-no-match' });
    expect(advice).not.toHaveProperty('nearMiss');
  });

  test('the Secrets of the account are those of the Pod', () => {
    const world = aWorld({ secrets: [regcred], serviceAccount: anAccount(['regcred']) });

    expect(judgeFirst({ world, evidence: refusing }).findings[0]).toMatchObject({
      code: 'credentials-rejected',
      tried: [origin],
    });
  });

  test('no Secret is blamed where the image can be pulled without', () => {
    const repository = new Repository();
    const root = repository.image({ os: 'linux', architecture: 'amd64' });
    const world = aWorld({ secrets: [aSecretFor(['quay.io'])] });
    const { findings } = judgeFirst({
      workload: aPod(image, named),
      world,
      evidence: (plan) => evidenceOf(found(plan, repository, root)),
    });

    expect(inShort(findings)).toEqual(['unpinned-image advice']);
  });
});

describe('a pull Secret', () => {
  const named = { imagePullSecrets: [{ name: 'regcred' }] };
  const bad = aSecretHolding('{"auths":{"quay.io":{"auth":"!"}}}');
  const text = 'illegal base64 data at input byte 0';

  test('that cannot be decoded fails each image that needs a pull', () => {
    const judged = judge({ workload: aPod(image, named), world: aWorld({ secrets: [bad] }) });

    expect(judged.images[0]).toMatchObject({ outcome: 'unpullable', isExamined: false });
    expect(judged.images[0]?.findings).toEqual([
      {
        code: 'pull-secret-undecodable',
        secret: { namespace: 'shop', name: 'regcred' },
        config: expect.objectContaining({ kind: 'undecodable', error: text }),
        certainty: 'certain',
        assuming: ['preloaded=none'],
        predictedReason: text,
      },
      { code: 'unpinned-image', certainty: 'advice', assuming: [] },
    ]);
    expect(judged.findings).toEqual([]);
  });

  test.each([
    ['all kubelets are older', [aWorker('a', { kubelet: 'v1.32.9' })], 'ErrImagePull'],
    ['one kubelet shows the text', [aWorker('a', { kubelet: 'v1.32.9' }), aWorker('b')], text],
    ['nothing is known of the kubelets', [aWorker('a', { kubelet: '' })], text],
  ])('its reason where %s', (_name, nodes, predictedReason) => {
    const world = aWorld({ nodes, secrets: [bad] });

    expect(judgeFirst({ workload: aPod(image, named), world }).findings[0]).toMatchObject({ predictedReason });
  });

  test.each<readonly [string, readonly ReturnType<typeof aWorker>[], string, string]>([
    [
      'some nodes report the image',
      [aWorker('a', { images: [image] }), aWorker('b')],
      'likely',
      'some candidate nodes report the image and need no pull',
    ],
    [
      'all nodes report the image, and the kubelet may look the Secrets up nevertheless',
      [aWorker('a', { images: [image], kubelet: 'v1.35.0' })],
      'unconfirmed',
      'every candidate node reports the image; from kubelet 1.35 on it depends on who pulled it',
    ],
  ])('is less than certain where %s', (_name, nodes, certainty, cappedBy) => {
    const world = aWorld({ nodes, secrets: [bad] });

    expect(judgeFirst({ workload: aPod(image, named), world }).findings[0]).toMatchObject({
      code: 'pull-secret-undecodable',
      certainty,
      cappedBy,
      assuming: [],
    });
  });

  test('is certain again with Always, whatever nodes report', () => {
    const world = aWorld({ nodes: [aWorker('a', { images: [image] })], secrets: [bad] });
    const workload = aPod(image, named, { imagePullPolicy: 'Always' });

    expect(judgeFirst({ workload, world }).findings[0]).toMatchObject({ certainty: 'certain', assuming: [] });
  });

  test('that is ignored or absent is named once for the workload', () => {
    const workload = aPod(image, { imagePullSecrets: [{ name: 'gone' }, { name: 'regcred' }] });
    const world = aWorld({ secrets: [aPullSecret({ type: 'Opaque' })] });

    expect(judge({ workload, world, evidence: evidenceOf(saw(refused())) }).findings).toEqual([
      { code: 'pull-secret-not-found', namespace: 'shop', name: 'gone', certainty: 'advice', assuming: [] },
      {
        code: 'pull-secret-ignored',
        secret: { namespace: 'shop', name: 'regcred' },
        why: { kind: 'other-type', type: 'Opaque', holds: [] },
        certainty: 'advice',
        assuming: [],
      },
    ]);
  });

  test('is no matter where nothing is pulled', () => {
    const workload = aPod(image, { imagePullSecrets: [{ name: 'gone' }] }, { imagePullPolicy: 'Never' });

    expect(judge({ workload }).findings).toEqual([]);
  });
});

describe('images on nodes', () => {
  test('all have it: no registry is asked', () => {
    const world = aWorld({ nodes: [reporting('v1.34.0')] });

    expect(judgeFirst({ world })).toMatchObject({ outcome: 'pullable', isExamined: false });
    expect(inShort(judgeFirst({ world }).findings)).toEqual(['unpinned-image advice']);
  });

  test('all have it, but from kubelet 1.35 on a kubelet may verify who may use it', () => {
    const world = aWorld({ nodes: [reporting('v1.35.0')] });
    const { outcome, findings } = judgeFirst({ world, evidence: evidenceOf(saw(refused())) });

    expect(outcome).toBe('unconfirmed');
    expect(findings[0]).toMatchObject({
      code: 'access-denied',
      certainty: 'unconfirmed',
      cappedBy: 'every candidate node reports the image; from kubelet 1.35 on it depends on who pulled it',
    });
  });

  test('some have it', () => {
    const world = aWorld({ nodes: [reporting('v1.33.0'), aWorker('b')] });
    const { outcome, findings } = judgeFirst({ world, evidence: evidenceOf(saw(absent())) });

    expect(outcome).toBe('unpullable');
    expect(findings[0]).toMatchObject({
      certainty: 'likely',
      cappedBy: 'some candidate nodes report the image and need no pull',
    });
  });

  test('with Always they help nobody', () => {
    const world = aWorld({ nodes: [reporting('v1.33.0')] });
    const workload = aPod(image, {}, { imagePullPolicy: 'Always' });

    expect(judgeFirst({ workload, world, evidence: evidenceOf(saw(absent())) }).findings[0]).toMatchObject({
      certainty: 'certain',
      assuming: ['mirrors=none'],
    });
  });

  test('with Never nothing else counts', () => {
    const workload = aPod(image, {}, { imagePullPolicy: 'Never' });

    expect(judgeFirst({ workload })).toMatchObject({
      outcome: 'unpullable',
      isExamined: false,
      findings: [
        {
          code: 'never-pulled',
          certainty: 'likely',
          assuming: ['preloaded=none'],
          predictedReason: 'ErrImageNeverPull',
        },
      ],
    });
    expect(judgeFirst({ workload, world: aWorld({ nodes: [reporting('v1.33.0'), aWorker('b')] }) })).toMatchObject({
      outcome: 'not-pulled',
      findings: [],
    });
  });
});

describe('images that no registry is asked about', () => {
  test('a name that the kubelet refuses', () => {
    const judged = judgeFirst({ workload: aPod('Nginx', {}, { imagePullPolicy: 'Never' }) });

    expect(judged).toMatchObject({ outcome: 'unpullable', isExamined: false });
    expect(judged.findings).toEqual([
      {
        code: 'invalid-image-name',
        parsed: expect.objectContaining({ raw: 'Nginx', refusedBy: 'kubelet' }),
        slip: { kind: 'upper-case-path', path: 'Nginx', suggestion: 'nginx' },
        certainty: 'certain',
        assuming: [],
        predictedReason: 'InvalidImageName',
      },
    ]);
  });

  test('a name that only containerd refuses', () => {
    expect(judgeFirst({ workload: aPod('[:]/app:1') }).findings[0]).toMatchObject({
      code: 'invalid-image-name',
      predictedReason: 'ErrImagePull',
    });
  });

  test('a refused name of a template that may be rewritten', () => {
    const judging = { rewriter: 'Zarf' };

    expect(judgeFirst({ workload: aDeployment('Nginx'), judging }).findings[0]).toMatchObject({
      certainty: 'likely',
      cappedBy: 'Zarf may rewrite the image of its Pods',
    });
  });

  test.each<readonly [string, Scene, object]>([
    ['loopback', { workload: aPod('localhost:5000/app:1') }, { registry: 'localhost:5000', why: 'loopback' }],
    ['skipped', { settings: { registries: [aRule({ skip: true })] } }, { registry: registryHost, why: 'skipped' }],
    [
      'left to an injector',
      { workload: aDeployment('auto'), settings: { isAdmitted: false } },
      { registry: 'docker.io', why: 'injected' },
    ],
  ])('%s', (_name, scene, detail) => {
    const { outcome, findings, isExamined } = judgeFirst(scene);

    expect({ outcome, isExamined }).toEqual({ outcome: 'unconfirmed', isExamined: false });
    expect(findings[0]).toEqual({ code: 'registry-not-examined', certainty: 'unconfirmed', assuming: [], ...detail });
  });

  test('a host configuration with which containerd pulls nothing', () => {
    const files = new Map([['/etc/containerd/certs.d', new Map([[`${registryHost}/x.crt`, '']])]]);
    const settings = { hosts: { configPath: '/etc/containerd/certs.d', files } };

    expect(judgeFirst({ settings }).findings[0]).toEqual({
      code: 'registry-unreachable',
      registry: registryHost,
      cause: 'host-configuration',
      predictedReason: 'ErrImagePull',
      certainty: 'unconfirmed',
      assuming: [],
    });
  });

  test('an image volume that nothing mounts', () => {
    const volumes = [{ name: 'data', image: { reference: 'Not a name' } }];
    const evidence = evidenceOf(saw(absent()));
    const unmounted = judge({ workload: aPod(image, { volumes }), evidence });
    const mounted = judge({ workload: aPod(image, { volumes }, { volumeMounts: [{ name: 'data' }] }), evidence });

    expect(unmounted.images[1]).toMatchObject({ outcome: 'not-pulled', findings: [], isExamined: false });
    expect(mounted.images[1]?.findings[0]?.code).toBe('invalid-image-name');
  });
});

describe('platforms', () => {
  const amd64 = { os: 'linux', architecture: 'amd64' };
  const arm64 = { os: 'linux', architecture: 'arm64' };
  const s390x = { os: 'linux', architecture: 's390x' };
  const i386 = { os: 'linux', architecture: '386' };
  const nodes = [aWorker('a'), aWorker('b', { architecture: 'arm64' }), aWorker('c', { architecture: 'arm64' })];

  test('an index with something for everybody', () => {
    const { root, evidence } = indexOf(amd64, arm64);
    const judged = judgeFirst({ world: aWorld({ nodes }), evidence });

    expect(judged).toMatchObject({ outcome: 'pullable', digest: root.digest });
    expect(judged.findings).toEqual([
      { code: 'unpinned-image', digest: root.digest, certainty: 'advice', assuming: [] },
    ]);
  });

  test('an index with nothing for anybody', () => {
    const { findings } = judgeFirst({ world: aWorld({ nodes }), evidence: indexOf(s390x).evidence });

    expect(findings[0]).toEqual({
      code: 'no-matching-platform',
      offers: [s390x],
      wanted: [amd64, arm64],
      certainty: 'certain',
      assuming: ['mirrors=none', 'preloaded=none'],
      predictedReason: 'ErrImagePull',
      nodes: { failing: 3, candidates: 3, names: ['a', 'b', 'c'] },
    });
  });

  test('an index with something for some', () => {
    const { outcome, findings } = judgeFirst({ world: aWorld({ nodes }), evidence: indexOf(amd64).evidence });

    expect(outcome).toBe('unpullable');
    expect(findings[0]).toEqual({
      code: 'some-nodes-lack-platform',
      offers: [amd64],
      lacking: [arm64],
      suited: [amd64],
      certainty: 'likely',
      assuming: ['mirrors=none', 'preloaded=none'],
      predictedReason: 'ErrImagePull',
      nodes: { failing: 2, candidates: 3, names: ['b', 'c'] },
    });
  });

  test('names at most five nodes', () => {
    const many = Array.from({ length: 12 }, (_, index) => aWorker(`n${index}`, { architecture: 'arm64' }));
    const { findings } = judgeFirst({ world: aWorld({ nodes: many }), evidence: indexOf(amd64).evidence });

    expect(findings[0]?.nodes).toEqual({ failing: 12, candidates: 12, names: ['n0', 'n1', 'n10', 'n11', 'n2'] });
  });

  test('a compatible platform, which only some ways of pulling take', () => {
    const { findings } = judgeFirst({ evidence: indexOf(i386).evidence });

    expect(findings[0]).toMatchObject({
      code: 'no-matching-platform',
      offers: [i386],
      certainty: 'likely',
      cappedBy: 'nodes whose containerd is older, or pulls by itself, can pull it',
    });
  });

  test('a compatible platform on nodes that pull in one way only', () => {
    const old = aWorld({ nodes: [aWorker('a', { runtime: 'containerd://1.7.20' })] });

    expect(judgeFirst({ world: old, evidence: indexOf(i386).evidence }).outcome).toBe('pullable');
  });

  test.each([
    ['CRI-O', aWorker('a', { runtime: 'cri-o://1.30.0' }), {}, '1 of the candidate nodes do not run containerd'],
    [
      'virtual-kubelet',
      aWorker('a', { labels: { type: 'virtual-kubelet' } }),
      {},
      'virtual-kubelet pulls on 1 of the candidate nodes',
    ],
    [
      'another scheduler',
      aWorker('a'),
      { schedulerName: 'volcano' },
      'the scheduler volcano places it by rules of its own',
    ],
    [
      'scheduling gates',
      aWorker('a'),
      { schedulingGates: [{ name: 'g' }] },
      'its placement may be narrowed before its scheduling gates are lifted',
    ],
  ])('are less than certain with %s', (_name, node, spec, cappedBy) => {
    const scene = { workload: aPod(image, spec), world: aWorld({ nodes: [node] }), evidence: indexOf(s390x).evidence };

    expect(judgeFirst(scene).findings[0]).toMatchObject({
      code: 'no-matching-platform',
      certainty: 'likely',
      cappedBy,
    });
  });

  test.each([
    ['no node is a candidate', aWorld({ nodes: [] })],
    ['nothing is known of nodes', aWorld({ nodes: { kind: 'unknown' } })],
  ])('are not judged where %s', (_name, world) => {
    expect(judgeFirst({ world, evidence: indexOf(s390x).evidence }).outcome).toBe('pullable');
    const [finding] = judgeFirst({ world, evidence: evidenceOf(saw(absent())) }).findings;
    expect(finding).toMatchObject({ code: 'manifest-not-found', certainty: 'certain' });
    expect(finding).not.toHaveProperty('nodes');
  });

  test('that were named instead of nodes', () => {
    const world = aWorld({ nodes: { kind: 'platforms', platforms: [amd64, arm64] } });
    const { findings } = judgeFirst({ world, evidence: indexOf(amd64).evidence });

    expect(findings[0]).toMatchObject({ code: 'some-nodes-lack-platform', lacking: [arm64], suited: [amd64] });
    expect(findings[0]).not.toHaveProperty('nodes');
  });

  test('a single manifest built for another platform is pulled, and is worth a word', () => {
    const { outcome, findings } = judgeFirst({ world: aWorld({ nodes }), evidence: single(amd64) });

    expect(outcome).toBe('pullable');
    expect(findings[0]).toEqual({
      code: 'wrong-architecture',
      built: amd64,
      wanted: [arm64],
      certainty: 'advice',
      assuming: [],
    });
  });

  test('of an image volume does not matter', () => {
    const volumes = [{ name: 'data', image: { reference: image } }];
    const workload = aPod(image, { volumes }, { volumeMounts: [{ name: 'data' }] });
    const judged = judge({ workload, world: aWorld({ nodes }), evidence: single(amd64) });

    expect(judged.images.map(({ findings }) => inShort(findings))).toEqual([
      ['wrong-architecture advice', 'unpinned-image advice'],
      ['unpinned-image advice'],
    ]);
  });
});

describe('content', () => {
  const amd64 = { os: 'linux', architecture: 'amd64' };

  test('a child of the index is missing', () => {
    const repository = new Repository();
    const child = repository.image(amd64, { platform: amd64 });
    const root = repository.index([child]);
    repository.remove(child);
    const { findings } = judgeFirst({ evidence: (plan) => evidenceOf(found(plan, repository, root)) });

    expect(findings[0]).toMatchObject({
      code: 'incomplete-image',
      missing: 'manifest',
      descriptor: { digest: child.digest },
      certainty: 'certain',
      nodes: both,
    });
  });

  test('a config is missing, which a node may have', () => {
    const repository = new Repository();
    const config = repository.config(amd64, 1);
    const root = repository.manifest(config, [repository.layer()]);
    repository.remove(config);
    const { findings } = judgeFirst({ evidence: (plan) => evidenceOf(found(plan, repository, root)) });

    expect(findings[0]).toMatchObject({
      code: 'incomplete-image',
      missing: 'config',
      certainty: 'likely',
      cappedBy: 'a node that has this part already does not fetch it',
    });
  });

  test('an artifact is one thing to containerd 1.7 and another to newer ones', () => {
    const repository = new Repository();
    const config = repository.add('application/vnd.example.config+json', {});
    const root = repository.manifest(config, [repository.layer()]);
    const evidence = (plan: PlannedPull) => evidenceOf(found(plan, repository, root));
    const problem = { kind: 'artifact', configType: 'application/vnd.example.config+json' };
    const old = aWorld({ nodes: [aWorker('a', { runtime: 'containerd://1.7.20' })] });

    expect(judgeFirst({ world: old, evidence }).findings[0]).toMatchObject({
      code: 'unsupported-manifest',
      problem,
      certainty: 'certain',
    });
    expect(judgeFirst({ evidence })).toMatchObject({
      outcome: 'pullable',
      findings: [{ code: 'unsupported-manifest', problem, certainty: 'advice', assuming: [] }, {}],
    });
  });

  test('more bytes than containerd accepts', () => {
    const { findings } = judgeFirst({ evidence: evidenceOf(saw({ kind: 'oversized', bytes: 9_000_000 })) });

    expect(findings[0]).toMatchObject({
      code: 'unsupported-manifest',
      problem: { kind: 'too-large', bytes: 9_000_000 },
      certainty: 'certain',
    });
  });

  test('a manifest that could not be read', () => {
    const repository = new Repository();
    const root = repository.image(amd64);
    const contents = new Map([[`manifest manifests ${root.digest}`, { kind: 'unread' } as const]]);
    const { outcome, findings, digest } = judgeFirst({
      evidence: (plan) => evidenceOf(found(plan, repository, root, { contents })),
    });

    expect({ outcome, digest }).toEqual({ outcome: 'unconfirmed', digest: root.digest });
    expect(findings[0]).toMatchObject({
      code: 'registry-error',
      cause: { kind: 'unread-content', digest: root.digest },
    });
  });

  test('nothing was read beyond the HEAD', () => {
    const repository = new Repository();
    const root = { mediaType: ociManifest, digest: `sha256:${'0'.repeat(64)}`, size: 2 };
    const limits = { rateLimit: { limit: 100, remaining: 24 }, sparedFurtherRequests: true, contents: new Map() };
    const { outcome, findings } = judgeFirst({
      evidence: (plan) => evidenceOf(found(plan, repository, root, limits)),
    });

    expect(outcome).toBe('pullable');
    expect(findings[0]).toEqual({
      code: 'rate-limit-low',
      registry: registryHost,
      limit: 100,
      remaining: 24,
      sparedFurtherRequests: true,
      certainty: 'advice',
      assuming: [],
    });
  });

  test('the kubelet tries two credentials of one Secret in random order', () => {
    const workload = aPod(image, { imagePullSecrets: [{ name: 'regcred' }] });
    const world = aWorld({ secrets: [aSecretFor([registryHost, `https://${registryHost}`])] });

    expect(judgeFirst({ workload, world, evidence: always(absent()) }).findings[0]).toMatchObject({
      code: 'manifest-not-found',
      certainty: 'likely',
      cappedBy: 'the kubelet tries two credentials of one Secret in random order',
    });
    expect(judgeFirst({ workload, world, evidence: refusing }).findings[0]).toMatchObject({
      code: 'credentials-rejected',
      certainty: 'certain',
      tried: [{ key: registryHost }, { key: `https://${registryHost}` }],
    });
  });

  test('a quarter of the limit is enough', () => {
    const repository = new Repository();
    const root = repository.image(amd64);
    const { findings } = judgeFirst({
      evidence: (plan) => evidenceOf(found(plan, repository, root, { rateLimit: { limit: 100, remaining: 25 } })),
    });

    expect(inShort(findings)).toEqual(['unpinned-image advice']);
  });
});

describe('the credential', () => {
  test('that was accepted is shown', () => {
    const repository = new Repository();
    const root = repository.image({ os: 'linux', architecture: 'amd64' });
    const workload = aPod(image, { imagePullSecrets: [{ name: 'bad' }, { name: 'good' }] });
    const secrets = ['bad', 'good'].map((name) =>
      aSecretHolding(`{"auths":{"${registryHost}":{"username":"${name}","password":"p"}}}`, { name }),
    );
    const judged = judgeFirst({
      workload,
      world: aWorld({ secrets }),
      evidence: (plan) => {
        const [bad, good] = plan.credentials;
        return evidenceOf(saw(rejected(), bad), {
          ...found(plan, repository, root),
          ...(good && { credential: good }),
        });
      },
    });

    expect(judged).toMatchObject({ outcome: 'pullable', credential: { source: 'secret', name: 'good' } });
    expect(inShort(judged.findings)).toEqual(['unpinned-image advice']);
  });
});

describe('advice on the reference', () => {
  const repository = new Repository();
  const root = repository.image({ os: 'linux', architecture: 'amd64' });
  const evidence = (plan: PlannedPull) => evidenceOf(found(plan, repository, root));
  const digested = `${registryHost}/team/app:1@sha256:${'0'.repeat(64)}`;

  test.each([
    [
      'latest that stays',
      `${registryHost}/team/app`,
      'IfNotPresent',
      ['mutable-tag-always-local advice', 'unpinned-image advice'],
    ],
    ['latest that is asked for', `${registryHost}/team/app`, 'Always', ['unpinned-image advice']],
    ['a digest that is asked for', digested, 'Always', ['needless-always advice']],
    ['a digest', digested, 'IfNotPresent', []],
  ])('%s', (_name, written, imagePullPolicy, expected) => {
    const workload = aPod(written, {}, { imagePullPolicy });

    expect(inShort(judgeFirst({ workload, evidence }).findings)).toEqual(expected);
  });
});
