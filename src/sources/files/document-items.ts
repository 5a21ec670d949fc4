import { expandList, isObject, type ListedObject } from './expand-list.ts';
import { parseFieldPath } from './field-path.ts';
import { helmTemplate, templateLine } from './helm-template.ts';
import { maxProblems } from './limits.ts';
import type { Flaw, ReadDocument } from './place.ts';
import type { JsonObject, ReadItem, ReadProblem } from './read-item.ts';
import { readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';
import type { RawDocument } from './split-documents.ts';
import type { RecentTree } from './yaml-tree.ts';

type RawYaml = Extract<RawDocument, { readonly kind: 'yaml' }>;

/** What the documents of one file hold. */
export class DocumentItems {
  readonly #file: string;
  readonly #recent: RecentTree;
  /** Most documents of a template cannot be read; saying it once is enough. */
  #isKnownTemplate = false;
  #problems = 0;

  constructor(file: string, recent: RecentTree) {
    this.#file = file;
    this.#recent = recent;
  }

  *of(raw: RawDocument): Generator<ReadItem> {
    for (const item of this.#all(raw)) {
      if (item.kind === 'problem') this.#problems += 1;
      if (item.kind !== 'problem' || this.#problems <= maxProblems) yield item;
      else if (this.#problems === maxProblems + 1) yield { kind: 'problem', file: this.#file, reason: moreProblems };
    }
  }

  *#all(raw: RawDocument): Generator<ReadItem> {
    switch (raw.kind) {
      case 'not-text':
        yield { kind: 'problem', file: this.#file, line: raw.line, reason: raw.reason };
        return;
      case 'refused':
        yield this.#problem(raw.start.document, { line: raw.start.line, reason: raw.reason });
        return;
      case 'json':
        yield* this.#objects(raw.start.document, readJson(raw, raw.start));
        return;
      case 'yaml':
        yield* this.#yaml(raw);
        return;
    }
  }

  *#yaml(raw: RawYaml): Generator<ReadItem> {
    const read = readYaml(raw.bytes, raw.start, this.#recent);
    const template = read.ok && isObject(read.value) ? undefined : templateLine(raw.bytes);
    if (template === undefined) yield* this.#objects(raw.start.document, read);
    else if (!this.#isKnownTemplate) {
      this.#isKnownTemplate = true;
      yield this.#problem(raw.start.document, { line: raw.start.line + template, reason: helmTemplate });
    }
  }

  *#objects(document: number, read: ReadDocument): Generator<ReadItem> {
    if (!read.ok) yield this.#problem(document, read.flaw);
    if (!read.ok || read.value === null) return;
    for (const listed of expandList(read.value, read.place))
      yield listed.ok ? this.#object(document, listed) : this.#problem(document, listed.flaw);
  }

  #object(document: number, { value, place }: Extract<ListedObject, { readonly ok: true }>): ReadItem {
    const source = { file: this.#file, document, line: place.line };
    if (!hasText(value, 'apiVersion') || !hasText(value, 'kind')) return { kind: 'skipped', source };
    return { kind: 'object', value, source, lineOf: (path) => place.lineOf(parseFieldPath(path)) };
  }

  #problem(document: number, { line, column, reason }: Flaw): ReadProblem {
    return { kind: 'problem', file: this.#file, document, line, ...(column === undefined ? {} : { column }), reason };
  }
}

const moreProblems = `has more than ${maxProblems} problems; correct these, and read it again for the others`;

function hasText(value: JsonObject, name: string): boolean {
  return Object.hasOwn(value, name) && typeof value[name] === 'string' && value[name] !== '';
}
