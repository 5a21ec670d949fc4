import { type DecodedDockerConfig, type DockerConfigShape, decodeDockerConfig } from './docker-config.ts';
import { buildKeyring, type Keyring } from './keyring.ts';
import type { SecretBytes } from './secret-bytes.ts';

/**
 * Docker config files on the node, which give credentials to every Pod there (pull-semantics 3.8;
 * pkg/credentialprovider/config.go, ReadDockerConfigFile). What the nodes hold cannot be seen: an operator says it.
 */
export type NodeDockerConfigFile = {
  readonly path: string;
  readonly shape: DockerConfigShape;
  readonly content: SecretBytes;
};

export type NodeDockerConfigPlace = {
  readonly directory: 'kubelet-root' | 'working-directory' | 'home' | 'file-system-root';
  readonly file: string;
  readonly shape: DockerConfigShape;
};

/** Where the kubelet looks, in order: everywhere for the newer file before anywhere for the older one. */
export const nodeDockerConfigPlaces: readonly NodeDockerConfigPlace[] = [
  { directory: 'kubelet-root', file: 'config.json', shape: 'auths' },
  { directory: 'working-directory', file: 'config.json', shape: 'auths' },
  { directory: 'home', file: '.docker/config.json', shape: 'auths' },
  { directory: 'file-system-root', file: '.docker/config.json', shape: 'auths' },
  { directory: 'kubelet-root', file: '.dockercfg', shape: 'dockercfg' },
  { directory: 'working-directory', file: '.dockercfg', shape: 'dockercfg' },
  { directory: 'home', file: '.dockercfg', shape: 'dockercfg' },
  { directory: 'file-system-root', file: '.dockercfg', shape: 'dockercfg' },
];

export type NodeDockerConfig = {
  /** The one file that counts: the first that can be decoded. Nothing is merged. */
  readonly chosen?: { readonly path: string; readonly config: DecodedDockerConfig };
  /** Files before it, which the kubelet passes over with a line in its log. */
  readonly skipped: readonly { readonly path: string; readonly error: string }[];
};

/** @param files in the order in which the kubelet looks for them */
export function nodeDockerConfigOf(files: readonly NodeDockerConfigFile[]): NodeDockerConfig {
  const skipped: { path: string; error: string }[] = [];
  for (const { path, shape, content } of files) {
    const config = decodeDockerConfig(content, shape);
    if (config.kind === 'decoded') return { chosen: { path, config }, skipped };
    skipped.push({ path, error: config.error });
  }
  return { skipped };
}

/** The keyring that kubelets ≥ 1.33 ask after that of the Pod. */
export function nodeKeyringOf({ chosen }: NodeDockerConfig): Keyring {
  if (chosen === undefined) return buildKeyring([]);
  const { path, config } = chosen;
  return buildKeyring([{ entries: config.entries, originOf: (key) => ({ source: 'node-config', path, key }) }]);
}
