/** Objects of the cluster that show mirrors: DaemonSets of known programs, and OpenShift's sets (contract §3, C17). */
import { type MirrorSeen, mirrorOfDaemonSet, mirrorOfSet } from '../../core/node/mirror-seen.ts';
import { type ImageMirrorKind, imageMirrorKinds, parseImageMirrorSet } from '../../core/object/image-mirror-set.ts';
import { parsePodController } from '../../core/object/pod-controller.ts';
import type { Api } from './api.ts';
import { listBounded, whyUnlisted } from './bounded-list.ts';
import { type SharedRead, sharedReading } from './shared-reading.ts';

export type MirrorObjects = {
  readonly mirrors: readonly MirrorSeen[];
  /** Why not all could be looked at. */
  readonly unseen?: string;
};

const keptMs = 60_000;
/** A right that was missing may have been granted, and the API server may be back. */
const failureKeptMs = 10_000;
const mostPages = 4;

export function mirrorObjectsIn(
  api: Pick<Api, 'get'>,
  timeoutMs: number,
  now?: () => number,
): SharedRead<MirrorObjects> {
  const read = async (signal: AbortSignal): Promise<MirrorObjects> => {
    const lists = await Promise.all([
      daemonSetsIn(api, signal),
      ...imageMirrorKinds.map((kind) => mirrorSetsIn(api, kind, signal)),
    ]);
    const unseen = [...new Set(lists.flatMap((list) => list.unseen ?? []))];
    return {
      mirrors: lists.flatMap(({ mirrors }) => mirrors),
      ...(unseen.length > 0 && { unseen: unseen.join(', ') }),
    };
  };
  return sharedReading(read, {
    timeoutMs,
    keptMsOf: ({ unseen }) => (unseen === undefined ? keptMs : failureKeptMs),
    late: { mirrors: [], unseen: 'the API server does not answer before the deadline' },
    now,
  });
}

async function daemonSetsIn(api: Pick<Api, 'get'>, signal: AbortSignal): Promise<MirrorObjects> {
  const mirrors: MirrorSeen[] = [];
  const onObject = (object: unknown) => {
    const daemonSet = parsePodController(object);
    const mirror = daemonSet && mirrorOfDaemonSet(daemonSet);
    if (mirror !== undefined) mirrors.push(mirror);
  };
  const list = { path: '/apis/apps/v1/daemonsets', resource: 'daemonsets.apps', onObject, mostPages };
  const { why } = await listBounded(api, list, signal);
  return { mirrors, ...(why !== undefined && { unseen: why }) };
}

/** Elsewhere than on OpenShift there is no such kind, which discovery tells whoever may not list any. */
async function mirrorSetsIn(api: Pick<Api, 'get'>, kind: ImageMirrorKind, signal: AbortSignal): Promise<MirrorObjects> {
  const { group, version, resource } = kind;
  const discovered = await api.get(`/apis/${group}/${version}`, signal);
  if (discovered.kind === 'absent') return { mirrors: [] };
  const named = `${resource}.${group}`;
  if (discovered.kind !== 'ok') return { mirrors: [], unseen: whyUnlisted(discovered, named) };
  const mirrors: MirrorSeen[] = [];
  const onObject = (object: unknown) => {
    const set = parseImageMirrorSet(object, kind);
    if (set !== undefined) mirrors.push(mirrorOfSet(set));
  };
  const list = { path: `/apis/${group}/${version}/${resource}`, resource: named, onObject, mostPages };
  const listed = await listBounded(api, list, signal);
  // A group may be served without this kind of it.
  const isServed = listed.end !== 'unlisted' || listed.why !== 'the API server answers 404';
  return { mirrors, ...(isServed && listed.why !== undefined && { unseen: listed.why }) };
}
