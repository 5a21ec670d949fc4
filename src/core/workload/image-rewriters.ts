/**
 * Products that rewrite the images of Pods on their way into the cluster, and what in a cluster gives them away (contract
 * §3, C11). A template is stored as written, so a name in it that cannot be pulled says little where one of them is
 * installed. It does not know which images they rewrite, and to what.
 */
import { coversCreatedPods, type MutatingWebhookConfiguration } from '../object/mutating-webhook-configuration.ts';

export type ImageRewriter = { readonly product: string; readonly sign: RewriterSign };

export type RewriterSign =
  /** The name of one of its webhooks, which its manifests fix. */
  | { readonly kind: 'webhook'; readonly name: string }
  /** What its chart puts into the name of the configuration, with the name of the release before it and more behind. */
  | { readonly kind: 'configuration'; readonly part: string };

/**
 * Each as its own chart or manifests have it. Not here: who mutates templates as well, so that what we are shown is rewritten
 * already (Connaisseur, Portieris, k8s-digester); who answers for registries at the nodes and leaves names alone (Spegel);
 * and who mutates by policies of any kind (Kyverno, Gatekeeper), because then nothing would be certain wherever they run.
 */
export const imageRewriters: readonly ImageRewriter[] = [
  { product: 'Zarf', sign: { kind: 'webhook', name: 'agent-pod.zarf.dev' } },
  { product: 'k8s-image-swapper', sign: { kind: 'webhook', name: 'k8s-image-swapper.github.io' } },
  { product: 'harbor-container-webhook', sign: { kind: 'configuration', part: 'harbor-container-webhook' } },
  { product: 'kube-image-keeper', sign: { kind: 'configuration', part: 'kube-image-keeper' } },
  { product: 'ImageSwap', sign: { kind: 'webhook', name: 'imageswap.webhook.k8s.twr.io' } },
  { product: 'Trow', sign: { kind: 'webhook', name: 'mutate.trow.io' } },
  { product: 'pod-image-swap-webhook', sign: { kind: 'configuration', part: 'pod-image-swap-webhook' } },
  { product: 'k8s-proxy-image-swapper', sign: { kind: 'configuration', part: 'k8s-proxy-image-swapper' } },
  { product: 'image-rewrite (Cloud-Native Toolkit)', sign: { kind: 'webhook', name: 'image-rewrite.toolkit.ibm' } },
];

/**
 * The first product of the table that is installed and sees new Pods. Namespace and object selectors are not looked at: they
 * would be asked about Pods that do not exist yet, and a finding that is `likely` without need denies nobody.
 */
export function rewriterAmong(configurations: readonly MutatingWebhookConfiguration[]): string | undefined {
  return imageRewriters.find(({ sign }) => configurations.some((configuration) => isShown(sign, configuration)))
    ?.product;
}

function isShown(sign: RewriterSign, { name, webhooks }: MutatingWebhookConfiguration): boolean {
  const inEffect = webhooks.filter(({ rules }) => rules.some(coversCreatedPods));
  switch (sign.kind) {
    case 'webhook':
      return inEffect.some((webhook) => webhook.name === sign.name);
    case 'configuration':
      return inEffect.length > 0 && name.includes(sign.part);
  }
}
