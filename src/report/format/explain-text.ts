/** One workload or Pod for somebody on call: what its kubelet says, what that means, what holds now, and what to do. */
import { parsePullError } from '../../core/kubelet/pull-error.ts';
import { printable } from '../printable.ts';
import type { PullReport, ReportedImage, ReportedObservation, ReportedWorkload } from '../pull-report.ts';
import { pullErrorWordsOf } from '../words/pull-error-words.ts';
import { fieldName, sentencesOf, workloadName } from './placed-finding.ts';
import { caveatsOf } from './summary-line.ts';
import { type Paint, paintWith } from './text.ts';

const longestMessage = 2000;
/** These are looked at with each synchronization of the Pod (pkg/kubelet/pod_workers.go: 10 s, and up to half as long again). */
const withoutBackOff: ReadonlySet<string> = new Set(['InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError']);

export function explainTextOf(report: PullReport, { color }: { readonly color: boolean }): string {
  const paint = paintWith(color);
  const blocks = [
    ...report.results.flatMap((workload) => [
      headLines(workload, paint),
      ...workload.images.map((image) => imageLines(image, workload, paint)),
      workload.findings.flatMap((finding) => sentencesOf(finding).map((sentence) => `also: ${sentence}`)),
    ]),
    caveatsOf(report).map((caveat) => paint('dim', caveat)),
  ];
  const written = blocks.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  return written.join('\n');
}

function headLines(workload: ReportedWorkload, paint: Paint): readonly string[] {
  const { owner, pods, notExaminedBecause } = workload;
  const isPod = workload.workload.kind === 'Pod';
  const parts = [
    paint('bold', workloadName(workload)),
    ...(owner ? [`of ${printable(owner.kind)} ${printable(owner.name)}`] : []),
    ...(isPod || pods === undefined ? [] : [`${pods.waiting} of its ${pods.total} Pods wait for an image`]),
  ];
  return [parts.join(', '), ...(notExaminedBecause === undefined ? [] : [`not examined: ${notExaminedBecause}`])];
}

function imageLines(image: ReportedImage, workload: ReportedWorkload, paint: Paint): readonly string[] {
  const { observed } = image;
  return [
    `${fieldName(image)}: ${paint('bold', printable(image.image))}`,
    ...(observed === undefined ? [] : observedLines(observed)),
    ...nowLines(image),
    ...nextLines(image, workload, paint),
  ];
}

function observedLines(observed: ReportedObservation): readonly string[] {
  const { pod, node, reason, message, since } = observed;
  const where = node === undefined ? '' : ` on ${printable(node)}`;
  return [
    `  Pod ${printable(pod)}${where} waits${since === undefined ? '' : ` since ${printable(since)}`}: ${printable(reason)}`,
    ...(message === '' ? [] : [`  the kubelet says: ${printable(message, longestMessage)}`]),
    `  that means: ${wordsOf(observed).meaning}`,
  ];
}

function wordsOf({ message, reason }: ReportedObservation) {
  return pullErrorWordsOf(parsePullError(message === '' ? reason : message));
}

function nowLines({ findings, outcome, digest }: ReportedImage): readonly string[] {
  const told = findings.flatMap((finding) => {
    const [message = '', ...nextStep] = sentencesOf(finding);
    return [
      `  now: ${printable(finding.code)} (${finding.certainty}): ${message}`,
      ...nextStep.map((step) => `    -> ${step}`),
    ];
  });
  if (outcome === 'pullable')
    return [...told, `  now: a registry gives the image${digest === undefined ? '' : ` (${digest})`}`];
  return outcome === 'not-pulled' ? [...told, '  now: nothing would be pulled'] : told;
}

/** What becomes of the next attempt, and when it is made. */
function nextLines(image: ReportedImage, workload: ReportedWorkload, paint: Paint): readonly string[] {
  const { observed, outcome } = image;
  if (observed === undefined) return [];
  const { attempts, nextAttempt, reason } = observed;
  const failed = attempts === undefined ? '' : ` after ${attempts} that failed`;
  const due = withoutBackOff.has(reason)
    ? 'the kubelet looks again every 10 to 15 s'
    : nextAttempt === undefined
      ? `the next attempt${failed} comes within 5 minutes`
      : `the next attempt${failed} is due at ${nextAttempt}, or up to 15 s later`;
  const { isOfNode, meaning } = wordsOf(observed);
  switch (outcome) {
    case 'unpullable': {
      const isCertain = image.findings.some(({ certainty }) => certainty === 'certain');
      return [paint('red', `  ${due}, and ${isCertain ? 'fails' : 'probably fails'}`)];
    }
    case 'unconfirmed':
      return [paint('yellow', `  ${due}; what becomes of it cannot be foretold`)];
    case 'pullable':
    case 'not-pulled': {
      const hurry = hurryOf(workload, observed);
      if (!isOfNode) return [paint('green', `  ${due}, and succeeds`), ...hurry];
      return [
        paint(
          'yellow',
          `  ${due}, and succeeds unless the cause still holds at the node, where pullgate does not see it`,
        ),
        `    -> look on the node: ${meaning}`,
        ...hurry,
      ];
    }
  }
}

/** A new Pod has no back-off. */
function hurryOf({ owner, workload }: ReportedWorkload, { pod, reason }: ReportedObservation): readonly string[] {
  const isReplaced = owner !== undefined || workload.kind !== 'Pod';
  // What is no name of an object is nothing to paste into a shell.
  const isPlain = [pod, workload.namespace].every((name) => /^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/.test(name));
  if (!isReplaced || !isPlain || withoutBackOff.has(reason)) return [];
  return [`    -> to have it tried at once: kubectl delete pod ${pod} -n ${workload.namespace}`];
}
