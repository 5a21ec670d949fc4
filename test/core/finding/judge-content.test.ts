import { describe, expect, test } from 'vitest';
import { dockerSchema1, ociManifest } from '../../../src/core/image/media-type.ts';
import type { PlannedPull } from '../../../src/core/pull/plan.ts';
import type { World } from '../../../src/core/pull/world.ts';
import {
  absent,
  always,
  aPod,
  aWorker,
  aWorld,
  evidenceOf,
  found,
  image,
  inShort,
  judge,
  judgeFirst,
  onBothNodes,
  refusing,
  registryHost,
  saw,
} from '../../support/judging.ts';
import { aSecretFor } from '../../support/pull-secrets.ts';
import { Repository } from '../content/repository.ts';

/** A node for each version. */
const withContainerd = (...versions: readonly string[]) =>
  aWorld({ nodes: versions.map((version, index) => aWorker(`n${index}`, { runtime: `containerd://${version}` })) });

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
      nodes: onBothNodes,
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
      cappedBy: 'a node that already has this part does not fetch it',
    });
  });

  test('a layer is missing, which a node may have', () => {
    const repository = new Repository();
    const layer = repository.layer();
    const root = repository.manifest(repository.config(amd64, 1), [layer]);
    const evidence = (plan: PlannedPull) => {
      const attempt = found(plan, repository, root);
      const absentLayer = [`blob blobs ${layer.digest}`, { kind: 'absent' }] as const;
      return evidenceOf({
        ...attempt,
        found: { ...attempt.found, contents: new Map([...attempt.found.contents, absentLayer]) },
      });
    };

    expect(judgeFirst({ evidence }).findings[0]).toMatchObject({
      code: 'incomplete-image',
      missing: 'layer',
      certainty: 'likely',
      cappedBy: 'a node that already has this part does not fetch it',
    });
  });

  test('an artifact in an image volume is what it should be', () => {
    const repository = new Repository();
    const config = repository.add('application/vnd.example.config+json', {});
    const root = repository.manifest(config, [repository.layer()]);
    const volumes = [{ name: 'data', image: { reference: image } }];
    const workload = aPod(image, { volumes }, { volumeMounts: [{ name: 'data' }] });
    const judged = judge({ workload, evidence: (plan) => evidenceOf(found(plan, repository, root)) });

    expect(judged.images.map(({ findings }) => inShort(findings))).toEqual([
      ['unsupported-manifest advice', 'unpinned-image advice'],
      ['unpinned-image advice'],
    ]);
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

  const onRequest =
    'nodes with containerd 2.0 convert it if CONTAINERD_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE=1 is set there';

  test.each<readonly [string, World, string, string | undefined]>([
    ['2.1, which converts none', withContainerd('2.1.0'), 'certain', undefined],
    ['2.2 and 2.4', withContainerd('2.2.0', '2.4.2'), 'certain', undefined],
    ['2.0, which converts it if it is told to', withContainerd('2.0.5'), 'likely', onRequest],
    ['2.0 among others', withContainerd('2.3.0', '2.0.5'), 'likely', onRequest],
    [
      'an unknown version',
      withContainerd('Unknown'),
      'likely',
      'nodes with an older containerd, or with another containerd setting, can pull the image',
    ],
    [
      'platforms that were named instead of nodes',
      aWorld({ nodes: { kind: 'platforms', platforms: [amd64] } }),
      'likely',
      'nodes with an older containerd, or with another containerd setting, can pull the image',
    ],
    [
      'no node that is known',
      aWorld({ nodes: { kind: 'unknown' } }),
      'likely',
      'the nodes are unknown, and containerd 1.7 converts schema 1',
    ],
  ])('schema 1 on %s', (_name, world, certainty, cappedBy) => {
    const repository = new Repository();
    const root = repository.add(dockerSchema1, { schemaVersion: 1, fsLayers: [], history: [], signatures: [{}] });
    const { findings } = judgeFirst({ world, evidence: (plan) => evidenceOf(found(plan, repository, root)) });

    expect(findings[0]).toMatchObject({ code: 'unsupported-manifest', problem: { kind: 'schema-1' }, certainty });
    expect(findings[0]?.cappedBy).toBe(cappedBy);
  });

  test('schema 1 on 1.7 is converted', () => {
    const repository = new Repository();
    const root = repository.add(dockerSchema1, { schemaVersion: 1, fsLayers: [], history: [], signatures: [{}] });
    const evidence = (plan: PlannedPull) => evidenceOf(found(plan, repository, root));

    expect(judgeFirst({ world: withContainerd('1.7.20'), evidence }).outcome).toBe('pullable');
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

  test('a config that could not be read', () => {
    const repository = new Repository();
    const config = repository.config(amd64, 1);
    const root = repository.manifest(config, [repository.layer()]);
    const { outcome, findings } = judgeFirst({
      evidence: (plan) => {
        const whole = found(plan, repository, root);
        const contents = new Map(
          [...whole.found.contents].map(([key, content]) => [
            key,
            key.startsWith('config') ? ({ kind: 'unread' } as const) : content,
          ]),
        );
        return evidenceOf({ ...whole, found: { ...whole.found, contents } });
      },
    });

    expect(outcome).toBe('unconfirmed');
    expect(findings[0]).toMatchObject({
      code: 'registry-error',
      cause: { kind: 'unread-content', digest: config.digest },
    });
  });

  test('a manifest for which no time was left says nothing about the registry', () => {
    const repository = new Repository();
    const root = repository.image(amd64);
    const contents = new Map([
      [`manifest manifests ${root.digest}`, { kind: 'unread', notAsked: 'deadline' } as const],
    ]);
    const { outcome, findings, digest } = judgeFirst({
      evidence: (plan) => evidenceOf(found(plan, repository, root, { contents })),
    });

    expect({ outcome, digest }).toEqual({ outcome: 'unconfirmed', digest: root.digest });
    expect(findings[0]).toMatchObject({ code: 'registry-not-examined', why: 'deadline' });
  });

  test('nothing was read beyond the HEAD', () => {
    const repository = new Repository();
    const root = { mediaType: ociManifest, digest: `sha256:${'0'.repeat(64)}`, size: 2 };
    const limits = { rateLimit: { limit: 100, remaining: 24 }, spared: 'few-left' as const, contents: new Map() };
    const { outcome, findings } = judgeFirst({
      evidence: (plan) => evidenceOf(found(plan, repository, root, limits)),
    });

    expect(outcome).toBe('pullable');
    expect(findings[0]).toEqual({
      code: 'rate-limit-low',
      registry: registryHost,
      limit: 100,
      remaining: 24,
      spared: 'few-left',
      certainty: 'advice',
      assuming: [],
    });
  });

  test('nothing is left of the limit, whatever was read', () => {
    const repository = new Repository();
    const root = repository.image({ os: 'linux', architecture: 'arm64' });
    const rateLimit = { limit: 100, remaining: 0, windowMs: 21_600_000, retryAfterMs: 60_000 };
    const { outcome, findings, digest } = judgeFirst({
      evidence: (plan) => evidenceOf(found(plan, repository, root, { rateLimit })),
    });

    expect({ outcome, digest }).toEqual({ outcome: 'unconfirmed', digest: root.digest });
    expect(inShort(findings)).toEqual(['rate-limited unconfirmed', 'unpinned-image advice']);
    expect(findings[0]).toMatchObject({ usedUp: { limit: 100, windowMs: 21_600_000 }, retryAfterMs: 60_000 });
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
