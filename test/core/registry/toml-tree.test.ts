import { expect, test } from 'vitest';
import { parseToml, type TomlTable, type TomlValue } from '../../../src/core/registry/toml-tree.ts';

/** Tables as lists of pairs, because objects would swallow `__proto__`. */
function plain(value: TomlValue): unknown {
  if (value.kind === 'table') return plainMembers(value);
  if (value.kind === 'array') return value.elements.map(plain);
  return value.kind === 'number-or-date' ? '#' : value.value;
}

function plainMembers({ members }: TomlTable): unknown {
  return [...members].map(([name, member]) => [name, plain(member)]);
}

test('keeps values, the order of members, and the headers', () => {
  const document = parseToml(
    [
      'z = "1"',
      "a.'b c'.d = [true, 5, 1979-05-27, ['x']]",
      '[host."https://m"] # comment',
      'header = {x = "1", y.z = "2"}',
      '[[list]]',
      'k = 1',
      '[[list]]',
      '[list.sub]',
    ].join('\n'),
    '1.0',
  );

  expect(document && plainMembers(document.root)).toEqual([
    ['z', '1'],
    ['a', [['b c', [['d', [true, '#', '#', ['x']]]]]]],
    [
      'host',
      [
        [
          'https://m',
          [
            [
              'header',
              [
                ['x', '1'],
                ['y', [['z', '2']]],
              ],
            ],
          ],
        ],
      ],
    ],
    ['list', [[['k', '#']], [['sub', []]]]],
  ]);
  expect(document?.headers).toEqual([
    { kind: 'standard', keys: ['host', 'https://m'] },
    { kind: 'array', keys: ['list'] },
    { kind: 'array', keys: ['list'] },
    { kind: 'standard', keys: ['list', 'sub'] },
  ]);
});

test('a table below a list belongs to its last element', () => {
  const document = parseToml('[[a]]\n[[a]]\n[[a]]\n[a.b]', '1.0');

  expect(document && plainMembers(document.root)).toEqual([['a', [[], [], [['b', []]]]]]);
});

test('__proto__ and constructor are ordinary keys', () => {
  const document = parseToml('[__proto__]\nx = "1"\n[constructor.prototype]\n__proto__ = {y = "2"}', '1.0');

  expect(document && plainMembers(document.root)).toEqual([
    ['__proto__', [['x', '1']]],
    ['constructor', [['prototype', [['__proto__', [['y', '2']]]]]]],
  ]);
});

test.each([
  ['a key twice', 'a = 1\na = 2'],
  ['a table twice', '[a]\n[a]'],
  ['a table twice, spelled differently', '[a]\n["a"]'],
  ['a value that becomes a table', 'a = 1\n[a]'],
  ['a value below a value', 'a = 1\na.b = 2'],
  ['an inline table that is added to', 'a = {}\na.b = 2'],
  ['an inline table that gets a subtable', 'a = {b = 1}\n[a.c]'],
  ['an array that gets a table', 'a = []\n[[a]]'],
  ['a table that becomes an array', '[a]\n[[a]]'],
  ['a table that dotted keys made', 'a.b = 1\n[a]'],
  ['a key of an inline table twice', 'a = {b = 1, b = 2}'],
  ['a carriage return alone', 'a = 1\r'],
  ['a carriage return in a comment', '# x\ry\na = 1'],
  ['a byte order mark', '\u{feff}a = 1'],
  ['a control character', 'a = "\u0001"'],
  ['no value', 'a ='],
  ['no end of the header', '[a'],
  ['two values in a line', 'a = 1 b = 2'],
  ['YAML', 'a: 1'],
])('%s is not TOML', (_name, text) => {
  expect(parseToml(text, '1.1')).toBeUndefined();
});

test.each([
  ['an inline table over several lines', 'a = {\n b = "x",\n}'],
  ['a byte escape', 'a = "\\x41"'],
])('%s is TOML 1.1 only', (_name, text) => {
  expect(parseToml(text, '1.1')).toBeDefined();
  expect(parseToml(text, '1.0')).toBeUndefined();
});

test.each([
  ['brackets', '[', ']'],
  ['braces', '{a=', '}'],
])('%s nested twenty thousand deep are not TOML to us', (_name, open, close) => {
  expect(parseToml(`a=${open.repeat(20_000)}1${close.repeat(20_000)}`, '1.1')).toBeUndefined();
  expect(parseToml(`a=${open.repeat(20_000)}`, '1.1')).toBeUndefined();
});
