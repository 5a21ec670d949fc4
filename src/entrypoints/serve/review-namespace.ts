/** A Namespace whose mode somebody sets: a mistyped one is told, and what the mode means for what exists already. */
import pLimit from 'p-limit';
import { parseNamespace } from '../../core/object/namespace.ts';
import { denyRuleOf } from '../../core/verdict/deny-rule.ts';
import { modeLabel, modeOfNamespace } from '../../core/verdict/mode-of.ts';
import { type Mode, modes } from '../../core/verdict/verdict.ts';
import type { Workload } from '../../core/workload/workload.ts';
import { predict } from '../../predict.ts';
import { admissionLinesOf } from '../../report/admission-text.ts';
import { type ExistingFound, warningsOfExisting } from '../../report/existing-text.ts';
import { printable } from '../../report/printable.ts';
import { type AdmissionResponse, allowed } from './admission-response.ts';
import type { AdmissionRequest } from './admission-review.ts';
import { beforeDeadline, type Time } from './deadline.ts';
import { sourcesOf } from './review-sources.ts';
import type { ReviewSettings } from './reviewing.ts';

export function isNamespace({ kind }: AdmissionRequest): boolean {
  return kind.group === '' && kind.kind === 'Namespace';
}

export async function reviewNamespace(
  { uid, operation, name, object, oldObject }: AdmissionRequest,
  time: Time,
  context: ReviewSettings,
): Promise<AdmissionResponse> {
  if (operation !== 'CREATE' && operation !== 'UPDATE') return allowed(uid);
  const parsed = parseNamespace(object);
  const before = parseNamespace(oldObject);
  const label = labelOf(parsed);
  if (!parsed.ok || (operation === 'UPDATE' && label === labelOf(before))) return allowed(uid);
  const { config } = context;
  const { mode, unknownValue } = modeOfNamespace(
    name,
    { kind: 'found', namespace: parsed.namespace },
    { default: config.mode, exemptNamespaces: config.exemptNamespaces },
  );
  // A mistyped mode would silently be another one.
  const mistyped =
    unknownValue === undefined
      ? []
      : [
          `pullgate: ${modeLabel}: ${unknownValue === '' ? '""' : printable(unknownValue, 63)} is not a valid mode; "${mode}" applies; valid are ${modes.join(', ')}`,
        ];
  if (operation === 'CREATE' || mode === 'off') return allowed(uid, { warnings: mistyped });
  const warnings = await beforeDeadline(warningsOfAll(name, mode, time, context), time);
  return allowed(uid, { warnings: [...mistyped, ...(warnings ?? [])] });
}

function labelOf(parsed: ReturnType<typeof parseNamespace>): string | undefined {
  return parsed.ok ? parsed.namespace.labels.get(modeLabel) : undefined;
}

/** A page of warnings is read by nobody, and each workload costs requests. */
const mostExamined = 200;
/** So that reviews of other requests have their share. */
const atATime = 8;
/** Of the time of the review: what was begun must also be told. */
const share = 0.8;

async function warningsOfAll(
  namespace: string,
  mode: Mode,
  { deadlineMs }: Time,
  context: ReviewSettings,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(Math.round(deadlineMs * share));
  const existing = await context.facts.existingIn?.(namespace, signal);
  // Without the right to list them it is as if nobody had asked (contract §5).
  if (existing === undefined || existing.kind === 'none-listed') return [];
  const limit = pLimit(atATime);
  const { applied: settings } = await context.settingsNow();
  const examine = async (workload: Workload): Promise<ExistingFound | undefined> => {
    if (signal.aborted) return undefined;
    const prediction = await predict(
      workload,
      sourcesOf(context, { namespace: workload.namespace, isUpdate: false, exists: true, isDryRun: false }),
      settings,
      signal,
    );
    return {
      name: `${workload.kind}/${workload.name}`,
      lines: admissionLinesOf(prediction, settings.levelOf),
      mayReject: context.config.deny[denyRuleOf(workload)],
    };
  };
  const chosen = existing.workloads.slice(0, mostExamined);
  const examined = await Promise.all(chosen.map((workload) => limit(() => examine(workload))));
  const found = examined.filter((one) => one !== undefined);
  return warningsOfExisting(found, {
    namespace,
    mode,
    existing: existing.workloads.length + existing.beyond,
    examined: found.length,
    unlisted: existing.unlisted,
  });
}
