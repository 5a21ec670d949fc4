/**
 * How long hostile texts of a megabyte take to be read, and how that grows (quality.md S23: at most 5 ms, and in proportion). Each
 * text is read at a quarter of the size and at the whole; a growth of 4 is in proportion, 16 is its square. Medians of rounds.
 *
 * node bench/hostile-input.ts [ROUNDS]
 */
import { parseDocument } from '../src/core/content/document.ts';
import { parseBaseUrl } from '../src/core/go/base-url.ts';
import { parseGoInt64 } from '../src/core/go/integer.ts';
import { parseReference } from '../src/core/image/reference.ts';
import { slipOf } from '../src/core/image/slip.ts';
import { parseChallenges } from '../src/core/registry/challenge.ts';
import { parseToml } from '../src/core/registry/toml-tree.ts';
import { printable } from '../src/report/printable.ts';

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
    read: (text) => parseToml(text, '1.1'),
    texts: [
      ['[', 'a='],
      ['{a=', 'a='],
      ['a', 'a="', '"'],
    ],
  },
  { name: 'printable', read: (text) => printable(text, 200), texts: [['\u{1b}'], ['\u{202e}'], ['a']] },
];

const rounds = Number(process.argv[2] ?? '5');
const megabyte = 1_000_000;

function medianMs(read: Reader['read'], text: string): number {
  const taken = Array.from({ length: rounds }, () => {
    const startedMs = performance.now();
    read(text);
    return performance.now() - startedMs;
  });
  return taken.toSorted((one, other) => one - other)[Math.floor(rounds / 2)] ?? 0;
}

for (const { name, read, texts } of readers)
  for (const [unit, before = '', after = ''] of texts) {
    const sized = (length: number) => before + unit.repeat(length / unit.length) + after;
    const [quarterMs, wholeMs] = [medianMs(read, sized(megabyte / 4)), medianMs(read, sized(megabyte))];
    const growth = wholeMs / Math.max(quarterMs, 0.01);
    process.stdout.write(
      `${name.padEnd(11)} ${wholeMs.toFixed(1).padStart(9)} ms  growth ${growth.toFixed(1).padStart(6)}  ${JSON.stringify(before)} ${JSON.stringify(unit)}… ${JSON.stringify(after)}\n`,
    );
  }
