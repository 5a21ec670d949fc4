import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/core/finding/finding.ts';
import { printable } from '../../src/report/printable.ts';
import { wordsOf } from '../../src/report/words/finding-words.ts';
import { listed } from '../../src/report/words/words.ts';
import { aDeployment } from '../support/api-objects.ts';
import { effort } from '../support/effort.ts';
import { aWorkload } from '../support/workloads.ts';
import { aFinding, findingCases } from './finding-cases.ts';

const subject = { workload: aWorkload(aDeployment({ images: ['nginx'] })) };

test.each(findingCases.map((given) => ({ ...given, code: given.finding.code })))(
  '$code: $said',
  ({ finding, said, nextStep }) => {
    expect(wordsOf(finding, subject)).toEqual({ said, nextStep });
  },
);

test('the number of nodes is said where nodes are known', () => {
  const lacking = [{ os: 'linux', architecture: 'arm64' }];
  const finding = aFinding(
    { code: 'some-nodes-lack-platform', offers: [], lacking, suited: [] },
    { nodes: { failing: 2, candidates: 5, names: ['a', 'b'] } },
  );
  expect(wordsOf(finding, subject).said).toBe(
    'no match for platform in manifest on 2 of 5 candidate nodes: the image does not support linux/arm64',
  );
});

/** Members that pullgate itself fills with words of its own. */
const ownMembers = new Set([
  'code',
  'kind',
  'source',
  'cause',
  'missing',
  'again',
  'objection',
  'state',
  'where',
  'certainty',
  'refusedBy',
  'site',
]);

/** The same finding, with every foreign text in it replaced. */
function withForeignTexts<T>(value: T, foreign: () => string): T {
  const replaced = (item: unknown, name: string): unknown => {
    if (typeof item === 'string') return isOwn(item, name) ? item : foreign();
    if (Array.isArray(item)) return item.map((element) => replaced(element, name));
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([key, member]) => [key, replaced(member, key)]));
  };
  return replaced(value, '') as T;
}

function isOwn(text: string, name: string): boolean {
  return ownMembers.has(name) || name === 'why' || text === 'sha256' || /^\.docker(?:cfg|configjson)$/.test(text);
}

const hostileTexts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'binary-ascii', maxLength: 300 }),
  fc.constantFrom(
    'a\nb',
    '\u001B[31mred\u001B[0m',
    '\u202Eevil',
    'a\u200Bb',
    '\u2028',
    '\uD800',
    '\u0000',
    '\u007F',
    '',
  ),
);

test('whatever foreign text is put in, what is said is one line of printable ASCII', () => {
  const cases = fc.record({
    finding: fc.constantFrom<Finding>(...findingCases.map(({ finding }) => finding)),
    texts: fc.array(hostileTexts, { minLength: 1, maxLength: 8 }),
  });
  fc.assert(
    fc.property(cases, ({ finding, texts }) => {
      let next = 0;
      const hostile = withForeignTexts(finding, () => texts[next++ % texts.length] ?? '');
      const { said, nextStep } = wordsOf(hostile, subject);
      expect(said).toMatch(/^[ -~]+$/);
      expect(nextStep).toMatch(/^[ -~]+$/);
    }),
    { numRuns: effort(600, 3000) },
  );
});

test.each(findingCases.map(({ finding }, index) => ({ code: finding.code, index, finding })))(
  'what is said stays short with texts of a megabyte: $code $index',
  ({ finding }) => {
    const { said, nextStep } = wordsOf(
      withForeignTexts(finding, () => '\u202E'.repeat(1_000_000)),
      subject,
    );
    expect(said).toMatch(/^[ -~]{1,3000}$/);
    expect(nextStep).toMatch(/^[ -~]{1,3000}$/);
  },
);

test.each([
  { text: 'nginx:1', max: 20, shown: 'nginx:1' },
  { text: 'a\nb\tc', max: 40, shown: 'a\\u{a}b\\u{9}c' },
  { text: '\u001B[31m', max: 40, shown: '\\u{1b}[31m' },
  { text: 'n\u200Bg\u202Einx', max: 40, shown: 'n\\u{200b}g\\u{202e}inx' },
  { text: '\u{1F600}', max: 40, shown: '\\u{1f600}' },
  { text: '\uD83D', max: 40, shown: '\\u{d83d}' },
  { text: 'abcdefghijklmnopqrstuvwxyz', max: 26, shown: 'abcdefghijklmnopqrstuvwxyz' },
  { text: 'abcdefghijklmnopqrstuvwxyz', max: 13, shown: 'abcde...vwxyz' },
  { text: 'abcdefghijklmnopqrstuvwxyz', max: 12, shown: 'abcde...wxyz' },
])('a text is shown as $shown where $max characters fit', ({ text, max, shown }) => {
  expect(printable(text, max)).toBe(shown);
});

test.each([
  { items: [], most: 3, text: '' },
  { items: ['a'], most: 3, text: 'a' },
  { items: ['a', 'b'], most: 3, text: 'a and b' },
  { items: ['a', 'b', 'c'], most: 3, text: 'a, b and c' },
  { items: ['a', 'b', 'c', 'd'], most: 3, text: 'a, b and 2 more' },
])('$items are listed as: $text', ({ items, most, text }) => {
  expect(listed(items, most)).toBe(text);
});
