/** What of an input has to be rendered before it is applied: charts of Helm, and kustomizations that no other one builds on. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Kustomizations } from '../files/kustomizations.ts';
import type { IsIgnored } from '../files/list-files.ts';
import { isKustomization } from '../files/no-manifest.ts';
import { readObjects } from '../files/read-objects.ts';

/** The file is as the user named it, or below the directory that they named: `charts/web/Chart.yaml`. */
export type RenderSource = { readonly kind: 'chart' | 'kustomization'; readonly file: string };

export type FoundSources = {
  readonly sources: readonly RenderSource[];
  /** Whether a file or directory is a part of them, so that it is not read as it is written. */
  readonly isPart: (path: string) => boolean;
};

export async function findSources(paths: readonly string[], isIgnored: IsIgnored): Promise<FoundSources> {
  const charts: string[] = [];
  const kustomizationFiles: string[] = [];
  for (const path of paths.filter((one) => one !== '-'))
    for await (const file of markersBelow(path, path, isIgnored))
      (basename(file) === 'Chart.yaml' ? charts : kustomizationFiles).push(file);
  const kustomizations = new Kustomizations();
  const components = new Set<string>();
  for (const file of kustomizationFiles)
    for await (const item of readObjects([file], { standardInput: nothing() }))
      if (item.kind === 'skipped' && item.value !== undefined) {
        kustomizations.add(file, item.value);
        if (item.value.kind === 'Component') components.add(file);
      }
  const isBuiltOn = (file: string) => components.has(file) || kustomizations.above(dirname(file)).length > 0;
  const chartDirectories = charts.map((file) => resolve(dirname(file)));
  const files = new Set(kustomizationFiles.map((file) => resolve(file)));
  const libraries = await Promise.all(charts.map(isLibrary));
  return {
    sources: [
      ...charts.filter((_, index) => libraries[index] === false).map((file) => ({ kind: 'chart', file }) as const),
      ...kustomizationFiles
        .filter((file) => !isBuiltOn(file))
        .map((file) => ({ kind: 'kustomization', file }) as const),
    ],
    isPart: (path) => {
      const whole = resolve(path);
      return (
        files.has(whole) ||
        chartDirectories.some((directory) => whole === directory || whole.startsWith(`${directory}${sep}`)) ||
        kustomizations.isPart(path) ||
        kustomizations.above(path).length > 0
      );
    },
  };
}

/** In the order of their names. Charts within a chart are parts of it. */
async function* markersBelow(directory: string, below: string, isIgnored: IsIgnored): AsyncGenerator<string> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const sorted = entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const chart = sorted.find((entry) => entry.name === 'Chart.yaml' && entry.isFile());
  if (chart !== undefined) {
    yield join(directory, chart.name);
    return;
  }
  for (const entry of sorted) {
    const path = join(directory, entry.name);
    if (isIgnored(path, { isDirectory: entry.isDirectory(), below })) continue;
    if (entry.isDirectory()) yield* markersBelow(path, below, isIgnored);
    else if (isKustomization(entry.name)) yield path;
  }
}

/** Helm refuses to render one: other charts use it. */
async function isLibrary(file: string): Promise<boolean> {
  return /^type:\s*["']?library\b/m.test(await readFile(file, 'utf8').catch(() => ''));
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
