/**
 * What the attempts of one kind of node came to: an image that was found, or the trouble that stands for all of them. A
 * trouble is `proven` only where every answer in every attempt is a proof; one answer that proves nothing spoils the rest.
 */
import type { Credential } from '../credential/credential.ts';
import type { Absence, Attempt, EndpointAnswer, Evidence, FoundImage, Refusal, Saw } from '../evidence/evidence.ts';

export type Resolution =
  | { readonly kind: 'found'; readonly found: FoundImage; readonly credential?: Credential }
  | { readonly kind: 'trouble'; readonly trouble: Trouble; readonly proven: boolean };

export type Trouble =
  /** `mayBeHidden`: it may be there for somebody else, here or at an endpoint that was asked before (contract §3, C5). */
  | { readonly kind: 'absent'; readonly host: string; readonly absence: Absence; readonly mayBeHidden: boolean }
  | { readonly kind: 'refused'; readonly host: string; readonly refusal: Refusal }
  | { readonly kind: 'oversized'; readonly host: string; readonly bytes: number }
  | { readonly kind: 'unclear'; readonly host: string; readonly saw: UnclearSaw };
type UnclearSaw = Exclude<Saw, { kind: 'manifest' | 'oversized' }>;

export function resolutionOf({ attempts }: Pick<Evidence, 'attempts'>): Resolution {
  const last = attempts.at(-1);
  if (last?.found !== undefined)
    return { kind: 'found', found: last.found, ...(last.credential && { credential: last.credential }) };
  const trouble = tellingOf(attempts.map(troubleOf));
  return { kind: 'trouble', trouble, proven: trouble.kind !== 'unclear' };
}

/**
 * What cannot be told comes before what can: it is why nothing is certain. Then the attempt that came furthest, so that no
 * login which is dropped hides one that was sent.
 */
function tellingOf(troubles: readonly Trouble[]): Trouble {
  const [first = nothingAsked] = troubles.toSorted((one, other) => rankOf(one) - rankOf(other));
  return first;
}

function rankOf(trouble: Trouble): number {
  switch (trouble.kind) {
    case 'unclear':
      return 0;
    case 'oversized':
      return 1;
    case 'absent':
      // Who was shown the tags may see the repository.
      return trouble.absence.tags.kind === 'listed' ? 2 : 3;
    case 'refused':
      if (trouble.refusal.acceptedLogin) return 4;
      return trouble.refusal.presentedPassword ? 5 : 6;
  }
}

/** No endpoint may resolve a tag: containerd has nobody to ask. */
const nothingAsked: Trouble = { kind: 'unclear', host: '', saw: { kind: 'useless', what: { kind: 'unacceptable' } } };

/** The endpoint that decides is the last one that gave no proof, or else the last one, which is the registry itself. */
function troubleOf({ sightings }: Attempt): Trouble {
  const troubles = sightings.filter((sighting) => !isSilentNode(sighting)).map(troubleAt);
  const last = troubles.at(-1) ?? nothingAsked;
  const mayBeHidden = troubles.some(dependsOnAsker);
  return (
    troubles.findLast(({ kind }) => kind === 'unclear') ?? (last.kind === 'absent' ? { ...last, mayBeHidden } : last)
  );
}

function dependsOnAsker(trouble: Trouble): boolean {
  return trouble.kind === 'refused' || (trouble.kind === 'absent' && trouble.mayBeHidden);
}

/** To somebody who was asked for a login, and to whom the registry did not show the tags of the repository. */
function isHidden({ wasChallenged, tags }: Absence): boolean {
  return wasChallenged && tags.kind !== 'listed';
}

/** A mirror on the loopback of the node is not ours to ask (contract §3, C17): that it cannot be reached from here says nothing. */
function isSilentNode({ isOnNode, saw }: EndpointAnswer): boolean {
  return isOnNode === true && (saw.kind === 'unreachable' || (saw.kind === 'not-asked' && saw.why !== 'deadline'));
}

function troubleAt({ host, saw }: EndpointAnswer): Trouble {
  switch (saw.kind) {
    case 'absent':
      return isProvenAbsence(saw)
        ? { kind: 'absent', host, absence: saw, mayBeHidden: isHidden(saw) }
        : { kind: 'unclear', host, saw };
    case 'refused':
      return isProvenRefusal(saw) ? { kind: 'refused', host, refusal: saw } : { kind: 'unclear', host, saw };
    case 'oversized':
      return { kind: 'oversized', host, bytes: saw.bytes };
    case 'manifest':
      throw new Error('an endpoint resolved, yet nothing was found');
    case 'refused-outright':
    case 'throttled':
    case 'unreachable':
    case 'not-asked':
    case 'useless':
      return { kind: 'unclear', host, saw };
  }
}

/** C1 and C2: looked at twice, a registry's own word, and not against its own list of tags. */
function isProvenAbsence({ secondLook, tags }: Absence): boolean {
  if (tags.kind === 'listed' && tags.hasTag) return false;
  return secondLook === 'absent-too' || secondLook === 'absent-for-head-only';
}

/** C4: refused twice, a rejected password once; no text says that our address is the reason. */
function isProvenRefusal({ secondLook, blamesAddress }: Refusal): boolean {
  return (secondLook === 'refused-too' || secondLook === 'not-taken') && !blamesAddress;
}
