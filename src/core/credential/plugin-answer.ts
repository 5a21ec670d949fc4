/**
 * What the kubelet's credential provider plugins gave for one image (pull-semantics 3.9; pkg/credentialprovider/plugin).
 * Here they run under another identity than on a node: their credentials can show that an image is there, and their
 * refusal proves nothing (contract §3, C8).
 */
import type { DockerConfigEntry } from './docker-config.ts';
import { buildKeyring, type Keyring } from './keyring.ts';

/** Of one plugin that is configured for the image; `name` as configured. */
export type PluginAnswer =
  | { readonly kind: 'answered'; readonly name: string; readonly entries: readonly DockerConfigEntry[] }
  /** It could not be found out; nodes then go on without it (`why`: what follows "provider plugin x"). */
  | { readonly kind: 'failed'; readonly name: string; readonly why: string };

/** In the order of the kubelet's configuration. @param repository normalized name, such as `docker.io/library/nginx` */
export type PluginAnswersFor = (repository: string) => readonly PluginAnswer[];

/** The keyring that kubelets ≥ 1.33 ask last, after those of the Pod and of files on the node. */
export function pluginKeyringOf(answers: readonly PluginAnswer[]): Keyring {
  return buildKeyring(
    answers.flatMap((answer) =>
      answer.kind === 'answered'
        ? [{ entries: answer.entries, originOf: () => ({ source: 'plugin', name: answer.name }) as const }]
        : [],
    ),
  );
}
