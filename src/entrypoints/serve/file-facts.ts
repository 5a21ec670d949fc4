/** Stand-alone: the facts of the cluster come from files, read once. */
import type { Config } from '../../config/config.ts';
import { FileFacts } from '../../sources/facts/file-facts.ts';
import { readObjects } from '../../sources/files/read-objects.ts';
import type { ClusterFacts } from './facts.ts';

export type FactsRead =
  | { readonly ok: true; readonly facts: ClusterFacts }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Workloads and other objects among them are passed over. */
export async function readFileFacts(
  paths: readonly string[],
  configNow: () => Pick<Config, 'assume'>,
): Promise<FactsRead> {
  // Whether they are all may be told later, or otherwise.
  const facts = {
    partial: new FileFacts({ namespace: 'default', completeness: 'partial' }),
    complete: new FileFacts({ namespace: 'default', completeness: 'complete' }),
  };
  const problems: string[] = [];
  for await (const item of readObjects(paths, { standardInput: process.stdin })) {
    if (item.kind === 'problem') problems.push(`${placeOf(item)}: ${item.reason}`);
    if (item.kind !== 'object') continue;
    const added = facts.partial.add(item.value);
    facts.complete.add(item.value);
    if (added.kind !== 'malformed') continue;
    for (const { path, problem, remedy } of added.problems)
      problems.push(`${placeOf({ file: item.source.file, line: item.lineOf(path) })}: ${path} ${problem}; ${remedy}`);
  }
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    facts: {
      worldOf: async (workload) => facts[configNow().assume.facts].worldOf(workload),
      namespaceNamed: async (name) => facts[configNow().assume.facts].namespaceNamed(name),
      ages: () => new Map(),
      notReadyBecause: () => undefined,
    },
  };
}

function placeOf({ file, line }: { readonly file: string; readonly line?: number }): string {
  return line === undefined ? file : `${file}:${line}`;
}
