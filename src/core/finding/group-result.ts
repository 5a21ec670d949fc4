/** What one kind of node would make of an image, given what registries said on the ways that it may take. */

import { isForeign } from '../content/content.ts';
import type { Fails, Pulled, PullOutcome, Unknown } from '../content/outcome.ts';
import { pullContent } from '../content/pull-content.ts';
import { newestPullers } from '../content/puller.ts';
import type { Credential } from '../credential/credential.ts';
import { contentsOf, type Evidence, type FoundImage } from '../evidence/evidence.ts';
import { mediaKindOf } from '../image/media-type.ts';
import type { Candidates, GroupViews } from '../pull/node-views.ts';
import type { PlannedPull } from '../pull/plan.ts';
import { isSamePuller } from '../pull/route.ts';
import { anyViewer, type Viewer } from '../registry/inspect.ts';
import { resolutionOf, type Trouble } from './trouble.ts';

export type GroupResult = {
  readonly views: GroupViews;
  readonly result: ViewResult;
  /** It fails in the way that the kind of node takes by default, but another way that it may take leads on. */
  readonly otherWayLeadsOn: boolean;
  readonly evidenceAgeMs: number;
};

export type ViewResult =
  | { readonly kind: 'pulls'; readonly found: FoundImage; readonly credential?: Credential; readonly outcome?: Noted }
  | { readonly kind: 'fails'; readonly why: Failure; readonly credential?: Credential; readonly found?: FoundImage }
  | { readonly kind: 'unclear'; readonly why: Failure; readonly found?: FoundImage };

/** The rest of it is a description of the image, and would be kept for each. */
type Noted = Pick<Pulled, 'notes'>;

export type Failure = Trouble | { readonly kind: 'content'; readonly host: string; readonly outcome: Fails | Unknown };

/** `evidence`: of each route of the plan, in their order. */
export function resultOf(views: GroupViews, plan: PlannedPull, evidence: readonly Evidence[]): GroupResult {
  const [puller, ...otherPullers] = views.pullers;
  const own = views.viewers[0] ?? { puller };
  const others = views.viewers.length > 0 ? views.viewers.slice(1) : otherPullers.map((other) => ({ puller: other }));
  const seen = evidenceFor(own, plan, evidence);
  const result = viewResult(own, seen);
  const otherWayLeadsOn =
    result.kind === 'fails' &&
    others.some((view) => viewResult(view, evidenceFor(view, plan, evidence)).kind !== 'fails');
  return { views, result, otherWayLeadsOn, evidenceAgeMs: seen.ageMs };
}

/** Nothing is held against the image, whatever the circumstances. */
export function pullsEverywhere(candidates: Candidates, plan: PlannedPull, evidence: readonly Evidence[]): boolean {
  return groupsOf(candidates).every((views) => resultOf(views, plan, evidence).result.kind === 'pulls');
}

/** Without candidates one kind of node of which nothing is known stands for all that may come. */
export function groupsOf(candidates: Candidates): readonly GroupViews[] {
  return candidates.kind === 'groups' ? candidates.groups : unknownNodes;
}

const unknownNodes: readonly GroupViews[] = [{ viewers: [], pullers: newestPullers }];

/** A viewer, or a puller on a node of unknown platform. */
type View = Pick<Viewer, 'puller'> & Partial<Viewer>;

function evidenceFor({ puller }: View, { routes }: PlannedPull, evidence: readonly Evidence[]): Evidence {
  const index = routes.findIndex(({ pullers }) => pullers.some((other) => isSamePuller(other, puller)));
  const seen = evidence[index];
  if (seen === undefined) throw new Error('a puller without a route, or a route without evidence');
  return seen;
}

/**
 * The same image is used by many Pods on the same kinds of nodes: as long as what was found is the same object, it is judged
 * once for each view.
 */
const judged = new WeakMap<Evidence['attempts'], readonly JudgedView[]>();
type JudgedView = { readonly words: string; readonly result: ViewResult };

function viewResult(view: View, evidence: Evidence): ViewResult {
  const known = judged.get(evidence.attempts) ?? [];
  const key = wordsOf(view);
  const before = known.find((one) => one.words === key);
  if (before !== undefined) return before.result;
  const result = judgeView(view, evidence);
  judged.set(evidence.attempts, [...known, { words: key, result }]);
  return result;
}

const words = new WeakMap<View, string>();

function wordsOf(view: View): string {
  const known = words.get(view) ?? JSON.stringify([view.platform, view.puller]);
  words.set(view, known);
  return known;
}

function judgeView({ platform, puller }: View, evidence: Evidence): ViewResult {
  const resolution = resolutionOf(evidence);
  if (resolution.kind === 'trouble') return { kind: resolution.proven ? 'fails' : 'unclear', why: resolution.trouble };
  const { found, credential } = resolution;
  const seen = { found, ...(credential && { credential }) };
  const usedUp = usedUpIn(found);
  if (usedUp !== undefined) return { kind: 'unclear', why: usedUp, ...seen };
  const kind = mediaKindOf(found.root.mediaType);
  if (platform === undefined && (kind === 'manifest' || kind === 'index')) return { kind: 'pulls', ...seen };
  const outcome: PullOutcome = pullContent(found.root, contentsOf(found), platform ?? anyViewer.platform, puller);
  switch (outcome.kind) {
    case 'needs':
      // Inspection stopped before: by its depth, or to spare the registry.
      return { kind: 'pulls', ...seen };
    case 'pulled': {
      const why = unreadConfigIn(found, outcome);
      return why === undefined
        ? { kind: 'pulls', ...seen, outcome: { notes: outcome.notes } }
        : { kind: 'unclear', why, ...seen };
    }
    case 'fails':
      return { kind: 'fails', why: { kind: 'content', host: found.host, outcome }, ...seen };
    case 'unknown':
      return { kind: 'unclear', why: hindranceOf(found) ?? { kind: 'content', host: found.host, outcome }, ...seen };
  }
}

/** A HEAD is answered although nothing is left: the GET that a node sends next is the one that is refused. */
function usedUpIn({ host, rateLimit }: FoundImage): Trouble | undefined {
  if (rateLimit?.remaining !== 0) return undefined;
  const { limit, windowMs, retryAfterMs } = rateLimit;
  return {
    kind: 'unclear',
    host,
    saw: {
      kind: 'throttled',
      usedUp: { limit, ...(windowMs !== undefined && { windowMs }) },
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  };
}

/** A node fetches it, too, and the store that refuses us may refuse the node. What has URLs of its own is not looked at (C15). */
function unreadConfigIn(found: FoundImage, { notes }: Pulled): Failure | undefined {
  for (const note of notes) {
    if (note.kind !== 'unread' || isForeign(note.descriptor)) continue;
    const outcome: Unknown = { kind: 'unknown', why: 'unread', because: note.descriptor };
    return hindranceOf(found) ?? { kind: 'content', host: found.host, outcome };
  }
  return undefined;
}

/** Docker Hub counts GETs, not HEADs: a limit is met only when the content is read (pull-semantics 4.8). */
function hindranceOf({ host, contents }: FoundImage): Trouble | undefined {
  for (const content of contents.values()) {
    if (content.kind !== 'unread') continue;
    if (content.throttled !== undefined)
      return { kind: 'unclear', host, saw: { kind: 'throttled', ...content.throttled } };
    // It says nothing about the registry.
    if (content.notAsked !== undefined)
      return { kind: 'unclear', host, saw: { kind: 'not-asked', why: content.notAsked } };
  }
  return undefined;
}
