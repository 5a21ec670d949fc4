/** The input of a check, sorted: what is to be checked, the facts of the world, and what could not be used. */
import type { FieldProblem } from '../../core/object/field-problem.ts';
import { parseWorkload, type Workload } from '../../core/workload/workload.ts';
import type { WorkloadKind } from '../../core/workload/workload-kind.ts';
import type { FileFacts } from '../../sources/facts/file-facts.ts';
import type { ObjectSource, ReadItem, ReadObject, ReadProblem } from '../../sources/files/read-item.ts';
import { withRendering } from './rendering.ts';

export type CheckedWorkload = {
  readonly workload: Workload;
  readonly source: ObjectSource;
  readonly lineOf: ReadObject['lineOf'];
};

export type Input = {
  readonly workloads: readonly CheckedWorkload[];
  readonly problems: readonly ReadProblem[];
  /** Objects without apiVersion or kind. */
  readonly skipped: number;
  /** Objects of other kinds. */
  readonly others: number;
};

export type InputSettings = {
  readonly namespace: string;
  readonly kinds: readonly WorkloadKind[];
  readonly facts: FileFacts;
};

/** Facts may stand behind the workloads that need them, so everything is read before anything is checked. */
export async function readInput(
  items: AsyncIterable<ReadItem>,
  { namespace, kinds, facts }: InputSettings,
): Promise<Input> {
  const workloads: CheckedWorkload[] = [];
  const problems: ReadProblem[] = [];
  let skipped = 0;
  let others = 0;
  for await (const item of items) {
    if (item.kind === 'problem') problems.push(item);
    else if (item.kind === 'skipped') skipped += 1;
    else {
      const { value, source, lineOf } = item;
      const added = facts.add(value);
      if (added.kind === 'malformed') problems.push(...problemsOf(item, added.problems));
      if (added.kind !== 'no-fact') continue;
      const parsed = parseWorkload(value, { kinds, namespace });
      if (parsed.kind === 'workload') {
        workloads.push({ workload: withRendering(parsed.workload), source, lineOf });
        problems.push(...problemsOf(item, parsed.missing ?? []));
      } else if (parsed.kind === 'malformed') problems.push(...problemsOf(item, parsed.problems));
      else others += 1;
    }
  }
  return { workloads, problems, skipped, others };
}

export function problemsOf({ source, lineOf }: ReadObject, problems: readonly FieldProblem[]): readonly ReadProblem[] {
  return problems.map(({ path, problem, remedy }) => ({
    kind: 'problem',
    file: source.file,
    document: source.document,
    line: lineOf(path),
    reason: `has a wrong field: ${path === '' ? 'the object' : path} ${problem}; ${remedy}`,
  }));
}
