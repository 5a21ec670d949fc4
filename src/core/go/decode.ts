import { decodeBase64 } from './base64.ts';
import { foldName, type GoJson, parseGoJson } from './json.ts';
import { parseRfc3339 } from './rfc3339.ts';

/**
 * Decoding into typed structures as Go's encoding/json does it, for documents where it matters what Go accepts: members
 * are matched by folded name, a member that comes twice is decoded into the value that is already there, `null` changes
 * nothing but lists, maps and pointers, unknown members are skipped, and the first value of a wrong type makes an error while the rest is still decoded.
 */
export type GoType<T> = {
  /** As Go prints it in errors, with the package: `v1.Descriptor`. */
  readonly name: string;
  readonly zero: T;
  /** Decodes into a value: what the JSON does not mention stays. */
  decode(json: GoJson, into: T, place: Place): T;
};

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  /** `value` is what Go's variable holds when the error is returned. */
  | { readonly ok: false; readonly error: string; readonly value: T };

/** Where in the document a value stands: for errors only. */
export type Place = {
  readonly struct: string;
  readonly path: string;
  readonly faults: Faults;
};
/** Go keeps the first error. */
type Faults = { first?: string };

export function decodeGo<T>(type: GoType<T>, text: string): Decoded<T> {
  const parsed = parseGoJson(text);
  return parsed.ok ? decodeGoJson(type, parsed.value) : { ok: false, error: parsed.error, value: type.zero };
}

export function decodeGoJson<T>(type: GoType<T>, json: GoJson): Decoded<T> {
  const faults: Faults = {};
  const value = type.decode(json, type.zero, { struct: '', path: '', faults });
  return faults.first === undefined ? { ok: true, value } : { ok: false, error: faults.first, value };
}

/** A type whose kind is string. */
export function goStringType(name: string): GoType<string> {
  const type: GoType<string> = {
    name,
    zero: '',
    decode: (json, into, place) => (json.kind === 'string' ? json.value : mistyped(type, json, into, place)),
  };
  return type;
}

export const goString = goStringType('string');

export const goBool: GoType<boolean> = {
  name: 'bool',
  zero: false,
  decode: (json, into, place) => (json.kind === 'boolean' ? json.value : mistyped(goBool, json, into, place)),
};

/** int and int64 of a 64-bit machine. Values beyond 2^53 lose their last digits, never their sign or order of magnitude. */
export function goInt64(name: 'int' | 'int64'): GoType<number> {
  const type: GoType<number> = {
    name,
    zero: 0,
    decode(json, into, place) {
      if (json.kind === 'number' && /^-?\d{1,19}$/.test(json.text)) {
        const value = BigInt(json.text);
        if (BigInt.asIntN(64, value) === value) return Number(value);
      }
      return mistyped(type, json, into, place);
    },
  };
  return type;
}

/** `[]byte`: base64, or a list of numbers. */
export const goBytes: GoType<Uint8Array> = {
  name: '[]uint8',
  zero: new Uint8Array(),
  decode(json, into, place) {
    if (json.kind === 'null') return goBytes.zero;
    if (json.kind === 'array') return Uint8Array.from(json.items, (item) => byteOf(item, place));
    if (json.kind !== 'string') return mistyped(goBytes, json, into, place);
    const decoded = decodeBase64(json.value, 'padded');
    if (decoded.ok) return decoded.bytes;
    place.faults.first ??= decoded.error;
    return into;
  },
};

function byteOf(item: GoJson, place: Place): number {
  if (item.kind === 'number' && /^\d{1,3}$/.test(item.text) && Number(item.text) < 256) return Number(item.text);
  return mistyped({ name: 'uint8' }, item, 0, place);
}

/** `*time.Time`: only whether it is one matters here. */
export const goTime: GoType<'unset' | 'set'> = {
  name: 'time.Time',
  zero: 'unset',
  decode(json, into, place) {
    if (json.kind === 'null') return into;
    if (json.kind === 'string' && parseRfc3339(json.value) !== undefined) return 'set';
    const shown = json.kind === 'string' ? JSON.stringify(json.value) : json.kind;
    place.faults.first ??= `parsing time ${shown} as "2006-01-02T15:04:05Z07:00"`;
    return into;
  },
};

