/** One admission review, from its request to its response. It always answers, and before the deadline. */
import { setTimeout } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import type { FindingCode } from '../../core/finding/finding.ts';
import { parseNamespace } from '../../core/object/namespace.ts';
import { modeLabel, modeOfNamespace } from '../../core/verdict/mode-of.ts';
import { findingsOf, type LevelOf, type Mode, modes, type Verdict } from '../../core/verdict/verdict.ts';
import type { WorkloadKind } from '../../core/workload/workload-kind.ts';
import { type Prediction, type PredictSettings, predict, type Sources } from '../../predict.ts';
import { printable } from '../../report/printable.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { type AdmissionResponse, allowed, denied } from './admission-response.ts';
import type { AdmissionRequest } from './admission-review.ts';
import { decide } from './decision.ts';
import { type Examinable, examinableIn } from './exemption.ts';
import type { ClusterFacts } from './facts.ts';
import type { FuseBox } from './fuse.ts';

export type Reviewing = {
  readonly config: Config;
  readonly kinds: readonly WorkloadKind[];
  readonly facts: ClusterFacts;
  readonly inspectPull: Sources['inspectPull'];
  readonly fuseBox: FuseBox;
  readonly pluginAnswers?: Sources['pluginAnswers'];
  /** Files on which they rest may change while the server runs. */
  readonly settingsNow: () => Promise<PredictSettings>;
  /** pullgate's own namespace, which must not wait for itself. */
  readonly ownNamespace?: string;
  readonly log: Logger;
  readonly metrics: Metrics;
};

export type Review = (request: AdmissionRequest, deadlineMs: number) => Promise<AdmissionResponse>;

/** Beyond this many at a time an answer is given at once: a queue would make all of them late (quality.md §5). */
const mostInFlight = 512;
/** After the deadline everything that registries were asked has been given up; this is for our own slowness. */
const graceMs = 150;

export function reviewing(context: Reviewing): Review {
  let inFlight = 0;
  return async (request, deadlineMs) => {
    if (inFlight >= mostInFlight)
      return allowed(request.uid, {
        warnings: ['pullgate: too many reviews at a time, images were not examined [registry-not-examined]'],
      });
    inFlight += 1;
    try {
      return await reviewOne(request, deadlineMs, context);
    } catch (error) {
      context.log.error(
        { uid: request.uid, error: error instanceof Error ? error.stack : String(error) },
        'review failed',
      );
      return allowed(request.uid, {
        warnings: ['pullgate: internal error, images were not examined [registry-not-examined]'],
      });
    } finally {
      inFlight -= 1;
    }
  };
}

async function reviewOne(
  request: AdmissionRequest,
  deadlineMs: number,
  context: Reviewing,
): Promise<AdmissionResponse> {
  const startedMs = performance.now();
  if (isNamespace(request)) return reviewNamespace(request, context);
  const { uid, namespace } = request;
  const { config, facts, kinds, ownNamespace } = context;
  if (namespace === ownNamespace) return allowed(uid);
  const signal = AbortSignal.timeout(deadlineMs);
  const { mode } = modeOfNamespace(namespace, await facts.namespaceNamed(namespace, signal), {
    default: config.mode,
    exemptNamespaces: config.exemptNamespaces,
  });
  if (mode === 'off') return allowed(uid);
  const examinable = examinableIn(request, kinds);
  switch (examinable.kind) {
    case 'nothing':
      return allowed(uid);
    case 'malformed':
      // The API server validates before it asks us: what is wrong here it will say itself, or we do not understand.
      return allowed(uid, { warnings: [`pullgate: not examined: ${printable(examinable.problem)}`] });
    case 'workload':
      return examine(request, examinable, mode, { signal, startedMs, deadlineMs }, context);
  }
}

type Time = { readonly signal: AbortSignal; readonly startedMs: number; readonly deadlineMs: number };

async function examine(
  request: AdmissionRequest,
  { workload, rejectable }: Extract<Examinable, { kind: 'workload' }>,
  mode: Mode,
  time: Time,
  context: Reviewing,
): Promise<AdmissionResponse> {
  const { config, facts, inspectPull, pluginAnswers, settingsNow } = context;
  const settings = await settingsNow();
  const prediction = await beforeDeadline(
    predict(
      workload,
      {
        worldOf: facts.worldOf,
        inspectPull,
        lookBeforeDenial: lookingBeforeDenial(context),
        ...(pluginAnswers && { pluginAnswers }),
      },
      settings,
      time.signal,
    ),
    time,
  );
  if (prediction === undefined)
    return allowed(request.uid, {
      warnings: ['pullgate: no answer before the deadline, images were not examined [registry-not-examined]'],
    });
  const decision = decide(prediction, request, rejectable, { mode, levelOf: settings.levelOf, deny: config.deny });
  note(request, prediction, decision.action, mode, time.startedMs, context);
  const beside = { warnings: decision.warnings, auditAnnotations: annotationsOf(prediction, mode, settings.levelOf) };
  if (decision.denial === undefined) return allowed(request.uid, beside);
  if (!request.isDryRun) noteDenial(prediction, context);
  return denied(request.uid, decision.denial.message, decision.denial.causes, beside);
}

