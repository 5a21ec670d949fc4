/** A dump of a cluster, sorted into the facts of its world and what runs in it. */
import { dirname } from 'node:path';
import { type AddedObject, RunningObjects, type RunningSettings } from '../../core/running/running-objects.ts';
import { FileFacts, type FileFactsSettings } from '../../sources/facts/file-facts.ts';
import { fieldProblemsIn, type ReadItem, type ReadObject, type ReadProblem } from '../../sources/files/read-item.ts';
import { readObjects } from '../../sources/files/read-objects.ts';

export type Dump = {
  readonly facts: FileFacts;
  readonly running: RunningObjects;
  readonly problems: readonly ReadProblem[];
  readonly skipped: readonly { readonly reason: string; readonly directory: string }[];
};

export type DumpSettings = Omit<FileFactsSettings, 'namespace'> & Pick<RunningSettings, 'kinds'>;

/** Objects of a cluster name their namespace; those that somebody wrote by hand are taken for ones of `default`. */
const namespace = 'default';

export async function readDump(
  paths: readonly string[],
  standardInput: AsyncIterable<Uint8Array>,
  { kinds, ...settings }: DumpSettings,
): Promise<Dump> {
  const facts = new FileFacts({ ...settings, namespace });
  const running = new RunningObjects({ kinds, namespace });
  const problems: ReadProblem[] = [];
  const skipped: { reason: string; directory: string }[] = [];
  let isEmpty = true;
  for await (const item of readObjects(paths, { standardInput })) {
    isEmpty = false;
    if (item.kind === 'problem') problems.push(item);
    else if (item.kind === 'skipped') skipped.push({ reason: item.reason, directory: placeOf(item) });
    else problems.push(...addTo(facts, running, item));
  }
  if (isEmpty)
    problems.push(
      ...paths.map(
        (file): ReadProblem => ({
          kind: 'problem',
          file,
          reason: 'holds nothing; write a dump with kubectl get pods,deployments,replicasets,nodes,events -A -o yaml',
        }),
      ),
    );
  return { facts, running, problems, skipped };
}

function addTo(facts: FileFacts, running: RunningObjects, item: ReadObject): readonly ReadProblem[] {
  const fact = facts.add(item.value);
  if (fact.kind === 'malformed') return fieldProblemsIn(item, fact.problems);
  if (fact.kind !== 'no-fact') return [];
  const added: AddedObject = running.add(item.value);
  return added.kind === 'malformed' ? fieldProblemsIn(item, added.problems) : [];
}

function placeOf({ source: { file } }: Extract<ReadItem, { kind: 'skipped' }>): string {
  return file === '-' ? file : dirname(file);
}
