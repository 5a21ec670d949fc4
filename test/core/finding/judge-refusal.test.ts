import { describe, expect, test } from 'vitest';
import type { Saw } from '../../../src/core/evidence/evidence.ts';
import type { PlannedPull } from '../../../src/core/pull/plan.ts';
import {
  absent,
  aDeployment,
  always,
  anAccount,
  aPod,
  aWorld,
  evidenceOf,
  found,
  image,
  inShort,
  judge,
  judgeFirst,
  nowMs,
  onBothNodes,
  refused,
  refusing,
  registryHost,
  rejected,
  type Scene,
  saw,
  settledAssumptions,
} from '../../support/judging.ts';
import { aPullSecret, aSecretFor, aSecretHolding } from '../../support/pull-secrets.ts';
import { Repository } from '../content/repository.ts';

const examining = (seen: Saw) => (plan: PlannedPull) => ({ ...refusing(plan), examined: [saw(seen)] });
const codesExamining = (seen: Saw) =>
  judgeFirst({ evidence: examining(seen) })
    .findings.filter(({ certainty }) => certainty !== 'advice')
    .map(({ code, certainty }) => `${code} ${certainty}`);

const byHub = (seen: Saw) => evidenceOf({ sightings: [{ host: 'registry-1.docker.io', saw: seen }] });

