import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { flag, listOf, structOf, text, textMap } from '../../../src/core/object/api-json.ts';
import { below, fieldProblem, fieldProblemsOf } from '../../../src/core/object/field-problem.ts';

const schema = z.object({
  name: text,
  on: flag,
  count: z.number().nullish(),
  items: listOf(structOf(z.object({ name: text }))),
  data: textMap,
  own: z.object({ name: text }),
});

function problemsOf(part: object) {
  const object = { own: {}, ...part };
  const parsed = schema.safeParse(object);
  return parsed.success ? [] : fieldProblemsOf(parsed.error, object);
}

describe('a field of another type', () => {
  test.each<readonly [string, object, string, string, string]>([
    ['a number for a text', { name: 1 }, 'name', 'must be a string, but is a number', 'put the value in quotes'],
    ['a flag for a text', { name: true }, 'name', 'must be a string, but is a boolean', 'put the value in quotes'],
    ['a list for a text', { name: [] }, 'name', 'must be a string, but is an array', 'write a text'],
    ['a mapping for a text', { name: {} }, 'name', 'must be a string, but is an object', 'write a text'],
    ['a text for a flag', { on: 'yes' }, 'on', 'must be a boolean, but is a string', 'correct the field or remove it'],
    [
      'a text for a number',
      { count: '1' },
      'count',
      'must be a number, but is a string',
      'correct the field or remove it',
    ],
    ['a mapping for a list', { items: {} }, 'items', 'must be an array, but is an object', 'write a list'],
    [
      'a text in a list',
      { items: [{}, 'x'] },
      'items[1]',
      'must be an object, but is a string',
      'write a mapping of names to values',
    ],
    ['deep', { items: [{ name: 1 }] }, 'items[0].name', 'must be a string, but is a number', 'put the value in quotes'],
    [
      'a list for a map',
      { data: [] },
      'data',
      'must be an object, but is an array',
      'write a mapping of names to values',
    ],
    [
      'a text for a map',
      { data: 'x' },
      'data',
      'must be an object, but is a string',
      'write a mapping of names to values',
    ],
    [
      'in a map',
      { data: { '.cfg': 1 } },
      'data[".cfg"]',
      'must be a string, but is a number',
      'put the value in quotes',
    ],
    ['a quote in a key', { data: { 'a"]': [] } }, 'data["a\\"]"]', 'must be a string, but is an array', 'write a text'],
    [
      '__proto__',
      { data: JSON.parse('{"__proto__":1}') },
      'data.__proto__',
      'must be a string, but is a number',
      'put the value in quotes',
    ],
    ['null', { own: null }, 'own', 'must be an object, but is null', 'write a mapping of names to values'],
    ['missing', { own: undefined }, 'own', 'must be an object, but is missing', 'write a mapping of names to values'],
  ])('%s', (_name, part, path, problem, remedy) => {
    expect(problemsOf(part)).toEqual([{ path, problem, remedy }]);
  });

  test('every one of them is named', () => {
    expect(problemsOf({ name: 1, on: 1, data: { a: 1, b: 2 } }).map(({ path }) => path)).toEqual([
      'name',
      'on',
      'data.a',
      'data.b',
    ]);
  });

  test('below something that is no object', () => {
    const error = new z.ZodError([
      { code: 'invalid_type', expected: 'string', input: undefined, path: ['own', 'name'], message: '' },
    ]);

    expect([null, undefined, 1].map((own) => fieldProblemsOf(error, { own })[0]?.problem)).toEqual([
      'must be a string, but is missing',
      'must be a string, but is missing',
      'must be a string, but is missing',
    ]);
  });

  test('the object itself', () => {
    const parsed = schema.safeParse('x');

    expect(parsed.success ? [] : fieldProblemsOf(parsed.error, 'x')).toEqual([
      { path: '', problem: 'must be an object, but is a string', remedy: 'write a mapping of names to values' },
    ]);
  });

  test('its value is never quoted', () => {
    expect(JSON.stringify(problemsOf({ name: ['hunter2'], data: { a: { hunter2: 'hunter2' } } }))).not.toContain(
      'hunter2',
    );
  });

  test('other rules say their own words', () => {
    const parsed = z.object({ name: z.string().min(1, 'is empty') }).safeParse({ name: '' });

    expect(parsed.success ? [] : fieldProblemsOf(parsed.error, { name: '' })).toEqual([
      { path: 'name', problem: 'is empty', remedy: 'correct the field or remove it' },
    ]);
  });
});

describe('zero values', () => {
  const zero = { name: '', on: false, items: [], data: new Map(), own: { name: '' } };

  test.each([
    ['absent', { own: {} }, zero],
    ['null', { name: null, on: null, items: null, data: null, own: { name: null } }, zero],
    ['null in a list', { items: [null], own: {} }, { ...zero, items: [{ name: '' }] }],
    ['null in a map', { data: { a: null }, own: {} }, { ...zero, data: new Map([['a', '']]) }],
  ])('%s', (_name, object, expected) => {
    expect(schema.parse(object)).toEqual(expected);
  });

  test('keys of a map are ordinary, whatever their name', () => {
    const { data } = schema.parse({ own: {}, data: JSON.parse('{"__proto__":"a","constructor":"b"}') });

    expect([...data]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});

describe('paths', () => {
  test.each([
    [['data', '.dockerconfigjson'], 'data[".dockerconfigjson"]'],
    [['metadata', 'managedFields', 0, 'time'], 'metadata.managedFields[0].time'],
    [[0, 'a'], '[0].a'],
    [['a b'], '["a b"]'],
    [[], ''],
  ])('%j', (segments, path) => {
    expect(fieldProblem(segments, 'is missing', 'write it')).toEqual({
      path,
      problem: 'is missing',
      remedy: 'write it',
    });
  });

  test.each([
    ['spec', 'containers[0]', 'spec.containers[0]'],
    ['spec.template', '', 'spec.template'],
    ['items', '[0].a', 'items[0].a'],
    ['data', '["a b"]', 'data["a b"]'],
  ])('%s and %s', (prefix, path, expected) => {
    expect(below(prefix, { path, problem: 'p', remedy: 'r' })).toEqual({ path: expected, problem: 'p', remedy: 'r' });
  });
});
