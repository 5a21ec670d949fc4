/**
 * The report of an audit for people in a terminal: not a workload after the other, since a cluster has hundreds, but what is
 * wrong, each once, with those whom it concerns.
 */
import type { Certainty } from '../../core/finding/finding.ts';
import { printable } from '../printable.ts';
import type { PullReport, ReportedFinding, ReportedObservation } from '../pull-report.ts';
import { imageText, withoutImage } from '../sentence.ts';
import { fieldName, type PlacedFinding, placedFindings, sentencesOf, workloadName } from './placed-finding.ts';
import { caveatsOf, counted } from './summary-line.ts';
import { type Paint, paintWith, predictionOf, problemLine, symbolOf } from './text.ts';

type Group = {
  readonly finding: ReportedFinding;
  readonly image: string | undefined;
  readonly places: PlacedFinding[];
};

const order: readonly Certainty[] = ['certain', 'likely', 'unconfirmed', 'advice'];
const mostNamed = 3;
const longestMessage = 400;

export type AuditTextOptions = {
  readonly color: boolean;
  /** The report holds what mode enforce would deny, and nothing else: say who made it. */
  readonly wouldDeny: boolean;
};

export function auditTextOf(report: PullReport, { color, wouldDeny }: AuditTextOptions): string {
  const paint = paintWith(color);
  const groups = groupsOf(report);
  const weighty = groups.filter(({ finding }) => finding.certainty !== 'advice');
  const advice = groups.filter(({ finding }) => finding.certainty === 'advice');
  const blocks = [
    ...weighty.map((group) => groupLines(group, wouldDeny, paint)),
    wouldDeny ? [] : waitingLines(report, paint),
    advice.map((group) => adviceLine(group, paint)),
    report.problems.map((problem) => problemLine(problem, paint)),
    summaryLines(report, wouldDeny, paint),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** The most certain first, then those that concern the most workloads. */
function groupsOf(report: PullReport): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const placed of placedFindings(report)) {
    const { finding, image } = placed;
    const key = JSON.stringify([finding.code, finding.certainty, image?.image ?? '', finding.message]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { finding, image: image?.image, places: [placed] });
    else group.places.push(placed);
  }
  const rank = ({ finding }: Group) => order.indexOf(finding.certainty);
  return [...groups.values()].toSorted(
    (one, other) => rank(one) - rank(other) || workloadsOf(other).length - workloadsOf(one).length,
  );
}

function workloadsOf({ places }: Group): readonly PlacedFinding[] {
  return [...new Map(places.map((place) => [place.of, place])).values()];
}

function groupLines(group: Group, wouldDeny: boolean, paint: Paint): readonly string[] {
  const { finding, image, places } = group;
  const [message = '', ...nextStep] = sentencesOf(finding);
  const head = [
    ...(image === undefined ? [] : [paint('bold', imageText(image))]),
    wouldDeny ? 'would be denied' : fateOf(finding.certainty),
  ];
  const workloads = workloadsOf(group);
  const rest = workloads.length - mostNamed;
  return [
    `${symbolOf([finding], paint)} ${head.join('  ')}`,
    `    ${printable(finding.code)}: ${image === undefined ? message : withoutImage(message, image)}`,
    ...nextStep.map((step) => `      -> ${step}`),
    paint('dim', `      ${predictionOf(finding)}`),
    ...workloads
      .slice(0, mostNamed)
      .map((place) => `    ${[placeLine(place), ...(wouldDeny ? creationOf(place) : [])].join(', ')}`),
    ...(rest > 0 ? [`    and ${counted(rest, 'other workload')}`] : []),
    ...longestWaitOf(places).map((line) => paint('dim', `      ${line}`)),
  ];
}

/** `Deployment shop/web, container web, 3 Pods (1 waits)` */
function placeLine({ of, image }: PlacedFinding): string {
  const { pods, owner } = of;
  const total = pods?.total ?? 0;
  const waiting = pods?.waiting ?? 0;
  const waits = waiting === 0 ? '' : ` (${waiting} ${waiting === 1 ? 'waits' : 'wait'})`;
  return [
    workloadName(of),
    ...(owner ? [`of ${printable(owner.kind)} ${printable(owner.name)}`] : []),
    ...(image ? [fieldName(image)] : []),
    ...(image?.pod === undefined ? [] : [`named by Pod ${printable(image.pod)} only`]),
    total === 0 ? 'no Pods' : `${counted(total, 'Pod')}${waits}`,
  ].join(', ');
}

function creationOf({ of: { createdAt, createdBy } }: PlacedFinding): readonly string[] {
  if (createdAt === undefined) return [];
  const by = createdBy === undefined ? '' : ` by ${printable(createdBy)}`;
  return [`created${by} at ${printable(createdAt)}`];
}

