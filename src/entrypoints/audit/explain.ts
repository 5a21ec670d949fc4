/** `pullgate explain`: why a Pod waits for its image, and whether it still has to. */
import type { CommandSpec } from '../../cli/command.ts';
import { parseFlags, usage } from '../../cli/parse-flags.ts';
import { parseTarget, subjectNamed } from '../../core/running/target.ts';
import { outputsOf } from '../../examination/outputs.ts';
import { explainTextOf } from '../../report/format/explain-text.ts';
import { jsonOf } from '../../report/format/json.ts';
import type { PullReport } from '../../report/pull-report.ts';
import { runningFlags } from './audit-command.ts';
import { helpWanted, writeOutputs } from './output.ts';
import { examineRunning, type RunningSurroundings, settingsOf } from './run.ts';
import { runningOptionsOf } from './running-options.ts';

const { 'all-namespaces': _everywhere, namespace: _several, ...sharedFlags } = runningFlags;

export const explainCommand = {
  name: 'pullgate explain',
  operands: 'KIND/NAME',
  summary:
    "Says why a Pod waits for its image: the kubelet's own words and what they mean, what the registry says now, whether the next attempt would succeed and when it is due, and what to do. Of a Deployment or another owner it explains the Pod that has waited longest.",
  flags: {
    ...sharedFlags,
    namespace: { short: 'n', value: 'NAMESPACE', help: 'Where it is; by default the namespace of the context.' },
    output: {
      short: 'o',
      value: 'FORMAT[=FILE]',
      repeatable: true,
      help: 'text or json (default "text"), on standard output or in FILE. May be repeated.',
    },
  },
  notes: [
    'Exit codes: 0 it can be pulled, 1 it cannot, or it waits and the reason is unknown, 2 there is no such object,\nthe time was over, bad usage, configuration or input, 3 internal error.',
    'Examples:\n  pullgate explain pod/web-5d4f-x7k2p -n shop\n  pullgate explain deployment/web -n shop',
  ],
} as const satisfies CommandSpec;

/** @returns the exit code. @throws UsageError */
export async function runExplain(args: readonly string[], surroundings: RunningSurroundings): Promise<number> {
  const flags = parseFlags(explainCommand, args);
  if (helpWanted(explainCommand, flags, surroundings)) return 0;
  const [written, ...others] = flags.operands;
  const target = written === undefined ? undefined : parseTarget(written);
  if (target === undefined || written === undefined || others.length > 0)
    throw usage(explainCommand, 'name one object as KIND/NAME, such as pod/web-5d4f-x7k2p');
  const options = runningOptionsOf(explainCommand, flags);
  const outputs = outputsOf(explainCommand, flags.values.get('output') ?? ['text'], ['text', 'json']);
  const settings = await settingsOf(explainCommand, options, surroundings);
  let place = '';
  const { report } = await examineRunning(
    explainCommand,
    { options, settings, mode: 'enforce' },
    surroundings,
    (opened) => {
      const namespace = options.namespaces?.[0] ?? opened.namespace ?? 'default';
      place = namespace;
      const subject = subjectNamed(target, namespace, opened.running, opened.subjects);
      return { subjects: subject === undefined ? [] : [subject] };
    },
  );
  if (report.results.length === 0) {
    const gaps = (report.unread ?? []).map(
      ({ resource, why, remedy }) => `; ${resource} could not be listed (${why}), ${remedy}`,
    );
    surroundings.standardError.write(
      `${explainCommand.name}: there is no ${written} in namespace ${place}, or it is over${gaps.join('')}\n`,
    );
    return 2;
  }
  const failed = await writeOutputs(explainCommand, outputs, surroundings, (format, color) =>
    format === 'json' ? jsonOf(report) : explainTextOf(report, { color }),
  );
  return failed ? 3 : exitCodeOf(report);
}

function exitCodeOf({ results, summary }: PullReport): 0 | 1 | 2 {
  if (!summary.complete) return 2;
  const images = results.flatMap((result) => result.images);
  const isStuck = images.some(
    ({ outcome, observed }) => outcome === 'unpullable' || (outcome === 'unconfirmed' && observed !== undefined),
  );
  return isStuck ? 1 : 0;
}
