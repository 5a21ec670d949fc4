import { describe, expect, test } from 'vitest';
import { RunningObjects } from '../../../src/core/running/running-objects.ts';
import { subjectsOf } from '../../../src/core/running/subjects.ts';
import { parseTarget } from '../../../src/core/running/target.ts';
import { builtInWorkloadKinds } from '../../../src/core/workload/workload-kind.ts';
import { aDeployment, aPod } from '../../support/api-objects.ts';
import { aRolledOutDeployment, aRunningPod, ownedBy } from '../../support/running.ts';

function subjectsIn(objects: readonly object[]) {
  const running = new RunningObjects({ kinds: builtInWorkloadKinds, namespace: 'default' });
  for (const object of objects) running.add(object as Readonly<Record<string, unknown>>);
  return subjectsOf(running).map(({ workload, owner, pods }) => ({
    subject: `${workload.kind} ${workload.name}`,
    owner: owner && `${owner.kind} ${owner.name}`,
    pods: pods.length,
  }));
}

describe('subjects', () => {
  test('are the highest owners with a pod spec', () => {
    const { deployment, replicaSet } = aRolledOutDeployment({ image: 'x' });
    const pods = ['a', 'b'].map((name) => aRunningPod({ name, images: ['x'], owner: replicaSet }));

    expect(subjectsIn([...pods, replicaSet, deployment])).toEqual([
      { subject: 'Deployment web', owner: undefined, pods: 2 },
    ]);
  });

  test('are found where owners own each other', () => {
    const one = { ...aDeployment({ name: 'one', images: ['x'] }) };
    const other = { ...aDeployment({ name: 'other', images: ['x'] }) };
    const loop = [
      { ...one, metadata: { ...one.metadata, ownerReferences: ownedBy({ ...other, apiVersion: 'apps/v1' }) } },
      { ...other, metadata: { ...other.metadata, ownerReferences: ownedBy({ ...one, apiVersion: 'apps/v1' }) } },
    ];

    expect(subjectsIn(loop)).toEqual([]);
  });

  test('of a Pod that is told twice are one', () => {
    const pod = aRunningPod({ name: 'a', images: ['x'] });

    expect(subjectsIn([pod, pod])).toEqual([{ subject: 'Pod a', owner: undefined, pods: 1 }]);
  });

  test.each([
    ['a Pod that is over', { ...aPod({ images: ['x'] }), status: { phase: 'Failed' } }],
    [
      'a Job that is done',
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'j' },
        spec: {},
        status: { completionTime: '2026-12-01T12:00:00Z' },
      },
    ],
    [
      'a Job that failed',
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'j' },
        spec: {},
        status: { conditions: [{ type: 'Failed', status: 'True' }] },
      },
    ],
  ])('%s is none', (_, object) => {
    expect(subjectsIn([object])).toEqual([]);
  });
});

test.each([
  ['pod/web', { kind: 'pod', name: 'web' }],
  ['deploy/web', { kind: 'deployment', name: 'web' }],
  ['Rollouts.argoproj.io/web.v1', { kind: 'rollouts', group: 'argoproj.io', name: 'web.v1' }],
  ['web', undefined],
  ['pod/', undefined],
  ['pod/a/b', undefined],
])('%s names %j', (written, target) => {
  expect(parseTarget(written)).toEqual(target);
});
