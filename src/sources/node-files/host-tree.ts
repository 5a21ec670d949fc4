/**
 * Directories with containerd's hosts.toml files, as they stand now. Only what containerd would open is opened: each
 * hosts.toml, and what those name or, where they say nothing, the certificates beside them. What is made of it is
 * decided elsewhere.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pullersOf } from '../../core/content/puller.ts';
import { loadHostDirectory } from '../../core/registry/host-directory.ts';
import type { HostSettings } from '../../core/registry/hosts-file.ts';
import type { HostsConfiguration } from '../../core/registry/hosts-toml.ts';
import { readNodeFile } from '../../core/registry/node-files.ts';
import { errorCode, readBoundedFile } from '../../file/read-bounded-file.ts';

export type ReadHosts =
  | { readonly ok: true; readonly hosts: HostsConfiguration }
  /** Sentences that start with a path. */
  | { readonly ok: false; readonly problems: readonly string[] };

const maxFileBytes = 1024 * 1024;
/** Clusters have one directory a registry. */
const maxEntries = 4000;
const maxBytes = 64 * 1024 * 1024;

/** @param configPath absolute directories, separated by colons */
export async function readHosts(configPath: string): Promise<ReadHosts> {
  const reading: TreeRead = { files: new Map(), problems: [], entries: 0, bytes: 0, hasRewrites: false };
  const directories: string[] = [];
  for (const root of configPath.split(':')) directories.push(...(await readRoot(root, reading)));
  // They may name files below another root.
  for (const directory of directories) await readNamedFiles(directory, reading);
  const { problems, files } = reading;
  if (problems.length > 0) return { ok: false, problems };
  // The engine takes time to load, and only the files of k3s and RKE2 need it.
  const compilePattern = reading.hasRewrites ? (await import('./go-pattern.ts')).compileGoPattern : undefined;
  return { ok: true, hosts: { configPath, files, ...(compilePattern && { compilePattern }) } };
}

type Tree = Map<string, Uint8Array>;
type TreeRead = {
  readonly files: Map<string, Tree>;
  readonly problems: string[];
  entries: number;
  bytes: number;
  hasRewrites: boolean;
};

/** The content of files that nothing asks for; that they are there can matter. */
const unopened = new Uint8Array();

/** The directories of hosts. */
async function readRoot(root: string, reading: TreeRead): Promise<readonly string[]> {
  const tree: Tree = new Map();
  reading.files.set(root, tree);
  const directories: string[] = [];
  for (const name of await namesIn(root, reading)) {
    if (await isDirectory(join(root, name))) directories.push(join(root, name));
    else tree.set(name, unopened);
  }
  for (const directory of directories) await readHostDirectory(directory, tree, reading);
  return directories;
}

async function readHostDirectory(directory: string, tree: Tree, reading: TreeRead): Promise<void> {
  const below = (name: string) => `${basename(directory)}/${name}`;
  // An empty directory counts, too: containerd looks no further.
  tree.set(below('.keep'), unopened);
  for (const name of await namesIn(directory, reading)) {
    const path = join(directory, name);
    if (await isDirectory(path)) tree.set(below(`${name}/.keep`), unopened);
    else if (name === 'hosts.toml') await readInto(tree, below(name), path, reading);
    else tree.set(below(name), unopened);
  }
}

/** What any containerd would open for this directory; nodes may have different ones. */
async function readNamedFiles(directory: string, reading: TreeRead): Promise<void> {
  const hosts = pullersOf(undefined).flatMap((puller) => {
    const loaded = loadHostDirectory(directory, reading.files, puller);
    return loaded.kind === 'value' ? loaded.value : [];
  });
  const paths = hosts.flatMap(pathsNamedBy);
  reading.hasRewrites ||= hosts.some(({ rewrites }) => rewrites !== undefined);
  for (const path of new Set(paths.map((named) => resolve(named)))) {
    if (readNodeFile(reading.files, path).kind === 'unreadable') continue;
    const [root, tree] = [...reading.files].find(([place]) => path.startsWith(`${place}/`)) ?? [];
    if (tree === undefined || root === undefined) await readElsewhere(path, reading);
    else await readInto(tree, path.slice(root.length + 1), path, reading);
  }
}

function pathsNamedBy({ ca = [], client = [] }: HostSettings): readonly string[] {
  return [...ca, ...client.flatMap(({ certificate, key }) => (key === undefined ? [certificate] : [certificate, key]))];
}

async function readInto(tree: Tree, name: string, path: string, reading: TreeRead): Promise<void> {
  const file = await readBoundedFile(path, maxFileBytes);
  if (file.kind === 'content') keep(tree, name, file.bytes, reading);
  else if (file.kind === 'unread') reading.problems.push(`${path}: ${file.reason}`);
  else tree.delete(name);
}

/**
 * The nodes have a file there that we may not have, so that one that cannot be read is unknown, not absent. It stands for
 * itself: of its neighbours nothing is known either.
 */
async function readElsewhere(path: string, reading: TreeRead): Promise<void> {
  const file = await readBoundedFile(path, maxFileBytes);
  if (file.kind !== 'content') return;
  const tree: Tree = new Map();
  keep(tree, '', file.bytes, reading);
  reading.files.set(path, tree);
}

function keep(tree: Tree, name: string, bytes: Uint8Array, reading: TreeRead): void {
  const before = reading.bytes;
  reading.bytes += bytes.length;
  if (reading.bytes <= maxBytes) tree.set(name, bytes);
  else if (before <= maxBytes)
    reading.problems.push(`${name}: is one more than the 64 MiB that are read of such files`);
}

async function namesIn(directory: string, reading: TreeRead): Promise<readonly string[]> {
  const opened = await readBoundedFile(directory, 0);
  const problem = (text: string): readonly string[] => {
    reading.problems.push(`${directory}: ${text}`);
    return [];
  };
  if (opened.kind === 'content') return problem('is a file, not a directory');
  if (opened.kind !== 'directory') return problem(opened.reason);
  try {
    const names = await readdir(directory);
    reading.entries += names.length;
    if (reading.entries > maxEntries) return problem(`is too much: more than ${maxEntries} files and directories`);
    // The kubelet swaps `..data` below a mounted ConfigMap; what it holds has a name of its own beside it.
    return names.filter((name) => !name.startsWith('..')).toSorted();
  } catch (error) {
    return problem(`cannot be listed (${errorCode(error)})`);
  }
}

/** Links are followed. What cannot be looked at is left to whoever opens it. */
async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
