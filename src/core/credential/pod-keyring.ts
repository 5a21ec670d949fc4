import type { Credential, SecretName } from './credential.ts';
import type { UndecodableDockerConfig } from './docker-config.ts';
import { buildKeyring, type Keyring, type KeyringSource, lookUp } from './keyring.ts';
import type { PullSecret } from './pull-secret.ts';
import { type PullSecretContent, pullSecretContentOf } from './pull-secret-content.ts';

/**
 * All pull secrets of a Pod as one keyring. One that cannot be decoded spoils the look-up for every image of the Pod
 * (pull-semantics 3.2). Which secrets the Pod has, and whether they exist, is decided elsewhere.
 */
export type PodKeyring = {
  /** Every secret with what the kubelet makes of it, in the order of the Pod. */
  readonly secrets: readonly ReadSecret[];
  readonly state: ReadyKeyring | UndecodableSecret;
};

export type ReadSecret = { readonly secret: SecretName; readonly content: PullSecretContent };
type ReadyKeyring = { readonly kind: 'ready'; readonly keyring: Keyring };
/** The first of them in the order of the Pod: its error is the one that is shown. */
type UndecodableSecret = UndecodableDockerConfig & { readonly secret: SecretName };

export type CredentialLookup =
  /** No credentials: one anonymous pull. */
  | { readonly kind: 'credentials'; readonly credentials: readonly Credential[]; readonly anyOrder: boolean }
  | UndecodableSecret;

/** The Pods of an account have the same Secrets: as long as those are the same objects, they are decoded once. */
type Known = { keyring?: PodKeyring; readonly withNext: WeakMap<PullSecret, Known> };
const known: Known = { withNext: new WeakMap() };

export function podKeyringOf(pullSecrets: readonly PullSecret[]): PodKeyring {
  let here = known;
  for (const secret of pullSecrets) {
    const next = here.withNext.get(secret) ?? { withNext: new WeakMap() };
    here.withNext.set(secret, next);
    here = next;
  }
  here.keyring ??= joined(pullSecrets);
  return here.keyring;
}

function joined(pullSecrets: readonly PullSecret[]): PodKeyring {
  const secrets = pullSecrets.map((secret) => ({ secret: secretNameOf(secret), content: pullSecretContentOf(secret) }));
  return { secrets, state: stateOf(secrets) };
}

/**
 * The credentials that the kubelet tries for an image, in order: those of the Pod, then those of the node.
 * @param repository normalized name without tag and digest, such as `docker.io/library/nginx`
 * @param nodeKeyrings in the order in which the kubelet asks them; see `lookUp` for its versions
 */
export function lookUpCredentials(
  podKeyring: PodKeyring,
  nodeKeyrings: readonly Keyring[],
  repository: string,
): CredentialLookup {
  const { state } = podKeyring;
  if (state.kind === 'undecodable') return state;
  return { kind: 'credentials', ...lookUp([state.keyring, ...nodeKeyrings], repository) };
}

function stateOf(secrets: readonly ReadSecret[]): ReadyKeyring | UndecodableSecret {
  const sources: KeyringSource[] = [];
  for (const { secret, content } of secrets) {
    if (content.kind === 'undecodable') return { ...content, secret };
    if (content.kind === 'decoded')
      sources.push({ entries: content.entries, originOf: (key) => ({ source: 'secret', ...secret, key }) });
  }
  return { kind: 'ready', keyring: buildKeyring(sources) };
}

function secretNameOf({ namespace, name }: PullSecret): SecretName {
  return namespace === undefined ? { name } : { namespace, name };
}
