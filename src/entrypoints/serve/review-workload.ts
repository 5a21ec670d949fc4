/** A workload that somebody creates or changes: predicted, judged by the mode of its namespace, noted. */
import { catalogue } from '../../core/finding/catalogue.ts';
import { namespacesForAll } from '../../core/verdict/fuse.ts';
import { findingsOf, type Mode, type Verdict } from '../../core/verdict/verdict.ts';
import type { Workload } from '../../core/workload/workload.ts';
import { type Prediction, predict } from '../../predict.ts';
import { type AdmissionLine, eventTextOf } from '../../report/admission-text.ts';
import { printable } from '../../report/printable.ts';
import { type AdmissionResponse, allowed, denied } from './admission-response.ts';
import type { AdmissionRequest } from './admission-review.ts';
import { beforeDeadline, type Time } from './deadline.ts';
import { decide } from './decision.ts';
import { ownPod } from './events.ts';
import type { Examinable } from './exemption.ts';
import { type ReviewRecord, recordOf } from './review-record.ts';
import { sourcesOf } from './review-sources.ts';
import type { ReviewSettings } from './reviewing.ts';

export async function reviewWorkload(
  request: AdmissionRequest,
  { workload, rejectable, before }: Extract<Examinable, { kind: 'workload' }>,
  mode: Mode,
  time: Time,
  context: ReviewSettings,
): Promise<AdmissionResponse> {
  const { applied, dryRun } = await context.settingsNow();
  const settings = request.isDryRun ? dryRun : applied;
  const sources = sourcesOf(context, {
    namespace: workload.namespace,
    isUpdate: request.operation === 'UPDATE',
    isDryRun: request.isDryRun,
  });
  const looking = predict(workload, sources, settings, time.signal, time.firstLook);
  const prediction = await beforeDeadline(looking, time);
  if (prediction === undefined) {
    context.metrics.reviewNotExamined('deadline');
    return allowed(request.uid, mode === 'audit' ? {} : { warnings: [tooLate] });
  }
  const { levelOf } = settings;
  const decision = decide(prediction, request, rejectable, { mode, levelOf, deny: context.config.deny });
  const record = note(request, prediction, { action: decision.action, mode, startedMs: time.startedMs }, context);
  const { letThrough } = decision;
  if (letThrough !== undefined && !request.isDryRun) tellOwner(workload, letThrough, context);
  const auditAnnotations = {
    ...annotationsOf(prediction, mode, record),
    ...(letThrough && { 'let-through': 'a controller created it and deny.controlledPods is false' }),
  };
  const beside = { warnings: decision.warnings, auditAnnotations };
  if (decision.denial === undefined) {
    if (!request.isDryRun) context.admitted.add(prediction, before);
    return allowed(request.uid, beside);
  }
  // Another replica is to know of it before this denial is heard of.
  if (!request.isDryRun) await beforeDeadline(noteDenial(prediction, time.signal, context), time);
  return denied(request.uid, decision.denial.message, decision.denial.causes, beside);
}

const tooLate = 'pullgate: images were not examined before the deadline [registry-not-examined]';

/** The API server keeps them in its audit log, whatever the requester is told. */
function annotationsOf(
  { verdict }: Prediction,
  mode: Mode,
  record: ReviewRecord | undefined,
): Readonly<Record<string, string>> {
  if (record === undefined) return { verdict, mode };
  const lines = record.findings.map(({ field, code, certainty }) => `${field} ${code} ${certainty}`);
  const shown = lines.slice(0, mostAnnotated).join('; ');
  return {
    verdict,
    mode,
    findings: lines.length > mostAnnotated ? `${shown}, and more` : shown,
    review: JSON.stringify(record),
  };
}

const mostAnnotated = 20;

type Decided = { readonly action: Verdict; readonly mode: Mode; readonly startedMs: number };

/** @returns what is kept of a review that has a finding: most have none, and cost nothing here */
function note(
  request: AdmissionRequest,
  prediction: Prediction,
  { action, mode, startedMs }: Decided,
  { log, metrics, kinds, config }: ReviewSettings,
): ReviewRecord | undefined {
  const { operation, isDryRun } = request;
  const { verdict, workload } = prediction;
  const found = findingsOf(prediction);
  const seconds = (performance.now() - startedMs) / 1000;
  const kind = kinds.some((known) => known.kind === workload.kind) ? workload.kind : 'other';
  const labels = { operation, kind, verdict, mode, dry_run: isDryRun ? 'true' : 'false', action } as const;
  metrics.review(labels, seconds);
  for (const { code, certainty } of found) metrics.finding(code, certainty);
  if (found.length > 0) metrics.reviewWithFindings(workload.namespace, labels);
  if (found.length === 0 && config.log.requests !== 'all') return undefined;
  const record = recordOf(request, prediction, { kind, mode, action });
  if (config.log.requests !== 'none') log.info({ ...record, durationMs: Math.round(seconds * 1000) }, 'review');
  return found.length === 0 ? undefined : record;
}

/** Of names that do not parse no registry is to blame. */
async function noteDenial(
  { workload, images }: Prediction,
  signal: AbortSignal,
  context: ReviewSettings,
): Promise<void> {
  const { fuseBox, log, recordEvent, ownNamespace } = context;
  const references = images.flatMap(({ use, isExamined, findings }) =>
    use.parsed.ok && isExamined && findings.some(({ certainty }) => certainty === 'certain')
      ? [{ registry: use.parsed.reference.registry, reference: use.parsed.reference.pulled }]
      : [],
  );
  if (references.length === 0) return;
  for (const { registry, namespace } of await fuseBox.denied(workload.namespace, references, signal)) {
    const message =
      namespace === undefined
        ? `too many different images were denied in ${namespacesForAll} namespaces of one registry, so its findings only warn for a while`
        : `too many different images were denied in namespace ${namespace} of one registry, so its findings only warn there for a while`;
    log.warn({ registry, ...(namespace !== undefined && { namespace }) }, message);
    if (ownNamespace === undefined) continue;
    void recordEvent?.({
      object: ownPod(ownNamespace),
      reason: 'RegistryDemoted',
      message: `${printable(registry)}: ${message}`,
    });
  }
}

/** Nobody reads the warnings of a controller, but `kubectl describe` shows Events of what it controls. */
function tellOwner({ controller, namespace }: Workload, line: AdmissionLine, context: ReviewSettings): void {
  if (controller === undefined) return;
  context.metrics.controlledPodLetThrough();
  void context.recordEvent?.({
    object: { ...controller, namespace },
    reason: catalogue[line.finding.code].reason,
    message: `allowed although an image cannot be pulled now: ${eventTextOf(line)}`,
  });
}
