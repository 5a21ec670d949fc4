import { describe, expect, test } from 'vitest';
import type { ApiAnswer } from '../../../src/sources/cluster/api.ts';
import { podAdmissionIn } from '../../../src/sources/cluster/pod-admission.ts';
import { aDeployment } from '../../support/judging.ts';

const admission = '/apis/admissionregistration.k8s.io';
const webhooks = `${admission}/v1/mutatingwebhookconfigurations`;
const policies = (version: string) => `${admission}/${version}/mutatingadmissionpolicies`;
const inShop = (group: string, resource: string) => `${group}/namespaces/shop/${resource}`;
const pods = inShop('/api/v1', 'pods');
const replicaSets = inShop('/apis/apps/v1', 'replicasets');
const jobs = inShop('/apis/batch/v1', 'jobs');
const revisions = inShop('/apis/apps/v1', 'controllerrevisions');

const listed = (...items: readonly object[]): ApiAnswer => ({ kind: 'ok', value: { items } });
const forbidden: ApiAnswer = { kind: 'refused', status: 403 };
const empty = {
  [webhooks]: listed(),
  [policies('v1')]: listed(),
  [pods]: listed(),
  [replicaSets]: listed(),
  [jobs]: listed(),
  [revisions]: listed(),
};

async function seenIn(answers: Readonly<Record<string, ApiAnswer>>) {
  const get = async (path: string) => answers[path.replace(/\?.*$/, '')] ?? ({ kind: 'absent' } as const);
  return podAdmissionIn({ get })(aDeployment(), new AbortController().signal);
}

const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const placer = { metadata: { name: 'placer' }, webhooks: [{ name: 'placer.example.com', rules: [rule] }] };
const policy = {
  metadata: { name: 'arm' },
  spec: {
    matchConstraints: { resourceRules: [rule] },
    mutations: [{ applyConfiguration: { expression: 'Object{spec: Object.spec{nodeSelector: {}}}' } }],
  },
};

describe('webhooks and policies', () => {
  test('none', async () => {
    expect(await seenIn(empty)).toEqual({ mutators: [], differences: [] });
  });

  test.each<readonly [string, Readonly<Record<string, ApiAnswer>>, readonly string[]]>([
    ['a webhook', { [webhooks]: listed(placer) }, ['webhook placer.example.com']],
    ['a policy', { [policies('v1')]: listed(policy) }, ['MutatingAdmissionPolicy arm']],
    [
      'a policy before Kubernetes 1.36',
      { [policies('v1')]: { kind: 'absent' }, [policies('v1beta1')]: listed(policy) },
      ['MutatingAdmissionPolicy arm'],
    ],
    ['an API server without policies', { [policies('v1')]: { kind: 'absent' } }, []],
  ])('%s', async (_name, answers, whats) => {
    const { mutators, unseenMutators } = await seenIn({ ...empty, ...answers });

    expect(mutators.map(({ what }) => what)).toEqual(whats);
    expect(unseenMutators).toBeUndefined();
  });

  test('those that may not be listed', async () => {
    expect(await seenIn({ ...empty, [webhooks]: forbidden, [policies('v1')]: forbidden })).toMatchObject({
      mutators: [],
      unseenMutators:
        'grant pullgate list on mutatingwebhookconfigurations.admissionregistration.k8s.io, grant pullgate list on mutatingadmissionpolicies.admissionregistration.k8s.io',
    });
  });
});

const containers = [{ name: 'app', image: 'a:1' }];

function aMember(kind: string, name: string, spec: object, labels: object = {}): object {
  const ownerReferences = [{ apiVersion: 'apps/v1', kind, name, uid: 'a', controller: true }];
  return { metadata: { name: `${name}-x`, labels, ownerReferences }, spec: { containers, ...spec } };
}

const template = { template: { spec: { containers } } };
const moved = { nodeSelector: { pool: 'arm' } };

function aRevision(kind: string, name: string, labels: object = {}): object {
  return { metadata: { name, labels, ownerReferences: [{ kind, name: 'db' }] }, data: { spec: template } };
}

describe('Pods and what they were made of', () => {
  test.each<readonly [string, Readonly<Record<string, ApiAnswer>>, readonly string[]]>([
    [
      'a ReplicaSet',
      {
        [pods]: listed(aMember('ReplicaSet', 'web-1', moved), aMember('ReplicaSet', 'web-2', {})),
        [replicaSets]: listed(
          { metadata: { name: 'web-1' }, spec: template },
          { metadata: { name: 'web-2' }, spec: template },
        ),
      },
      ['Pod shop/web-1-x has another nodeSelector than its ReplicaSet'],
    ],
    [
      'a Job',
      {
        [pods]: listed(aMember('Job', 'backup', { containers: [{ name: 'app', image: 'b:1' }] })),
        [jobs]: listed({ metadata: { name: 'backup' }, spec: template }),
      },
      ['Pod shop/backup-x has another image than its Job'],
    ],
    [
      'a revision of a StatefulSet',
      {
        [pods]: listed(aMember('StatefulSet', 'db', moved, { 'controller-revision-hash': 'db-5d4' })),
        [revisions]: listed(aRevision('StatefulSet', 'db-5d4')),
      },
      ['Pod shop/db-x has another nodeSelector than its StatefulSet'],
    ],
    [
      'a revision of a DaemonSet',
      {
        [pods]: listed(aMember('DaemonSet', 'db', moved, { 'controller-revision-hash': '5d4' })),
        [revisions]: listed(aRevision('DaemonSet', 'db-5d4')),
      },
      ['Pod shop/db-x has another nodeSelector than its DaemonSet'],
    ],
    ['an owner that is gone', { [pods]: listed(aMember('ReplicaSet', 'web-1', moved)) }, []],
  ])('%s', async (_name, answers, whats) => {
    const { differences, unseenPods } = await seenIn({ ...empty, ...answers });

    expect(differences.map(({ what }) => what)).toEqual(whats);
    expect(unseenPods).toBeUndefined();
  });

  test('many that differ alike are told of once', async () => {
    const many = Array.from({ length: 3 }, (_, index) => ({
      ...aMember('ReplicaSet', 'web-1', moved),
      metadata: {
        ...(aMember('ReplicaSet', 'web-1', moved) as { metadata: object }).metadata,
        name: `web-1-${3 - index}`,
      },
    }));
    const { differences } = await seenIn({
      ...empty,
      [pods]: listed(...many),
      [replicaSets]: listed({ metadata: { name: 'web-1' }, spec: template }),
    });

    expect(differences.map(({ what }) => what)).toEqual([
      'Pod shop/web-1-1 has another nodeSelector than its ReplicaSet',
    ]);
  });

  test('those that may not be listed', async () => {
    expect(await seenIn({ ...empty, [pods]: forbidden })).toMatchObject({
      differences: [],
      unseenPods: 'grant pullgate list on pods',
    });
  });
});
