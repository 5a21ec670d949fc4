import { type DockerConfig, type DockerConfigShape, decodeDockerConfig } from './docker-config.ts';
import type { PullSecret } from './pull-secret.ts';
import type { SecretBytes } from './secret-bytes.ts';

/**
 * Whether the kubelet reads a pull secret at all (pull-semantics 3.2; pkg/credentialprovider/secrets): by its type, which
 * decides the one key that counts. Everything else is ignored without a word.
 */
export type PullSecretContent = DockerConfig | IgnoredContent;

export type IgnoredContent = { readonly kind: 'ignored'; readonly why: IgnoredWhy };

export type IgnoredWhy =
  /** `holds`: the keys of a docker config that it has nevertheless. */
  | { readonly kind: 'other-type'; readonly type: string; readonly holds: readonly string[] }
  | { readonly kind: 'key-missing'; readonly key: string }
  | { readonly kind: 'key-empty'; readonly key: string };

type Form = { readonly key: string; readonly shape: DockerConfigShape };

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['kubernetes.io/dockerconfigjson', { key: '.dockerconfigjson', shape: 'auths' }],
  ['kubernetes.io/dockercfg', { key: '.dockercfg', shape: 'dockercfg' }],
]);

/** What a kubelet would decode of it. */
export function dockerConfigIn({ type, data }: PullSecret): SecretBytes | undefined {
  const form = forms.get(type);
  return form && data.get(form.key);
}

export function pullSecretContentOf({ type, data }: PullSecret): PullSecretContent {
  const form = forms.get(type);
  if (form === undefined) {
    const holds = [...forms.values()].map(({ key }) => key).filter((key) => data.has(key));
    return { kind: 'ignored', why: { kind: 'other-type', type, holds } };
  }
  const content = data.get(form.key);
  if (content === undefined) return { kind: 'ignored', why: { kind: 'key-missing', key: form.key } };
  if (content.isEmpty) return { kind: 'ignored', why: { kind: 'key-empty', key: form.key } };
  return decodeDockerConfig(content, form.shape);
}
