/** `pullgate doctor`: what nodes have pulled and pullgate would deny is the truth about what it assumes. */
import { readFile } from 'node:fs/promises';
import type { CommandSpec } from '../../cli/command.ts';
import { parseFlags, usage } from '../../cli/parse-flags.ts';
import { configWith } from '../../config/added-lines.ts';
import { withAssumeFlags } from '../../config/assumptions.ts';
import { keyOf, pullsMadeBy, type WrongPremise, withPlaceholders } from '../../core/running/pulls-made.ts';
import type { Subject } from '../../core/running/subjects.ts';
import { outputsOf } from '../../examination/outputs.ts';
import { assumeFlagsOf, doctorReportOf, type ExplainedPull, linesOf } from '../../report/doctor-report.ts';
import { doctorTextOf, figureOf } from '../../report/format/doctor-text.ts';
import { jsonText } from '../../report/format/json.ts';
import { runningFlags } from './audit-command.ts';
import { deniedAmong } from './denied-among.ts';
import { worldBeforePulls } from './doctor-world.ts';
import { withHubByHead } from './hub-by-head.ts';
import type { OpenedRun } from './open-running.ts';
import { helpWanted, writeOutputs } from './output.ts';
import { type Chosen, examineRunning, type RunningSurroundings, settingsOf, type Wanted } from './run.ts';
import { runningOptionsOf } from './running-options.ts';

export const doctorCommand = {
  name: 'pullgate doctor',
  operands: '',
  summary:
    'Compares what nodes have pulled with what mode enforce would have denied, had it been asked before: each image of both kinds is named with the line of the configuration that explains it, such as mirrors that pullgate does not see. "-o config" prints a configuration with these lines that is ready to use.',
  flags: {
    ...runningFlags,
    output: {
      short: 'o',
      value: 'FORMAT[=FILE]',
      repeatable: true,
      help: 'text, json or config (default "text"), on standard output or in FILE. May be repeated.',
    },
  },
  notes: [
    'Exit codes: 0 nothing that nodes pulled would have been denied, 1 something would, 2 bad usage, configuration\nor input, something could not be read, or the run ended early, 3 internal error.',
    'Examples:\n  pullgate doctor -A\n  pullgate doctor -A -o text -o config=pullgate.yaml && pullgate doctor -A --config pullgate.yaml',
  ],
} as const satisfies CommandSpec;

/** @returns the exit code. @throws UsageError */
export async function runDoctor(args: readonly string[], surroundings: RunningSurroundings): Promise<number> {
  const flags = parseFlags(doctorCommand, args);
  if (helpWanted(doctorCommand, flags, surroundings)) return 0;
  if (flags.operands.length > 0) throw usage(doctorCommand, `takes no operand ${JSON.stringify(flags.operands[0])}`);
  const options = runningOptionsOf(doctorCommand, flags);
  const outputs = outputsOf(doctorCommand, flags.values.get('output') ?? ['text'], ['text', 'json', 'config']);
  const settings = withHubByHead(await settingsOf(doctorCommand, options, surroundings));
  const wanted: Wanted = { options, settings, mode: 'enforce' };
  let subjects: readonly Subject[] = [];
  const first = await examineRunning(doctorCommand, wanted, surroundings, (opened) => {
    ({ subjects } = opened);
    return inThePast(opened, subjects);
  });
  const { opened, checked, report } = first;
  const made = pullsMadeBy(subjects.flatMap(({ pods }) => pods));
  const denied = withPlaceholders(deniedAmong(subjects, checked, opened.running, settings.config));
  const explained = withAssumeFlags(settings.config, assumeFlagsOf(denied));
  if (!explained.ok) throw new Error(explained.problems.join(', '));
  const remaining = denied.length === 0 ? [] : await deniedStill(denied, explained.config, first, wanted, surroundings);
  const told = doctorReportOf(denied, {
    metadata: { creationTimestamp: surroundings.now().toISOString(), tool: `pullgate/${surroundings.version}` },
    pulls: made.size,
    denied: distinctIn(denied),
    remaining: distinctIn(remaining),
    complete: report.summary.complete,
    unread: report.unread ?? [],
  });
  const { configPath } = options;
  const written = configPath === undefined ? undefined : await readFile(configPath, 'utf8');
  const failed = await writeOutputs(doctorCommand, outputs, surroundings, (format, color) => {
    switch (format) {
      case 'text':
        return doctorTextOf(told, { color });
      case 'json':
        return jsonText(told);
      case 'config':
        return configWith(written, linesOf(denied));
    }
  });
  if (failed) return 3;
  if (!outputs.some(({ format, file }) => format === 'text' && file === undefined))
    surroundings.standardError.write(`${doctorCommand.name}: ${figureOf(told)}\n`);
  if (!told.summary.complete) return 2;
  return told.summary.denied > 0 ? 1 : 0;
}

function distinctIn(pulls: readonly ExplainedPull[]): number {
  return new Set(pulls.map(keyOf)).size;
}

function inThePast({ world, nodes }: OpenedRun, subjects: readonly Subject[]): Chosen {
  return { subjects, world: worldBeforePulls(world, nodes) };
}

/** With the lines that explain them: those of findings without a word of their own are levels, and need no second look. */
async function deniedStill(
  denied: readonly ExplainedPull[],
  config: Wanted['settings']['config'],
  { opened }: Awaited<ReturnType<typeof examineRunning>>,
  { options, settings, mode }: Wanted,
  surroundings: RunningSurroundings,
): Promise<readonly ExplainedPull[]> {
  const subjects = [...new Set(denied.filter(({ premise }) => !isLevel(premise)).map(({ subject }) => subject))];
  const again = { options, settings: { ...settings, config }, mode };
  const { checked } = await examineRunning(
    doctorCommand,
    again,
    surroundings,
    (reopened) => inThePast(reopened, subjects),
    opened,
  );
  const levels = new Set(denied.filter(({ premise }) => isLevel(premise)).map(keyOf));
  return deniedAmong(subjects, checked, opened.running, config).filter((pull) => !levels.has(keyOf(pull)));
}

function isLevel(premise: WrongPremise): boolean {
  return premise === 'findings' || premise === 'placeholder';
}
