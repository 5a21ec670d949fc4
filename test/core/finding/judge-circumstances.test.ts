/** What of a pull and its evidence makes a finding less certain, or is reported beside it. */
import { describe, expect, test } from 'vitest';
import type { PluginAnswer } from '../../../src/core/credential/plugin-answer.ts';
import { parseRegistryKey } from '../../../src/core/credential/registry-key.ts';
import { secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';
import type { FoundImage, Saw } from '../../../src/core/evidence/evidence.ts';
import { pullsEverywhere } from '../../../src/core/finding/group-result.ts';
import type { PlannedPull } from '../../../src/core/pull/plan.ts';
import { planPulls } from '../../../src/core/pull/plan.ts';
import {
  absent,
  aDeployment,
  always,
  aPod,
  aRule,
  aWorker,
  aWorld,
  evidenceOf,
  firstPull,
  found,
  image,
  inShort,
  judgeFirst,
  planSettings,
  refused,
  refusing,
  registryHost,
  saw,
  settledAssumptions,
} from '../../support/judging.ts';
import { aSecretFor } from '../../support/pull-secrets.ts';
import { Repository } from '../content/repository.ts';
import { judgeMixed } from './mixed-cluster.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const named = { imagePullSecrets: [{ name: 'regcred' }] };
const notListed = absent({ tags: { kind: 'not-listed' } });
const elsewhere = aWorld({ secrets: [aSecretFor(['quay.io'])] });

function pluginAnswers(): readonly PluginAnswer[] {
  const login = { username: secretBytesOf('u'), password: secretBytesOf('p'), ignoredTokens: [] };
  return [{ kind: 'answered', name: 'ecr', entries: [{ key: parseRegistryKey(registryHost), login }] }];
}

/** An image whose layer is absent. */
function withoutLayer(part: Partial<FoundImage>) {
  return (plan: PlannedPull) => {
    const repository = new Repository();
    const layer = repository.layer();
    const root = repository.manifest(repository.config(amd64, 1), [layer]);
    const attempt = found(plan, repository, root, part);
    const absentLayer = [`blob blobs ${layer.digest}`, { kind: 'absent' }] as const;
    const contents = new Map([...attempt.found.contents, absentLayer]);
    return evidenceOf({ ...attempt, found: { ...attempt.found, contents } });
  };
}

describe('a proxy cache', () => {
  const registries = [aRule(registryHost, { proxyCache: 'auto' })];
  const doubt =
    'Artifactory may answer 404 when its upstream fails; proxyCache: false for this registry would make it certain';

  test('is doubted where it says that a part is missing of what it has', () => {
    const evidence = withoutLayer({ product: 'Artifactory' });

    expect(judgeFirst({ settings: { registries }, evidence }).findings[0]).toMatchObject({
      code: 'incomplete-image',
      certainty: 'likely',
      cappedBy: doubt,
    });
  });

  test('is none where no answer names one', () => {
    const [finding] = judgeFirst({ settings: { registries }, evidence: withoutLayer({}) }).findings;

    expect(finding).toMatchObject({ code: 'incomplete-image' });
    expect(finding?.cappedBy).not.toBe(doubt);
  });
});

test('that a registry was spared is said, however much is left', () => {
  const { findings } = judgeFirst({
    evidence: (plan) => {
      const repository = new Repository();
      const rateLimit = { limit: 100, remaining: 80 };
      return evidenceOf(found(plan, repository, repository.image(amd64), { rateLimit, spared: 'few-left' }));
    },
  });

  expect(findings[0]).toEqual({
    code: 'rate-limit-low',
    registry: registryHost,
    limit: 100,
    remaining: 80,
    spared: 'few-left',
    certainty: 'advice',
    assuming: [],
  });
});

test('that Pods could not be compared with their templates is assumed of a template', () => {
  const world = { ...aWorld(), admission: { mutators: [], differences: [], unseenPods: 'forbidden' } };
  const { findings } = judgeFirst({ workload: aDeployment(), world, evidence: refusing });

  expect(findings[0]?.assuming).toContain('admission=unchecked (forbidden)');
});

test.each<readonly [string, Saw, Saw]>([
  ['the first', absent({ wasChallenged: true, tags: { kind: 'not-listed' } }), absent()],
  ['the last', absent(), absent({ wasChallenged: true, tags: { kind: 'not-listed' } })],
])('what may be hidden from %s kind of node alone may be hidden', (_name, old, recent) => {
  const seen = { '1.7': () => evidenceOf(saw(old)), '2.2': () => evidenceOf(saw(recent)) };
  const settings = { assume: { ...settledAssumptions, nodeCredentials: 'unknown' } } as const;

  expect(judgeMixed({ settings, seen }).findings[0]).toMatchObject({
    code: 'manifest-not-found',
    certainty: 'likely',
    cappedBy: 'nodes may have their own credentials; nodeCredentials: none would make it certain',
  });
});

test('the credentials of a Secret see what nodes see with them', () => {
  const world = aWorld({ secrets: [aSecretFor([registryHost])] });
  const { findings } = judgeFirst({ workload: aPod(image, named), world, evidence: always(notListed) });

  expect(inShort(findings)).toContain('manifest-not-found certain');
});

describe('a Secret for another registry', () => {
  test('explains a refusal where a plugin gives the only login', () => {
    const world = { ...elsewhere, pluginAnswersFor: pluginAnswers };
    const { findings } = judgeFirst({ workload: aPod(image, named), world, evidence: always(refused()) });

    expect(findings.map(({ code }) => code)).toEqual(['access-denied', 'pull-secret-no-match', 'unpinned-image']);
  });

  test('explains nothing of an image that is not there', () => {
    const { findings } = judgeFirst({
      workload: aPod(image, named),
      world: elsewhere,
      evidence: evidenceOf(saw(absent())),
    });

    expect(findings.map(({ code }) => code)).toEqual(['manifest-not-found', 'unpinned-image']);
  });
});

describe('whether an image pulls on every kind of node', () => {
  const world = aWorld({ nodes: [aWorker('a'), aWorker('b', { architecture: 'arm64' })] });
  const plan = planPulls(aPod(), world, planSettings());
  const pull = firstPull(plan);

  function pulls(...architectures: readonly string[]): boolean {
    const repository = new Repository();
    const children = architectures.map((architecture) => {
      const platform = { os: 'linux', architecture };
      return repository.image(platform, { platform });
    });
    const evidence = evidenceOf(found(pull, repository, repository.index(children)));
    return pullsEverywhere(
      plan.candidates,
      pull,
      pull.routes.map(() => evidence),
    );
  }

  test.each<readonly [readonly string[], boolean]>([
    [['amd64', 'arm64'], true],
    [['amd64'], false],
    [['s390x'], false],
  ])('an index for %j: %j', (architectures, expected) => {
    expect(pulls(...architectures)).toBe(expected);
  });
});
