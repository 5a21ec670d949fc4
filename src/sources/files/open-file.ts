import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { errorCode, errorReason } from './error-reason.ts';

export type OpenedFile =
  /** To be read or destroyed, or the file stays open. */
  { readonly ok: true; readonly bytes: AsyncIterable<Uint8Array> } | { readonly ok: false; readonly reason: string };

const chunkBytes = 256 * 1024;
const danglingLink = 'is a symbolic link to a file that does not exist; correct or remove the link';
const useStandardInput = 'give a file, or pipe the text: COMMAND | pullgate check -';

/**
 * Opens a regular file, or a pipe that the shell handed over (`/dev/stdin`, and `/dev/fd/63` of `<(helm template …)`).
 * A pipe that lies in a directory may never get a writer, and a device may never end; so neither is waited for.
 */
export async function openFile(file: string): Promise<OpenedFile> {
  try {
    const descriptor = await inheritedPipe(file);
    if (descriptor !== undefined)
      return { ok: true, bytes: createReadStream('', { fd: descriptor, highWaterMark: chunkBytes }) };
    return openRegularFile(file);
  } catch (error) {
    const isDangling = errorCode(error) === 'ENOENT' && (await isLink(file));
    return { ok: false, reason: isDangling ? danglingLink : errorReason(error) };
  }
}

/** Manifests are small, and there may be thousands: a stream of its own for each takes most of their time. @throws what Node throws */
function openRegularFile(file: string): OpenedFile {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  let isLeftOpen = false;
  try {
    const stats = fstatSync(descriptor);
    const otherKind = kindUnlessFile(stats);
    if (otherKind !== undefined) return { ok: false, reason: `is ${otherKind}; ${useStandardInput}` };
    const bytes = wholeSmallFile(descriptor, stats);
    if (bytes !== undefined) return { ok: true, bytes: once(bytes) };
    isLeftOpen = true;
    return { ok: true, bytes: createReadStream('', { fd: descriptor, highWaterMark: chunkBytes }) };
  } finally {
    if (!isLeftOpen) closeSync(descriptor);
  }
}

/** Undefined for one that is large, that grows, or that does not say its size, as in /proc. The descriptor stays at its start. */
function wholeSmallFile(descriptor: number, { size }: Stats): Uint8Array | undefined {
  if (size === 0 || size > chunkBytes) return undefined;
  const bytes = Buffer.alloc(size + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length <= size; length += read)
    read = readSync(descriptor, bytes, length, bytes.length - length, length);
  return length > size ? undefined : bytes.subarray(0, length);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function isLink(file: string): Promise<boolean> {
  try {
    return (await lstat(file)).isSymbolicLink();
  } catch {
    return false;
  }
}

/** The same for all names of a file. What cannot be looked up is known by its name. */
export function identityOf(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    return file;
  }
}

async function inheritedPipe(file: string): Promise<number | undefined> {
  const [, digits] = /^\/(?:dev|proc\/self)\/fd\/([0-9]{1,9})$/.exec(file === '/dev/stdin' ? '/dev/fd/0' : file) ?? [];
  if (digits === undefined) return undefined;
  const stats = await stat(file);
  return stats.isFIFO() || stats.isSocket() ? Number(digits) : undefined;
}

/** Asked of the open file: its name may mean another by now. */
function kindUnlessFile(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return 'a directory';
  return stats.isFIFO() ? 'a named pipe' : 'a device';
}
