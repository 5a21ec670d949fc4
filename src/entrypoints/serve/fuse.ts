/** The fuse as reviews use it: looked at before something is denied, told of what was denied, shared where that is granted. */
import { createHash } from 'node:crypto';
import type { Fuse } from '../../config/config.ts';
import {
  afterDenials,
  type Blown,
  blownFor,
  currentFuse,
  type FuseLimits,
  type FuseState,
  namespacesForAll,
  noDenials,
} from '../../core/verdict/fuse.ts';
import type { FuseObject, FuseRead } from '../../sources/cluster/fuse-object.ts';

export type FuseBox = {
  /** Asked before something is denied. @returns why findings of the registry may not deny in the namespace now */
  readonly look: (signal: AbortSignal) => Promise<(registry: string, namespace: string) => string | undefined>;
  /** Images were denied because of what their registries said. @returns the fuses that have blown of it */
  readonly denied: (
    namespace: string,
    images: readonly { readonly registry: string; readonly reference: string }[],
    signal: AbortSignal,
  ) => Promise<readonly Blown[]>;
  /** As far as this replica knows. */
  readonly isBlown: (registry: string) => boolean;
};

export type FuseBoxSettings = {
  /** Absent where there is nothing to share: then it is of this process alone. */
  readonly object?: FuseObject;
  /** Called for each fuse that has blown, whichever replica blew it. */
  readonly onBlown?: (registry: string) => void;
  /** Called when the state cannot be shared any more, with what an operator wants to know. */
  readonly onAlone?: (why: { readonly status: number } | { readonly reason: string }) => void;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
};

/** Of one reading or writing: a denial waits for it. */
const timeoutMs = 1_000;

export function openFuseBox(fuse: Fuse, settings: FuseBoxSettings): FuseBox {
  if (fuse.kind === 'none') return { look: async () => () => undefined, denied: async () => [], isBlown: () => false };
  const { object, nowMs, onBlown = () => {}, onAlone = () => {} } = settings;
  const limits: FuseLimits = fuse;
  let known: FuseState = noDenials;
  let isAlone = object === undefined;

  function learn(state: FuseState): void {
    known = currentFuse(state, limits, nowMs());
    for (const { registry } of known.blown) onBlown(registry);
  }

  /** @returns whether the state is shared */
  function heard(read: FuseRead): boolean {
    if (read.kind === 'state') {
      isAlone = false;
      learn(read.state);
      return true;
    }
    if (!isAlone) onAlone(read.kind === 'refused' ? { status: read.status } : { reason: read.reason });
    isAlone = true;
    return false;
  }

  async function readAgain(shared: FuseObject, signal: AbortSignal): Promise<void> {
    const read = await shared.read(AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
    // Who may read it, and could not write it, finds nothing there, and has only what it knows itself.
    if (!isAlone || read.kind !== 'state' || read.state.blown.length > 0) heard(read);
  }

  return {
    look: async (signal) => {
      if (object !== undefined) await readAgain(object, signal);
      return (registry, namespace) => {
        const blown = blownFor(known, registry, namespace, limits, nowMs());
        return blown && reasonOf(blown, limits, object !== undefined && !isAlone);
      };
    },
    denied: async (namespace, images, signal) => {
      const denials = images.map(({ registry, reference }) => ({ registry, namespace, reference: shortOf(reference) }));
      let blew: readonly Blown[] = [];
      const edit = (state: FuseState): FuseState => {
        const after = afterDenials(state, denials, limits, nowMs());
        blew = after.blew;
        return after.state;
      };
      const isShared =
        object !== undefined &&
        heard(await object.change(edit, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])));
      if (!isShared) learn(edit(known));
      return blew;
    },
    isBlown: (registry) => currentFuse(known, limits, nowMs()).blown.some((blown) => blown.registry === registry),
  };
}

/** Names of images may be long, and not everybody who may read the object may know them. */
function shortOf(reference: string): string {
  return createHash('sha256').update(reference).digest('base64url').slice(0, 16);
}

function reasonOf({ namespace }: Blown, { references }: FuseLimits, isShared: boolean): string {
  const where = namespace === undefined ? `${namespacesForAll} namespaces` : 'this namespace';
  const reset = isShared ? '; to reset it, delete ConfigMap pullgate-fuse' : '';
  return `the fuse has blown because more than ${references} images of this registry were denied in ${where}${reset}`;
}
