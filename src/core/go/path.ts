/**
 * The shortest path that means the same, as Go's `path.Clean` writes it: no empty, `.` or inner `..` segments, no slash at
 * the end, `.` for nothing at all.
 */
export function cleanPath(path: string): string {
  const isRooted = path.startsWith('/');
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') kept.push(segment);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isRooted) kept.push(segment);
  }
  const clean = kept.join('/');
  if (isRooted) return `/${clean}`;
  return clean === '' ? '.' : clean;
}

/** Go's `path.Join`: empty parts are left out, the rest is cleaned. */
export function joinPath(...parts: readonly string[]): string {
  const filled = parts.filter((part) => part !== '');
  return filled.length === 0 ? '' : cleanPath(filled.join('/'));
}
