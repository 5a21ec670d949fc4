import { describe, expect, test } from 'vitest';
import {
  coversCreatedPods,
  parseMutatingWebhookConfiguration,
  type WebhookRule,
} from '../../../src/core/object/mutating-webhook-configuration.ts';

const rule: WebhookRule = {
  operations: ['CREATE'],
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['pods'],
  scope: '*',
};

describe('a configuration', () => {
  test('is its name, its webhooks and what they are sent', () => {
    const { scope, ...written } = rule;
    expect(
      parseMutatingWebhookConfiguration({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'MutatingWebhookConfiguration',
        metadata: { name: 'zarf' },
        webhooks: [{ name: 'agent-pod.zarf.dev', rules: [{ ...written, scope }, written], sideEffects: 'None' }, {}],
      }),
    ).toEqual({
      ok: true,
      configuration: {
        name: 'zarf',
        webhooks: [
          { name: 'agent-pod.zarf.dev', rules: [rule, { ...rule, scope: '' }] },
          { name: '', rules: [] },
        ],
      },
    });
  });

  test('may have no webhooks', () => {
    const configuration = { name: 'empty', webhooks: [] };
    expect(parseMutatingWebhookConfiguration({ metadata: { name: 'empty' } })).toEqual({ ok: true, configuration });
    expect(parseMutatingWebhookConfiguration({ metadata: { name: 'empty' }, webhooks: null })).toEqual({
      ok: true,
      configuration,
    });
  });

  test.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['a text', 'zarf'],
    ['one without a name', { metadata: {} }],
    ['rules that are no list', { metadata: { name: 'a' }, webhooks: [{ rules: {} }] }],
    ['a resource that is a number', { metadata: { name: 'a' }, webhooks: [{ rules: [{ resources: [1] }] }] }],
  ])('%s is none', (_name, object) => {
    expect(parseMutatingWebhookConfiguration(object).ok).toBe(false);
  });
});

describe('a rule covers new Pods', () => {
  test.each<readonly [string, Partial<WebhookRule>]>([
    ['that names them', {}],
    ['of everything', { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }],
    ['among others', { operations: ['UPDATE', 'CREATE'], apiGroups: ['apps', ''], resources: ['services', 'pods'] }],
    ['of objects in namespaces', { scope: 'Namespaced' }],
    ['of both scopes', { scope: '' }],
    ['of Pods and all their subresources', { resources: ['pods/*'] }],
    ['of everything and all subresources', { resources: ['*/*'] }],
  ])('%s', (_name, part) => {
    expect(coversCreatedPods({ ...rule, ...part })).toBe(true);
  });
});

describe('a rule does not cover new Pods', () => {
  test.each<readonly [string, Partial<WebhookRule>]>([
    ['of updates', { operations: ['UPDATE', 'DELETE', 'CONNECT'] }],
    ['of another group', { apiGroups: ['apps'] }],
    ['of another version', { apiVersions: ['v2'] }],
    ['of other resources', { resources: ['deployments', 'podtemplates'] }],
    ['of one subresource', { resources: ['pods/ephemeralcontainers', '*/scale'] }],
    ['of objects of the cluster', { scope: 'Cluster' }],
    ['of nothing', { operations: [], apiGroups: [], apiVersions: [], resources: [] }],
  ])('%s', (_name, part) => {
    expect(coversCreatedPods({ ...rule, ...part })).toBe(false);
  });
});
