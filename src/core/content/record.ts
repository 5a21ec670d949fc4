/**
 * The last part of a pull: the CRI plugin records what was pulled (internal/cri/store/image/image.go, getImage). It reads the
 * config as a whole, and adds up sizes along a way through the indexes that is chosen by yet another rule.
 */
import { mediaKindOf } from '../image/media-type.ts';
import type { Chosen } from './choose.ts';
import type { Descriptor } from './descriptor.ts';
import { type Download, isAtHand } from './download.ts';
import { type Fails, fails, type Needs, type Unknown } from './outcome.ts';
import { bestFirst, type PullContext } from './pull-context.ts';
import { readDocument } from './read-document.ts';

/** The config decoded as v1.Image. Nothing is said where it could not be read. */
export function faultOfRecordedConfig({ config }: Chosen, pull: PullContext): Needs | Fails | undefined {
  const read = readDocument(config, 'config', 'config', pull);
  if (read.kind === 'unknown') return undefined;
  if (read.kind !== 'document') return read;
  const { error } = read.document.config;
  return error === undefined ? undefined : fails({ kind: 'malformed-config' }, config, `get image diffIDs: ${error}`);
}

/**
 * core/images/usage: of each index the best entry is counted, but nobody takes out those that do not match. Where an entry
 * without a platform was chosen, any entry with one comes before it, and was not downloaded.
 */
export function faultOfSize(
  root: Descriptor,
  downloaded: Download,
  pull: PullContext,
): Needs | Unknown | Fails | undefined {
  const counted: Descriptor[] = [root];
  const seen = new Set<string>();
  // The list grows while it is walked.
  for (const descriptor of counted) {
    const kind = mediaKindOf(descriptor.mediaType);
    const key = `${descriptor.mediaType} ${descriptor.digest}`;
    if ((kind !== 'manifest' && kind !== 'index') || seen.has(key)) continue;
    seen.add(key);
    const size = 'get image compressed resource size: ';
    if (!isAtHand(descriptor, downloaded))
      return fails(
        { kind: 'entry-without-platform' },
        descriptor,
        `${size}content digest ${descriptor.digest}: not found`,
      );
    const read = readDocument(descriptor, kind, descriptor === root ? 'root' : 'child', pull);
    if (read.kind !== 'document') return read;
    const { document } = read;
    if (document.kind === 'manifest') {
      counted.push(document.config, ...document.layers);
      continue;
    }
    const [best] = bestFirst(document.entries, (entry) => entry, pull.compatible);
    if (best === undefined)
      return fails({ kind: 'no-match', offers: [] }, descriptor, `${size}no match for platform in manifest: not found`);
    counted.push(best);
  }
  return undefined;
}
