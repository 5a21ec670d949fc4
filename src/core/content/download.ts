/**
 * The first part of a pull: which content below the resolved descriptor is fetched, and whether it comes (client/pull.go and
 * core/transfer/local/pull.go, images.Dispatch). Siblings are fetched side by side in containerd; here the first failure in the
 * order of the documents counts.
 */
import { mediaKindOf } from '../image/media-type.ts';
import { type Content, isForeign, type Wanted, wanted, wantedKey } from './content.ts';
import type { Descriptor } from './descriptor.ts';
import { type Fails, fails, type Located, type Needs, type Unknown } from './outcome.ts';
import { bestFirst, isLayer, type PullContext, suitsOrSaysNothing } from './pull-context.ts';
import {
  failsByAbsence,
  failsByDigest,
  failsBySize,
  faultOfDescriptor,
  type Role,
  readDocument,
} from './read-document.ts';

export type Download = {
  readonly kind: 'downloaded';
  /** Digests of all that is in the node's content store afterwards. */
  readonly digests: ReadonlySet<string>;
  /** Entries of indexes. */
  readonly entries: readonly Located[];
  readonly manifests: readonly DownloadedManifest[];
  readonly layers: readonly Wanted[];
  readonly unread: readonly Descriptor[];
};

export type DownloadedManifest = {
  /** Absent where it is for another platform. */
  readonly config?: Descriptor;
  /** Left to the unpacker. */
  readonly layers: readonly Descriptor[];
};

type Visit = { readonly descriptor: Descriptor; readonly role: Role; readonly position: readonly number[] };
/** A layer is absent where it may not be asked for. */
type LayerStep = { readonly kind: 'layer'; readonly layer?: Wanted };
type WrongSize = { readonly kind: 'wrong-size'; readonly actual: number };
/** What a visit came to. */
type Step =
  | { readonly kind: 'fetched'; readonly children: readonly Visit[]; readonly manifest?: DownloadedManifest }
  | LayerStep
  | { readonly kind: 'unread-blob' }
  | WrongSize
  | Needs
  | Unknown
  | Fails;

/** Current patch releases of containerd give up beyond this number of references (core/images/handlers.go, maxReferences). */
const visitLimit = 10_000;

