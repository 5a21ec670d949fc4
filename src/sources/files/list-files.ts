import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorReason } from './error-reason.ts';
import { isKustomization } from './no-manifest.ts';
import type { ReadProblem } from './read-item.ts';

/** kubectl's extensions and kustomize's name without one; a file that is named itself may have any other. */
const isManifest = (name: string): boolean => /\.(?:yaml|yml|json)$/.test(name) || isKustomization(name);

/** Whether a file or directory below a given directory is to be left out. */
export type IsIgnored = (path: string, at: Listed) => boolean;
/** `below`: the directory that was given. */
export type Listed = { readonly isDirectory: boolean; readonly below: string };

/**
 * The files of a PATH: itself, or those below the directory, by name and depth first as Go's filepath.Walk goes.
 * Links to files are followed and links to directories below are not, as kubectl does: so no loop can arise, and a
 * repository cannot lead the reader out of it into whole trees.
 */
export async function* listFiles(path: string, isIgnored: IsIgnored): AsyncGenerator<string | ReadProblem> {
  if (!(await isDirectory(path))) {
    yield path;
    return;
  }
  let isEmpty = true;
  const noteIgnored = (found: string, isFolder: boolean): boolean => {
    const isLeftOut = isIgnored(found, { isDirectory: isFolder, below: path });
    if (isLeftOut) isEmpty = false;
    return isLeftOut;
  };
  for await (const listed of listDirectory(path, noteIgnored)) {
    isEmpty = false;
    yield listed;
  }
  if (isEmpty) yield { kind: 'problem', file: path, reason: noManifest };
}

const noManifest = 'holds no file that ends in .yaml, .yml or .json; name another directory, or the file itself';

type LeavesOut = (path: string, isDirectory: boolean) => boolean;

async function* listDirectory(directory: string, isIgnored: LeavesOut): AsyncGenerator<string | ReadProblem> {
  const entries = await entriesOf(directory);
  if (!Array.isArray(entries)) {
    yield entries;
    return;
  }
  for (const entry of entries) {
    const file = join(directory, entry.name);
    if (isIgnored(file, entry.isDirectory())) continue;
    if (entry.isDirectory()) yield* listDirectory(file, isIgnored);
    else if (isManifest(entry.name) && !(entry.isSymbolicLink() && (await isDirectory(file)))) yield file;
  }
}

async function entriesOf(directory: string): Promise<Dirent[] | ReadProblem> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    // A kustomization says what the files beside it are.
    const [kustomizations, others] = [true, false].map((wanted) =>
      entries
        .filter(({ name }) => isKustomization(name) === wanted)
        .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    );
    return [...(kustomizations ?? []), ...(others ?? [])];
  } catch (error) {
    return { kind: 'problem', file: directory, reason: errorReason(error) };
  }
}

/** What cannot be looked at is left to the one who opens it, and says why. */
async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
