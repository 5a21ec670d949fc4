/** `pullgate audit`: what runs, and whether it would come back. */
import { helpOf } from '../../cli/help.ts';
import { choiceOf, parseFlags, usage } from '../../cli/parse-flags.ts';
import { levelsWith, modes } from '../../core/verdict/verdict.ts';
import { type Output, outputsOf, unwritten } from '../../examination/outputs.ts';
import { progressOn, type Terminal } from '../../examination/progress.ts';
import { readSettings } from '../../examination/settings.ts';
import { exitCodeOf, failOns } from '../../report/exit-code.ts';
import { type AuditTextOptions, auditSummaryOf, auditTextOf } from '../../report/format/audit-text.ts';
import { jsonOf } from '../../report/format/json.ts';
import { junitOf } from '../../report/format/junit.ts';
import { caveatsOf } from '../../report/format/summary-line.ts';
import type { PullReport } from '../../report/pull-report.ts';
import { reportOf } from '../../report/report-of.ts';
import type { Clock } from '../../sources/registry/send.ts';
import { auditCommand } from './audit-command.ts';
import { examineSubjects } from './examine-subjects.ts';
import { openRunning } from './open-running.ts';
import { runningOptionsOf } from './running-options.ts';
import { wouldDeny } from './would-deny.ts';

export type Surroundings = {
  readonly version: string;
  readonly standardInput: AsyncIterable<Uint8Array>;
  readonly standardOutput: Terminal;
  readonly standardError: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Somebody wants the run to end, and to see what is known by then. */
  readonly interrupted: AbortSignal;
  /** By default the monotonic clock of the process. */
  readonly clock?: Clock;
};

type Format = 'text' | 'json' | 'junit';
const formats: readonly Format[] = ['text', 'json', 'junit'];

/** @returns the exit code. @throws UsageError */
export async function runAudit(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const flags = parseFlags(auditCommand, args);
  const { standardOutput, standardError, environment } = surroundings;
  if (flags.given.has('help')) {
    standardOutput.write(helpOf(auditCommand));
    return 0;
  }
  if (flags.operands.length > 0)
    throw usage(auditCommand, `takes no operand ${JSON.stringify(flags.operands[0])}; name a dump with --facts PATH`);
  const options = runningOptionsOf(auditCommand, flags);
  const outputs = outputsOf(auditCommand, flags.values.get('output') ?? ['text'], formats);
  const mode = choiceOf(auditCommand, flags, 'mode', modes, 'enforce');
  const failOn = choiceOf(auditCommand, flags, 'fail-on', failOns, 'deny');
  const settings = await readSettings(options, environment.PATH);
  if (!settings.ok) throw usage(auditCommand, settings.problems.join('\n'));
  const report = await reportWithin(surroundings, { options, settings, mode });
  const isWouldDeny = flags.given.has('would-deny');
  const shown = isWouldDeny ? wouldDeny(report) : report;
  const failure = await write(shown, { outputs, wouldDeny: isWouldDeny }, surroundings);
  if (failure !== undefined) {
    standardError.write(`${auditCommand.name}: ${failure}\n`);
    return 3;
  }
  return exitCodeOf(shown, { failOn, isStrict: false, levelOf: levelsWith(settings.config.levels) });
}

type Wanted = {
  readonly options: ReturnType<typeof runningOptionsOf>;
  readonly settings: Extract<Awaited<ReturnType<typeof readSettings>>, { ok: true }>;
  readonly mode: (typeof modes)[number];
};

async function reportWithin(surroundings: Surroundings, { options, settings, mode }: Wanted): Promise<PullReport> {
  const { standardError, standardInput, interrupted, version, clock, now } = surroundings;
  const { config } = settings;
  const signal = AbortSignal.any([AbortSignal.timeout(options.timeoutMs), interrupted]);
  const opened = await openRunning({ command: auditCommand, options, config, standardInput, signal });
  const { subjects, running, world } = opened;
  const notify = (notice: string) => standardError.write(`${auditCommand.name}: ${notice}\n`);
  for (const notice of opened.notices) notify(notice);
  const total = subjects.reduce((sum, { added }) => sum + 1 + added.length, 0);
  const progress = progressOn(standardError, total, () => performance.now());
  try {
    const examining = {
      world,
      settings,
      mode,
      isAdmitted: true,
      concurrency: options.concurrency,
      version,
      ...(clock && { clock }),
      signal,
      onExamined: progress.advance,
    };
    const checked = await examineSubjects(subjects, running, examining, now().getTime());
    for (const notice of world.notices()) notify(notice);
    const { problems, skipped, unread, nodesAreMissingBecause } = opened;
    return reportOf(checked, {
      tool: `pullgate/${version}`,
      createdAt: now(),
      problems,
      skipped,
      unknownKinds: new Map(),
      isFinished: !signal.aborted,
      deny: config.deny,
      ...(nodesAreMissingBecause !== undefined && { nodesAreMissingBecause }),
      ...(unread.length > 0 && { unread }),
      ...(interrupted.aborted && { isInterrupted: true }),
    });
  } finally {
    progress.end();
    opened.close();
  }
}

/** @returns why something could not be written */
async function write(
  report: PullReport,
  { outputs, wouldDeny: isWouldDeny }: { readonly outputs: readonly Output<Format>[]; readonly wouldDeny: boolean },
  { standardOutput, standardError, environment }: Surroundings,
): Promise<string | undefined> {
  const hasColor = standardOutput.isTTY === true && !environment.NO_COLOR;
  for (const { format, file } of outputs) {
    const text = rendered(report, format, { color: file === undefined && hasColor, wouldDeny: isWouldDeny });
    if (file === undefined) standardOutput.write(text);
    else {
      const failure = await unwritten(file, text);
      if (failure !== undefined) return failure;
    }
  }
  if (outputs.some(({ format, file }) => format === 'text' && file === undefined)) return undefined;
  const gaps = caveatsOf(report).filter((caveat) => caveat.startsWith('incomplete'));
  standardError.write(`${auditCommand.name}: ${[auditSummaryOf(report), ...gaps].join('; ')}\n`);
  return undefined;
}

function rendered(report: PullReport, format: Format, options: AuditTextOptions): string {
  switch (format) {
    case 'text':
      return auditTextOf(report, options);
    case 'json':
      return jsonOf(report);
    case 'junit':
      return junitOf(report);
  }
}
