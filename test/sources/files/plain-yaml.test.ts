/** Everyday YAML is read without the library, and must come out as the library would have read it: the values, and their lines. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecentFinder } from '../../../src/sources/files/document-place.ts';
import type { FieldPath } from '../../../src/sources/files/field-path.ts';
import type { ReadDocument } from '../../../src/sources/files/place.ts';
import type { JsonValue } from '../../../src/sources/files/read-item.ts';
import { readPlainDocument } from '../../../src/sources/files/read-plain-yaml.ts';
import { readYaml } from '../../../src/sources/files/read-yaml.ts';
import { DocumentSplitter } from '../../../src/sources/files/split-documents.ts';
import { effort } from '../../support/effort.ts';
import rows from './kubectl-yaml.json' with { type: 'json' };

const start = { document: 1, line: 1, column: 1 };
const root = join(import.meta.dirname, '../../..');

/** Whether it was read without the library; then as the library reads it. */
function isReadAlike(text: string): boolean {
  const bytes = Buffer.from(text);
  const plain = readPlainDocument(bytes, start, new RecentFinder());
  if (plain === undefined) return false;
  const full = readYaml(bytes, start, new RecentFinder());
  if (!full.ok) throw new Error(`the library refuses this: ${full.flaw.reason}\n${text}`);
  const paths = pathsIn(full.value);
  expect({ text, ...factsOf(plain, paths) }).toEqual({ text, ...factsOf(full, paths) });
  return true;
}

function factsOf({ value, place }: Extract<ReadDocument, { readonly ok: true }>, paths: readonly FieldPath[]) {
  return {
    // With the order of members.
    json: JSON.stringify(value),
    line: place.line,
    lines: paths.map((path) => place.lineOf(path)),
    items: linesOfItems(place.items()),
  };
}

function linesOfItems(places: Iterable<{ readonly line: number; readonly lineOf: (path: FieldPath) => number }>) {
  return Array.from(places, ({ line, lineOf }) => [line, lineOf(['metadata', 'name'])]);
}

function pathsIn(value: JsonValue): readonly FieldPath[] {
  const missing: readonly FieldPath[] = [[], ['none'], ['none', 0], [0], ['length']];
  if (typeof value !== 'object' || value === null) return missing;
  const steps: readonly (readonly [string | number, JsonValue])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return [...missing, ...steps.flatMap(([step, inside]) => pathsIn(inside).map((path) => [step].concat(path)))];
}

const deployment = `# Made by hand
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web   # of the shop
  labels: {app.kubernetes.io/name: web, tier: "front", 'a b': c}
  annotations:
    "example.com/a": 'it''s'
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"apps/v1","kind":"Deployment"}

        # no comment
    example.com/script: |-
      #!/bin/sh
      echo "$A: b"   

  creationTimestamp: null
  uid: "1\\n2"

spec:
  replicas: 2
  paused: no
  template:
    spec:
      nodeSelector: {}
      # the rest
      containers:
      - name: web
        image: registry.example.com:5000/team/web:v1@sha256:abc
        args: ["-c", --flag, a=b, 8080, null, [], {}]
        command:
          - /bin/sh
          - -c
          - -1
          - echo a#b, 'c' "d"
        ports:
        - containerPort: 8080
          protocol: TCP
        -   containerPort: 0x1F
      - image: nginx
        env:
          - {name: A, value: "1"}
          - - nested
            - - deep
              - er
            - a: 1
              b: [x,  y ]
      volumes:
status:
`;

const everyday: readonly string[] = [
  deployment,
  deployment.trimEnd(),
  deployment.replaceAll('\n', '\r\n'),
  'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n\n- metadata: {name: b}\n',
  '  a: 1\n  b:\n    - 1\n',
  'a: in ünïcode 日本 🎉\nb: "日本"\nc: |\n  日本\n',
  'a: 1\na: 2\nb: {c: 1, c: 2}\n',
];

