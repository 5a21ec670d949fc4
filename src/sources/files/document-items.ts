import { isUtf8 } from 'node:buffer';
import type { RecentFinder } from './document-place.ts';
import { expandList, isObject, type ListedObject } from './expand-list.ts';
import { parseFieldPath } from './field-path.ts';
import { templateLine } from './helm-template.ts';
import { maxProblems } from './limits.ts';
import { isKustomization, isValuesFile, type SkipReason } from './no-manifest.ts';
import type { Flaw, ReadDocument } from './place.ts';
import type { JsonObject, JsonValue, ReadItem, ReadProblem } from './read-item.ts';
import { readJson } from './read-json.ts';
import { readPlainDocument } from './read-plain-yaml.ts';
import type { RawDocument } from './split-documents.ts';

type RawYaml = Extract<RawDocument, { readonly kind: 'yaml' }>;

/** What the documents of one file hold. */
export class DocumentItems {
  readonly #file: string;
  readonly #isNamed: boolean;
  readonly #recent: RecentFinder;
  /** Most documents of a template cannot be read; saying it once is enough. */
  #isKnownTemplate = false;
  #problems = 0;

  /** `isNamed`: somebody named the file, not a directory around it. */
  constructor(file: string, isNamed: boolean, recent: RecentFinder) {
    this.#file = file;
    this.#isNamed = isNamed;
    this.#recent = recent;
  }

  async *of(raw: RawDocument): AsyncGenerator<ReadItem> {
    for await (const item of this.#all(raw)) {
      if (item.kind === 'problem') this.#problems += 1;
      if (item.kind !== 'problem' || this.#problems <= maxProblems) yield item;
      else if (this.#problems === maxProblems + 1) yield { kind: 'problem', file: this.#file, reason: moreProblems };
    }
  }

  async *#all(raw: RawDocument): AsyncGenerator<ReadItem> {
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

  async *#yaml(raw: RawYaml): AsyncGenerator<ReadItem> {
    const read = readPlainDocument(raw.bytes, raw.start, this.#recent) ?? (await this.#readByLibrary(raw));
    const template = read.ok && isObject(read.value) ? undefined : templateLine(raw.bytes);
    if (!read.ok && this.#isOtherJson(raw.bytes))
      yield this.#skipped({ document: raw.start.document, line: raw.start.line }, 'other-json');
    else if (template === undefined) yield* this.#objects(raw.start.document, read, raw.start.template);
    else if (!this.#isKnownTemplate) {
      this.#isKnownTemplate = true;
      yield this.#skipped({ document: raw.start.document, line: raw.start.line + template }, 'template');
    }
  }

  /** It takes its time to load, and many files do without it. */
  async #readByLibrary({ bytes, start }: RawYaml): Promise<ReadDocument> {
    const { readYaml } = await import('./read-yaml.ts');
    return readYaml(bytes, start, this.#recent);
  }

  *#objects(document: number, read: ReadDocument, template?: string): Generator<ReadItem> {
    if (!read.ok) yield this.#problem(document, read.flaw);
    if (!read.ok || read.value === null) return;
    if (Array.isArray(read.value) && !read.value.some(isTyped)) {
      yield this.#skipped({ document, line: read.place.line }, 'list');
      return;
    }
    for (const listed of expandList(read.value, read.place))
      yield listed.ok ? this.#object(document, listed, template) : this.#problem(document, listed.flaw);
  }

  #object(
    document: number,
    { value, place }: Extract<ListedObject, { readonly ok: true }>,
    template: string | undefined,
  ): ReadItem {
    const source = { file: this.#file, document, line: place.line, ...(template !== undefined && { template }) };
    if (isKustomization(this.#file) || isKustomizationObject(value))
      return { kind: 'skipped', source, reason: 'kustomization', value };
    if (!isTyped(value)) return { kind: 'skipped', source, reason: isValuesFile(this.#file) ? 'values' : 'untyped' };
    return { kind: 'object', value, source, lineOf: (path) => place.lineOf(parseFieldPath(path)) };
  }

  /** tsconfig.json, settings of editors, data of programs: most are JSON of a kind that allows more, and no manifest. */
  #isOtherJson(bytes: Uint8Array): boolean {
    if (!this.#file.endsWith('.json') || !isUtf8(bytes)) return false;
    const text = new TextDecoder().decode(bytes);
    if (text.includes('apiVersion') && text.includes('kind')) return false;
    return !this.#isNamed || /(?:^|[\s,{[])\/[/*]/.test(text);
  }

  #skipped(at: { readonly document: number; readonly line: number }, reason: SkipReason): ReadItem {
    return { kind: 'skipped', source: { file: this.#file, ...at }, reason };
  }

  #problem(document: number, { line, column, reason }: Flaw): ReadProblem {
    return { kind: 'problem', file: this.#file, document, line, ...(column === undefined ? {} : { column }), reason };
  }
}

const moreProblems = `has more than ${maxProblems} problems; correct these, and read it again for the others`;

function isTyped(value: JsonValue): boolean {
  return isObject(value) && hasText(value, 'apiVersion') && hasText(value, 'kind');
}

function isKustomizationObject({ apiVersion }: JsonObject): boolean {
  return typeof apiVersion === 'string' && apiVersion.startsWith('kustomize.config.k8s.io/');
}

function hasText(value: JsonObject, name: string): boolean {
  return Object.hasOwn(value, name) && typeof value[name] === 'string' && value[name] !== '';
}
