/** What `kubectl apply -k` would find in `manifests/`: the files, and what each kustomization names. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { parse } from 'yaml';

export const root = join(import.meta.dirname, '../../manifests');

export type Kustomization = {
  readonly kind: string;
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly patches?: readonly { readonly path: string }[];
};

export type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
};

/** Members that the tests look at; which of them there are depends on the kind. */
export type Resource = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly rules?: readonly Rule[];
  readonly roleRef?: unknown;
  readonly subjects?: unknown;
  readonly data?: Readonly<Record<string, string>>;
  readonly webhooks?: readonly Readonly<Record<string, unknown>>[];
  readonly spec?: unknown;
};

/** Paths from the root, of every YAML file. */
export const files: readonly string[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  // The chart is rendered, and compared with all this, by test/cluster/chart.test.ts.
  .filter((path) => path.endsWith('.yaml') && !path.startsWith('chart/'))
  .toSorted();

/** One document a file: `parse` throws at a second one, and at a key that stands twice. */
export function contentOf(path: string): unknown {
  return parse(readFileSync(join(root, path), 'utf8'), { version: '1.1', merge: false });
}

export function resourceAt(path: string): Resource {
  return contentOf(path) as Resource;
}

export const kustomizations: ReadonlyMap<string, Kustomization> = new Map(
  files
    .filter((path) => path.endsWith('kustomization.yaml'))
    .map((path) => [dirname(path), contentOf(path) as Kustomization]),
);

/** Paths from the root, as the kustomization of a folder names them. */
export function namedBy(folder: string): readonly string[] {
  const { resources = [], components = [], patches = [] } = kustomizations.get(folder) ?? { kind: 'none' };
  const written = [...resources, ...components, ...patches.map(({ path }) => path)];
  return written.map((path) => relative(root, normalize(join(root, folder, path))));
}

/** Files that are patches are no resources. */
export const resources: ReadonlyMap<string, Resource> = new Map(
  [...kustomizations].flatMap(([folder, { resources: written = [] }]) =>
    written
      .filter((path) => path.endsWith('.yaml'))
      .map((path) => [join(folder, path), resourceAt(join(folder, path))] as const),
  ),
);
