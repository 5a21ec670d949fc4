import type { SecretName } from './credential.ts';
import { type KeyDifference, keyDifferencesOf } from './key-difference.ts';
import type { ReadSecret } from './pod-keyring.ts';

/**
 * Of the entries that did not match an image, the one that was probably meant for it. A hint for people, never evidence:
 * it decides nothing about the pull.
 */
export type NearMiss = {
  readonly secret: SecretName;
  /** The key as written, without user information. */
  readonly key: string;
  readonly differences: readonly [KeyDifference, ...KeyDifference[]];
  /** A key that would match the image. */
  readonly matchingKey: string;
};

/** Each image of a Pod is compared with each key: a hint is not worth more time. */
const mostCompared = 100;

/**
 * The entry with the fewest differences, the first of several.
 * @param repository normalized name without tag and digest, such as `docker.io/library/nginx`
 */
export function nearMissOf(secrets: readonly ReadSecret[], repository: string): NearMiss | undefined {
  let nearest: NearMiss | undefined;
  for (const { secret, key } of keysOf(secrets).slice(0, mostCompared)) {
    const [first, ...others] = keyDifferencesOf(key, repository) ?? [];
    if (first === undefined || others.length + 1 >= (nearest?.differences.length ?? Number.POSITIVE_INFINITY)) continue;
    nearest = { secret, key, differences: [first, ...others], matchingKey: matchingKeyOf(repository) };
  }
  return nearest;
}

function keysOf(secrets: readonly ReadSecret[]): readonly { readonly secret: SecretName; readonly key: string }[] {
  return secrets.flatMap(({ secret, content }) => {
    if (content.kind !== 'decoded') return [];
    return content.entries.map(({ key }) => ({ secret, key: key.ok ? key.key.written : key.written }));
  });
}

/** For Docker Hub what `docker login` writes. */
function matchingKeyOf(repository: string): string {
  const host = repository.slice(0, repository.indexOf('/'));
  return host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
}
