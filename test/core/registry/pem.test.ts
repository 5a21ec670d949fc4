import { expect, test } from 'vitest';
import { pemBlocksOf } from '../../../src/core/registry/pem.ts';

const block = '-----BEGIN X-----\nAQID\n-----END X-----\n';

function blocksOf(text: string): readonly string[] {
  return pemBlocksOf(text).map(({ type, bytes }) => `${type} ${Buffer.from(bytes).toString('hex')}`);
}

test.each([
  ['one', block, ['X 010203']],
  ['two', block + block.replaceAll('X', 'Y Z'), ['X 010203', 'Y Z 010203']],
  ['text around', `subject=x\n${block}more`, ['X 010203']],
  ['no line break at the end', block.trimEnd(), ['X 010203']],
  ['carriage returns and blanks', '-----BEGIN X----- \r\nAQ ID\t\r\n-----END X-----  \r\n', ['X 010203']],
  ['padding', '-----BEGIN X-----\nAQ==\n-----END X-----', ['X 01']],
  ['lines of any length', '-----BEGIN X-----\nA\nQI\nD\n-----END X-----', ['X 010203']],
  ['nothing in it', '-----BEGIN X-----\n-----END X-----', ['X ']],
  ['headers', '-----BEGIN X-----\nProc-Type: 4\nA: b\n\nAQID\n-----END X-----', ['X 010203']],
  ['a BEGIN without END before it', `-----BEGIN Y-----\nAQID\n${block}`, ['X 010203']],
  ['an END before any BEGIN', `\n-----END X-----\n${block}`, ['X 010203']],
  ['headers, and nothing in it', '-----BEGIN X-----\nA: b\n\n-----END X-----', ['X ']],
  ['a type that looks like a header, and nothing in it', '-----BEGIN X: Y-----\n-----END X: Y-----', ['X: Y ']],
  ['a broken block before it', `-----BEGIN Y-----\nA!\n-----END Y-----\n${block}`, ['X 010203']],
])('%s', (_name, text, blocks) => {
  expect(blocksOf(text)).toEqual(blocks);
});

test.each([
  ['nothing', ''],
  ['text', 'not PEM\n'],
  ['not at the start of a line', ` ${block}`],
  ['other type at the end', '-----BEGIN X-----\nAQID\n-----END Y-----'],
  ['text after the end', '-----BEGIN X-----\nAQID\n-----END X----- x'],
  ['headers without an empty line after them', '-----BEGIN X-----\nA: b\n-----END X-----'],
  ['no end', '-----BEGIN X-----\nAQID\n'],
  ['not padded', '-----BEGIN X-----\nAQI\n-----END X-----'],
  ['padding inside', '-----BEGIN X-----\nAQ==AQID\n-----END X-----'],
  ['four dashes', '-----BEGIN X----\nAQID\n-----END X----'],
])('no block in %s', (_name, text) => {
  expect(blocksOf(text)).toEqual([]);
});

test('an empty block comes out without a line between', () => {
  expect(pemBlocksOf('-----BEGIN X-----\r\n\r\n-----END X-----')[0]?.text).toBe('-----BEGIN X-----\n-----END X-----\n');
});

test('a block comes out in its plainest form', () => {
  const [read] = pemBlocksOf(`-----BEGIN X-----\r\nA: b\r\n\r\n${'AQID '.repeat(40)}\r\n-----END X-----`);

  expect(read).toMatchObject({ type: 'X', hasHeaders: true });
  expect(read?.text).toBe(
    `-----BEGIN X-----\n${'AQID'.repeat(16)}\n${'AQID'.repeat(16)}\n${'AQID'.repeat(8)}\n-----END X-----\n`,
  );
});

test.each([
  ['-----BEGIN X-----\n', 0],
  ['\n-----END X-----', 1],
  ['a: b\n', 0],
  [' ', 0],
  ['=', 0],
])('a megabyte of %j has no block, and %i after a beginning', (part, count) => {
  const much = part.repeat(1_000_000 / part.length);

  expect(pemBlocksOf(much)).toEqual([]);
  expect(pemBlocksOf(`-----BEGIN X-----\n${much}!\n-----END X-----`)).toHaveLength(count);
});
