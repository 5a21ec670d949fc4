/** What the registries of the scenes hold. Marks make each image another one, so that no scene is helped by a former one. */
import { buildImage, buildIndex, buildMultiPlatform, type Image } from '../../tools/embedded-registry/image.ts';
import type { SceneHost, SceneRegistry, SceneRepository } from '../nodes/scene.ts';

export const amd64 = { os: 'linux', architecture: 'amd64' };
export const arm64 = { os: 'linux', architecture: 'arm64' };

export const alice = { username: 'alice', password: 's3cret' };
export const wrong = { username: 'alice', password: 'wrong' };
export const basic = { kind: 'basic', ...alice } as const;
/** A token server that gives strangers tokens for nothing. */
export const token = { kind: 'token', ...alice, publicRepositories: [] } as const;

let count = 0;

/** A mark that no other image has. */
export function mark(): string {
  count += 1;
  return `image ${count}`;
}

export function anImage(): Image {
  return buildImage(amd64, mark());
}

export function anIndex(): Image {
  return buildMultiPlatform([amd64, arm64], mark());
}

export function anIndexOf(
  ...platforms: readonly { readonly os: string; readonly architecture: string; readonly variant?: string }[]
): Image {
  return buildIndex(platforms.map((platform) => [platform, buildImage(amd64, mark())]));
}

export function holding(image: Image, more: Partial<SceneRegistry> = {}): SceneRegistry {
  return { kind: 'registry', repositories: { 'team/app': { tags: { '1': image } } }, ...more };
}

/** `registry.test` with `team/app:1`. */
export function registryWith(image: Image, more: Partial<SceneRegistry> = {}): Readonly<Record<string, SceneHost>> {
  return { 'registry.test': holding(image, more) };
}

export function repositories(
  tags: Readonly<Record<string, Readonly<Record<string, Image>>>>,
): Readonly<Record<string, SceneRepository>> {
  return Object.fromEntries(Object.entries(tags).map(([name, images]) => [name, { tags: images }]));
}

export const app = 'registry.test/team/app:1';
