/** What was no manifest, counted by reason and folded by directory (contract §4). */
import type { ReportedSkip } from './pull-report.ts';

export type SkippedInput = { readonly reason: string; readonly directory: string; readonly name?: string };

const mostDirectories = 5;
const mostNames = 5;

/** In the order in which the reasons came first. */
export function foldedSkips(skipped: readonly SkippedInput[]): readonly ReportedSkip[] {
  return [...Map.groupBy(skipped, ({ reason }) => reason)].map(([reason, all]) => {
    const names = all.flatMap(({ name }) => (name ? [name] : []));
    return {
      reason,
      count: all.length,
      directories: foldedDirectories(all.map(({ directory }) => directory)),
      ...(names.length > 0 && { names: [...new Set(names)].slice(0, mostNames) }),
    };
  });
}

/** Where there are many, the deepest are counted to the directories that hold them. */
function foldedDirectories(directories: readonly string[]): ReportedSkip['directories'] {
  let counts = new Map<string, number>();
  for (const directory of directories) counts.set(directory, (counts.get(directory) ?? 0) + 1);
  while (counts.size > mostDirectories) {
    const deepest = Math.max(...[...counts.keys()].map(depthOf));
    if (deepest === 0) break;
    const folded = new Map<string, number>();
    for (const [directory, count] of counts) {
      const place = depthOf(directory) === deepest ? parentOf(directory) : directory;
      folded.set(place, (folded.get(place) ?? 0) + count);
    }
    counts = folded;
  }
  return [...counts].map(([directory, count]) => ({ directory, count }));
}

function parentOf(directory: string): string {
  const slash = directory.lastIndexOf('/');
  return slash > 0 ? directory.slice(0, slash) : slash === 0 ? '/' : '.';
}

function depthOf(directory: string): number {
  return directory === '.' || directory === '-' || directory === '/' ? 0 : directory.split('/').length;
}
