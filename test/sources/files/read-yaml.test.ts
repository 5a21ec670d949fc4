import { describe, expect, test } from 'vitest';
import { RecentFinder } from '../../../src/sources/files/document-place.ts';
import type { ReadDocument } from '../../../src/sources/files/place.ts';
import { readYaml } from '../../../src/sources/files/read-yaml.ts';
import { isFull } from '../../support/effort.ts';
import rows from './kubectl-yaml.json' with { type: 'json' };

const start = { document: 1, line: 1, column: 1 };

/** kubectl ends each line, the last one too, before it hands a document to its parser. */
function read(yaml: string): ReadDocument {
  return readYaml(Buffer.from(yaml.endsWith('\n') ? yaml : `${yaml}\n`), start, new RecentFinder());
}

function jsonOf(yaml: string): unknown {
  const document = read(yaml);
  return document.ok ? document.value : document.flaw;
}

function reasonOf(yaml: string): string | undefined {
  return read(yaml).flaw?.reason;
}

function chained(count: number, next: (name: string) => string): string {
  return Array.from({ length: count }, (_, at) => `k${at}: &a${at + 1} ${next(`a${at}`)}\n`).reduce(
    (text, line) => text + line,
    'k: &a0 {x: 1}\n',
  );
}

function inBrackets(depth: number, inside: string): string {
  return '['.repeat(depth) + inside + ']'.repeat(depth);
}

describe('documents mean what they mean to kubectl', () => {
  const named = rows.map((row) => Object.assign(row, { name: JSON.stringify(row.yaml) }));
  const told = named.filter((row) => 'json' in row);
  const refused = named.filter((row) => 'refused' in row);

  test('the table holds what sigs.k8s.io/yaml v1.6.0 answered, both ways', () => {
    expect(told.length).toBeGreaterThan(300);
    expect(refused.length).toBeGreaterThan(80);
  });

  test.each(told)('$name', ({ yaml, json }) => {
    expect(jsonOf(yaml)).toEqual(json);
  });

  test.each(refused)('refused: $name', ({ yaml }) => {
    expect(read(yaml).ok).toBe(false);
  });
});

describe('documents that kubectl reads only in part are refused', () => {
  test.each([
    ['less indented at the end', '  a: b\n c: d'],
    ['something behind a flow mapping', '{a: b} c'],
    ['two flow mappings', '{a: b}\n{c: d}'],
  ])('%s', (_what, yaml) => {
    expect(reasonOf(yaml)).toBe(
      'is not valid YAML: unexpected text; check the indentation, and quote special characters',
    );
  });
});

test('a separator that only a lone carriage return ends', () => {
  expect(read('a: b\r---\rc: d').flaw).toMatchObject({
    line: 2,
    reason: 'is not valid YAML: another document starts here; put "---" on a line of its own before it',
  });
});

describe('documents that kubectl refuses for the sake of YAML 1.1 are read', () => {
  test.each([
    ['an escaped slash', 'a: "\\/"', { a: '/' }],
    ['a pair of surrogates', 'a: "\\ud83d\\ude00"', { a: '\u{1f600}' }],
    ['an anchor with a dot', 'a: &x.y b\nc: *x.y', { a: 'b', c: 'b' }],
    ['a tab behind a dash', '-\ta', ['a']],
  ])('%s', (_what, yaml, value) => {
    expect(jsonOf(yaml)).toEqual(value);
  });
});

describe('lines inside quotes and brackets need no indentation', () => {
  test.each([
    ['JSON in single quotes', 'a:\n  b: \'{\n  "c": [1]\n}\'\n  d: e', { a: { b: '{ "c": [1] }', d: 'e' } }],
    [
      'a list that is closed below its key',
      'a:\n  b: [\n  c,\n  # d\n  "e"\n]\nf: g',
      { a: { b: ['c', 'e'] }, f: 'g' },
    ],
    ['quotes in a list', 'a:\n- ["b\nc", \'d\n\ne\']', { a: [['b c', 'd\ne']] }],
    [
      'beside block scalars, comments and apostrophes',
      "a: |\n  it's [\n# it's {\nb: it's\nc: [\nd]",
      { a: "it's [\n", b: "it's", c: ['d'] },
    ],
    ['behind an empty block scalar', 'a: |\nb: [\nc]', { a: '', b: ['c'] }],
    ['an escaped line break', 'a: "b\\\nc"', { a: 'bc' }],
    ['tabs', 'a: [\n\tb]', { a: ['b'] }],
    ['behind an anchor and a tag', 'a: &x !y {\nb: c}\nd: *x', { a: { b: 'c' }, d: { b: 'c' } }],
  ])('%s', (_what, yaml, value) => {
    expect(jsonOf(yaml)).toEqual(value);
  });

  test('lines are counted as they were written', () => {
    const document = read("a:\n  b: '{\n}'\n  c: d");

    expect(document.ok && document.place.lineOf(['a', 'c'])).toBe(4);
  });

  test('what is wrong besides is told of the text as it was written', () => {
    expect(read("a: 'b\nc'\nd: {e: @}").flaw).toMatchObject({ line: 3, column: 8 });
  });

  test.each([
    ['quote', 'a: "b\nc: d\n', 1, 4],
    ['bracket', 'a: b\nc: [d,\n  e\n', 2, 4],
  ])('a %s without an end is told where it opens', (_what, yaml, line, column) => {
    expect(read(yaml).flaw).toEqual({
      line,
      column,
      reason: 'is not valid YAML: a quote or bracket opens here and is never closed; close it',
    });
  });
});

