import { describe, expect, test } from 'vitest';
import type {
  MutatingWebhookConfiguration,
  WebhookRule,
} from '../../../src/core/object/mutating-webhook-configuration.ts';
import { imageRewriters, rewriterAmong } from '../../../src/core/workload/image-rewriters.ts';

const ofPods: WebhookRule = {
  operations: ['CREATE', 'UPDATE'],
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['pods'],
  scope: '*',
};

function aConfiguration(
  name: string,
  webhook: string,
  rules: readonly WebhookRule[] = [ofPods],
): MutatingWebhookConfiguration {
  return { name, webhooks: [{ name: webhook, rules }] };
}

const zarf = aConfiguration('zarf', 'agent-pod.zarf.dev');
const kuik = aConfiguration('kuik-kube-image-keeper-mutating-webhook', 'mpod-v1.kb.io');

describe('is recognised by what its own chart or manifests install', () => {
  test.each<readonly [product: string, configuration: string, webhook: string]>([
    ['Zarf', 'zarf', 'agent-pod.zarf.dev'],
    ['k8s-image-swapper', 'image-swapper', 'k8s-image-swapper.github.io'],
    ['harbor-container-webhook', 'harbor-container-webhook', 'harbor-container-webhook.harbor.svc'],
    ['harbor-container-webhook', 'cache-harbor-container-webhook', 'cache-harbor-container-webhook.harbor.svc'],
    ['kube-image-keeper', 'kuik-kube-image-keeper-mutating-webhook', 'mpod-v1.kb.io'],
    ['kube-image-keeper', 'kube-image-keeper-mutating-webhook', 'mpod.kb.io'],
    ['ImageSwap', 'imageswap-webhook', 'imageswap.webhook.k8s.twr.io'],
    ['Trow', 'trow-mutation', 'mutate.trow.io'],
    ['pod-image-swap-webhook', 'pod-image-swap-webhook', 'pod-image-swap-webhook.kube-system.svc'],
    ['k8s-proxy-image-swapper', 'k8s-proxy-image-swapper-webhook', 'k8s-pisw.kube-system.svc'],
    ['image-rewrite (Cloud-Native Toolkit)', 'image-rewrite-webhook', 'image-rewrite.toolkit.ibm'],
  ])('%s: %s', (product, configuration, webhook) => {
    expect(rewriterAmong([aConfiguration(configuration, webhook)])).toBe(product);
  });

  test('each of the table has its own product and sign', () => {
    const signs = imageRewriters.map(({ sign }) => (sign.kind === 'webhook' ? sign.name : sign.part));

    expect(new Set(signs).size).toBe(imageRewriters.length);
    expect(new Set(imageRewriters.map(({ product }) => product)).size).toBe(imageRewriters.length);
  });
});

describe('is not recognised', () => {
  test.each<readonly [string, readonly MutatingWebhookConfiguration[]]>([
    ['where nothing is installed', []],
    ['without webhooks', [{ name: 'kube-image-keeper-mutating-webhook', webhooks: [] }]],
    ['by webhooks without rules', [aConfiguration('zarf', 'agent-pod.zarf.dev', [])]],
    [
      'by the part of Zarf that changes Flux objects',
      [aConfiguration('zarf', 'agent-flux-gitrepo.zarf.dev'), aConfiguration('zarf', 'not-agent-pod.zarf.dev')],
    ],
    [
      'where it is not sent Pods',
      [aConfiguration('kube-image-keeper', 'a.example', [{ ...ofPods, resources: ['secrets'] }])],
    ],
    [
      'in a mutator by policies',
      [
        aConfiguration('kyverno-resource-mutating-webhook-cfg', 'mutate.kyverno.svc-fail'),
        aConfiguration('gatekeeper-mutating-webhook-configuration', 'mutation.gatekeeper.sh'),
      ],
    ],
    [
      'in who mutates templates as well',
      [
        aConfiguration('connaisseur-webhook', 'connaisseur-svc.connaisseur.svc'),
        aConfiguration('image-admission-config', 'trust.hooks.securityenforcement.admission.cloud.ibm.com'),
        aConfiguration('digester-mutating-webhook-configuration', 'digester-webhook-service.digester-system.svc'),
      ],
    ],
    [
      'in an injector of containers',
      [aConfiguration('istio-sidecar-injector', 'rev.namespace.sidecar-injector.istio.io')],
    ],
    ['in keys of any object', [aConfiguration('__proto__', 'constructor')]],
  ])('%s', (_name, configurations) => {
    expect(rewriterAmong(configurations)).toBeUndefined();
  });
});

test('one webhook of several that is sent Pods is enough', () => {
  const webhooks = [
    { name: 'agent-flux-gitrepo.zarf.dev', rules: [{ ...ofPods, resources: ['gitrepositories'] }] },
    { name: 'agent-pod.zarf.dev', rules: [{ ...ofPods, operations: ['UPDATE'] }, ofPods] },
  ];

  expect(rewriterAmong([aConfiguration('a', 'b'), { name: 'zarf', webhooks }])).toBe('Zarf');
});

test('of several the first of the table is named, in whatever order they are listed', () => {
  expect(rewriterAmong([zarf, kuik])).toBe('Zarf');
  expect(rewriterAmong([kuik, zarf])).toBe('Zarf');
});
