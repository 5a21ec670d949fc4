/** `pullgate whatif`: which workloads would not come back if a node, a zone or a registry went away. */
import type { CommandSpec } from '../../cli/command.ts';
import { type ParsedFlags, parseFlags, usage } from '../../cli/parse-flags.ts';
import { planSettingsOf } from '../../config/plan-settings.ts';
import { parsePlatformList } from '../../config/platform-list.ts';
import { imagesInOutage } from '../../core/running/outage.ts';
import { outputsOf } from '../../examination/outputs.ts';
import { jsonText } from '../../report/format/json.ts';
import { whatIfJunitOf } from '../../report/format/what-if-junit.ts';
import { whatIfSummaryOf, whatIfTextOf } from '../../report/format/what-if-text.ts';
import { entryOfOutage, whatIfReportOf } from '../../report/what-if-report.ts';
import { foretellMove } from './foretell-move.ts';
import { openRunning } from './open-running.ts';
import { helpWanted, writeOutputs } from './output.ts';
import { type RunningSurroundings, settingsOf, type Wanted } from './run.ts';
import { runningOptionsOf } from './running-options.ts';
import { type Asked, whatIfCommand as command, type Foretold } from './what-if-command.ts';

/** @returns the exit code. @throws UsageError */
export async function runWhatIf(args: readonly string[], surroundings: RunningSurroundings): Promise<number> {
  const flags = parseFlags(command, args);
  if (helpWanted(command, flags, surroundings)) return 0;
  if (flags.operands.length > 0) throw usage(command, `takes no operand ${JSON.stringify(flags.operands[0])}`);
  const asked = askedOf(command, flags);
  const { platform: _scenario, ...values } = Object.fromEntries(flags.values);
  const options = runningOptionsOf(command, { ...flags, values: new Map(Object.entries(values)) });
  const outputs = outputsOf(command, flags.values.get('output') ?? ['text'], ['text', 'json', 'junit']);
  const settings = await settingsOf(command, options, surroundings);
  const wanted: Wanted = { options, settings, mode: 'enforce' };
  const told =
    asked.kind === 'down'
      ? await foretellOutage(asked.registries, wanted, surroundings)
      : await foretellMove(asked, wanted, surroundings);
  const report = whatIfReportOf(told.entries, {
    scenario: told.scenario,
    metadata: {
      creationTimestamp: surroundings.now().toISOString(),
      tool: `pullgate/${surroundings.version}`,
    },
    complete: told.complete,
    unread: told.unread,
  });
  const failed = await writeOutputs(command, outputs, surroundings, (format, color) => {
    switch (format) {
      case 'text':
        return whatIfTextOf(report, { color });
      case 'json':
        return jsonText(report);
      case 'junit':
        return whatIfJunitOf(report);
    }
  });
  if (failed) return 3;
  if (!outputs.some(({ format, file }) => format === 'text' && file === undefined))
    surroundings.standardError.write(`${command.name}: ${whatIfSummaryOf(report)}\n`);
  const { summary } = report;
  if (!summary.complete) return 2;
  return summary.cannotRestart + summary.cannotMove > 0 ? 1 : 0;
}

function askedOf(spec: CommandSpec, { values }: ParsedFlags): Asked {
  const scenarios = ['drain', 'cordon-zone', 'platform', 'down'].filter((flag) => values.has(flag));
  const [scenario, other] = scenarios;
  if (scenario === undefined || other !== undefined)
    throw usage(spec, 'name one of --drain NODE, --cordon-zone ZONE, --platform OS/ARCH and --down REGISTRY');
  const written = values.get(scenario)?.at(-1) ?? '';
  switch (scenario) {
    case 'drain':
      return { kind: 'drain', node: written };
    case 'cordon-zone':
      return { kind: 'cordon-zone', zone: written };
    case 'platform': {
      const parsed = parsePlatformList(written);
      if (!parsed.ok) throw usage(spec, `--platform: ${parsed.error}`);
      const [platform, second] = parsed.platforms;
      if (platform === undefined || second !== undefined) throw usage(spec, '--platform takes one platform');
      return { kind: 'platform', platform, written };
    }
    default: {
      const registries = (values.get('down') ?? []).flatMap((list) => list.split(',')).map(registryOf);
      if (registries.includes('')) throw usage(spec, '--down names no registry; write its host, such as docker.io');
      return { kind: 'down', registries };
    }
  }
}

/** The names under which Docker Hub is reached are one registry. */
function registryOf(written: string): string {
  const host = written.trim().toLowerCase();
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}

async function foretellOutage(
  registries: readonly string[],
  { options, settings }: Wanted,
  { standardInput, standardError, interrupted }: RunningSurroundings,
): Promise<Foretold> {
  const { config, files } = settings;
  const signal = AbortSignal.any([AbortSignal.timeout(options.timeoutMs), interrupted]);
  const opened = await openRunning({ command, options, config, standardInput, signal });
  opened.close();
  for (const notice of opened.notices) standardError.write(`${command.name}: ${notice}\n`);
  const down = new Set(registries);
  const planning = planSettingsOf(config, files, true);
  const entries = opened.subjects.map(({ workload, added, owner, pods }) => {
    const { apiVersion, kind, namespace, name } = workload;
    const images = [workload, ...added].flatMap((one) => imagesInOutage(one, opened.nodes, planning, down));
    const subject = {
      workload: { apiVersion, kind, namespace, name },
      ...(owner && { owner }),
      pods: { total: pods.length, affected: pods.length },
    };
    return entryOfOutage(subject, images, registries);
  });
  return {
    scenario: { kind: 'down', registries },
    entries,
    complete: !signal.aborted && opened.problems.length === 0,
    unread: opened.unread,
  };
}
