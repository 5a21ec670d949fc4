/** What is said of what exists already, to whoever changes the mode of its namespace (contract §5). */
import type { Mode } from '../core/verdict/verdict.ts';
import {
  type AdmissionLine,
  isLikely,
  likelihoodOf,
  shortened,
  textOf,
  unconfirmedWarnings,
} from './admission-text.ts';

/** What an object that exists already was found to be. */
export type ExistingFound = {
  /** `Deployment/web` */
  readonly name: string;
  readonly lines: readonly AdmissionLine[];
  readonly mayReject: boolean;
};
export type ExistingCounts = {
  readonly namespace: string;
  /** That the namespace will have. */
  readonly mode: Mode;
  /** All that exist, examined or not. */
  readonly existing: number;
  readonly examined: number;
  /** Kinds that could not be listed. */
  readonly unlisted: readonly string[];
};

/**
 * For whoever changes the mode of a namespace: what is found of its workloads, those together of which the same is to be
 * said, as PodSecurity does for Pods that exist already. Nothing where there is nothing to say.
 */
export function warningsOfExisting(
  found: readonly ExistingFound[],
  { namespace, mode, existing, examined, unlisted }: ExistingCounts,
): readonly string[] {
  const isDenied = ({ mayReject }: ExistingFound) => mayReject && mode !== 'audit';
  const lines = [
    ...together(found.filter(isDenied), isDenial, () => 'would be denied'),
    ...together(
      found.filter((one) => !isDenied(one)),
      isDenial,
      () => 'will fail',
    ),
    ...together(found, isLikely, likelihoodOf),
    ...unconfirmedWarnings(found.flatMap((one) => one.lines)),
  ];
  const partly = [
    ...(examined < existing ? [`only ${examined} of ${existing} were examined in time`] : []),
    ...(unlisted.length > 0 ? [`${unlisted.join(', ')} cannot be listed`] : []),
  ];
  if (lines.length === 0 && partly.length === 0) return [];
  const troubled = found.filter((one) => one.lines.some(({ weight }) => weight !== 'allow')).length;
  const audited = mode === 'audit' ? ['mode audit denies nothing and shows no warnings'] : [];
  const summary = [`${troubled} of ${examined} existing workloads have findings`, ...partly, ...audited].join('; ');
  return shortened([`pullgate: namespace ${namespace}: ${summary}`, ...lines]);
}

function isDenial({ weight }: AdmissionLine): boolean {
  return weight === 'deny';
}

/** One line for all of which the same is to be said, however it is known of each. */
function together(
  found: readonly ExistingFound[],
  isWanted: (line: AdmissionLine) => boolean,
  prefixOf: (line: AdmissionLine) => string,
): readonly string[] {
  const said = found.flatMap(({ name, lines }) => lines.filter(isWanted).map((line) => ({ name, line })));
  const groups = Map.groupBy(said, ({ line }) => JSON.stringify([line.image, line.finding.code, prefixOf(line)]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const more = new Set(group.map(({ name }) => name)).size - 1;
    return [`${first.name}${more === 0 ? '' : ` (and ${more} more)`} ${prefixOf(first.line)}: ${textOf(first.line)}`];
  });
}