export function download(root: Descriptor, pull: PullContext): Download | Needs | Unknown | Fails {
  const visits: Visit[] = [{ descriptor: root, role: 'root', position: [] }];
  const seen = new Set<string>();
  const found = { digests: new Set<string>(), entries: [] as Located[], manifests: [] as DownloadedManifest[] };
  const layers: Wanted[] = [];
  const unreadBlobs: Descriptor[] = [];
  const needs = new Map<string, Wanted>();
  const unknown: Unknown[] = [];
  const wrongSizes: { readonly descriptor: Descriptor; readonly actual: number }[] = [];

  // The list grows while it is walked.
  for (const visit of visits) {
    const { descriptor, role, position } = visit;
    if (visits.length > visitLimit) return { kind: 'unknown', why: 'too-large', because: descriptor };
    if (role === 'child') found.entries.push({ position, descriptor });
    const key = `${descriptor.digest} ${descriptor.size} ${descriptor.mediaType} ${role}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const step = fetchOne(visit, pull);
    switch (step.kind) {
      case 'fails':
        return step;
      case 'unknown':
        unknown.push(step);
        break;
      case 'needs':
        for (const asked of step.wanted) needs.set(wantedKey(asked), asked);
        break;
      case 'wrong-size':
        wrongSizes.push({ descriptor, actual: step.actual });
        break;
      case 'unread-blob':
        unreadBlobs.push(descriptor);
        found.digests.add(descriptor.digest);
        break;
      case 'layer':
        if (step.layer !== undefined) layers.push(step.layer);
        found.digests.add(descriptor.digest);
        break;
      case 'fetched':
        found.digests.add(descriptor.digest);
        if (step.manifest !== undefined) found.manifests.push(step.manifest);
        for (const child of step.children) visits.push(child);
        break;
    }
  }
  if (needs.size > 0) return { kind: 'needs', wanted: [...needs.values()] };
  // Where two descriptors of one content disagree about its size, the one that is fetched first serves both.
  const wrong = wrongSizes.find(({ descriptor }) => !found.digests.has(descriptor.digest));
  if (wrong !== undefined) return failsBySize(wrong.descriptor, wrong.actual);
  const [firstUnknown] = unknown;
  if (firstUnknown !== undefined) return firstUnknown;
  return { kind: 'downloaded', ...found, layers, unread: unreadBlobs };
}

function fetchOne(visit: Visit, pull: PullContext): Step {
  const { descriptor, role } = visit;
  const kind = mediaKindOf(descriptor.mediaType);
  if (kind === 'schema-1') return fails({ kind: 'schema-1' }, descriptor, `${descriptor.mediaType} not supported`);
  const fault = faultOfDescriptor(descriptor);
  if (fault !== undefined) return fault;
  if (kind === 'manifest' || kind === 'index') return fetchDocument(visit, kind, pull);
  if (role === 'layer') return fetchLayer(descriptor, pull);
  return fetchBlob(wanted(descriptor, role === 'config' ? 'config' : 'blob'), role, pull);
}

function fetchDocument(visit: Visit, as: 'manifest' | 'index', pull: PullContext): Step {
  const read = readDocument(visit.descriptor, as, visit.role, pull);
  if (read.kind !== 'document') return read;
  if (read.size !== visit.descriptor.size) return { kind: 'wrong-size', actual: read.size };
  const { document } = read;
  return document.kind === 'index'
    ? stepOfIndex(visit, document.entries, pull)
    : stepOfManifest(visit, document.config, document.layers, pull);
}

function fetchBlob(asked: Wanted, role: Role, { contentOf }: PullContext): Step {
  const content = isForeign(asked.descriptor) ? unread : contentOf(asked);
  if (content === undefined) return { kind: 'needs', wanted: [asked] };
  switch (content.kind) {
    case 'unread':
      return { kind: 'unread-blob' };
    case 'absent':
      return failsByAbsence(asked, role);
    case 'corrupt':
      return failsByDigest(asked.descriptor);
    case 'read':
    case 'present':
      return ifOfSize(asked.descriptor, content.size, { kind: 'fetched', children: [] });
  }
}

const unread: Content = { kind: 'unread' };

function ifOfSize<S>({ size }: Descriptor, actual: number | undefined, step: S): S | WrongSize {
  return actual === undefined || actual === size ? step : { kind: 'wrong-size', actual };
}

/** Layers are asked for only by those who want to know: nobody has to. */
export function fetchLayer(descriptor: Descriptor, { contentOf }: PullContext): LayerStep | WrongSize | Fails {
  const asked = wanted(descriptor, 'blob');
  const fault = faultOfDescriptor(descriptor);
  if (fault !== undefined) return fault;
  if (isForeign(descriptor) || asked.from === 'inline') return { kind: 'layer' };
  const content = contentOf(asked);
  if (content?.kind === 'absent') return failsByAbsence(asked, 'layer');
  const step: LayerStep = { kind: 'layer', layer: asked };
  return content?.kind === 'present' ? ifOfSize(descriptor, content.size, step) : step;
}

/** The local way takes the best entry only, the transfer service everything that suits or says nothing. */
function stepOfIndex(visit: Visit, entries: readonly Descriptor[], { puller, downloads }: PullContext): Step {
  const children = entries
    .map((descriptor, index) => ({ descriptor, role: 'child' as const, position: [...visit.position, index] }))
    .filter(({ descriptor }) => suitsOrSaysNothing(descriptor, downloads));
  if (puller.path === 'transfer') return { kind: 'fetched', children };
  const [best] = bestFirst(children, ({ descriptor }) => descriptor, downloads);
  if (best === undefined)
    return failsToMatch(visit.descriptor, entries, 'no match for platform in manifest: not found');
  return { kind: 'fetched', children: [best] };
}

function stepOfManifest(
  { position }: Visit,
  config: Descriptor,
  allLayers: readonly Descriptor[],
  { puller, downloads, unpacks }: PullContext,
): Step {
  const isLeftToUnpacker = ({ mediaType }: Descriptor): boolean => unpacks && isLayer(mediaType, puller);
  const members = [config, ...allLayers].filter((member) => suitsOrSaysNothing(member, downloads));
  const children = members
    .filter((member) => !isLeftToUnpacker(member))
    .map((member): Visit => ({ descriptor: member, role: member === config ? 'config' : 'layer', position }));
  const manifest = {
    ...(members.includes(config) ? { config } : {}),
    layers: members.filter(isLeftToUnpacker),
  };
  return { kind: 'fetched', children, manifest };
}

/** Content that can be read without the registry: from the store, or from the descriptor itself (core/content, ReadBlob). */
export function isAtHand({ digest, data }: Descriptor, { digests }: Download): boolean {
  return digests.has(digest) || data !== undefined;
}

export function failsToMatch(index: Descriptor, entries: readonly Descriptor[], error: string): Fails {
  const offers = entries.flatMap(({ platform }) => (platform === undefined ? [] : [platform]));
  return fails({ kind: 'no-match', offers }, index, error);
}
