/**
 * Findings that are known, so that a run counts only what is new: written by `--write-baseline`, read by `--baseline`. They are
 * known by their fingerprints; the rest of an entry is for people who read a change of the file.
 */
import { fingerprintsOf } from './format/fingerprint.ts';
import { jsonText } from './format/json.ts';
import { placedFindings } from './format/placed-finding.ts';
import type { PullReport } from './pull-report.ts';

export type Baseline = {
  readonly apiVersion: 'pullgate.dev/v1alpha1';
  readonly kind: 'Baseline';
  readonly findings: readonly BaselineEntry[];
};

type BaselineEntry = {
  readonly fingerprint: string;
  readonly code: string;
  readonly workload: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly image?: string;
};

/** In the order of the report, without times: the same findings make the same text. */
export function baselineTextOf(report: PullReport): string {
  const placed = placedFindings(report);
  const fingerprints = fingerprintsOf(placed);
  const findings = placed.map(({ finding, of, image }, index): BaselineEntry => {
    const { kind, namespace, name } = of.workload;
    return {
      fingerprint: fingerprints[index] ?? '',
      code: finding.code,
      workload: { kind, namespace, name },
      ...(image && { image: image.image }),
    };
  });
  const baseline: Baseline = { apiVersion: 'pullgate.dev/v1alpha1', kind: 'Baseline', findings };
  return jsonText(baseline);
}

export type ParsedBaseline =
  | { readonly ok: true; readonly fingerprints: ReadonlySet<string> }
  | { readonly ok: false; readonly problem: string };

/** @param text foreign: only the fingerprints are looked at */
export function parseBaseline(text: string): ParsedBaseline {
  const value = jsonOrNothing(text);
  if (value === undefined) return { ok: false, problem: 'is not JSON' };
  const { apiVersion, kind, findings } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (kind !== 'Baseline' || typeof apiVersion !== 'string' || !apiVersion.startsWith('pullgate.dev/'))
    return { ok: false, problem: 'is not a Baseline of pullgate.dev' };
  const fingerprints = Array.isArray(findings) ? findings.map(fingerprintIn) : [undefined];
  if (!fingerprints.every((fingerprint) => fingerprint !== undefined))
    return { ok: false, problem: 'has a finding without a fingerprint' };
  return { ok: true, fingerprints: new Set(fingerprints) };
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function fingerprintIn(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null || !('fingerprint' in entry)) return undefined;
  return typeof entry.fingerprint === 'string' ? entry.fingerprint : undefined;
}