describe('names of members', () => {
  test('__proto__ and constructor are ordinary ones, merged or not', () => {
    const document = read('a: &x {__proto__: {polluted: 1}, constructor: 2}\nb: {<<: *x}');
    const value = JSON.stringify(document.ok ? document.value : undefined);

    expect(value).toBe(
      '{"a":{"__proto__":{"polluted":1},"constructor":2},"b":{"__proto__":{"polluted":1},"constructor":2}}',
    );
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test.each([
    ['block', 'a: 1\nb: 2\na: 3', { a: 3, b: 2 }],
    ['flow', '{a: 1,\na: 3}', { a: 3 }],
    ['once as a number', '"1": 1\n1: 3', { 1: 3 }],
  ])('of a name that stands twice the last one counts, silently, as for kubectl (%s)', (_style, yaml, value) => {
    expect(read(yaml)).toMatchObject({ ok: true, value });
  });

  test('a merged name may be written again', () => {
    expect(read('a: &x {b: 1}\nc:\n  <<: *x\n  b: 2').flaw).toBeUndefined();
  });
});

describe('bounds', () => {
  const tooDeep = 'is nested deeper than 700 levels, the limit for all but a valid JSON object (1,000); flatten it';

  test.each([
    [
      'mappings in lines',
      (depth: number) => Array.from({ length: depth }, (_, at) => `${' '.repeat(at)}a:\n`).join(''),
    ],
    ['lists in a line', (depth: number) => `${'- '.repeat(depth)}x`],
    ['brackets', (depth: number) => inBrackets(depth, '1')],
    ['braces', (depth: number) => `${'{a: '.repeat(depth)}1${'}'.repeat(depth)}`],
    ['merges', (depth: number) => `${'{<<: '.repeat(depth)}{}${'}'.repeat(depth)}`],
  ])('%s may nest 700 levels and no more', (_what, nested) => {
    expect(read(nested(699)).ok).toBe(true);
    expect(reasonOf(nested(703))).toBe(tooDeep);
    expect(reasonOf(nested(2_000))).toBe(tooDeep);
  });

  test.each([
    ['brackets', '['],
    ['members without an end', '{"a":'],
  ])('JSON that is read as YAML, since it is no object or not valid, is told of no other limit: %s', (_what, open) => {
    expect(reasonOf(open.repeat(200_000))).toBe(tooDeep);
  });

  test('with aliases it is 1,000 levels', () => {
    expect(read(`a: &x ${inBrackets(490, '1')}\nb: ${inBrackets(490, '*x')}`).ok).toBe(true);
    expect(reasonOf(`a: &x ${inBrackets(490, '1')}\nb: &y ${inBrackets(490, '*x')}\nc: ${inBrackets(490, '*y')}`)).toBe(
      'is nested deeper than 1,000 levels; flatten it',
    );
  });

  /** Found by trying with sigs.k8s.io/yaml v1.6.0. */
  test.each<[string, number, (count: number) => string]>([
    ['of one list', 199, (count) => `a: &a [${'x,'.repeat(count)}]\nb: [${'*a,'.repeat(count)}]`],
    ['of one long list', 110, (count) => `a: &a [${'x,'.repeat(1_000)}]\nb: [${'*a,'.repeat(count)}]`],
    ['each in the next', 297, (count) => chained(count, (name) => `[*${name}]`)],
    ['each merged into the next', 297, (count) => chained(count, (name) => `{<<: *${name}}`)],
  ])('as many aliases as kubectl takes: %s', (_what, count, text) => {
    expect(read(text(count)).flaw).toBeUndefined();
    expect(reasonOf(text(count + 1))).toBe(
      'expands aliases excessively (an alias bomb), which kubectl refuses too; write the values out',
    );
  });

  test('a bomb of aliases is told where it is lit', () => {
    const lines = Array.from(
      'bcdefghijk',
      (name, at) => `${name}: &${name} [${`*${'abcdefghijk'[at]}, `.repeat(9)}]\n`,
    );

    expect(read(`a: &a [x]\n${lines.join('')}`).flaw).toMatchObject({ line: 5, column: 8 });
  });

  // A gigabyte of tokens.
  test.runIf(isFull)('a text that is all tokens', () => {
    expect(reasonOf('- \n'.repeat(1_000_000))).toBe(
      'is larger than pullgate reads as one YAML document (8 MiB, less if it is dense); put "---" between its objects, or give it as JSON',
    );
  });
});
