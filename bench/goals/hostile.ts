/** S23: how long hostile texts of a megabyte take to be read, and how that grows. */
import { parseDocument } from '../../src/core/content/document.ts';
import { parseBaseUrl } from '../../src/core/go/base-url.ts';
import { parseGoInt64 } from '../../src/core/go/integer.ts';
import { parseReference } from '../../src/core/image/reference.ts';
import { slipOf } from '../../src/core/image/slip.ts';
import { parseChallenges } from '../../src/core/registry/challenge.ts';
import { parseToml } from '../../src/core/registry/toml-tree.ts';
import { printable } from '../../src/report/printable.ts';
import type { Bench } from '../bench.ts';
import { median, type Outcome } from '../goal.ts';

type Reader = { readonly name: string; readonly read: (text: string) => unknown; readonly texts: readonly Text[] };
type Text = readonly [unit: string, before?: string, after?: string];

const digest = `sha256:${'0'.repeat(64)}`;
const referenceUnits = [
  'a',
  'A',
  '/',
  '.',
  ':',
  '@',
  '-',
  '_',
  'a-',
  'a.',
  'a/',
  '1:',
  '[',
  '\u{130}',
  '\u{d800}',
  '{{',
];
const readers: readonly Reader[] = [
  {
    name: 'reference',
    read: parseReference,
    texts: ['', 'a.b/', '[', 'a.b:', 'a@sha256:'].flatMap((before) =>
      referenceUnits.map((unit): Text => [unit, before, ']/a!']),
    ),
  },
  {
    name: 'slip',
    read: (text) => slipOf(parseReference(text)),
    texts: ['a', ' ', '"', '{{', '%41', '/', ':', '@', '<', '\u{301}', 'a.', 'A', '$('].map((unit): Text => [unit]),
  },
  {
    name: 'challenge',
    read: (text) => parseChallenges([text]),
    texts: [
      ['a="b",', 'Bearer '],
      [' ', 'Bearer '],
      ['r', 'Bearer realm="', '"'],
      ['\\"', 'Bearer realm="'],
    ],
  },
  { name: 'integer', read: parseGoInt64, texts: [['9'], ['0', '', '7'], ['0', '', 'x']] },
  {
    name: 'base URL',
    read: parseBaseUrl,
    texts: [
      ['%', 'https://a/'],
      ['%61', 'https://a/'],
      ['a.', 'https://'],
    ],
  },
  {
    name: 'manifest',
    read: (text) => parseDocument('index', new TextEncoder().encode(text), 'x', digest),
    texts: [
      ['['],
      ['é', '{"mediaType":"', '"}'],
      ['{},', '{"manifests":[', '{}]}'],
      ['"__proto__":{"manifests":[]},', '{', '"x":1}'],
    ],
  },
  {
    name: 'hosts.toml',
    // Of a longer file nothing is read.
    read: (text) => parseToml(text.slice(0, 64 * 1024), '1.1'),
    texts: [
      ['[', 'a='],
      ['{a=', 'a='],
      ['a', 'a="', '"'],
    ],
  },
  { name: 'printable', read: (text) => printable(text, 200), texts: [['\u{1b}'], ['\u{202e}'], ['a']] },
];

const megabyte = 1_000_000;

function medianMs(read: Reader['read'], text: string, rounds: number): number {
  return median(
    Array.from({ length: rounds }, () => {
      const startedMs = performance.now();
      read(text);
      return performance.now() - startedMs;
    }),
  );
}

/** Each text is read at a quarter of its size and at the whole: a growth of 4 is in proportion, 16 is its square. */
export async function hostileGoals({ effort }: Bench): Promise<readonly Outcome[]> {
  const taken = readers.flatMap(({ name, read, texts }) =>
    texts.map(([unit, before = '', after = '']) => {
      const sized = (length: number) => before + unit.repeat(length / unit.length) + after;
      const wholeMs = medianMs(read, sized(megabyte), effort.rounds);
      const growth = wholeMs / Math.max(medianMs(read, sized(megabyte / 4), effort.rounds), shortestMs);
      return { text: `${name} of ${JSON.stringify(`${before}${unit}…${after}`)}`, wholeMs, growth };
    }),
  );
  const [slowest] = taken.toSorted((one, other) => other.wholeMs - one.wholeMs);
  const [steepest] = taken.toSorted((one, other) => other.growth - one.growth);
  if (slowest === undefined || steepest === undefined) throw new Error('there are texts');
  return [
    {
      id: 'S23',
      what: `reading the slowest of ${taken.length} hostile texts of 1 MB`,
      kind: 'figure',
      unit: 'ms',
      bound: { atMost: 5 },
      anchor: slowest.text,
      rounds: [slowest.wholeMs],
    },
    {
      id: 'S23',
      what: 'the steepest growth from a quarter of the text to the whole',
      kind: 'ratio',
      unit: '×',
      bound: { atMost: 8 },
      anchor: steepest.text,
      rounds: [steepest.growth],
    },
  ];
}

/** Below it a clock tells nothing. */
const shortestMs = 0.5;
