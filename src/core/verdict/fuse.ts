/**
 * The fuse (contract §3): where very many images of one registry are denied at once, that is more likely trouble of the
 * registry, or of pullgate, than of the workloads. Its findings then deny nothing for a while: in one namespace first, and
 * everywhere once it has blown in several.
 */

/** One state for all replicas. Times are milliseconds since 1970. */
export type FuseState = {
  readonly denied: readonly DeniedReference[];
  readonly blown: readonly Blown[];
};
export type DeniedReference = {
  readonly registry: string;
  readonly namespace: string;
  /** Any text that is the same for the same reference: a mistake that is repeated counts once. */
  readonly reference: string;
  readonly atMs: number;
};
/** Without a namespace it is blown everywhere. */
export type Blown = { readonly registry: string; readonly namespace?: string; readonly atMs: number };

export type FuseLimits = {
  /** It blows at more distinct references than this. */
  readonly references: number;
  readonly windowMs: number;
  readonly holdMs: number;
};

/** A fuse that has blown in so many namespaces has blown everywhere. */
export const namespacesForAll = 3;

export const noDenials: FuseState = { denied: [], blown: [] };

/** What keeps the state small: 2,000 denials and 500 blown fuses are less than 1 MB with the longest names. */
const mostDenied = 2_000;
const mostBlown = 500;

/** The state without what is over, so that it never grows. */
export function currentFuse({ denied, blown }: FuseState, { windowMs, holdMs }: FuseLimits, nowMs: number): FuseState {
  return {
    denied: denied.filter(({ atMs }) => nowMs - atMs < windowMs).slice(-mostDenied),
    blown: blown.filter(({ atMs }) => nowMs - atMs < holdMs).slice(-mostBlown),
  };
}

/** Where the fuse of a registry has blown, as seen from a namespace. */
export function blownFor(
  state: FuseState,
  registry: string,
  namespace: string,
  { holdMs }: FuseLimits,
  nowMs: number,
): Blown | undefined {
  const here = state.blown.filter((blown) => blown.registry === registry && nowMs - blown.atMs < holdMs);
  return here.find((blown) => blown.namespace === undefined) ?? here.find((blown) => blown.namespace === namespace);
}

/**
 * The state after these denials, and what has blown of them. The same state where nothing is to be written: a reference
 * that is denied again and again is noted again only after a quarter of the window.
 */
export function afterDenials(
  before: FuseState,
  denials: readonly Omit<DeniedReference, 'atMs'>[],
  limits: FuseLimits,
  nowMs: number,
): { readonly state: FuseState; readonly blew: readonly Blown[] } {
  const current = currentFuse(before, limits, nowMs);
  const news = denials.filter(
    (denial) =>
      blownFor(current, denial.registry, denial.namespace, limits, nowMs) === undefined &&
      !current.denied.some((known) => isSame(known, denial) && nowMs - known.atMs < limits.windowMs / 4),
  );
  if (news.length === 0) return { state: before, blew: [] };
  const denied = [
    ...current.denied.filter((known) => !news.some((denial) => isSame(known, denial))),
    ...news.map((denial) => ({ ...denial, atMs: nowMs })),
  ];
  const inNamespaces = news
    .filter(({ registry, namespace }) => countIn(denied, registry, namespace) > limits.references)
    .map(({ registry, namespace }): Blown => ({ registry, namespace, atMs: nowMs }));
  const blewInNamespaces = distinct(inNamespaces);
  const blown = [...current.blown, ...blewInNamespaces];
  const blewEverywhere = distinct(blewInNamespaces.map(({ registry }): Blown => ({ registry, atMs: nowMs }))).filter(
    ({ registry }) =>
      blown.filter((one) => one.registry === registry && one.namespace !== undefined).length >= namespacesForAll,
  );
  const blew = [...blewInNamespaces, ...blewEverywhere];
  const state = {
    // What made it blow is not counted again when it is over.
    denied: denied.filter(
      (denial) => blownFor({ denied, blown: blew }, denial.registry, denial.namespace, limits, nowMs) === undefined,
    ),
    blown: [...blown, ...blewEverywhere],
  };
  return { state: currentFuse(state, limits, nowMs), blew };
}

function isSame(one: Omit<DeniedReference, 'atMs'>, other: Omit<DeniedReference, 'atMs'>): boolean {
  return one.reference === other.reference && one.registry === other.registry && one.namespace === other.namespace;
}

function countIn(denied: readonly DeniedReference[], registry: string, namespace: string): number {
  return denied.filter((denial) => denial.registry === registry && denial.namespace === namespace).length;
}

function distinct(blown: readonly Blown[]): readonly Blown[] {
  return [...new Map(blown.map((one) => [`${one.registry} ${one.namespace ?? ''}`, one])).values()];
}
