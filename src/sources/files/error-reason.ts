export const missingFile = 'does not exist; check the path';
const forbidden = 'cannot be read: permission denied; make it readable for this user';
const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', missingFile],
  ['ENOTDIR', missingFile],
  ['EACCES', forbidden],
  ['EPERM', forbidden],
  ['ELOOP', 'is a symbolic link to itself; remove the link'],
  ['ENAMETOOLONG', 'has a name that is too long; check the path'],
  ['ENXIO', 'is a socket; give a file, or pipe the text: COMMAND | pullgate check -'],
]);

/** Why the operating system gave no bytes. */
export function errorReason(error: unknown): string {
  const code = errorCode(error);
  return reasons.get(code) ?? `cannot be read (${code}); check the file and its disk`;
}

/** `ENOENT` and the like. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
