import { expect, test } from 'vitest';
import { observedPods } from '../../../src/entrypoints/serve/observed-pods.ts';
import { anAccount, aPod, workloadOf } from '../../support/judging.ts';

const containers = [{ name: 'app', image: 'a:1' }];

function aTemplate(kind: string, namespace = 'shop') {
  const metadata = { name: 'web-1', namespace };
  return workloadOf({ apiVersion: 'apps/v1', kind, metadata, spec: { template: { spec: { containers } } } });
}

function aMember(spec: object, kind = 'ReplicaSet', name = 'web-1') {
  const ownerReferences = [{ apiVersion: 'apps/v1', kind, name, uid: 'a', controller: true }];
  const metadata = { generateName: 'web-1-', ownerReferences };
  return workloadOf({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...spec } });
}

const moved = { nodeSelector: { pool: 'arm' } };
const seen = 'Pod shop/web-1-* has another nodeSelector than its ReplicaSet';

test('a Pod is compared with the template that was reviewed before it', () => {
  const observed = observedPods();
  observed.observe(aTemplate('ReplicaSet'), anAccount());
  observed.observe(aMember(moved), anAccount());

  expect(observed.differencesFor(aTemplate('StatefulSet')).map(({ what }) => what)).toEqual([seen]);
  expect(observed.differencesFor(aTemplate('Deployment', 'other')).map(({ what }) => what)).toEqual([seen]);
  expect(observed.differencesFor(aTemplate('StatefulSet', 'other'))).toEqual([]);
});

test('a Pod as its template says tells nothing', () => {
  const observed = observedPods();
  observed.observe(aTemplate('ReplicaSet'), anAccount());
  observed.observe(aMember({}), anAccount());

  expect(observed.differencesFor(aTemplate('Deployment'))).toEqual([]);
});

test.each([
  ['whose template was not seen', aMember(moved, 'ReplicaSet', 'other')],
  ['of no owner', aPod('a:1', moved)],
])('a Pod %s tells nothing', (_name, pod) => {
  const observed = observedPods();
  observed.observe(aTemplate('ReplicaSet'), anAccount());
  observed.observe(pod, anAccount());

  expect(observed.differencesFor(aTemplate('Deployment'))).toEqual([]);
});

test('pull Secrets of the account are none that somebody added', () => {
  const observed = observedPods();
  const listing = { imagePullSecrets: [{ name: 'regcred' }] };
  observed.observe(aTemplate('ReplicaSet'), anAccount(['regcred']));
  observed.observe(aMember(listing), anAccount(['regcred']));
  expect(observed.differencesFor(aTemplate('Deployment'))).toEqual([]);

  observed.observe(aMember(listing), anAccount());
  expect(observed.differencesFor(aTemplate('Deployment'))).toMatchObject([{ pullSecrets: true, placement: false }]);
});

test('what was seen counts for an hour', () => {
  let nowMs = 1;
  const observed = observedPods(() => nowMs);
  observed.observe(aTemplate('ReplicaSet'), anAccount());
  observed.observe(aMember(moved), anAccount());
  expect(observed.differencesFor(aTemplate('Deployment'))).toHaveLength(1);

  nowMs += 61 * 60_000;
  expect(observed.differencesFor(aTemplate('Deployment'))).toEqual([]);
});
