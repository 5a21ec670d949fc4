/** A finding together with what it is about: what formats that list findings, not workloads, are made of. */
import { actionOf, type Verdict } from '../../core/verdict/verdict.ts';
import { printable } from '../printable.ts';
import type { PullReport, ReportedFinding, ReportedImage, ReportedWorkload } from '../pull-report.ts';
import { withNextStep } from '../sentence.ts';

export type PlacedFinding = {
  readonly finding: ReportedFinding;
  readonly of: ReportedWorkload;
  /** Absent for a finding about the workload. */
  readonly image?: ReportedImage;
};

/** In the order of the report: of each workload those about its images, then those about itself. */
export function placedFindings({ results }: PullReport): readonly PlacedFinding[] {
  return results.flatMap((of) => [
    ...of.images.flatMap((image) => image.findings.map((finding) => ({ finding, of, image }))),
    ...of.findings.map((finding) => ({ finding, of })),
  ]);
}

/** What the finding does here: in mode `warn` nothing is denied, nor where the configuration lets it through. */
export function actionOn({ verdict }: ReportedFinding, { mode, notDeniedBecause }: ReportedWorkload): Verdict {
  return actionOf(verdict === 'deny' && notDeniedBecause !== undefined ? 'warn' : verdict, mode);
}

/** Absent where it was not read from a file: from an API server, or standard input. */
export function fileOf({ of }: PlacedFinding): string | undefined {
  const file = of.workload.source?.file;
  return file === '-' ? undefined : file;
}

export function lineOf({ of, image }: PlacedFinding): number | undefined {
  return image?.line ?? of.workload.source?.line;
}

/** `Deployment shop/web` */
export function workloadName({ workload: { kind, namespace, name } }: ReportedWorkload): string {
  const qualified = namespace === '' ? printable(name) : `${printable(namespace)}/${printable(name)}`;
  return `${printable(kind)} ${qualified}`;
}

/** `container web` */
export function fieldName({ container, volume, path }: ReportedImage): string {
  if (container !== undefined) return `container ${printable(container)}`;
  return volume === undefined ? printable(path) : `volume ${printable(volume)}`;
}

/** `k8s/web.yaml:12` */
export function placeName(file: string, line: number | undefined): string {
  const shown = file === '-' ? 'stdin' : printable(file);
  return line === undefined ? shown : `${shown}:${line}`;
}

/** A message and its next step, one line each. */
export function sentencesOf({ message, nextStep }: ReportedFinding): readonly string[] {
  return [message, nextStep]
    .filter((sentence) => sentence !== '')
    .map((sentence) => printable(sentence, Number.POSITIVE_INFINITY));
}

/** Both in one line. */
export function textOfFinding(finding: ReportedFinding): string {
  const [message = '', nextStep = ''] = sentencesOf(finding);
  return withNextStep(message, nextStep);
}
