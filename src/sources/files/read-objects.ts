import { dirname, join } from 'node:path';
import { DocumentItems } from './document-items.ts';
import { RecentFinder } from './document-place.ts';
import { errorReason } from './error-reason.ts';
import { type IsIgnored, listFiles } from './list-files.ts';
import { Charts, isCiFile, isKustomization, kustomizationNames, type SkipReason } from './no-manifest.ts';
import { identityOf, type OpenedFile, openFile } from './open-file.ts';
import type { ReadItem } from './read-item.ts';
import { DocumentSplitter } from './split-documents.ts';

export type ReadOptions = {
  /** What `-` stands for. */
  readonly standardInput: AsyncIterable<Uint8Array>;
  /** Files and directories below a given directory that are left out; nothing by default. */
  readonly isIgnored?: IsIgnored;
  /** The kustomization in the directory of a named file is read as well: it may build something else of that file. */
  readonly looksBeside?: true;
};

/**
 * Reads Kubernetes objects from files, directories and standard input, in YAML or JSON, as kubectl would: one after
 * another in a fixed order, with one document in memory at a time. It knows no kinds but lists, and it decides
 * nothing: what cannot be read is an item too, and the reading goes on behind it.
 *
 * A file is read once, where it comes first, however often and by whatever name it is given. No input makes it throw.
 */
export async function* readObjects(paths: readonly string[], options: ReadOptions): AsyncGenerator<ReadItem, void> {
  const { standardInput, isIgnored = () => false, looksBeside } = options;
  const directories = new Set<string>();
  const seen = new Set<string>();
  const recent = new RecentFinder();
  const charts = new Charts();
  for (const path of paths) {
    for await (const listed of path === '-' ? [path] : listFiles(path, isIgnored)) {
      if (typeof listed === 'object') {
        yield listed;
        continue;
      }
      const identity = path === '-' ? path : identityOf(listed);
      if (seen.has(identity)) continue;
      seen.add(identity);
      if (looksBeside && path !== '-' && listed === path && !directories.has(dirname(path))) {
        directories.add(dirname(path));
        yield* kustomizationBeside(path, recent);
      }
      const reason = await skipReasonOf(listed, path, charts);
      if (reason !== undefined) {
        yield { kind: 'skipped', source: { file: listed, document: 1, line: 1 }, reason };
        continue;
      }
      const opened: OpenedFile = path === '-' ? { ok: true, bytes: standardInput } : await openFile(listed);
      if (opened.ok) yield* readStream(listed, opened.bytes, new DocumentItems(listed, listed === path, recent));
      else yield { kind: 'problem', file: listed, reason: opened.reason };
    }
  }
  recent.forget();
}

/** One that cannot be read is left out without a word: the user did not name it. */
async function* kustomizationBeside(path: string, recent: RecentFinder): AsyncGenerator<ReadItem, void> {
  if (isKustomization(path)) return;
  for (const name of kustomizationNames) {
    const file = join(dirname(path), name);
    const opened = await openFile(file);
    if (!opened.ok) continue;
    for await (const item of readStream(file, opened.bytes, new DocumentItems(file, true, recent)))
      if (item.kind === 'skipped' && item.value !== undefined) yield { ...item, isBeside: true };
  }
}

/** What a program printed instead of a file. @param name of the place that it was made of */
export async function* readRendered(name: string, bytes: Uint8Array): AsyncGenerator<ReadItem, void> {
  const recent = new RecentFinder();
  yield* readStream(name, single(bytes), new DocumentItems(name, true, recent));
  recent.forget();
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Of a whole file. A file that is named itself is looked at, whatever it is called. */
async function skipReasonOf(file: string, path: string, charts: Charts): Promise<SkipReason | undefined> {
  if (path === '-') return undefined;
  if (file !== path && isCiFile(file)) return 'ci';
  return (await charts.isTemplate(file)) ? 'helm-chart' : undefined;
}

async function* readStream(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  items: DocumentItems,
): AsyncGenerator<ReadItem, void> {
  const splitter = new DocumentSplitter();
  for await (const chunk of chunksOf(bytes)) {
    if ('reason' in chunk) {
      yield { kind: 'problem', file, reason: chunk.reason };
      return;
    }
    for (const document of splitter.push(chunk)) {
      yield* items.of(document);
      if (document.kind === 'not-text') return;
    }
  }
  for (const document of splitter.end()) yield* items.of(document);
}

/** The chunks of a stream; and if it breaks, why. */
async function* chunksOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | { readonly reason: string }> {
  try {
    yield* bytes;
  } catch (error) {
    yield { reason: errorReason(error) };
  }
}
