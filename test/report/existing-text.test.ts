import { expect, test } from 'vitest';
import type { Finding } from '../../src/core/finding/finding.ts';
import { admissionLinesOf } from '../../src/report/admission-text.ts';
import { type ExistingFound, warningsOfExisting } from '../../src/report/existing-text.ts';
import { aPod } from '../support/api-objects.ts';
import { absent, aPrediction, levels, likelyAbsent, unpinned, unreachable } from './predictions.ts';

function anExisting(name: string, image: string, ...findings: readonly Finding[]): ExistingFound {
  const prediction = aPrediction(aPod({ images: [image] }), { byImage: [findings] });
  return { name, lines: admissionLinesOf(prediction, levels()), mayReject: true };
}

function said(found: readonly ExistingFound[], counts = {}): readonly string[] {
  const { length } = found;
  return warningsOfExisting(found, {
    namespace: 'shop',
    mode: 'enforce',
    existing: length,
    examined: length,
    unlisted: [],
    ...counts,
  });
}

const image = 'nginx:latestt';
const noTag = 'nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest)';
const well = anExisting('Deployment/well', 'nginx:1', unpinned);

test('nothing where all is well', () => {
  expect(said([])).toEqual([]);
  expect(said([well])).toEqual([]);
});

test('one line for all of which the same is to be said, what would be denied first', () => {
  expect(
    said([
      anExisting('Deployment/maybe', image, likelyAbsent),
      anExisting('Deployment/web', image, absent),
      well,
      anExisting('Deployment/db', 'registry.test/db:1', unreachable('registry.test')),
      anExisting('CronJob/night', image, absent),
      anExisting('Pod/one', image, absent),
    ]),
  ).toEqual([
    'pullgate: namespace shop: 5 of 6 existing workloads have findings',
    `Deployment/web (and 2 more) would be denied: ${noTag} [manifest-not-found]`,
    `Deployment/maybe likely to fail: ${noTag.slice(0, -1)}; the registry may be a proxy cache) [manifest-not-found]`,
    'could not confirm registry.test/db:1: registry.test did not answer in time [registry-unreachable]',
  ]);
});

test('what the configuration denies to nobody will fail all the same', () => {
  expect(said([{ ...anExisting('Pod/one', image, absent), mayReject: false }])).toEqual([
    'pullgate: namespace shop: 1 of 1 existing workloads have findings',
    `Pod/one will fail: ${noTag} [manifest-not-found]`,
  ]);
});

test('in mode audit nothing is denied', () => {
  expect(said([anExisting('Deployment/web', image, absent)], { mode: 'audit' })).toEqual([
    'pullgate: namespace shop: 1 of 1 existing workloads have findings; mode audit denies nothing and shows no warnings',
    `Deployment/web will fail: ${noTag} [manifest-not-found]`,
  ]);
});

test('it is told that not all were examined, and which kinds cannot be listed', () => {
  expect(said([well], { existing: 214, examined: 1, unlisted: ['CronJob', 'Rollout'] })).toEqual([
    'pullgate: namespace shop: 0 of 1 existing workloads have findings; only 1 of 214 were examined in time; CronJob, Rollout cannot be listed',
  ]);
});

test('eight lines at most, the rest counted', () => {
  const lines = said(
    Array.from({ length: 20 }, (_, index) => ({
      ...anExisting(`Deployment/web-${index}`, `nginx:${index}`, absent),
    })),
  );
  expect(lines).toHaveLength(8);
  expect(lines.at(-1)).toBe('pullgate: 14 more findings');
});