describe('everyday YAML', () => {
  test.each(everyday.map((text) => [text]))('is read without the library: %j', (text) => {
    expect(isReadAlike(text)).toBe(true);
  });

  test.each(rows.map((row) => [row.yaml, row]))('means what it means to kubectl: %j', (yaml, row) => {
    const plain = readPlainDocument(Buffer.from(`${yaml}\n`), start, new RecentFinder());
    expect(plain?.value ?? row.json).toEqual(row.json);
  });

  test('of this repository is read without the library, but for what is odd on purpose', () => {
    const read = { plain: 0, other: 0 };
    const files = globSync('{docs,examples,manifests,test}/**/*.{yaml,yml}', {
      cwd: root,
      exclude: ['manifests/chart/templates/**'],
    });
    for (const file of files) {
      const splitter = new DocumentSplitter();
      const documents = [...splitter.push(readFileSync(join(root, file))), ...splitter.end()];
      for (const raw of documents)
        if (raw.kind === 'yaml') read[isReadAlike(Buffer.from(raw.bytes).toString()) ? 'plain' : 'other'] += 1;
    }
    expect(read.plain).toBeGreaterThan(50);
    expect(read.other).toBeLessThan(10);
  });

  test.each([
    ['an anchor', 'a: &b c\n'],
    ['an alias', 'a: *b\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a merge', 'a:\n  <<: {b: c}\n'],
    ['a question mark', '? a\n: b\n'],
    ['a text on two lines', 'a: b\n  c\n'],
    ['a quoted text on two lines', 'a: "b\n  c"\n'],
    ['a folded block', 'a: >\n  b\n'],
    ['an indentation indicator', 'a: |2\n   b\n'],
    ['a tab', 'a:\tb\n'],
    ['an escape that JSON has not', 'a: "\\x41"\n'],
    ['brackets on two lines', 'a: [b,\n  c]\n'],
    ['a key that is a number', '8080: a\n'],
    ['a key that is a word', 'on: a\n'],
    ['__proto__', '__proto__: a\n'],
    ['"__proto__"', '"__proto__": a\n'],
    ['__proto__ in brackets', 'a: {__proto__: b}\n'],
    ['infinity', 'a: .inf\n'],
    ['a control character', 'a: "\u0007"\n'],
    ['a list', '- a\n'],
    ['a text', 'a\n'],
    ['nothing', '# a\n'],
    ['lines that are not aligned', 'a:\n    b: 1\n  c: 2\n'],
    ['two colons', 'a: b: c\n'],
    ['a key without a colon', 'a: 1\nb\n'],
    ['too much nesting', Array.from({ length: 120 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
    ['a second text', 'a: "b" c\n'],
    ['JSON', '{"a": 1,}\n'],
  ])('with %s is left to the library', (_, text) => {
    expect(isReadAlike(text)).toBe(false);
  });
});

/** A document of everyday YAML as somebody may have written it, and what a slip of the hand makes of it. */
describe('what is like everyday YAML', () => {
  const lines = deployment.split('\n');
  const slip = fc.record({
    line: fc.nat(lines.length - 1),
    at: fc.nat(40),
    remove: fc.nat(3),
    insert: fc.oneof(
      fc.constantFrom(
        ...' :-#"\'{}[],&*!|>?%@`~.=<\t\n\\0'.split(''),
        '  ',
        ': ',
        ' #',
        '- ',
        '|',
        '>-',
        '\n ',
        '\n  ',
        '\n\n',
        'é',
      ),
      fc.constantFrom(
        'yes',
        'null',
        '1e3',
        '0o7',
        '1_0',
        '<<',
        '---',
        '...',
        '"a"',
        "''",
        '[a, b]',
        '{a: b}',
        '\u2028',
      ),
      fc.constant(''),
    ),
  });
  const indent = fc.record({ line: fc.nat(lines.length - 1), indentation: fc.nat(12) });
  const move = fc.record({ line: fc.nat(lines.length - 1), to: fc.nat(lines.length - 1) });

  test('is read alike, or not at all', () => {
    let read = 0;
    fc.assert(
      fc.property(
        fc.array(slip, { maxLength: 3 }),
        fc.array(indent, { maxLength: 1 }),
        fc.array(move, { maxLength: 1 }),
        fc.nat(lines.length - 2),
        fc.nat(12),
        (slips, indents, moves, from, count) => {
          const changed = [...lines];
          for (const { line, at, remove, insert } of slips)
            changed[line] = `${changed[line]?.slice(0, at)}${insert}${changed[line]?.slice(at + remove)}`;
          for (const { line, indentation } of indents)
            changed[line] = `${' '.repeat(indentation)}${changed[line]?.trimStart()}`;
          for (const { line, to } of moves) changed.splice(to, 0, ...changed.splice(line, 1));
          if (isReadAlike(changed.join('\n'))) read += 1;
          // Of a few lines more can be read.
          if (isReadAlike(changed.slice(from, from + count + 1).join('\n'))) read += 1;
        },
      ),
      { numRuns: effort(200, 2_000) },
    );
    expect(read).toBeGreaterThan(0);
  });

  const word = fc.oneof(
    fc.constantFrom(
      'a',
      'on',
      'y',
      '~',
      '1',
      '-1',
      '1.10',
      '014',
      '0x1F',
      '1e3',
      '2020-01-01',
      '12:30:45',
      'a:b',
      'a#b',
      '#',
      '-',
      '',
    ),
    fc.string({ unit: fc.constantFrom(...'ab1 .:-#"\'\\/[]{},|>&*!?=<~%@`'.split('')), maxLength: 6 }),
  );
  const line = fc.tuple(
    fc.constantFrom(0, 0, 2, 2, 4, 4, 1, 3, 6),
    fc.constantFrom('', '', '- ', '- ', '-   ', '- - ', '-'),
    fc.oneof(
      word.map((name) => `${name}: `),
      word.map((name) => `${name}:`),
      fc.constantFrom('a: ', 'b: ', 'c:', ''),
    ),
    word,
    fc.constantFrom('', '', '', ' ', ' # c', '#c', '  '),
  );

  test('is read alike line by line', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (written) => {
        const text = written.map(
          ([indentation, dash, name, value, end]) => `${' '.repeat(indentation)}${dash}${name}${value}${end}`,
        );
        if (isReadAlike(text.join('\n'))) read += 1;
        if (isReadAlike(`a:\n  ${text.join('\n  ')}\n`)) read += 1;
        if (isReadAlike(`a: |\n  ${text.join('\n  ')}\n`)) read += 1;
        if (isReadAlike(`${text.join('\n')}\nb: 1\n`)) read += 1;
      }),
      { numRuns: effort(500, 20_000) },
    );
    expect(read).toBeGreaterThan(0);
  });
});
