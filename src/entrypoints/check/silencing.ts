/** What does not count in a check: the files of baselines, and the annotations of workloads. */
import { writeFile } from 'node:fs/promises';
import { usage } from '../../cli/parse-flags.ts';
import { readBoundedFile } from '../../file/read-bounded-file.ts';
import { baselineTextOf, parseBaseline } from '../../report/baseline.ts';
import { isFindingCode } from '../../report/finding-code.ts';
import { placeName, workloadName } from '../../report/format/placed-finding.ts';
import { printable } from '../../report/printable.ts';
import type { PullReport } from '../../report/pull-report.ts';
import { errorCode } from '../../sources/files/error-reason.ts';
import { checkCommand } from './command.ts';

const mostBaselineBytes = 64 * 1024 * 1024;

/** Fingerprints of findings. @throws UsageError */
export async function readBaseline(path: string): Promise<ReadonlySet<string>> {
  const file = await readBoundedFile(path, mostBaselineBytes);
  const remedy = 'write it with --write-baseline';
  if (file.kind !== 'content') throw usage(checkCommand, `--baseline ${printable(path)}: ${file.reason}; ${remedy}`);
  const parsed = parseBaseline(new TextDecoder().decode(file.bytes));
  if (!parsed.ok) throw usage(checkCommand, `--baseline ${printable(path)}: ${parsed.problem}; ${remedy}`);
  return parsed.fingerprints;
}

/** @returns whether it could be written */
export async function writeBaseline(
  path: string,
  report: PullReport,
  notify: (notice: string) => void,
): Promise<boolean> {
  try {
    await writeFile(path, baselineTextOf(report));
  } catch (error) {
    notify(`cannot write ${JSON.stringify(path)} of --write-baseline: ${errorCode(error)}; name another file`);
    return false;
  }
  notify(`wrote the findings of this run to ${printable(path)}; name it with --baseline from now on`);
  return true;
}

/** Codes in annotations that do not exist silence nothing: a word for each workload that has some. */
export function ignoreNotices({ results }: PullReport): readonly string[] {
  return results.flatMap((workload) => {
    const unknown = workload.ignoredCodes?.filter((code) => !isFindingCode(code)) ?? [];
    if (unknown.length === 0) return [];
    const { source } = workload.workload;
    const place = source === undefined ? '' : `${placeName(source.file, source.line)}: `;
    const codes = unknown.map((code) => printable(code)).join(', ');
    return [
      `${place}the annotation pullgate.dev/ignore of ${workloadName(workload)} names no code of a finding: ${codes}`,
    ];
  });
}
