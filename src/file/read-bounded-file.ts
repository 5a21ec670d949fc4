/**
 * One regular file, whole and within bounds, or why there are no bytes. It does not know what the file is for; whoever asks
 * puts the path before the reason.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

export type BoundedFile =
  | { readonly kind: 'content'; readonly bytes: Uint8Array }
  /** Also for a symbolic link that leads nowhere. */
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'directory'; readonly reason: string }
  /** A part of the path is a file and no directory. */
  | { readonly kind: 'below-a-file'; readonly reason: string }
  /** There is something, and it was not read. */
  | { readonly kind: 'unread'; readonly reason: string };

/** Links are followed. Pipes and devices are not waited for, since they may never end. */
export async function readBoundedFile(path: string, maxBytes: number): Promise<BoundedFile> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readOpenFile(handle, maxBytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return withoutBytes(error);
  }
}

async function readOpenFile(handle: FileHandle, maxBytes: number): Promise<BoundedFile> {
  // Asked of the open file: its name may mean another by now.
  const stats = await handle.stat();
  if (stats.isDirectory()) return { kind: 'directory', reason: 'is a directory' };
  if (!stats.isFile()) return { kind: 'unread', reason: 'is a pipe or a device, not a file' };
  const parts: Buffer[] = [];
  // A file may grow while it is read, and those of /proc say that they are empty.
  for (let length = 0; length <= maxBytes; ) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes);
    if (bytesRead === 0) return { kind: 'content', bytes: Buffer.concat(parts) };
    length += bytesRead;
    parts.push(buffer.subarray(0, bytesRead));
  }
  return { kind: 'unread', reason: `is larger than ${sizeText(maxBytes)}` };
}

const chunkBytes = 64 * 1024;

function withoutBytes(error: unknown): BoundedFile {
  const code = errorCode(error);
  switch (code) {
    case 'ENOENT':
      return { kind: 'absent', reason: 'does not exist' };
    case 'ENOTDIR':
      return { kind: 'below-a-file', reason: 'does not exist' };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'unread', reason: 'cannot be read: permission denied' };
    case 'ELOOP':
      return { kind: 'unread', reason: 'is a symbolic link to itself' };
    case 'ENXIO':
      return { kind: 'unread', reason: 'is a socket, not a file' };
    default:
      return { kind: 'unread', reason: `cannot be read (${code})` };
  }
}

/** `ENOENT` and the like. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

function sizeText(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024;
  return mebibytes >= 1 ? `${mebibytes} MiB` : `${bytes / 1024} KiB`;
}