describe('a refusal by Docker Hub', () => {
  const unknown = { assume: { ...settledAssumptions, nodeCredentials: 'unknown' } } as const;

  test('of an official image is an absence for everyone', () => {
    const { outcome, findings } = judgeFirst({
      workload: aPod('non-existent-image'),
      settings: unknown,
      evidence: byHub(refused()),
    });

    expect(outcome).toBe('unpullable');
    expect(findings[0]).toMatchObject({
      code: 'manifest-not-found',
      repositoryExists: false,
      asked: ['registry-1.docker.io'],
      certainty: 'certain',
    });
  });

  test.each<readonly [string, Saw, string]>([
    ['of a login that was taken is one, too', rejected({ acceptedLogin: true }), 'manifest-not-found certain'],
    ['of a login is not', rejected(), 'access-denied certain'],
  ])('%s', (_name, seen, expected) => {
    expect(inShort(judgeFirst({ workload: aPod('nginx:1'), evidence: byHub(seen) }).findings)).toContain(expected);
  });

  test.each<readonly [string, string, string]>([
    ['of a user', 'someone/app:1', 'registry-1.docker.io'],
    ['by another host that stands for it', 'nginx:1', 'mirror.test'],
    ['at another registry, by itself', 'registry.example.com/library/app:1', 'registry.example.com'],
    ['at another registry', 'registry.example.com/library/app:1', 'registry-1.docker.io'],
  ])('is none %s', (_name, written, host) => {
    const evidence = evidenceOf({ sightings: [{ host, saw: refused() }] });

    expect(judgeFirst({ workload: aPod(written), settings: unknown, evidence }).findings[0]).toMatchObject({
      code: 'access-denied',
      certainty: 'likely',
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
      nodes: onBothNodes,
    });
  });

  test('stands with what an examiner saw, and with nothing that an examiner was refused', () => {
    expect(codesExamining(absent())).toEqual(['access-denied certain', 'manifest-not-found certain']);
    expect(codesExamining(absent({ tags: { kind: 'repository-absent' } }))).toEqual([
      'access-denied certain',
      'manifest-not-found likely',
    ]);
    expect(codesExamining(absent({ secondLook: 'failed' }))).toEqual(['access-denied certain']);
    expect(codesExamining(rejected())).toEqual(['access-denied certain']);
    expect(codesExamining({ kind: 'throttled' })).toEqual(['access-denied certain']);
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
      nodes: onBothNodes,
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

  test.each([
    ['holds no login yet', '{"auths":{}}', 'access-denied'],
    ['cannot be decoded yet', 'stub', 'pull-secret-undecodable'],
  ])('a Secret that a controller fills and that %s', (_name, document, code) => {
    const secret = aSecretHolding(document, { writers: [{ kind: 'controller', controller: 'Reflector', mark: 'm' }] });
    const world = aWorld({ secrets: [secret] });

    expect(judgeFirst({ workload: aPod(image, named), world, evidence: refusing }).findings[0]).toMatchObject({
      code,
      certainty: 'likely',
      cappedBy: 'Secret regcred is written by Reflector',
    });
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
      'an account that could not be read, and why',
      {
        workload: aPod(image, { serviceAccountName: 'web' }),
        world: aWorld({ serviceAccount: { kind: 'unknown', why: 'grant pullgate get on serviceaccounts' } }),
      },
      'unconfirmed',
      'could not read ServiceAccount web (grant pullgate get on serviceaccounts)',
    ],
    [
      'credentials that nodes may have',
      { settings: { assume: { ...settledAssumptions, nodeCredentials: 'unknown' } } },
      'likely',
      'nodes may have their own credentials; nodeCredentials: none would make it certain',
    ],
    [
      'a Secret that a Pod may still get',
      { workload: aPod(image, named) },
      'likely',
      'Secret regcred does not exist yet and may come in the same apply',
    ],
    [
      'a dry run',
      { judging: { isDryRun: true } },
      'likely',
      'in a dry run, a pull Secret or ServiceAccount of the same apply does not exist yet',
    ],
    [
      'a Secret that a template may still get',
      { workload: aDeployment(image, named) },
      'likely',
      'Secret regcred does not exist yet and may come in the same apply',
    ],
    [
      'an account that a template may still get',
      {
        workload: aDeployment(image, { serviceAccountName: 'web' }),
        world: aWorld({ serviceAccount: { kind: 'absent' } }),
      },
      'likely',
      'the ServiceAccount web does not exist yet and may come with pull Secrets in the same apply',
    ],
    [
      'a cloud, whose nodes usually have credentials',
      { workload: aPod('eu-docker.pkg.dev/p/r/app:1') },
      'unconfirmed',
      'nodes of this cloud usually have their own credentials',
    ],
  ])('is less than certain for %s', (_name, scene, certainty, cappedBy) => {
    const { outcome, findings } = judgeFirst({ evidence: refusing, ...scene });

    expect(findings[0]).toMatchObject({ code: 'access-denied', certainty, cappedBy });
    expect(outcome).toBe(certainty === 'likely' ? 'unpullable' : 'unconfirmed');
  });

  test('of a login that was never sent is one of nobody', () => {
    const scene = { workload: aPod(image, named), world: aWorld({ secrets: [regcred] }), evidence: always(refused()) };

    expect(judgeFirst(scene).findings[0]).toMatchObject({ code: 'access-denied', dropped: [] });
  });

  test('says which Secrets do not exist, and which could not be read', () => {
    const workload = aPod(image, { imagePullSecrets: [{ name: 'gone' }, { name: 'hidden' }, { name: '' }] });
    const judged = judge({ workload, world: aWorld({ unread: { hidden: 'forbidden' } }), evidence: refusing });

    expect(judged.images[0]?.findings[0]).toMatchObject({
      absentSecrets: ['gone'],
      unreadSecrets: [{ name: 'hidden', state: 'refused' }],
    });
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

  test.each<readonly [string, readonly ReturnType<typeof aPullSecret>[]]>([
    ['is of another type', [aPullSecret({ type: 'Opaque' })]],
    ['does not exist', []],
  ])('is not explained by a Secret that %s', (_name, secrets) => {
    const { findings } = judgeFirst({ workload: aPod(image, named), world: aWorld({ secrets }), evidence: refusing });

    expect(findings.map(({ code }) => code)).not.toContain('pull-secret-no-match');
  });

  test('is not explained by other Secrets where a login was there, and containerd drops it', () => {
    const dropped = aSecretHolding(`{"auths":{"${registryHost}":{"username":"bob","password":""}}}`);
    const evidence = always(refused());
    const { findings } = judgeFirst({ workload: aPod(image, named), world: aWorld({ secrets: [dropped] }), evidence });

    expect(inShort(findings)).toEqual(['access-denied certain', 'unpinned-image advice']);
  });

  test('of a login is not doubted because a Secret for another registry was written a moment ago', () => {
    const fresh = aSecretFor(['quay.io'], { name: 'fresh', writtenAtMs: nowMs - 1000 });
    const workload = aPod(image, { imagePullSecrets: [{ name: 'regcred' }, { name: 'fresh' }] });

    expect(
      judgeFirst({ workload, world: aWorld({ secrets: [regcred, fresh] }), evidence: refusing }).findings[0],
    ).toMatchObject({ code: 'credentials-rejected', certainty: 'certain' });
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

  test('is the last one tried where none was accepted', () => {
    const workload = aPod(image, { imagePullSecrets: [{ name: 'one' }, { name: 'two' }] });
    const secrets = ['one', 'two'].map((name) => aSecretFor([registryHost], { name }));
    const judged = judgeFirst({ workload, world: aWorld({ secrets }), evidence: refusing });

    expect(judged).toMatchObject({
      credential: { name: 'two' },
      findings: [{ tried: [{ name: 'one' }, { name: 'two' }] }, {}],
    });
  });
});
