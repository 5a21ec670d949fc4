import { constants, createReadStream } from 'node:fs';
import { type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises';
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
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const otherKind = await kindUnlessFile(handle);
    if (otherKind === undefined) return { ok: true, bytes: handle.createReadStream({ highWaterMark: chunkBytes }) };
    await handle.close();
    return { ok: false, reason: `is ${otherKind}; ${useStandardInput}` };
  } catch (error) {
    const isDangling = errorCode(error) === 'ENOENT' && (await isLink(file));
    return { ok: false, reason: isDangling ? danglingLink : errorReason(error) };
  }
}

async function isLink(file: string): Promise<boolean> {
  try {
    return (await lstat(file)).isSymbolicLink();
  } catch {
    return false;
  }
}

/** The same for all names of a file. What cannot be looked up is known by its name. */
export async function identityOf(file: string): Promise<string> {
  try {
    return await realpath(file);
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
async function kindUnlessFile(handle: FileHandle): Promise<string | undefined> {
  const stats = await handle.stat();
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return 'a directory';
  return stats.isFIFO() ? 'a named pipe' : 'a device';
}
