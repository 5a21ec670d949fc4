/** What a requester reads at admission: a denial, or warnings (contract §5; pull-semantics 8.3, 8.4). */
import { catalogue } from '../core/finding/catalogue.ts';
import type { Finding } from '../core/finding/finding.ts';
import { type LevelOf, repositoryOf, weightOf } from '../core/verdict/verdict.ts';
import { writtenImage } from '../core/workload/image-use.ts';
import { podSpecAround } from '../core/workload/workload.ts';
import type { Prediction } from '../predict.ts';
import { printable } from './printable.ts';
import { imageText, saidOf, sentenceOf, withNextStep } from './sentence.ts';
import { wordsOf } from './words/finding-words.ts';
import { listed } from './words/words.ts';

/** A finding that the requester reads, in the order of the images. */
export type AdmissionLine = {
  /** What it comes to by itself: a denial, a warning, or advice. */
  readonly weight: 'deny' | 'warn' | 'allow';
  readonly finding: Finding;
  /** The field that names the image; of a finding about the workload the pod spec. */
  readonly field: string;
  /** As written; of a finding about the workload all of them. */
  readonly image: string;
  /** What is said of the image. */
  readonly said: string;
  readonly nextStep: string;
};

/** Findings of level `report` are left out. */
export function admissionLinesOf(prediction: Prediction, levelOf: LevelOf): readonly AdmissionLine[] {
  const { workload, images, findings } = prediction;
  const lineOf = (finding: Finding, field: string, image: string, repository?: string): readonly AdmissionLine[] => {
    const level = levelOf(finding.code, repository);
    if (level === 'off' || level === 'report') return [];
    const words = wordsOf(finding, { workload: podSpecAround(workload, field), field });
    const weight = weightOf(finding, level);
    const said = saidOf(finding, words);
    return [{ weight, finding, field, said, nextStep: words.nextStep, image }];
  };
  return [
    ...images.flatMap(({ use, findings: found }) =>
      found.flatMap((finding) => lineOf(finding, use.path, writtenImage(use), repositoryOf({ use }))),
    ),
    // A warning appears among those of other objects, so that one about the whole Pod names its images as well.
    ...findings.flatMap((finding) =>
      lineOf(
        finding,
        workload.podSpecPath,
        listed(images.map(({ use }) => imageText(writtenImage(use), longestListed))),
      ),
    ),
  ];
}

const longestListed = 60;
const mostListed = 4;

export type Denial = {
  readonly message: string;
  readonly causes: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
};

/** The API server shows a denial as a whole, but a hundred lines are too many to read. */
const mostDenied = 20;
/** For programs. A Pod of thousands of faulty containers must not make an answer of megabytes. */
const mostCauses = 64;

/**
 * The first line needs no context, because controllers and terminals show little more. A line for each finding follows, with
 * its image and code (contract §5); that of the first finding does not repeat what was said of the image.
 */
export function denialOf(lines: readonly AdmissionLine[]): Denial {
  const [first] = lines;
  if (first === undefined) throw new Error('a denial without a reason');
  const more = lines.length === 1 ? '' : ` (and ${lines.length - 1} more)`;
  const shown = lines.slice(0, mostDenied);
  const rest = lines.length > shown.length ? [`- and ${lines.length - shown.length} more`] : [];
  const body = shown.map(
    (line) => `- ${line.field}: ${withNextStep(line === first ? nameOf(line) : textOf(line), line.nextStep)}`,
  );
  const unseen = [...new Set(lines.flatMap(({ finding }) => finding.unseenUse ?? []))];
  const looked = unseen.map((why) => `- pullgate could not look up whether the image is in use: ${printable(why)}`);
  return {
    message: [`${textOf(first)}${more}`, ...body, ...rest, ...looked].join('\n'),
    causes: lines.slice(0, mostCauses).map(({ finding, image, said, nextStep, field }) => ({
      reason: catalogue[finding.code].reason,
      message: withNextStep(sentenceOf(image, said), nextStep),
      field,
    })),
  };
}

/** The API server cuts all warnings to 256 characters once they are 4096 together. */
const mostWarnings = 8;
const longestWarning = 256;

/** At most eight lines, the rest counted. `prefixOf`: what becomes of a finding that denies, where it does not now. */
export function warningsOf(
  lines: readonly AdmissionLine[],
  prefixOf: (line: AdmissionLine) => string,
): readonly string[] {
  const denials = lines.filter(({ weight }) => weight === 'deny').map((line) => `${prefixOf(line)}: ${textOf(line)}`);
  const likely = lines.filter(isLikely).map((line) => `${likelihoodOf(line)}: ${textOf(line)}`);
  const advice = lines.filter(({ weight }) => weight === 'allow').map(textOf);
  return shortened([...denials, ...likely, ...unconfirmedWarnings(lines), ...advice]);
}

/** To eight lines, the rest counted. */
export function shortened(warnings: readonly string[]): readonly string[] {
  const shown = warnings.length > mostWarnings ? warnings.slice(0, mostWarnings - 1) : warnings;
  const rest = warnings.length > shown.length ? [`pullgate: ${warnings.length - shown.length} more findings`] : [];
  return [...shown.map((text) => printable(text, longestWarning)), ...rest];
}

export function likelihoodOf({ finding }: AdmissionLine): string {
  return finding.certainty === 'certain' ? 'will fail' : 'likely to fail';
}

function isUnconfirmed({ weight, finding }: AdmissionLine): boolean {
  return weight === 'warn' && finding.certainty === 'unconfirmed';
}

export function isLikely(line: AdmissionLine): boolean {
  return line.weight === 'warn' && !isUnconfirmed(line);
}

/** A registry that is down makes all its images unconfirmed, which one line for each code says. */
export function unconfirmedWarnings(lines: readonly AdmissionLine[]): readonly string[] {
  const byCode = Map.groupBy(lines.filter(isUnconfirmed), ({ finding }) => finding.code);
  return [...byCode].map(([code, group]) => {
    const [first] = group;
    if (group.length === 1 && first !== undefined) return `could not confirm ${textOf(first)}`;
    const images = [...new Set(group.map(({ image }) => imageText(image, longestListed)))];
    const [one = '', ...others] = new Set(group.map(({ said }) => said));
    const why = others.length === 0 ? one : catalogue[code].title.toLowerCase();
    return `could not confirm ${listed(images, mostListed)}: ${why} [${code}]`;
  });
}

/** An Event has room for the next step. */
export function eventTextOf(line: AdmissionLine): string {
  return withNextStep(textOf(line), line.nextStep);
}

function nameOf({ image, finding }: AdmissionLine): string {
  return `${imageText(image)} [${finding.code}]`;
}

export function textOf({ image, said, finding }: AdmissionLine): string {
  return `${sentenceOf(image, said)} [${finding.code}]`;
}
