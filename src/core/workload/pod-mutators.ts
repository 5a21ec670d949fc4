/**
 * Webhooks and policies that may change Pods on their way from their template: where they land, with which pull Secrets, and
 * which images they run (contract §3, C20).
 */
import type { MutatingAdmissionPolicy } from '../object/mutating-admission-policy.ts';
import { coversCreatedPods, type MutatingWebhookConfiguration } from '../object/mutating-webhook-configuration.ts';
import { imageRewriters } from './image-rewriters.ts';

export type PodMutator = {
  /** `webhook a.example.com` */
  readonly what: string;
  readonly placement: boolean;
  readonly pullSecrets: boolean;
  readonly images: boolean;
};

/**
 * Names of webhooks that leave placement alone, as the manifests of their products fix them. They add containers, volumes,
 * environment variables or readiness gates, or change requests.
 */
const knownWebhooks: readonly { readonly product: string; readonly name: RegExp }[] = [
  { product: 'Istio', name: /(?:^|\.)sidecar-injector\.istio\.io$/ },
  { product: 'Linkerd', name: /^linkerd-proxy-injector\.linkerd\.io$/ },
  { product: 'Consul', name: /^consul-connect-injector\.consul\.hashicorp\.com$/ },
  { product: 'Kuma', name: /(?:^|-)kuma-injector\.kuma\.io$/ },
  { product: 'Dapr', name: /^(?:dapr-)?sidecar-injector\.dapr\.io$/ },
  { product: 'Vault', name: /^vault\.hashicorp\.com$/ },
  { product: 'Amazon EKS Pod Identity', name: /^pod-identity-webhook\.amazonaws\.com$/ },
  { product: 'Azure Workload Identity', name: /^mutation\.azure-workload-identity\.io$/ },
  { product: 'AWS Load Balancer Controller', name: /^mpod\.elbv2\.k8s\.aws$/ },
  { product: 'Vertical Pod Autoscaler', name: /^vpa\.k8s\.io$/ },
];

/** Of a webhook nothing tells what it changes: one that is not known may choose nodes. Selectors are not looked at. */
export function mutatorsOfWebhooks({ name, webhooks }: MutatingWebhookConfiguration): readonly PodMutator[] {
  const isRewriter = (webhook: string) =>
    imageRewriters.some(({ sign }) => (sign.kind === 'webhook' ? sign.name === webhook : name.includes(sign.part)));
  return webhooks
    .filter(({ rules }) => rules.some(coversCreatedPods))
    .filter((webhook) => !isRewriter(webhook.name) && !knownWebhooks.some((known) => known.name.test(webhook.name)))
    .map((webhook) => ({
      what: `webhook ${webhook.name || name}`,
      placement: true,
      pullSecrets: false,
      images: false,
    }));
}

/** A policy names the fields that it changes. */
export function mutatorOfPolicy(policy: MutatingAdmissionPolicy): PodMutator | undefined {
  if (!policy.rules.some(coversCreatedPods)) return undefined;
  const names = (fields: RegExp) => policy.patchesByParameters || fields.test(policy.expressions);
  return {
    what: `MutatingAdmissionPolicy ${policy.name}`,
    placement: names(
      /nodeSelector|nodeName|[aA]ffinity|tolerations|schedulerName|runtimeClassName|schedulingGates|\bos\b/,
    ),
    pullSecrets: names(/imagePullSecrets|serviceAccount/),
    images: names(/\bimage\b/),
  };
}
