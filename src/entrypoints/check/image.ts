/** `pullgate image`: what a check would say of references alone. */
import type { CommandSpec } from '../../cli/command.ts';
import { helpOf } from '../../cli/help.ts';
import { parseFlags, usage } from '../../cli/parse-flags.ts';
import { levelsWith } from '../../core/verdict/verdict.ts';
import { parseWorkload, type Workload } from '../../core/workload/workload.ts';
import { builtInWorkloadKinds } from '../../core/workload/workload-kind.ts';
import { readSettings } from '../../examination/settings.ts';
import type { Surroundings } from '../../examination/surroundings.ts';
import { worldOfInput } from '../../examination/world.ts';
import { logLine } from '../../report/log-text.ts';
import { reportOf } from '../../report/report-of.ts';
import { FileFacts } from '../../sources/facts/file-facts.ts';
import { checkCommand } from './command.ts';
import { examine } from './examine.ts';
import { runOptionsOf } from './options.ts';
import { writeReport } from './write-report.ts';

const { output, platform, assume, config, concurrency, wait, timeout, help } = checkCommand.flags;

export const imageCommand = {
  name: 'pullgate image',
  operands: 'REF…',
  summary:
    'Predicts, for each image reference, whether a node without pull Secrets could pull it. Nothing but the registries is contacted.',
  flags: {
    output,
    platform: {
      value: platform.value,
      help: 'Platforms of the nodes, such as linux/amd64,linux/arm64/v8. Without it platforms are not judged.',
    },
    'fail-on': checkCommand.flags['fail-on'],
    assume,
    config,
    'docker-config': checkCommand.flags['docker-config'],
    'examiner-config': checkCommand.flags['examiner-config'],
    concurrency: { value: concurrency.value, help: 'Images examined at the same time (default 32).' },
    wait,
    timeout,
    help,
  },
  notes: [
    'Exit codes: 0 nothing at or above --fail-on, 1 findings at or above it, 2 bad usage or configuration,\nor the time ran out, 3 internal error, or the output cannot be written.',
    'Examples:\n  pullgate image nginx:1.27\n  pullgate image --platform linux/amd64,linux/arm64 registry.example.com/team/app:1.4.2\n  pullgate image --docker-config ~/.docker/config.json -o json registry.example.com/team/app:1.4.2',
  ],
} as const satisfies CommandSpec;

/** @returns the exit code. @throws UsageError */
export async function runImage(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { standardOutput, standardError, environment, version } = surroundings;
  const flags = parseFlags(imageCommand, args);
  if (flags.given.has('help')) {
    standardOutput.write(helpOf(imageCommand));
    return 0;
  }
  if (flags.operands.length === 0) throw usage(imageCommand, 'name an image, such as nginx:1.27');
  const options = runOptionsOf(imageCommand, flags);
  const signal = AbortSignal.timeout(options.timeoutMs);
  const read = await readSettings(options, environment.PATH);
  if (!read.ok) throw usage(imageCommand, read.problems.join('\n'));
  // A reference has no pull policy that could be advised on.
  const levels = new Map([...read.config.levels, ['needless-always', 'off'] as const]);
  const settings = { ...read, config: { ...read.config, levels } };
  const levelOf = levelsWith(levels, read.config.registries);
  const { platforms } = options;
  const world = worldOfInput(
    new FileFacts({ namespace: '', completeness: 'complete', ...(platforms && { platforms }) }),
  );
  const workloads = [...new Set(flags.operands)].map((reference) => ({ workload: workloadOf(reference) }));
  const { checked, isFinished } = await examine(workloads, world, options, settings, surroundings, signal);
  const report = reportOf(checked, {
    tool: `pullgate/${version}`,
    createdAt: new Date(),
    problems: [],
    skipped: [],
    unknownKinds: new Map(),
    isFinished,
    levelOf,
    deny: { workloads: true, pods: true, controlledPods: true },
  });
  const notify = (notice: string) => standardError.write(logLine(`${imageCommand.name}: ${notice}`));
  return writeReport(report, options, levelOf, surroundings, notify);
}

/** What would have to pull the image, whatever nodes have already: a Pod of one container, with no Secret and no account of its own. */
function workloadOf(reference: string): Workload {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'image' },
    spec: { containers: [{ image: reference, imagePullPolicy: 'Always' }] },
  };
  const parsed = parseWorkload(pod, { kinds: builtInWorkloadKinds, namespace: '' });
  if (parsed.kind !== 'workload')
    throw new Error(`a Pod with the image ${JSON.stringify(reference)} is ${parsed.kind}`);
  const { workload } = parsed;
  return {
    ...workload,
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'Image',
    name: reference,
    podSpecPath: '',
    images: workload.images.map((use) => ({ ...use, path: 'image' })),
  };
}
