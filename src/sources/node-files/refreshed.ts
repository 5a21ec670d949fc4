import { isDeepStrictEqual } from 'node:util';
import { type Credential, isSameLogin } from '../../core/credential/credential.ts';
import { type NamedFiles, type NodeFileFacts, readNodeFiles } from './read-node-files.ts';

export type RefreshedNodeFiles =
  | {
      readonly ok: true;
      /** What the files say, or said when they could be read last: the same object as long as it is the same. Never rejects. */
      readonly current: () => Promise<NodeFileFacts>;
    }
  | { readonly ok: false; readonly problems: readonly string[] };

export type RefreshSettings = {
  /** Called when there are other problems than before; an empty list: all is read again. */
  readonly onProblems: (problems: readonly string[]) => void;
  /** A clock that only goes forward, in milliseconds. */
  readonly now?: () => number;
};

const keptMs = 10_000;

/**
 * For who runs for long: certificates and credentials are exchanged under a running process. Files are read when somebody
 * asks and at most every 10 s; while they cannot be read, what they said last holds.
 */
export async function refreshedNodeFiles(
  named: NamedFiles,
  { onProblems, now }: RefreshSettings,
): Promise<RefreshedNodeFiles> {
  const clock = now ?? (() => performance.now());
  const first = await readNodeFiles(named);
  if (!first.ok) return first;
  let facts = factsOf(first);
  let known = '';
  let readAt = clock();
  let running: Promise<void> | undefined;
  const readAgain = async (): Promise<void> => {
    const read = await readNodeFiles(named);
    readAt = clock();
    running = undefined;
    if (read.ok && !isSame(facts, factsOf(read))) facts = factsOf(read);
    const problems = read.ok ? [] : read.problems;
    if (problems.join('\n') === known) return;
    known = problems.join('\n');
    onProblems(problems);
  };
  const current = async (): Promise<NodeFileFacts> => {
    if (clock() - readAt >= keptMs) running ??= readAgain();
    await running;
    return facts;
  };
  return { ok: true, current };
}

function factsOf({ nodeKeyrings, hosts, registries, examinerKeyring, egressRoots }: NodeFileFacts): NodeFileFacts {
  return {
    nodeKeyrings,
    hosts,
    registries,
    ...(examinerKeyring !== undefined && { examinerKeyring }),
    ...(egressRoots !== undefined && { egressRoots }),
  };
}

/** Deep comparisons see no secrets. */
function isSame(one: NodeFileFacts, other: NodeFileFacts): boolean {
  if (!isDeepStrictEqual(one, other)) return false;
  const others = credentialsIn(other);
  return credentialsIn(one).every((credential, index) => {
    const there = others[index];
    return there !== undefined && isSameLogin(credential, there);
  });
}

function credentialsIn({ nodeKeyrings, examinerKeyring }: NodeFileFacts): readonly Credential[] {
  const keyrings = examinerKeyring === undefined ? nodeKeyrings : [...nodeKeyrings, examinerKeyring];
  return keyrings.flatMap(({ slots }) => slots.flatMap(({ bySource }) => bySource.flat()));
}
