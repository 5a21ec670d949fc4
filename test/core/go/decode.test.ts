import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeGo,
  goBool,
  goBytes,
  goField,
  goInt64,
  goMap,
  goPointer,
  goRaw,
  goSlice,
  goString,
  goStringType,
  goStruct,
  goTime,
} from '../../../src/core/go/decode.ts';

const goInner = goStruct('v1.Inner', { name: goField('name', goString), size: goField('size', goInt64('int64')) });
const goOuter = goStruct('v1.Outer', {
  version: goField('version', goInt64('int'), 'Versioned'),
  inner: goField('inner', goInner),
  items: goField('items', goSlice(goInner)),
  pointer: goField('pointer', goPointer(goInner)),
  labels: goField('labels', goMap(goString)),
  raw: goField('raw', goRaw),
  time: goField('time', goTime),
  flag: goField('flag', goBool),
});

/** What is not its zero value. */
function decoded(text: string): object {
  const result = decodeGo(goOuter, text);
  if (!result.ok) return { error: result.error };
  const isChanged = ([key, value]: readonly [string, unknown]): boolean =>
    JSON.stringify(value) !== JSON.stringify(goOuter.zero[key as keyof typeof goOuter.zero]);
  return Object.fromEntries(Object.entries(result.value).filter(isChanged));
}

test.each([
  ['null', {}],
  ['{}', {}],
  ['{"unknown":[1,{"inner":5}],"__proto__":{"flag":true}}', {}],
  ['{"INNER":{"NAME":"a"}}', { inner: { name: 'a', size: 0 } }],
  ['{"flag":true,"flag":null}', { flag: true }],
  ['{"inner":{"name":"a","size":1},"inner":{"size":2}}', { inner: { name: 'a', size: 2 } }],
  ['{"inner":{"name":"a"},"inner":null}', { inner: { name: 'a', size: 0 } }],
  ['{"items":[{"name":"a"},{}],"items":[{"size":1}]}', { items: [{ name: 'a', size: 1 }] }],
  ['{"items":[{}],"items":null}', {}],
  ['{"items":[null]}', { items: [{ name: '', size: 0 }] }],
  ['{"pointer":{"size":1},"pointer":{"name":"b"}}', { pointer: { name: 'b', size: 1 } }],
  ['{"pointer":{},"pointer":null}', {}],
  ['{"labels":{"a":"b","c":null}}', {}],
  ['{"raw":null}', { raw: true }],
  ['{"time":"2024-02-29T12:00:00Z"}', { time: 'set' }],
  ['{"version":-9223372036854775808}', { version: -(2 ** 63) }],
])('%s', (text, expected) => {
  expect(decoded(text)).toEqual(expected);
});

test.each([
  ['{', 'unexpected end of JSON input'],
  ['[]', 'json: cannot unmarshal array into Go value of type v1.Outer'],
  ['true', 'json: cannot unmarshal bool into Go value of type v1.Outer'],
  ['{"inner":"x"}', 'json: cannot unmarshal string into Go struct field Outer.inner of type v1.Inner'],
  ['{"inner":{"name":5}}', 'json: cannot unmarshal number into Go struct field Inner.inner.name of type string'],
  ['{"items":[{"size":1.5}]}', 'json: cannot unmarshal number 1.5 into Go struct field Inner.items.size of type int64'],
  ['{"version":1e3}', 'json: cannot unmarshal number 1e3 into Go struct field Outer.Versioned.version of type int'],
  [
    '{"version":9223372036854775808}',
    'json: cannot unmarshal number 9223372036854775808 into Go struct field Outer.Versioned.version of type int',
  ],
  ['{"items":{}}', 'json: cannot unmarshal object into Go struct field Outer.items of type []v1.Inner'],
  ['{"labels":{"a":5}}', 'json: cannot unmarshal number into Go struct field Outer.labels of type string'],
  ['{"labels":[]}', 'json: cannot unmarshal array into Go struct field Outer.labels of type map[string]string'],
  ['{"time":"yesterday"}', 'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00"'],
  ['{"flag":1,"inner":[]}', 'json: cannot unmarshal number into Go struct field Outer.flag of type bool'],
])('%s is an error', (text, error) => {
  expect(decoded(text)).toEqual({ error });
});

test('the rest of a document is decoded beside an error', () => {
  expect(decodeGo(goInner, '{"size":"x","name":"a"}')).toMatchObject({ ok: false, value: { name: 'a', size: 0 } });
});

describe('bytes', () => {
  test.each([
    ['"e30="', [123, 125]],
    ['"e3\\n0="', [123, 125]],
    ['[1,255,null]', [1, 255, 0]],
    ['null', []],
  ])('%s', (text, bytes) => {
    expect(decodeGo(goBytes, text)).toEqual({ ok: true, value: Uint8Array.from(bytes) });
  });

  test.each(['"e30"', '"!"', '[256]', '[-1]', '{}', '5'])('%s is an error', (text) => {
    expect(decodeGo(goBytes, text).ok).toBe(false);
  });
});

test('a string type is named as itself in errors', () => {
  expect(decodeGo(goStringType('digest.Digest'), '5')).toMatchObject({
    error: 'json: cannot unmarshal number into Go value of type digest.Digest',
  });
});

test('any document gives a value or an error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      expect([true, false]).toContain(decodeGo(goOuter, text).ok);
    }),
  );
});

test.each([
  ['names', `{${'"":0,'.repeat(100_000)}"x":0}`],
  ['members of one name', `{${'"inner":{"size":1},'.repeat(25_000)}"x":0}`],
  ['labels', `{${Array.from({ length: 25_000 }, (_, index) => `"labels":{"${index}":""},`).join('')}"x":0}`],
  ['errors', `{"labels":{${'"":0,'.repeat(100_000)}"x":0}}`],
])('many %s are read', (_what, text) => {
  expect([true, false]).toContain(decodeGo(goOuter, text).ok);
});
