/**
 * The part of a pull that only the unpacker does (core/unpack/unpacker.go; client/image.go, Unpack): it fetches the layers of
 * image configs, and wants the config to list as many as the manifest. The layers themselves are not looked into here.
 */
import { mediaKindOf } from '../image/media-type.ts';
import type { Chosen } from './choose.ts';
import type { Wanted } from './content.ts';
import type { Descriptor } from './descriptor.ts';
import { type DownloadedManifest, fetchLayer } from './download.ts';
import type { ImageConfig } from './image-config.ts';
import { type Fails, fails, type PullFailure } from './outcome.ts';
import { isLayer, type PullContext } from './pull-context.ts';
import { isAtLeast } from './puller.ts';
import { failsBySize, readDocument } from './read-document.ts';

export type Unpacked = {
  readonly kind: 'unpacked';
  /** Those that may be asked for. */
  readonly layers: readonly Wanted[];
  /** Digests of all of them. */
  readonly digests: ReadonlySet<string>;
};

/** Every downloaded manifest with an image config and layers is unpacked, or at least fetched, chosen or not. */
export function unpack(manifests: readonly DownloadedManifest[], pull: PullContext): Unpacked | Fails {
  const fetched: Wanted[] = [];
  const digests = new Set<string>();
  for (const { config, layers } of manifests) {
    if (config === undefined || layers.length === 0 || !isImageConfig(config)) continue;
    const fault = faultOfConfig(config, layers.length, pull);
    if (fault !== undefined) return fault;
    for (const layer of layers) {
      const step = fetchLayer(layer, pull);
      if (step.kind === 'fails') return step;
      if (step.kind === 'wrong-size') return failsBySize(layer, step.actual);
      if (step.layer !== undefined) fetched.push(step.layer);
      digests.add(layer.digest);
    }
  }
  return { kind: 'unpacked', layers: fetched, digests };
}

function faultOfConfig(descriptor: Descriptor, layers: number, pull: PullContext): Fails | undefined {
  const config = configOf(descriptor, pull);
  if (config === undefined) return undefined;
  const { error, diffIds } = config;
  // From 2.3 on it decodes only what it uses.
  const isRead = diffIds !== undefined && (error === undefined || isAtLeast(pull.puller.generation, '2.3'));
  if (!isRead) return fails({ kind: 'malformed-config' }, descriptor, `unmarshal image config: ${error ?? ''}`);
  if (layers === diffIds) return undefined;
  return fails(
    { kind: 'layers-mismatch' },
    descriptor,
    `number of layers and diffIDs don't match: ${layers} != ${diffIds}`,
  );
}

/**
 * Where nothing was unpacked the local way tries once more, with all layers of a known type: artifacts, whose layers were never
 * fetched, and images without any.
 */
export function unpackChosen(
  { config: descriptor, layers }: Chosen,
  { digests }: Unpacked,
  pull: PullContext,
): Fails | undefined {
  if (pull.puller.path === 'transfer' || digests.size > 0) return undefined;
  const config = configOf(descriptor, pull);
  if (config === undefined) return undefined;
  const failed = 'failed to unpack image on snapshotter: ';
  if (config.error !== undefined)
    return fails({ kind: 'malformed-config' }, descriptor, `${failed}failed to resolve rootfs: ${config.error}`);
  const known = layers.filter(({ mediaType }) => isLayer(mediaType, pull.puller));
  const [first] = known;
  const cause: PullFailure = isImageConfig(descriptor)
    ? { kind: 'layers-mismatch' }
    : { kind: 'artifact', configType: descriptor.mediaType };
  if (config.diffIds !== known.length)
    return fails(cause, descriptor, `${failed}mismatched image rootfs and manifest layers`);
  if (first === undefined) return undefined;
  const missing = `failed to get reader from content store: content digest ${first.digest}: not found`;
  return fails(cause, descriptor, `${failed}${missing}`);
}

function isImageConfig({ mediaType }: Descriptor): boolean {
  return mediaKindOf(mediaType) === 'image-config';
}

/** Undefined where it could not be read: then nothing is said of it. */
function configOf(descriptor: Descriptor, pull: PullContext): ImageConfig | undefined {
  const read = readDocument(descriptor, 'config', 'config', pull);
  return read.kind === 'document' ? read.document.config : undefined;
}