function lookingBeforeDenial({ facts, fuseBox }: Reviewing): NonNullable<Sources['lookBeforeDenial']> {
  return async (workload, signal) => {
    const uses = await facts.usesOf?.(workload, signal);
    return ({ reference }) => {
      const inUse = uses?.users.get(reference.pulled);
      const fuse = fuseBox.blownFor(reference.registry);
      return {
        ...(inUse !== undefined && { inUse }),
        ...(fuse !== undefined && { fuse }),
        ...(uses !== undefined && { unseen: uses.unseen }),
      };
    };
  };
}

/** Of names that do not parse no registry is to blame. */
function noteDenial({ workload, images }: Prediction, { fuseBox, metrics, log }: Reviewing): void {
  const registries = images.flatMap(({ use, isExamined, findings }) =>
    use.parsed.ok && isExamined && findings.some(({ certainty }) => certainty === 'certain')
      ? [use.parsed.reference.registry]
      : [],
  );
  for (const registry of new Set(registries)) {
    if (!fuseBox.denied(registry, workload.namespace, `${workload.kind}/${workload.name}`)) continue;
    metrics.registryDemoted(registry, 'fuse', () => fuseBox.blownFor(registry) !== undefined);
    log.warn({ registry }, 'too many denials because of one registry: its findings only warn for a while');
  }
}

async function beforeDeadline<T>(work: Promise<T>, { deadlineMs }: Time): Promise<T | undefined> {
  const timer = new AbortController();
  const late = setTimeout(deadlineMs + graceMs, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

/** The API server keeps them in its audit log, whatever the requester is told. */
function annotationsOf(
  { verdict, images, findings }: Prediction,
  mode: Mode,
  levelOf: LevelOf,
): Readonly<Record<string, string>> {
  const isKept = (code: FindingCode) => levelOf(code) !== 'off';
  const lines = [
    ...images.flatMap(({ use, findings: found }) =>
      found.filter(({ code }) => isKept(code)).map(({ code, certainty }) => `${use.path} ${code} ${certainty}`),
    ),
    ...findings.filter(({ code }) => isKept(code)).map(({ code, certainty }) => `${code} ${certainty}`),
  ];
  const shown = lines.slice(0, mostAnnotated).join('; ');
  return {
    verdict,
    mode,
    ...(lines.length > 0 && { findings: lines.length > mostAnnotated ? `${shown}; and more` : shown }),
  };
}

const mostAnnotated = 20;

function note(
  request: AdmissionRequest,
  prediction: Prediction,
  action: Verdict,
  mode: Mode,
  startedMs: number,
  context: Reviewing,
): void {
  const { log, metrics, kinds } = context;
  const { uid, namespace, name, operation, isDryRun } = request;
  const { verdict, workload } = prediction;
  const found = findingsOf(prediction);
  const seconds = (performance.now() - startedMs) / 1000;
  const kind = kinds.some((known) => known.kind === workload.kind) ? workload.kind : 'other';
  metrics.review({ operation, kind, verdict, mode, dry_run: isDryRun ? 'true' : 'false' }, seconds);
  for (const { code, certainty } of found) metrics.finding(code, certainty);
  const codes = found.map(({ code, certainty }) => `${code}/${certainty}`);
  const durationMs = Math.round(seconds * 1000);
  log.info(
    { uid, operation, kind, namespace, name, mode, verdict, action, findings: codes, durationMs, isDryRun },
    'review',
  );
}

function isNamespace({ kind }: AdmissionRequest): boolean {
  return kind.group === '' && kind.kind === 'Namespace';
}

/** A mistyped mode would silently be another one. */
function reviewNamespace(
  { uid, operation, name, object, oldObject }: AdmissionRequest,
  { config }: Reviewing,
): AdmissionResponse {
  const label = modeLabelOf(object);
  const isSet = operation === 'CREATE' || (operation === 'UPDATE' && label !== modeLabelOf(oldObject));
  if (!isSet || label === undefined || modes.some((known) => known === label)) return allowed(uid);
  const { mode } = modeOfNamespace(name, undefined, {
    default: config.mode,
    exemptNamespaces: config.exemptNamespaces,
  });
  const warning = `pullgate: ${modeLabel}: ${printable(label, 63)} is no mode, "${mode}" applies; valid are ${modes.join(', ')}`;
  return allowed(uid, { warnings: [warning] });
}

function modeLabelOf(object: unknown): string | undefined {
  const parsed = parseNamespace(object);
  return parsed.ok ? parsed.namespace.labels.get(modeLabel) : undefined;
}
