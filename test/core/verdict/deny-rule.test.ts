import { expect, test } from 'vitest';
import { denyRuleOf } from '../../../src/core/verdict/deny-rule.ts';

const controller = {};

test.each([
  [{ form: 'pod', kind: 'Pod' }, 'pods'],
  [{ form: 'pod', kind: 'Pod', controller }, 'controlledPods'],
  [{ form: 'template', kind: 'Deployment' }, 'workloads'],
  [{ form: 'template', kind: 'ReplicaSet' }, 'workloads'],
  [{ form: 'template', kind: 'ReplicaSet', controller }, 'controlledPods'],
  [{ form: 'template', kind: 'Job', controller }, 'controlledPods'],
  // An operator hears the denial and tells it in the status of its own object.
  [{ form: 'template', kind: 'StatefulSet', controller }, 'workloads'],
] as const)('%j: %s', (workload, rule) => {
  expect(denyRuleOf(workload)).toBe(rule);
});
