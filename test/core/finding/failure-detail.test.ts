import { describe, expect, test } from 'vitest';
import type { Descriptor } from '../../../src/core/content/descriptor.ts';
import { fails, type PullFailure, type Unknown } from '../../../src/core/content/outcome.ts';
import { detailOf } from '../../../src/core/finding/failure-detail.ts';
import type { FindingDetail } from '../../../src/core/finding/finding.ts';
import { dockerSchema1, ociManifest } from '../../../src/core/image/media-type.ts';
import { planPulls } from '../../../src/core/pull/plan.ts';
import { aPod, aWorld, firstPull, image, planSettings, registryHost, rejected } from '../../support/judging.ts';
import { aSecretFor, aSecretHolding } from '../../support/pull-secrets.ts';

const workloadPlan = planPulls(aPod(), aWorld(), planSettings());
const context = { plan: firstPull(workloadPlan), secrets: workloadPlan.secrets, namespace: 'shop' };
const manifest: Descriptor = { mediaType: ociManifest, digest: `sha256:${'0'.repeat(64)}`, size: 2, hasUrls: false };
const page: Descriptor = { ...manifest, mediaType: 'text/html' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const error = 'the words of containerd';

const unsupported = (problem: Extract<FindingDetail, { code: 'unsupported-manifest' }>['problem']): FindingDetail => ({
  code: 'unsupported-manifest',
  problem,
});
const incomplete = (missing: 'root' | 'manifest' | 'config' | 'layer'): FindingDetail => ({
  code: 'incomplete-image',
  missing,
  descriptor: manifest,
});

test.each<readonly [PullFailure, Descriptor, FindingDetail]>([
  [{ kind: 'no-match', offers: [arm64] }, manifest, { code: 'no-matching-platform', offers: [arm64], wanted: [] }],
  [
    { kind: 'fallback-not-downloaded', platform: arm64 },
    manifest,
    { code: 'no-matching-platform', offers: [arm64], wanted: [] },
  ],
  [{ kind: 'entry-without-platform' }, manifest, { code: 'no-matching-platform', offers: [], wanted: [] }],
  [{ kind: 'missing', role: 'root' }, manifest, incomplete('root')],
  [{ kind: 'missing', role: 'child' }, manifest, incomplete('manifest')],
  [{ kind: 'missing', role: 'config' }, manifest, incomplete('config')],
  [{ kind: 'missing', role: 'layer' }, manifest, incomplete('layer')],
  [{ kind: 'missing', role: 'root' }, page, unsupported({ kind: 'media-type', mediaType: 'text/html' })],
  [{ kind: 'missing', role: 'config' }, page, { code: 'incomplete-image', missing: 'config', descriptor: page }],
  [{ kind: 'unsupported-media-type' }, page, unsupported({ kind: 'media-type', mediaType: 'text/html' })],
  [{ kind: 'schema-1' }, { ...manifest, mediaType: dockerSchema1 }, unsupported({ kind: 'schema-1' })],
  [{ kind: 'artifact', configType: 'a/b' }, manifest, unsupported({ kind: 'artifact', configType: 'a/b' })],
  [{ kind: 'malformed' }, manifest, unsupported({ kind: 'malformed', error })],
  [{ kind: 'malformed-config' }, manifest, unsupported({ kind: 'malformed', error })],
  [{ kind: 'layers-mismatch' }, manifest, unsupported({ kind: 'malformed', error })],
  [{ kind: 'digest-mismatch' }, manifest, unsupported({ kind: 'other-content', error, digest: manifest.digest })],
  [
    { kind: 'size-mismatch', actual: 3 },
    manifest,
    unsupported({ kind: 'other-content', error, digest: manifest.digest }),
  ],
])('content fails by %j', (cause, because, detail) => {
  expect(detailOf({ kind: 'content', host: 'h', outcome: fails(cause, because, error) }, context)).toEqual(detail);
});

test.each<readonly [Unknown['why'], FindingDetail]>([
  [
    'unread',
    { code: 'registry-error', registry: registryHost, cause: { kind: 'unread-content', digest: manifest.digest } },
  ],
  ['foreign', { code: 'registry-not-examined', registry: registryHost, why: 'foreign-content' }],
  ['too-large', { code: 'registry-not-examined', registry: registryHost, why: 'too-large' }],
])('content is not known: %s', (why, detail) => {
  expect(
    detailOf({ kind: 'content', host: 'h', outcome: { kind: 'unknown', why, because: manifest } }, context),
  ).toEqual(detail);
});

describe('a refused password', () => {
  const refusal = { kind: 'refused', host: registryHost, refusal: rejected() } as const;

  test('is told of the credentials that are sent, not of those that containerd drops', () => {
    const empty = `{"auths":{"${registryHost}":{"username":"bob","password":""}}}`;
    const secrets = [aSecretFor([registryHost], { name: 'sent' }), aSecretHolding(empty, { name: 'dropped' })];
    const workload = aPod(image, { imagePullSecrets: [{ name: 'dropped' }, { name: 'sent' }] });
    const plan = planPulls(workload, aWorld({ secrets }), planSettings());

    expect(detailOf(refusal, { ...context, plan: firstPull(plan), secrets: plan.secrets })).toMatchObject({
      code: 'credentials-rejected',
      tried: [{ name: 'sent' }],
    });
  });

  test('that no credential of the plan has is access denied, with the slip beside it', () => {
    const plan = planPulls(aPod(`${registryHost}/team/app/latest`), aWorld(), planSettings());

    expect(detailOf(refusal, { ...context, plan: firstPull(plan) })).toMatchObject({
      code: 'access-denied',
      slip: { kind: 'slash-before-tag' },
    });
  });
});
