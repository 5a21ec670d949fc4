import type { Content, Wanted } from '../../../src/core/content/content.ts';
import type { Descriptor } from '../../../src/core/content/descriptor.ts';
import { downloadContent } from '../../../src/core/content/pull-content.ts';
import type { Generation, Puller } from '../../../src/core/content/puller.ts';
import { mediaKindOf, ociConfig, ociIndex, ociManifest } from '../../../src/core/image/media-type.ts';
import type { Platform } from '../../../src/core/image/platform.ts';
import type { Family } from '../play.ts';
import { type PlatformJson, platformOfJson } from './platform-json.ts';

type Entry = {
  readonly platform?: PlatformJson;
  readonly config?: PlatformJson;
  readonly mediaType?: string;
  readonly manifests?: readonly Entry[];
};
type Input = { readonly node: PlatformJson; readonly manifests: readonly Entry[] };
type Answer = { readonly chosen?: string; readonly downloaded?: readonly string[]; readonly error?: string };
type BothWays = { readonly local?: Answer; readonly transfer?: Answer };
type Expectation = {
  readonly local: Answer;
  readonly transfer: Answer;
  readonly 'containerd1.7'?: Answer;
  readonly 'containerd2.0'?: Answer;
  readonly 'containerd2.2'?: BothWays;
  readonly 'containerd2.4'?: BothWays;
};

export const platformsSelect: Family = (input: Input, expect: Expectation) => {
  const image = imageOf(input.manifests);
  const node = platformOfJson(input.node);
  const expected: Record<string, unknown> = {};
  const came: Record<string, unknown> = {};
  for (const [puller, answer] of answersOf(expect)) {
    const name = `${puller.generation} ${puller.path}`;
    expected[name] = {
      chosen: answer.chosen,
      downloaded: answer.downloaded?.toSorted(),
      error: answer.error === undefined ? undefined : true,
    };
    came[name] = answerOf(image, node, puller);
  }
  return { expected, came };
};

/** What is not said of a version is as in 2.3; 2.1 has the rules of 2.2. */
function answersOf(expect: Expectation): readonly (readonly [Puller, Answer])[] {
  const bothWays = (generation: Generation, own: BothWays = {}): readonly (readonly [Puller, Answer])[] => [
    [{ generation, path: 'local' }, own.local ?? expect.local],
    [{ generation, path: 'transfer' }, own.transfer ?? expect.transfer],
  ];
  const of17 = expect['containerd1.7'];
  return [
    ...(of17 === undefined ? [] : [[{ generation: '1.7', path: 'local' }, of17] as const]),
    [{ generation: '2.0', path: 'local' }, expect['containerd2.0'] ?? expect.local],
    ...bothWays('2.1', expect['containerd2.2']),
    ...bothWays('2.2', expect['containerd2.2']),
    ...bothWays('2.3'),
    ...bothWays('2.4', expect['containerd2.4']),
  ];
}

function answerOf({ root, contents }: Image, node: Platform, puller: Puller): unknown {
  const outcome = downloadContent(
    root,
    ({ descriptor, as }) => contents.get(`${as} ${descriptor.digest}`),
    node,
    puller,
  );
  if (outcome.kind !== 'pulled' && outcome.kind !== 'fails') return outcome;
  const positions = outcome.downloaded.map(({ position }) => position.join('/')).toSorted();
  const isListed = puller.path === 'transfer' && positions.length > 0;
  return {
    chosen: outcome.kind === 'pulled' ? outcome.chosen.position.join('/') : undefined,
    downloaded: isListed ? positions : undefined,
    error: outcome.kind === 'fails' ? true : undefined,
  };
}

type Image = { readonly root: Descriptor; readonly contents: ReadonlyMap<string, Content> };

/** Every document gets a digest of its own, made of its position. */
function imageOf(entries: readonly Entry[]): Image {
  const contents = new Map<string, Content>();
  let count = 0;
  const add = (mediaType: string, as: Wanted['as'], content: Content): Descriptor => {
    count += 1;
    const digest = `sha256:${count.toString(16).padStart(64, '0')}`;
    contents.set(`${as} ${digest}`, content);
    return { mediaType, digest, size: 1, hasUrls: false };
  };
  const addIndex = (children: readonly Entry[], mediaType = ociIndex): Descriptor =>
    add(mediaType, 'index', { kind: 'read', size: 1, document: { kind: 'index', entries: children.map(addEntry) } });
  const addManifest = (platform: PlatformJson, mediaType = ociManifest): Descriptor => {
    if (mediaKindOf(mediaType) !== 'manifest') return add(mediaType, 'blob', { kind: 'present' });
    const config = add(ociConfig, 'config', {
      kind: 'read',
      size: 1,
      document: { kind: 'config', config: { platform: onLinux(platform), diffIds: 0 } },
    });
    return add(mediaType, 'manifest', { kind: 'read', size: 1, document: { kind: 'manifest', config, layers: [] } });
  };
  const addEntry = ({ platform, config = platform ?? {}, mediaType, manifests }: Entry): Descriptor => {
    const descriptor = manifests === undefined ? addManifest(config, mediaType) : addIndex(manifests, mediaType);
    return platform === undefined ? descriptor : { ...descriptor, platform: onLinux(platform) };
  };
  return { root: addIndex(entries), contents };
}

/** The programs that answered ran on Linux, whatever the node: what names no operating system is for Linux. */
function onLinux(json: PlatformJson): Platform {
  const platform = platformOfJson(json);
  return platform.os === '' ? { ...platform, os: 'linux' } : platform;
}