function longestWaitOf(places: readonly PlacedFinding[]): readonly string[] {
  const [longest] = places
    .flatMap(({ image }) => (image?.observed ? [image.observed] : []))
    .toSorted((one, other) => ((one.since ?? '~') < (other.since ?? '~') ? -1 : 1));
  return longest === undefined ? [] : [observationLine(longest)];
}

/** `Pod web-1 on node-1: ImagePullBackOff since 2026-…, 3 failed attempts, the next at 2026-…` */
export function observationLine({ pod, node, reason, since, attempts, nextAttempt }: ReportedObservation): string {
  const where = node === undefined ? '' : ` on ${printable(node)}`;
  return [
    `Pod ${printable(pod)}${where}: ${printable(reason)}${since === undefined ? '' : ` since ${printable(since)}`}`,
    ...(attempts === undefined ? [] : [counted(attempts, 'failed attempt')]),
    ...(nextAttempt === undefined ? [] : [`the next at ${nextAttempt}`]),
  ].join(', ');
}

/** Pods that wait for an image which a registry would give: the cause is over, or it is not the registry's. */
function waitingLines({ results }: PullReport, paint: Paint): readonly string[] {
  return results.flatMap((of) =>
    of.images.flatMap((image) => {
      const { observed, outcome } = image;
      if (observed === undefined || outcome === 'unpullable') return [];
      const now = outcome === 'pullable' ? 'waits, and could be pulled now' : 'waits';
      return [
        `${paint('yellow', '!')} ${paint('bold', imageText(image.image))}  ${now}`,
        `    ${placeLine({ finding: noFinding, of, image })}`,
        `      ${observationLine(observed)}`,
        paint('dim', `      the kubelet says: ${printable(observed.message, longestMessage)} [${observed.meaning}]`),
      ];
    }),
  );
}

/** A place without its finding. */
const noFinding: ReportedFinding = {
  code: '',
  reason: '',
  certainty: 'advice',
  verdict: 'allow',
  assuming: [],
  message: '',
  nextStep: '',
};

function adviceLine(group: Group, paint: Paint): string {
  const { finding } = group;
  const workloads = workloadsOf(group);
  const [first] = workloads;
  const more = workloads.length > 1 ? ` and ${counted(workloads.length - 1, 'other workload')}` : '';
  const where = first === undefined ? '' : ` (${workloadName(first.of)}${more})`;
  return paint('dim', `· ${printable(finding.code)}: ${sentencesOf(finding).join(' ')}${where}`);
}

function fateOf(certainty: Certainty): string {
  switch (certainty) {
    case 'certain':
      return 'would not come back';
    case 'likely':
      return 'might not come back';
    case 'unconfirmed':
      return 'could not be looked up';
    case 'advice':
      return 'would come back';
  }
}

function summaryLines(report: PullReport, wouldDeny: boolean, paint: Paint): readonly string[] {
  const { length } = report.results;
  const line = wouldDeny
    ? `mode enforce would deny ${length} of ${counted(report.summary.workloads, 'workload')}`
    : auditSummaryOf(report);
  const { denied, warned, complete, workloads } = report.summary;
  const isClean = complete && denied + warned === 0 && workloads > 0;
  return [
    isClean ? paint('green', `✓ ${line}`) : paint('bold', line),
    ...caveatsOf(report).map((caveat) => paint('dim', caveat)),
  ];
}

/** `12 workloads with 40 Pods, 15 images: 1 would not come back, 2 might not, 1 image unconfirmed; 3 Pods wait for an image` */
export function auditSummaryOf({ summary, results }: PullReport): string {
  const { workloads, images, denied, warned, unconfirmed } = summary;
  if (workloads === 0) return 'no workloads';
  const total = results.reduce((sum, { pods }) => sum + (pods?.total ?? 0), 0);
  const waiting = results.reduce((sum, { pods }) => sum + (pods?.waiting ?? 0), 0);
  const parts = [
    ...(denied > 0 ? [`${denied} would not come back`] : []),
    ...(warned > 0 ? [`${warned} might not`] : []),
    ...(unconfirmed > 0 ? [`${counted(unconfirmed, 'image')} unconfirmed`] : []),
  ];
  const outcome = parts.length > 0 ? parts.join(', ') : 'all would come back';
  const waits = waiting > 0 ? `; ${counted(waiting, 'Pod')} ${waiting === 1 ? 'waits' : 'wait'} for an image` : '';
  return `${counted(workloads, 'workload')} with ${counted(total, 'Pod')}, ${counted(images, 'image')}: ${outcome}${waits}`;
}
