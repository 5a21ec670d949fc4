/**
 * The second part of a pull: which of the downloaded manifests is the image (core/images/image.go, Manifest and Config). It is
 * asked again of what lies in the content store, by rules that are not those of the download.
 */
import { mediaKindOf } from '../image/media-type.ts';
import type { Platform } from '../image/platform.ts';
import type { Descriptor } from './descriptor.ts';
import { type Download, failsToMatch, isAtHand } from './download.ts';
import type { ImageConfig } from './image-config.ts';
import { isMatch } from './match.ts';
import { type Fails, fails, type Located, type Needs, type Unknown } from './outcome.ts';
import { bestFirst, type PullContext, suitsOrSaysNothing } from './pull-context.ts';
import { isAtLeast } from './puller.ts';
import { type Role, readDocument } from './read-document.ts';

export type Chosen = {
  readonly kind: 'chosen';
  readonly manifest: Located;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
};
type Stop = Needs | Unknown | Fails;

export function choose(root: Descriptor, downloaded: Download, pull: PullContext): Chosen | Stop {
  const chosen = chooseManifest(root, downloaded, pull);
  if (chosen.kind !== 'chosen') return chosen;
  const { config, manifest } = chosen;
  // A config whose descriptor names a platform that does not suit was left out.
  if (!isAtHand(config, downloaded))
    return fails({ kind: 'malformed' }, config, `content digest ${config.digest}: not found`);
  // Of an index, an entry that names a platform was taken because that matches; of one that names none the config decides.
  const isDecided = manifest.position.length === 0 || manifest.descriptor.platform !== undefined;
  return isDecided ? chosen : ifConfigSuits(chosen, root, pull);
}

function chooseManifest(root: Descriptor, downloaded: Download, pull: PullContext): Chosen | Stop {
  let at: Located = { position: [], descriptor: root };
  for (;;) {
    const { descriptor, position } = at;
    const kind = mediaKindOf(descriptor.mediaType);
    if (kind !== 'manifest' && kind !== 'index')
      return fails(
        { kind: 'unsupported-media-type' },
        descriptor,
        `unexpected media type ${descriptor.mediaType} for ${descriptor.digest}: not found`,
      );
    if (!isAtHand(descriptor, downloaded)) return failsByFallback(descriptor);
    const read = readDocument(descriptor, kind, roleAt(at), pull);
    if (read.kind !== 'document') return read;
    const { document } = read;
    if (document.kind === 'manifest')
      return { kind: 'chosen', manifest: at, config: document.config, layers: document.layers };
    const entries = document.entries.map((entry, index) => ({ descriptor: entry, position: [...position, index] }));
    const suiting = entries.filter((entry) => suitsOrSaysNothing(entry.descriptor, pull.compatible));
    const [best] = bestFirst(suiting, (entry) => entry.descriptor, pull.compatible);
    if (best === undefined) return failsToMatch(root, document.entries, noMatchIn(root));
    at = best;
  }
}

function ifConfigSuits(chosen: Chosen, root: Descriptor, pull: PullContext): Chosen | Stop {
  const read = readDocument(chosen.config, 'config', 'config', pull);
  if (read.kind !== 'document') return read;
  const platform = platformOfConfig(read.document.config, pull);
  if (platform === undefined)
    return fails({ kind: 'malformed-config' }, chosen.config, read.document.config.error ?? '');
  if (isMatch(pull.compatible(platform))) return chosen;
  return fails({ kind: 'no-match', offers: [platform] }, root, noMatchIn(root));
}

/** 1.7 decodes the whole config, and looks at two members of it. */
function platformOfConfig({ platform, error }: ImageConfig, { puller }: PullContext): Platform | undefined {
  if (isAtLeast(puller.generation, '2.0') || platform === undefined) return platform;
  return error === undefined ? { os: platform.os, architecture: platform.architecture } : undefined;
}

/** Only the transfer service chooses what it did not download. */
function failsByFallback(entry: Descriptor): Fails {
  const platform = entry.platform ?? { os: '', architecture: '' };
  return fails({ kind: 'fallback-not-downloaded', platform }, entry, `content digest ${entry.digest}: not found`);
}

function noMatchIn(root: Descriptor): string {
  return `no match for platform in manifest ${root.digest}: not found`;
}

function roleAt({ position }: Located): Role {
  return position.length === 0 ? 'root' : 'child';
}
