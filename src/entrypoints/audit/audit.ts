/** `pullgate audit`: what runs, and whether it would come back. */
import { choiceOf, parseFlags, usage } from '../../cli/parse-flags.ts';
import { levelsWith, modes } from '../../core/verdict/verdict.ts';
import { type Output, outputsOf } from '../../examination/outputs.ts';
import { exitCodeOf, failOns } from '../../report/exit-code.ts';
import { auditSummaryOf, auditTextOf } from '../../report/format/audit-text.ts';
import { htmlOf } from '../../report/format/html.ts';
import { jsonOf } from '../../report/format/json.ts';
import { junitOf } from '../../report/format/junit.ts';
import { caveatsOf } from '../../report/format/summary-line.ts';
import type { PullReport } from '../../report/pull-report.ts';
import { auditCommand } from './audit-command.ts';
import { withHubByHead } from './hub-by-head.ts';
import { helpWanted, writeOutputs } from './output.ts';
import { examineRunning, type RunningSurroundings, settingsOf } from './run.ts';
import { runningOptionsOf } from './running-options.ts';
import { wouldDeny } from './would-deny.ts';

type Format = 'text' | 'json' | 'junit' | 'html';
const formats: readonly Format[] = ['text', 'json', 'junit', 'html'];

/** @returns the exit code. @throws UsageError */
export async function runAudit(args: readonly string[], surroundings: RunningSurroundings): Promise<number> {
  const flags = parseFlags(auditCommand, args);
  if (helpWanted(auditCommand, flags, surroundings)) return 0;
  if (flags.operands.length > 0)
    throw usage(auditCommand, `takes no operand ${JSON.stringify(flags.operands[0])}; name a dump with --facts PATH`);
  const options = runningOptionsOf(auditCommand, flags);
  const outputs = outputsOf(auditCommand, flags.values.get('output') ?? ['text'], formats);
  const mode = choiceOf(auditCommand, flags, 'mode', modes, 'enforce');
  const failOn = choiceOf(auditCommand, flags, 'fail-on', failOns, 'deny');
  const settings = withHubByHead(await settingsOf(auditCommand, options, surroundings));
  const wanted = { options, settings, mode };
  const { report } = await examineRunning(auditCommand, wanted, surroundings, ({ subjects }) => ({ subjects }));
  const isWouldDeny = flags.given.has('would-deny');
  const shown = isWouldDeny ? wouldDeny(report) : report;
  const failed = await writeOutputs(auditCommand, outputs, surroundings, (format, color) => {
    switch (format) {
      case 'text':
        return auditTextOf(shown, { color, wouldDeny: isWouldDeny });
      case 'json':
        return jsonOf(shown);
      case 'junit':
        return junitOf(shown);
      case 'html':
        return htmlOf(shown);
    }
  });
  if (failed) return 3;
  sumUp(shown, outputs, surroundings);
  return exitCodeOf(shown, {
    failOn,
    isStrict: false,
    levelOf: levelsWith(settings.config.levels, settings.config.registries),
  });
}

/** For whoever sees no text. */
function sumUp(report: PullReport, outputs: readonly Output<Format>[], { standardError }: RunningSurroundings): void {
  if (outputs.some(({ format, file }) => format === 'text' && file === undefined)) return;
  const gaps = caveatsOf(report).filter((caveat) => caveat.startsWith('incomplete'));
  standardError.write(`${auditCommand.name}: ${[auditSummaryOf(report), ...gaps].join('; ')}\n`);
}
