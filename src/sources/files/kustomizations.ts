/**
 * The kustomizations of an input: which files they make something else of (contract §3, C22). They are not built here, only
 * read: what a build makes of a file is not known.
 */
import { dirname, resolve, sep } from 'node:path';
import { parseKustomization } from '../../core/object/kustomization.ts';

/** One that builds something of a file. */
export type SourceOf = {
  readonly file: string;
  /** Names of images that it replaces. */
  readonly images: ReadonlySet<string>;
};

/** Paths are absolute. */
type Read = SourceOf & { readonly resources: ReadonlySet<string>; readonly parts: ReadonlySet<string> };

export class Kustomizations {
  readonly #all: Read[] = [];

  add(file: string, value: unknown): void {
    const { resources, parts, images } = parseKustomization(value);
    const absolute = (names: readonly string[]) => new Set(names.map((name) => resolve(dirname(file), name)));
    this.#all.push({ file, resources: absolute(resources), parts: absolute(parts), images: new Set(images) });
  }

  /** Whether a file is named as a patch, or as another part that is no resource. */
  isPart(file: string): boolean {
    const path = resolve(file);
    return this.#all.some(({ parts }) => parts.has(path));
  }

  /** Whether the file lies below a kustomization that does not name it: often a patch that is no longer used. */
  isUnnamedBeside(file: string): boolean {
    const path = resolve(file);
    return this.#all.some((one) => path.startsWith(`${dirname(resolve(one.file))}${sep}`) && !one.resources.has(path));
  }

  /** Those that build something of the file, from the nearest on. */
  above(file: string): readonly SourceOf[] {
    const found = new Set<Read>();
    let below: readonly string[] = [resolve(file)];
    while (below.length > 0) {
      const paths = below;
      const next = this.#all.filter((one) => !found.has(one) && paths.some((path) => one.resources.has(path)));
      for (const one of next) found.add(one);
      below = next.map((one) => resolve(dirname(one.file)));
    }
    return [...found];
  }
}
