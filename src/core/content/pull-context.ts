import { type MediaKind, mediaKindOf } from '../image/media-type.ts';
import type { Platform, PlatformRules } from '../image/platform.ts';
import type { ContentOf } from './content.ts';
import type { Descriptor } from './descriptor.ts';
import { compareRanks, compatibleMatcher, exactMatcher, isMatch, type Matcher } from './match.ts';
import { isAtLeast, type Puller, platformRulesOf } from './puller.ts';

/** What stays the same through one pull. */
export type PullContext = {
  readonly puller: Puller;
  readonly node: Platform;
  readonly contentOf: ContentOf;
  /** By this an image is chosen. */
  readonly compatible: Matcher;
  /** By this content is downloaded. */
  readonly downloads: Matcher;
  /** Layers are left to the unpacker. Not so where content is only downloaded. */
  readonly unpacks: boolean;
};

export function pullContext(node: Platform, puller: Puller, contentOf: ContentOf, unpacks: boolean): PullContext {
  const { compatible, exact } = matchersOf(node, platformRulesOf(puller.generation));
  const downloads = puller.path === 'local' ? compatible : exact;
  return { puller, node, contentOf, compatible, downloads, unpacks };
}

type Matchers = { readonly compatible: Matcher; readonly exact: Matcher };

/** Thousands of images are pulled on a few platforms. */
const matchersByNode = new WeakMap<Platform, Map<PlatformRules, Matchers>>();

function matchersOf(node: Platform, rules: PlatformRules): Matchers {
  const byRules = matchersByNode.get(node) ?? new Map<PlatformRules, Matchers>();
  const matchers = byRules.get(rules) ?? {
    compatible: compatibleMatcher(node, rules),
    exact: exactMatcher(node, rules),
  };
  matchersByNode.set(node, byRules.set(rules, matchers));
  return matchers;
}

export function isLayer(mediaType: string, { generation }: Puller): boolean {
  return isLayerKind(mediaKindOf(mediaType), generation);
}

function isLayerKind(kind: MediaKind, generation: Puller['generation']): boolean {
  switch (kind) {
    case 'layer':
      return true;
    case 'docker-zstd-layer':
      return isAtLeast(generation, '2.0');
    case 'erofs-layer':
      return isAtLeast(generation, '2.3');
    case 'manifest':
    case 'index':
    case 'schema-1':
    case 'image-config':
    case 'legacy-config':
    case 'other':
      return false;
  }
}

/** core/images/handlers.go, FilterPlatforms: what names no platform passes. */
export function suitsOrSaysNothing({ platform }: Descriptor, matcher: Matcher): boolean {
  return platform === undefined || isMatch(matcher(platform));
}

/** The order in which containerd prefers entries (LimitManifests): those without a platform last, else as they stand. */
export function bestFirst<T>(
  items: readonly T[],
  descriptorOf: (item: T) => Descriptor,
  matcher: Matcher,
): readonly T[] {
  const ranked = items.map((item) => {
    const { platform } = descriptorOf(item);
    return { item, rank: platform === undefined ? undefined : matcher(platform) };
  });
  return ranked
    .toSorted(({ rank: a }, { rank: b }) => {
      if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
      return compareRanks(a, b);
    })
    .map(({ item }) => item);
}
