import { describe, expect, test } from 'vitest';
import { parseMutatingAdmissionPolicy } from '../../../src/core/object/mutating-admission-policy.ts';
import { parseMutatingWebhookConfiguration } from '../../../src/core/object/mutating-webhook-configuration.ts';
import { mutatorOfPolicy, mutatorsOfWebhooks, type PodMutator } from '../../../src/core/workload/pod-mutators.ts';

const ofPods = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const ofSecrets = { ...ofPods, resources: ['secrets'] };

function webhooksNamed(name: string, rule: object = ofPods, configuration = 'a') {
  const parsed = parseMutatingWebhookConfiguration({
    metadata: { name: configuration },
    webhooks: [{ name, rules: [rule] }],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return mutatorsOfWebhooks(parsed.configuration).map(({ what }) => what);
}

describe('webhooks', () => {
  test.each([
    'rev.namespace.sidecar-injector.istio.io',
    'linkerd-proxy-injector.linkerd.io',
    'consul-connect-injector.consul.hashicorp.com',
    'namespace-kuma-injector.kuma.io',
    'sidecar-injector.dapr.io',
    'vault.hashicorp.com',
    'pod-identity-webhook.amazonaws.com',
    'mutation.azure-workload-identity.io',
    'mpod.elbv2.k8s.aws',
    'vpa.k8s.io',
    'agent-pod.zarf.dev',
  ])('%s leaves placement alone', (name) => {
    expect(webhooksNamed(name)).toEqual([]);
  });

  test('a rewriter that shows by the name of its configuration leaves placement alone', () => {
    expect(webhooksNamed('a.example.com', ofPods, 'release-kube-image-keeper')).toEqual([]);
  });

  test('one that is not known may choose nodes', () => {
    expect(webhooksNamed('placer.example.com')).toEqual(['webhook placer.example.com']);
    expect(webhooksNamed('istio.io.example.com')).toEqual(['webhook istio.io.example.com']);
  });

  test('one for other objects does not matter', () => {
    expect(webhooksNamed('placer.example.com', ofSecrets)).toEqual([]);
  });
});

function policy(spec: object, rule: object = ofPods): PodMutator | undefined {
  const parsed = parseMutatingAdmissionPolicy({
    metadata: { name: 'a' },
    spec: { matchConstraints: { resourceRules: [rule] }, ...spec },
  });
  return parsed && mutatorOfPolicy(parsed);
}

function applying(expression: string): object {
  return { mutations: [{ applyConfiguration: { expression } }] };
}

function patching(expression: string): object {
  return { mutations: [{ jsonPatch: { expression } }] };
}

describe('policies', () => {
  test.each<readonly [string, object, readonly string[]]>([
    ['a selector', applying('Object{spec: Object.spec{nodeSelector: {"pool": "arm"}}}'), ['placement']],
    [
      'tolerations by a patch',
      patching('[JSONPatch{op: "add", path: "/spec/tolerations/-", value: x}]'),
      ['placement'],
    ],
    ['pull Secrets', applying('Object{spec: Object.spec{imagePullSecrets: []}}'), ['pullSecrets']],
    [
      'an image by a variable',
      { ...applying('variables.patched'), variables: [{ expression: 'c.image' }] },
      ['images'],
    ],
    ['a label', applying('Object{metadata: Object.metadata{labels: {"a": "b"}}}'), []],
    ['a pull policy', applying('Object.spec.containers.item{imagePullPolicy: "Always"}'), []],
    [
      'whatever parameters say',
      patching('[JSONPatch{op: "add", path: params.path}]'),
      ['placement', 'pullSecrets', 'images'],
    ],
  ])('%s', (_name, spec, changes) => {
    const { what, ...fields } = policy(spec) ?? { what: '' };

    expect(what).toBe('MutatingAdmissionPolicy a');
    expect(Object.entries(fields).flatMap(([field, isChanged]) => (isChanged ? [field] : []))).toEqual(changes);
  });

  test('one for other objects does not matter', () => {
    expect(policy(applying('nodeSelector'), ofSecrets)).toBeUndefined();
  });

  test('what cannot be understood is none', () => {
    expect(parseMutatingAdmissionPolicy({ spec: 1 })).toBeUndefined();
  });
});
