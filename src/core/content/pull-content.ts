/**
 * What containerd fetches of an image once its reference is resolved, which image of it would be used on a node, and how the
 * pull fails. Nothing is asked here: what is not known yet comes back as `needs`, and the same call is made again with more.
 * Node-local state (content that is there already, snapshots, keys) is not known.
 */
import { mediaKindOf } from '../image/media-type.ts';
import type { Platform } from '../image/platform.ts';
import { isBuiltForOther } from './built-for-other.ts';
import { type Chosen, choose } from './choose.ts';
import { type ContentOf, type Wanted, wanted } from './content.ts';
import type { Descriptor } from './descriptor.ts';
import { type Download, download } from './download.ts';
import { fails, type Located, type PullNote, type PullOutcome } from './outcome.ts';
import { type PullContext, pullContext } from './pull-context.ts';
import { pullSchema1 } from './pull-schema1.ts';
import type { Puller } from './puller.ts';
import { failsByAbsence, readDocument } from './read-document.ts';
import { faultOfRecordedConfig, faultOfSize } from './record.ts';
import { type Unpacked, unpack, unpackChosen } from './unpack.ts';

/** `root` as it was resolved: type from the Content-Type, digest and size from the answer. */
export function pullContent(root: Descriptor, contentOf: ContentOf, node: Platform, puller: Puller): PullOutcome {
  return pull(root, pullContext(node, puller, contentOf, true));
}

/** The same without unpacking and recording: what a client does that only wants the content. */
export function downloadContent(root: Descriptor, contentOf: ContentOf, node: Platform, puller: Puller): PullOutcome {
  return pull(root, pullContext(node, puller, contentOf, false));
}

function pull(root: Descriptor, context: PullContext): PullOutcome {
  const kind = mediaKindOf(root.mediaType);
  if (kind === 'schema-1') return pullSchema1(root, context);
  if (kind !== 'manifest' && kind !== 'index') return failsByMediaType(root, context);
  const downloaded = download(root, context);
  if (downloaded.kind !== 'downloaded') return downloaded;
  const unpacked = unpack(downloaded.manifests, context);
  if (unpacked.kind === 'fails') return unpacked;
  const entries = downloaded.entries.toSorted(byPosition);
  const chosen = choose(root, downloaded, context);
  if (chosen.kind !== 'chosen') return chosen.kind === 'fails' ? { ...chosen, downloaded: entries } : chosen;
  const fault = faultOfRest(root, chosen, downloaded, unpacked, context);
  if (fault !== undefined) return fault.kind === 'fails' ? { ...fault, downloaded: entries } : fault;
  return {
    kind: 'pulled',
    chosen: chosen.manifest,
    config: chosen.config,
    downloaded: entries,
    layers: eachOnce([...downloaded.layers, ...unpacked.layers]),
    notes: notesOn(chosen, downloaded, context),
  };
}

function faultOfRest(
  root: Descriptor,
  chosen: Chosen,
  downloaded: Download,
  unpacked: Unpacked,
  context: PullContext,
): Exclude<PullOutcome, { kind: 'pulled' }> | undefined {
  if (!context.unpacks) return faultOfRecordedConfig(chosen, context);
  return (
    unpackChosen(chosen, unpacked, context) ??
    faultOfRecordedConfig(chosen, context) ??
    faultOfSize(root, downloaded, context)
  );
}

/** Its content is looked for among the blobs, where manifests normally are not. */
function failsByMediaType(root: Descriptor, { contentOf }: PullContext): PullOutcome {
  const asked = wanted(root, 'blob');
  const isThere = contentOf(asked)?.kind === 'present';
  const error = isThere
    ? `unexpected media type ${root.mediaType} for ${root.digest}: not found`
    : failsByAbsence(asked, 'root').error;
  return fails({ kind: 'unsupported-media-type' }, root, error);
}

function notesOn(chosen: Chosen, { unread }: Download, context: PullContext): readonly PullNote[] {
  const { config, manifest } = chosen;
  const notes: PullNote[] = unread.map((descriptor) => ({ kind: 'unread', descriptor }));
  if (mediaKindOf(config.mediaType) !== 'image-config')
    return [...notes, { kind: 'artifact', configType: config.mediaType }];
  const read = readDocument(config, 'config', 'config', context);
  const platform = read.kind === 'document' ? read.document.config.platform : undefined;
  const isSingle = manifest.position.length === 0;
  if (!isSingle || platform === undefined || !isBuiltForOther(platform, context.node, context.puller)) return notes;
  return [...notes, { kind: 'built-for-other-platform', platform }];
}

function byPosition({ position: a }: Located, { position: b }: Located): number {
  for (const [index, place] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (other !== place) return place - other;
  }
  return a.length - b.length;
}

function eachOnce(layers: readonly Wanted[]): readonly Wanted[] {
  return [...new Map(layers.map((layer) => [layer.descriptor.digest, layer])).values()];
}
