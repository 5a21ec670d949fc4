/** The input of a check, sorted: what is to be checked, the facts of the world, what was skipped, and what could not be used. */
import { dirname } from 'node:path';
import { isBuiltInGroup } from '../../core/object/built-in-group.ts';
import type { FieldProblem } from '../../core/object/field-problem.ts';
import { parseWorkload, type Workload } from '../../core/workload/workload.ts';
import { groupOf, type WorkloadKind } from '../../core/workload/workload-kind.ts';
import type { FileFacts } from '../../sources/facts/file-facts.ts';
import { Kustomizations } from '../../sources/files/kustomizations.ts';
import type { SkipReason } from '../../sources/files/no-manifest.ts';
import {
  fieldProblemsIn,
  type ObjectSource,
  type ReadItem,
  type ReadObject,
  type ReadProblem,
} from '../../sources/files/read-item.ts';
import { holdsTemplate, isPatch, withRendering } from './rendering.ts';

export type CheckedWorkload = {
  readonly workload: Workload;
  readonly source: ObjectSource;
  readonly lineOf: ReadObject['lineOf'];
  /** As its annotation names them. */
  readonly ignoredCodes: readonly string[];
};

export type Skipped = {
  readonly reason: SkipReason;
  /** Where it was; `-` is standard input. */
  readonly directory: string;
  /** Of an object that people should know by its name. */
  readonly name?: string;
};

export type Input = {
  readonly workloads: readonly CheckedWorkload[];
  readonly problems: readonly ReadProblem[];
  /** What is no manifest. */
  readonly skipped: readonly Skipped[];
  /** Objects of kinds that are not known, by kind: `Rollout.argoproj.io`. */
  readonly unknownKinds: ReadonlyMap<string, number>;
  /** There was not even something to skip. */
  readonly isEmpty: boolean;
};

export type InputSettings = {
  readonly namespace: string;
  readonly kinds: readonly WorkloadKind[];
  readonly facts: FileFacts;
};

/** Facts may stand behind the workloads that need them, so everything is read before anything is checked. */
export async function readInput(items: AsyncIterable<ReadItem>, settings: InputSettings): Promise<Input> {
  const sorting = new InputSorter(settings);
  for await (const item of items) sorting.add(item);
  return sorting.end();
}

class InputSorter {
  readonly #settings: InputSettings;
  readonly #kustomizations = new Kustomizations();
  readonly #workloads: CheckedWorkload[] = [];
  readonly #problems: ReadProblem[] = [];
  readonly #skipped: Skipped[] = [];
  readonly #unknownKinds = new Map<string, number>();
  #isEmpty = true;

  constructor(settings: InputSettings) {
    this.#settings = settings;
  }

  add(item: ReadItem): void {
    const file = item.kind === 'problem' ? item.file : item.source.file;
    if (item.kind === 'skipped' && item.value !== undefined) this.#kustomizations.add(file, item.value);
    if (item.kind === 'skipped' && item.isBeside) return;
    this.#isEmpty = false;
    if (this.#kustomizations.isPart(file)) this.#skip('kustomize-patch', file);
    else if (item.kind === 'problem') this.#problems.push(item);
    else if (item.kind === 'skipped') this.#skip(item.reason, file);
    else this.#addObject(item);
  }

  /** A kustomization may come after what it names. */
  end(): Input {
    const isPart = (file: string) => this.#kustomizations.isPart(file);
    const late = [...this.#workloads.map(({ source }) => source.file), ...this.#problems.map(({ file }) => file)];
    for (const file of late.filter(isPart)) this.#skip('kustomize-patch', file);
    return {
      workloads: this.#workloads
        .filter(({ source }) => !isPart(source.file))
        .map((one) => ({ ...one, workload: withRendering(one.workload, this.#kustomizations.above(one.source.file)) })),
      problems: this.#problems.filter(({ file }) => !isPart(file)),
      skipped: this.#skipped,
      unknownKinds: this.#unknownKinds,
      isEmpty: this.#isEmpty,
    };
  }

  #addObject(item: ReadObject): void {
    const { value, source, lineOf } = item;
    const { facts, kinds, namespace } = this.#settings;
    const added = facts.add(value);
    if (added.kind === 'no-node') this.#skip('node-without-info', source.file, nameOf(value));
    if (added.kind === 'malformed') this.#addMalformed(item, added.problems);
    if (added.kind !== 'no-fact') return;
    const parsed = parseWorkload(value, { kinds, namespace });
    switch (parsed.kind) {
      case 'workload':
        if (isPatch(value)) this.#skip('kustomize-patch', source.file);
        else this.#workloads.push({ workload: parsed.workload, source, lineOf, ignoredCodes: ignoredCodesOf(value) });
        this.#problems.push(...fieldProblemsIn(item, parsed.missing ?? []));
        return;
      case 'malformed':
        this.#addMalformed(item, parsed.problems);
        return;
      case 'not-a-workload':
        this.#countUnknown(item);
        return;
      case 'no-pod-spec':
    }
  }

  /** A template or a patch has holes where an object has fields. */
  #addMalformed(item: ReadObject, problems: readonly FieldProblem[]): void {
    const { file } = item.source;
    // Of a Deployment without containers a kustomization may once have made something.
    const isHollow = problems.every(({ problem }) => problem === 'is missing' || problem === 'has no container');
    if (isPatch(item.value) || (isHollow && this.#kustomizations.isUnnamedBeside(file)))
      this.#skip('kustomize-patch', file);
    else if (holdsTemplate(item.value)) this.#skip('template', file);
    else this.#problems.push(...fieldProblemsIn(item, problems));
  }

  #countUnknown({ value: { apiVersion, kind }, source }: ReadObject): void {
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') return;
    const group = groupOf(apiVersion);
    if (isBuiltInGroup(group)) return;
    // An API server takes no group of others without a dot: skaffold/v4beta1 is a configuration file.
    if (!group.includes('.') && group !== 'extensions') {
      this.#skip('other-tool', source.file);
      return;
    }
    const name = `${kind}.${group}`;
    this.#unknownKinds.set(name, (this.#unknownKinds.get(name) ?? 0) + 1);
  }

  #skip(reason: SkipReason, file: string, name?: string): void {
    const directory = file === '-' ? file : dirname(file);
    this.#skipped.push({ reason, directory, ...(name !== undefined && { name }) });
  }
}

/** `pullgate.dev/ignore: manifest-not-found, unpinned-image` */
function ignoredCodesOf({ metadata }: ReadObject['value']): readonly string[] {
  const annotations =
    typeof metadata === 'object' && metadata !== null && 'annotations' in metadata ? metadata.annotations : {};
  if (typeof annotations !== 'object' || annotations === null || !(ignoreAnnotation in annotations)) return [];
  const written = annotations[ignoreAnnotation];
  return typeof written === 'string' ? written.split(/[\s,]+/).filter((code) => code !== '') : [];
}

const ignoreAnnotation = 'pullgate.dev/ignore';

function nameOf({ metadata }: ReadObject['value']): string {
  const name = typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata.name : undefined;
  return typeof name === 'string' ? name : '';
}
