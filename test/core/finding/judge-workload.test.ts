import { describe, expect, test } from 'vitest';
import type { Certainty, Finding } from '../../../src/core/finding/finding.ts';
import { judgeWorkload } from '../../../src/core/finding/judge-workload.ts';
import { type Outcome, outcomeOf } from '../../../src/core/finding/judged-image.ts';
import { planPulls } from '../../../src/core/pull/plan.ts';
import {
  aPod,
  aWorker,
  aWorld,
  evidenceOf,
  image,
  judge,
  judgeFirst,
  nowMs,
  planSettings,
  refused,
  saw,
  settledAssumptions,
} from '../../support/judging.ts';
import { aPullSecret, aSecretHolding } from '../../support/pull-secrets.ts';

test('an image that is not rendered yet, beside a Secret that does not exist', () => {
  const workload = aPod(image, { imagePullSecrets: [{ name: 'gone' }] });
  const plan = planPulls(workload, aWorld(), planSettings());
  const because = { kind: 'filled-in-by-controller' } as const;
  const images = plan.images.map(({ use }) => ({ kind: 'not-rendered', use, because }) as const);
  const context = { nowMs, assume: settledAssumptions, beforeDenial: () => ({}) };
  const judged = judgeWorkload({ ...plan, images }, () => [], context);

  expect(judged.findings).toEqual([]);
  expect(judged.images).toMatchObject([{ outcome: 'unconfirmed', isExamined: false }]);
  expect(judged.images[0]?.findings[0]).toEqual({
    code: 'registry-not-examined',
    why: { kind: 'not-rendered', because },
    certainty: 'unconfirmed',
    assuming: [],
  });
});

test.each<readonly [readonly Certainty[], Outcome]>([
  [[], 'pullable'],
  [['advice'], 'pullable'],
  [['advice', 'unconfirmed'], 'unconfirmed'],
  [['unconfirmed', 'likely'], 'unpullable'],
  [['certain'], 'unpullable'],
])('findings that are %j leave an image %s', (certainties, outcome) => {
  const findings = certainties.map((certainty): Finding => ({ code: 'never-pulled', certainty, assuming: [] }));

  expect(outcomeOf(findings)).toBe(outcome);
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
      'every candidate node reports the image, but from kubelet 1.35 on its use depends on who pulled it',
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

  test('matters where one of several images is pulled', () => {
    const sidecar = { name: 'sidecar', image, imagePullPolicy: 'Never' };
    const workload = aPod(image, { imagePullSecrets: [{ name: 'gone' }], initContainers: [sidecar] });

    expect(judge({ workload, evidence: evidenceOf(saw(refused())) }).findings).toMatchObject([
      { code: 'pull-secret-not-found' },
    ]);
  });

  test('is no matter where all images are there, or not needed', () => {
    const workload = aPod(image, {
      imagePullSecrets: [{ name: 'gone' }],
      volumes: [{ name: 'unmounted', image: { reference: image } }],
    });

    expect(judge({ workload, world: aWorld({ nodes: [aWorker('a', { images: [image] })] }) }).findings).toEqual([]);
  });

  test('that is not rendered yet is named, and proves nothing', () => {
    const world = { ...aWorld(), secretNamed: () => ({ kind: 'open', why: 'encrypted' }) as const };
    const judged = judge({ workload: aPod(image, named), world, evidence: evidenceOf(saw(refused())) });

    expect(judged.findings).toEqual([
      {
        code: 'pull-secret-undecodable',
        secret: { namespace: 'shop', name: 'regcred' },
        unrendered: 'encrypted',
        certainty: 'unconfirmed',
        assuming: [],
      },
    ]);
  });

  test('is no matter where nothing is pulled', () => {
    const workload = aPod(image, { imagePullSecrets: [{ name: 'gone' }] }, { imagePullPolicy: 'Never' });

    expect(judge({ workload }).findings).toEqual([]);
  });
});
