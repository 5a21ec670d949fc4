/**
 * Reads members of Kubernetes objects as the API server decodes them into Go types: an absent member and `null` are the
 * type's zero value, another JSON type is a problem. As `api-json.ts` has it, for what each review reads by the hundred: where
 * a value stands is spelled out only if it is wrong.
 */
import { type FieldPath, type FieldProblem, mostWrong, wrongType } from './field-problem.ts';

export type Members = Readonly<Record<string, unknown>>;

const nothing: readonly never[] = [];

export class Reader {
  readonly problems: FieldProblem[] = [];
  readonly #path: (string | number)[] = [];

  text(of: Members, name: string): string {
    const value = of[name];
    if (typeof value === 'string') return value;
    if (isThere(value)) this.#refuse('string', value, name);
    return '';
  }

  flag(of: Members, name: string): boolean {
    const value = of[name];
    if (typeof value === 'boolean') return value;
    if (isThere(value)) this.#refuse('boolean', value, name);
    return false;
  }

  number(of: Members, name: string): number | undefined {
    const value = of[name];
    if (typeof value === 'number') return value;
    if (isThere(value)) this.#refuse('number', value, name);
    return undefined;
  }

  /** Of strings, as labels and annotations are. */
  textMap(of: Members, name: string): ReadonlyMap<string, string> {
    const value = of[name];
    const entries = new Map<string, string>();
    if (!isThere(value)) return entries;
    if (!isMembers(value)) {
      this.#refuse('record', value, name);
      return entries;
    }
    const hasEnough = this.#wrongElements();
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === 'string' || item === null) entries.set(key, item ?? '');
      else this.#refuse('string', item, name, key);
      if (hasEnough()) break;
    }
    return entries;
  }

  /** Undefined where it is absent. */
  struct<Value>(of: Members, name: string, read: (members: Members) => Value): Value | undefined {
    const value = of[name];
    if (!isThere(value)) return undefined;
    if (!isMembers(value)) {
      this.#refuse('object', value, name);
      return undefined;
    }
    this.#path.push(name);
    const result = read(value);
    this.#path.pop();
    return result;
  }

  /** An element that is `null` is an empty struct. */
  structs<Value>(of: Members, name: string, read: (members: Members) => Value): readonly Value[] {
    const list = this.list(of, name);
    if (list.length === 0) return nothing;
    const values: Value[] = [];
    this.#path.push(name, 0);
    const hasEnough = this.#wrongElements();
    for (const [index, item] of list.entries()) {
      this.#path[this.#path.length - 1] = index;
      if (item === null) values.push(read(empty));
      else if (isMembers(item)) values.push(read(item));
      else this.#refuse('object', item);
      if (hasEnough()) break;
    }
    this.#path.length -= 2;
    return values;
  }

  texts(of: Members, name: string): readonly string[] {
    const texts: string[] = [];
    const hasEnough = this.#wrongElements();
    for (const [index, item] of this.list(of, name).entries()) {
      if (typeof item !== 'string' && item !== null) this.#refuse('string', item, name, index);
      texts.push(typeof item === 'string' ? item : '');
      if (hasEnough()) break;
    }
    return texts;
  }

  /** Of whatever. */
  list(of: Members, name: string): readonly unknown[] {
    const value = of[name];
    if (Array.isArray(value)) return value;
    if (isThere(value)) this.#refuse('array', value, name);
    return nothing;
  }

  /** The value itself; nothing else is read of one that is no object. */
  members(value: unknown): Members {
    if (isMembers(value)) return value;
    this.#refuse('object', value);
    return empty;
  }

  /** To be asked after each element of one list: whether `mostWrong` of them had a problem. */
  #wrongElements(): () => boolean {
    let known = this.problems.length;
    let wrong = 0;
    return () => {
      if (this.problems.length > known) wrong += 1;
      known = this.problems.length;
      return wrong === mostWrong;
    };
  }

  #refuse(expected: string, value: unknown, ...below: FieldPath): void {
    this.problems.push(wrongType([...this.#path, ...below], expected, value));
  }
}

const empty: Members = {};

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
