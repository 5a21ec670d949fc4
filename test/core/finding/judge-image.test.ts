import { describe, expect, test } from 'vitest';
import type { PlannedPull } from '../../../src/core/pull/plan.ts';
import {
  absent,
  aDeployment,
  aPod,
  aRule,
  aWorker,
  aWorld,
  evidenceOf,
  found,
  image,
  inShort,
  judge,
  judgeFirst,
  refused,
  registryHost,
  type Scene,
  saw,
} from '../../support/judging.ts';
import { aSecretHolding } from '../../support/pull-secrets.ts';
import { Repository } from '../content/repository.ts';

const reporting = (kubelet: string) => aWorker('a', { images: [image], kubelet });

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
      cappedBy: 'every candidate node reports the image, but from kubelet 1.35 on its use depends on who pulled it',
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

  test('with Always each start asks the registry, but they came from somewhere', () => {
    const world = aWorld({ nodes: [reporting('v1.33.0')] });
    const workload = aPod(image, {}, { imagePullPolicy: 'Always' });

    expect(judgeFirst({ workload, world, evidence: evidenceOf(saw(absent())) }).findings[0]).toMatchObject({
      certainty: 'likely',
      assuming: ['mirrors=none'],
      cappedBy: 'node a reports the image and got it from a source that pullgate does not know',
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
      isExamined: false,
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

  test.each([
    ['a Pod', aPod(' '), 'certain'],
    ['a template', aDeployment(' '), 'likely'],
    ['a template without any', aDeployment(''), 'likely'],
  ])('a blank image of %s', (_name, workload, certainty) => {
    expect(judgeFirst({ workload }).findings[0]).toMatchObject({ code: 'invalid-image-name', certainty });
  });

  test('a name that only containerd refuses', () => {
    expect(judgeFirst({ workload: aPod('[:]/app:1') }).findings[0]).toMatchObject({
      code: 'invalid-image-name',
      predictedReason: 'ErrImagePull',
    });
  });

  test('a refused name of a template where nobody could look for rewriters', () => {
    const judging = { unseenRewriters: 'grant it' };

    expect(judgeFirst({ workload: aDeployment('Nginx'), judging }).findings[0]).toMatchObject({
      certainty: 'certain',
      assuming: ['imageRewriting=unchecked (grant it)'],
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
    [
      'skipped',
      { settings: { registries: [aRule(registryHost, { skip: true })] } },
      { registry: registryHost, why: 'skipped' },
    ],
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

describe('a Secret that cannot be decoded', () => {
  const secret = aSecretHolding('{', { name: 'broken' });
  const scene = {
    workload: aPod(image, { imagePullSecrets: [{ name: 'broken' }] }),
    world: aWorld({ secrets: [secret] }),
  };

  test('is certain, also where nobody could look for a use of the image', () => {
    const judging = { beforeDenial: () => ({ unseenUse: 'grant it' }) };
    expect(judgeFirst({ ...scene, judging }).findings[0]).toMatchObject({
      code: 'pull-secret-undecodable',
      certainty: 'certain',
      unseenUse: 'grant it',
    });
  });

  test('may be another one when it is applied, of which this is a dry run', () => {
    expect(judgeFirst({ ...scene, judging: { isDryRun: true } }).findings[0]).toMatchObject({ certainty: 'likely' });
  });

  test('is likely to matter less where the image is in use', () => {
    const judging = { beforeDenial: () => ({ inUse: 'Pod web already pulled the image' }) };
    expect(judgeFirst({ ...scene, judging }).findings[0]).toMatchObject({
      certainty: 'likely',
      cappedBy: 'Pod web already pulled the image',
    });
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
