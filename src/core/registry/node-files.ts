/**
 * Files of a node as a map that somebody else has read. The texts of errors are those of Linux, because containerd passes
 * them on to the user.
 */
import { cleanPath } from '../go/path.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';

/** Path below a directory -> content. `DIR/.keep` stands for an empty directory DIR. */
export type FileTree = ReadonlyMap<string, string | Uint8Array>;

/** Absolute path of a directory on the node -> everything below it; that of a file -> its content, under the empty name. Of all other places nothing is known. */
export type NodeFiles = ReadonlyMap<string, FileTree>;

export type FileRead =
  | { readonly kind: 'content'; readonly content: string | Uint8Array }
  | { readonly kind: 'absent'; readonly error: string }
  | { readonly kind: 'unreadable'; readonly error: string }
  | { readonly kind: 'elsewhere'; readonly path: string };

/** What was made of files, or why nothing was. */
export type FromFiles<Value> = { readonly kind: 'value'; readonly value: Value } | FilesFailure;
export type FilesFailure =
  /** containerd ends each pull from the registry with this error, before it asks anybody. */
  | { readonly kind: 'pull-fails'; readonly error: string }
  /** The files say something that cannot be followed here. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** `os.ReadFile` of an absolute path. */
export function readNodeFile(files: NodeFiles, path: string): FileRead {
  const place = placeOf(files, path);
  if (place === undefined) return { kind: 'elsewhere', path };
  const content = place.tree.get(place.path);
  if (content !== undefined) return { kind: 'content', content };
  if (isDirectory(place)) return { kind: 'unreadable', error: `read ${path}: is a directory` };
  if (isBelowFile(place)) return { kind: 'unreadable', error: `open ${path}: not a directory` };
  return { kind: 'absent', error: `open ${path}: no such file or directory` };
}

/** Bytes that are no UTF-8 become U+FFFD. */
export function textOf(content: string | Uint8Array): string {
  return typeof content === 'string' ? content : decodeGoUtf8(content);
}

/** Something is there, be it a file or a directory. */
export function existsOnNode(files: NodeFiles, path: string): boolean {
  const place = placeOf(files, path);
  return place !== undefined && (place.tree.has(place.path) || isDirectory(place));
}

/** Names of the files in a directory, sorted; directories in it are left out. */
export function fileNamesIn(files: NodeFiles, directory: string): readonly string[] {
  const place = placeOf(files, directory);
  if (place === undefined) return [];
  const prefix = place.path === '' ? '' : `${place.path}/`;
  return [...place.tree.keys()]
    .filter((path) => path.startsWith(prefix) && !path.includes('/', prefix.length))
    .map((path) => path.slice(prefix.length))
    .toSorted();
}

type Place = { readonly tree: FileTree; readonly path: string };

function placeOf(files: NodeFiles, path: string): Place | undefined {
  const clean = cleanPath(path);
  for (const [root, tree] of files) {
    const prefix = cleanPath(root);
    if (clean === prefix) return { tree, path: '' };
    if (clean.startsWith(`${prefix}/`)) return { tree, path: clean.slice(prefix.length + 1) };
  }
  return undefined;
}

function isDirectory({ tree, path }: Place): boolean {
  return path === '' || [...tree.keys()].some((file) => file.startsWith(`${path}/`));
}

function isBelowFile({ tree, path }: Place): boolean {
  return [...tree.keys()].some((file) => path.startsWith(`${file}/`));
}
