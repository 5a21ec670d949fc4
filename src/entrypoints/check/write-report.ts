/** Brings a report to where the flags want it: standard output, files, the log of a machine, the summary page of a job. */
import { appendFile } from 'node:fs/promises';
import type { LevelOf } from '../../core/verdict/verdict.ts';
import { unwritten } from '../../examination/outputs.ts';
import type { Surroundings } from '../../examination/surroundings.ts';
import { exitCodeOf } from '../../report/exit-code.ts';
import { render } from '../../report/format/format.ts';
import { placeName } from '../../report/format/placed-finding.ts';
import { stepSummaryOf } from '../../report/format/step-summary.ts';
import { caveatsOf, summaryLineOf } from '../../report/format/summary-line.ts';
import { logLine } from '../../report/log-text.ts';
import type { PullReport } from '../../report/pull-report.ts';
import { errorCode } from '../../sources/files/error-reason.ts';
import type { RunOptions } from './options.ts';

/** @returns the exit code */
export async function writeReport(
  report: PullReport,
  { outputs, failOn, isStrict }: RunOptions,
  levelOf: LevelOf,
  { standardOutput, standardError, environment }: Surroundings,
  notify: (notice: string) => void,
): Promise<number> {
  const hasColor = standardOutput.isTTY === true && !environment.NO_COLOR;
  const columns = standardOutput.isTTY === true ? standardOutput.columns : undefined;
  for (const { format, file } of outputs)
    if (file === undefined)
      standardOutput.write(render(report, format, { color: hasColor, ...(columns !== undefined && { columns }) }));
    else {
      const failure = await unwritten(file, render(report, format, { color: false }));
      if (failure === undefined) continue;
      notify(failure);
      return 3;
    }
  const summaryPath = environment.GITHUB_STEP_SUMMARY;
  if (outputs.some(({ format }) => format === 'github') && summaryPath) {
    const failed = await appendFailure(summaryPath, stepSummaryOf(report));
    if (failed !== undefined) notify(`cannot write the job summary to GITHUB_STEP_SUMMARY (${failed})`);
  }
  const isToldInText = outputs.some(({ format, file }) => format === 'text' && file === undefined);
  if (!isToldInText) {
    for (const { file, line, reason } of report.problems)
      standardError.write(logLine(`${placeName(file, line)}: ${reason}`));
    notify(summaryWithGaps(report));
  }
  if (isStrict && report.skipped.length + report.unknownKinds.length > 0)
    notify('--strict: the exit code is 2 because input was skipped or has an unknown kind');
  return exitCodeOf(report, { failOn, isStrict, levelOf });
}

/** For those who read the log of a machine: what was found, and whether that is all. */
function summaryWithGaps(report: PullReport): string {
  const gaps = caveatsOf(report).filter((caveat) => caveat.startsWith('incomplete'));
  return [summaryLineOf(report), ...gaps].join('; ');
}

/** The summary is an extra: without it the verdict is the same. @returns the code of the error, if there was one */
async function appendFailure(path: string, text: string): Promise<string | undefined> {
  try {
    await appendFile(path, text);
    return undefined;
  } catch (error) {
    return errorCode(error);
  }
}