/** `json.RawMessage`: whether there is any value, `null` too. */
export const goRaw: GoType<boolean> = {
  name: 'json.RawMessage',
  zero: false,
  decode: () => true,
};

/** A second list is decoded into the items of the first (encoding/json decode.go, array). */
export function goSlice<T>(item: GoType<T>): GoType<readonly T[]> {
  const type: GoType<readonly T[]> = {
    name: `[]${item.name}`,
    zero: [],
    decode(json, into, place) {
      if (json.kind === 'null') return type.zero;
      if (json.kind !== 'array') return mistyped(type, json, into, place);
      return json.items.map((element, index) => item.decode(element, into[index] ?? item.zero, place));
    },
  };
  return type;
}

/** `map[string]T`: only whether it is one matters here. */
export function goMap<T>(item: GoType<T>): GoType<undefined> {
  const type: GoType<undefined> = {
    name: `map[string]${item.name}`,
    zero: undefined,
    decode(json, into, place) {
      if (json.kind !== 'object') return mistyped(type, json, into, place);
      for (const [, value] of json.members) item.decode(value, item.zero, place);
      return undefined;
    },
  };
  return type;
}

/** A pointer: `null` makes it nil again. */
export function goPointer<T>(to: GoType<T>): GoType<T | undefined> {
  return {
    name: to.name,
    zero: undefined,
    decode(json, into, place) {
      return json.kind === 'null' ? undefined : to.decode(json, into ?? to.zero, place);
    },
  };
}

/** `shown`: how errors name it, where that is not by its JSON name. */
export type GoField<T> = { readonly json: string; readonly type: GoType<T>; readonly shown?: string };
export type GoFields<T> = { readonly [K in keyof T]-?: GoField<T[K]> };

/** A field under the name that its tag gives it; `embedded`: the embedded struct that it comes from. */
export function goField<T>(json: string, type: GoType<T>, embedded?: string): GoField<T> {
  return { json, type, ...(embedded === undefined ? {} : { shown: `${embedded}.${json}` }) };
}

export function goStruct<T extends object>(name: string, fields: GoFields<T>): GoType<T> {
  const keys = Object.keys(fields) as (keyof T)[];
  const keyOf = new Map(keys.map((key) => [foldName(fields[key].json), key]));
  // Folding keeps the length, and is too slow for hundreds of thousands of names that nobody knows.
  const lengths = new Set(keys.map((key) => fields[key].json.length));
  const type: GoType<T> = {
    name,
    // Every key of T has a field, so that its zero value is whole.
    zero: Object.fromEntries(keys.map((key) => [key, fields[key].type.zero])) as T,
    decode(json, into, place) {
      if (json.kind !== 'object') return mistyped(type, json, into, place);
      const value = { ...into };
      for (const [spelled, member] of json.members) {
        const key = lengths.has(spelled.length) ? keyOf.get(foldName(spelled)) : undefined;
        if (key === undefined) continue;
        const field = fields[key];
        value[key] = field.type.decode(member, value[key], fieldOf(place, name, field.shown ?? field.json));
      }
      return value;
    },
  };
  return type;
}

function fieldOf(place: Place, struct: string, field: string): Place {
  return { ...place, struct, path: place.path === '' ? field : `${place.path}.${field}` };
}

/** Leaves the value as it is; so does `null`, without an error. */
function mistyped<T>(type: { readonly name: string }, json: GoJson, into: T, place: Place): T {
  if (json.kind === 'null') return into;
  place.faults.first ??= `json: cannot unmarshal ${shownOf(json, type.name)} into Go ${targetOf(place)} of type ${type.name}`;
  return into;
}

function shownOf(json: GoJson, typeName: string): string {
  if (json.kind === 'boolean') return 'bool';
  const isNumberOfWrongSize = json.kind === 'number' && /^u?int\d*$/.test(typeName);
  return isNumberOfWrongSize ? `number ${json.text}` : json.kind;
}

function targetOf(place: Place): string {
  if (place.struct === '') return 'value';
  return `struct field ${place.struct.replace(/^.*\./, '')}.${place.path}`;
}
