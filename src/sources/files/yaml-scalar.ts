import { decodeGoUtf8 } from '../../core/go/utf8.ts';
import type { JsonValue } from './read-item.ts';

/** A scalar as it stands: its text after unfolding, its full tag if it has one, and whether it is plain (no quotes, no block). */
export type Scalar = { readonly text: string; readonly tag?: string | undefined; readonly isPlain: boolean };
export type ScalarValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string };
export type ResolvedScalar =
  | { readonly ok: true; readonly scalar: ScalarValue }
  | { readonly ok: false; readonly reason: string };

const named = 'tag:yaml.org,2002:';

const words: ReadonlyMap<string, ScalarValue> = new Map(
  wordGroups().flatMap(([scalar, ...spellings]) => spellings.map((spelling) => [spelling, scalar] as const)),
);

function wordGroups(): readonly (readonly [ScalarValue, ...string[]])[] {
  return [
    [{ kind: 'null' }, '', '~', 'null', 'Null', 'NULL'],
    [{ kind: 'boolean', value: true }, 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'],
    [{ kind: 'boolean', value: false }, 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'],
    [{ kind: 'float', value: Number.NaN }, '.nan', '.NaN', '.NAN'],
    [{ kind: 'float', value: Number.POSITIVE_INFINITY }, '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'],
    [{ kind: 'float', value: Number.NEGATIVE_INFINITY }, '-.inf', '-.Inf', '-.INF'],
  ];
}

/**
 * What kubectl takes a scalar for: YAML 1.1 as go.yaml.in/yaml/v2 reads it (resolve.go), on which sigs.k8s.io/yaml is
 * built. `yes` and `on` are booleans, `014` is octal, `1.10` is a number, dates are strings, and so is whatever has a
 * tag that is not known there.
 */
export function resolveScalar({ text, tag, isPlain }: Scalar): ResolvedScalar {
  switch (tag) {
    case undefined:
      return found(isPlain ? untagged(text) : asString(text));
    case `${named}null`:
      return foundAs('null', text);
    case `${named}bool`:
      return foundAs('boolean', text);
    case `${named}int`:
      return foundAs('integer', text);
    case `${named}float`:
      return asFloat(text);
    case `${named}binary`:
      return asBinary(text);
    default:
      return found(asString(text));
  }
}

/** The JSON of a plain scalar without a tag; undefined for a number that JSON cannot hold. */
export function plainValue(text: string): JsonValue | undefined {
  // No word is longer, and no number starts with a letter.
  if (text.length > longestWord && isLetter(text.charCodeAt(0))) return text;
  const scalar = untagged(text);
  if (scalar.kind === 'null') return null;
  if (scalar.kind === 'integer') return Number(scalar.value);
  return scalar.kind === 'float' && !Number.isFinite(scalar.value) ? undefined : scalar.value;
}

const longestWord = 5;

function isLetter(code: number): boolean {
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
}

/** The plain scalar. By its first character most are strings at once. */
function untagged(text: string): ScalarValue {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(text)) return asString(text);
  // Behind a leading dot it is Go's own ParseFloat that allows underscores, and only between digits.
  if (text.startsWith('.') && /_(?![0-9])|(?<![0-9])_/.test(text)) return asString(text);
  const digits = text.replaceAll('_', '');
  return integer(digits) ?? float(digits) ?? asString(text);
}

/** strconv.ParseInt, else ParseUint, with base 0: int64 with a sign, up to uint64 without. */
function integer(text: string): ScalarValue | undefined {
  const isSigned = /^[-+]/.test(text);
  const magnitude = unsigned(isSigned ? text.slice(1) : text);
  if (magnitude === undefined) return undefined;
  const value = text.startsWith('-') ? -magnitude : magnitude;
  if (value < -maxInt64 - 1n || value > (isSigned ? maxInt64 : maxUint64)) return undefined;
  return { kind: 'integer', value };
}

const maxInt64 = 2n ** 63n - 1n;
const maxUint64 = 2n ** 64n - 1n;
/** Beyond the 64 binary digits of any number that fits. */
const longestInteger = 80;

function unsigned(text: string): bigint | undefined {
  if (text.length > longestInteger) return undefined;
  if (/^(?:0|[1-9][0-9]*|0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(text)) return BigInt(text);
  return /^0[0-7]+$/.test(text) ? BigInt(`0o${text}`) : undefined;
}

/** A number too large for a float64 is an error of Go's ParseFloat, and so a string. */
function float(text: string): ScalarValue | undefined {
  if (!/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { kind: 'float', value } : undefined;
}

function foundAs(kind: 'null' | 'boolean' | 'integer', text: string): ResolvedScalar {
  const scalar = untagged(text);
  return scalar.kind === kind ? found(scalar) : notAs(kind);
}

function asFloat(text: string): ResolvedScalar {
  const scalar = untagged(text);
  if (scalar.kind === 'integer' && scalar.value <= maxInt64)
    return found({ kind: 'float', value: Number(scalar.value) });
  return scalar.kind === 'float' ? found(scalar) : notAs('float');
}

/** encoding/base64 StdEncoding, which passes over line breaks; bytes that are no UTF-8 are replaced as json.Marshal does. */
function asBinary(text: string): ResolvedScalar {
  const digits = text.replaceAll(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits))
    return { ok: false, reason: 'has a value tagged !!binary that is not base64; correct it, or remove the tag' };
  return found(asString(decodeGoUtf8(Buffer.from(digits, 'base64'))));
}

function notAs(kind: 'null' | 'boolean' | 'integer' | 'float'): ResolvedScalar {
  return {
    ok: false,
    reason: `has a value whose tag says ${kind} and whose text does not; correct it, or remove the tag`,
  };
}

function asString(value: string): ScalarValue {
  return { kind: 'string', value };
}

function found(scalar: ScalarValue): ResolvedScalar {
  return { ok: true, scalar };
}
