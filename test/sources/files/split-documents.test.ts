import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DocumentSplitter, type RawDocument } from '../../../src/sources/files/split-documents.ts';
import { effort } from '../../support/effort.ts';

function split(...chunks: readonly (string | Uint8Array)[]): readonly RawDocument[] {
  const splitter = new DocumentSplitter();
  const documents: RawDocument[] = [];
  for (const chunk of chunks) {
    documents.push(...splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
    if (documents.at(-1)?.kind === 'not-text') return documents;
  }
  return [...documents, ...splitter.end()];
}

/** `1@2: text` is document 1, which starts on line 2. */
function shown(documents: readonly RawDocument[]): readonly string[] {
  return documents.map((document) => {
    if (document.kind === 'not-text') return `@${document.line}: ${document.reason}`;
    const start = `${document.start.document}@${document.start.line}`;
    if (document.kind === 'refused') return `${start}: ${document.reason}`;
    if (document.kind === 'json') return `${start}: ${JSON.stringify(document.value)}`;
    return `${start}: ${Buffer.from(document.bytes).toString()}`;
  });
}

describe('where documents start', () => {
  test.each<[string, string, readonly string[]]>([
    ['nothing', '', []],
    ['blank lines and comments', '\n  # a\n\t\n#b', []],
    ['one document', 'a: b\n', ['1@1: a: b\n']],
    ['without a line break at the end', 'a: b', ['1@1: a: b']],
    ['a comment before the first separator is no document', '# licence\n---\na: b\n', ['1@3: a: b\n']],
    ['an empty document between separators counts', '---\n---\n# none\n---\na: b\n', ['3@5: a: b\n']],
    ['comments before the content', '---\n# Source: web.yaml\n\na: b\n', ['1@4: a: b\n']],
    ['several', 'a: b\n---\nc: d\n--- # third\ne: f\n---\n', ['1@1: a: b\n', '2@3: c: d\n', '3@5: e: f\n']],
    ['separators with blanks', 'a: b\n---  \t\nc: d\n', ['1@1: a: b\n', '2@3: c: d\n']],
    ['CRLF', '---\r\na: b\r\n---\r\nc: d\r\n', ['1@2: a: b\r\n', '2@4: c: d\r\n']],
    ['an indented separator is content', 'a: |\n  ---\n  b\n', ['1@1: a: |\n  ---\n  b\n']],
    ['an indented document', '  a: b\n  c: d\n', ['1@1:   a: b\n  c: d\n']],
    ['directives', '%YAML 1.1\n%TAG ! x\n---\na: b\n', ['1@4: a: b\n']],
    ['what only looks like a directive', '---\n%YAML 1.1\n', ['1@2: %YAML 1.1\n']],
    ['an end mark', 'a: b\n...\n---\nc: d\n', ['1@1: a: b\n', '2@4: c: d\n']],
    ['end marks with nothing behind', '...\na: b\n...\n# c\n...\n', ['1@2: a: b\n']],
    ['a byte order mark', '\u{feff}---\na: b\n', ['1@2: a: b\n']],
  ])('%s', (_what, text, documents) => {
    expect(shown(split(text))).toEqual(documents);
  });
});

describe('JSON', () => {
  test.each<[string, string, readonly string[]]>([
    ['one object', '{"a": {"b": 1}}\n', ['1@1: {"a":{"b":1}}']],
    [
      'concatenated',
      '{"a":1}{"a":2} {"a":3}\n\n{"a":4}',
      ['1@1: {"a":1}', '2@1: {"a":2}', '3@1: {"a":3}', '4@3: {"a":4}'],
    ],
    ['between separators', '---\n{"a":1}\n---\n{"a":2}\n', ['1@2: {"a":1}', '2@4: {"a":2}']],
    ['and YAML', '{"a":1}\n---\na: 2\n', ['1@1: {"a":1}', '2@3: a: 2\n']],
    [
      'brackets, quotes and marks inside strings',
      '{"a":"}\\"{[#---:\\\\"}{"b":1}',
      ['1@1: {"a":"}\\"{[#---:\\\\"}', '2@1: {"b":1}'],
    ],
    ['a comment behind it', '{"a":1} # b\n', ['1@1: {"a":1}']],
    ['something else behind it', '{"a":1},\n{"a":2}', ['1@1: {"a":1}', '2@1: ,\n{"a":2}']],
    ['flow YAML is none', '{a: 1}\n', ['1@1: {a: 1}\n']],
    ['a comma too many is none', '{"a": 1,}\n---\nb: 1\n', ['1@1: {"a": 1,}\n', '2@3: b: 1\n']],
    ['a template is none', '{{ if a }}\nb: 1\n{{ end }}\n', ['1@1: {{ if a }}\nb: 1\n{{ end }}\n']],
    ['what breaks off is none', '{"a": {\n---\nb: 1\n', ['1@1: {"a": {\n', '2@3: b: 1\n']],
  ])('%s', (_what, text, documents) => {
    expect(shown(split(text))).toEqual(documents);
  });
});

describe('what is refused, and read behind', () => {
  const tooLarge =
    'is larger than pullgate reads as one YAML document (8 MiB, less if it is dense); put "---" between its objects, or give it as JSON';
  const tooLargeJson =
    'is larger than pullgate reads as one JSON document (96 MiB, less if it is dense); give it in parts, for example one for each namespace';
  const tooDeep = 'is nested deeper than 1,000 levels; flatten it';

  test.each<[string, string, readonly string[]]>([
    [
      'text behind a separator',
      'a: b\n--- c: d\ne: f\n---\ng: h\n',
      ['1@1: a: b\n', '2@2: has text after "---", which kubectl refuses; move it to the next line', '3@5: g: h\n'],
    ],
    [
      'a word that starts like a separator',
      '-----BEGIN KEY-----\nx\n---\na: b\n',
      ['1@1: has text after "---", which kubectl refuses; move it to the next line', '2@4: a: b\n'],
    ],
    [
      'text behind an end mark',
      'a: b\n...\nc: d\n---\ne: f\n',
      ['1@1: a: b\n', '2@3: follows "...", where kubectl stops reading; put "---" before it', '3@5: e: f\n'],
    ],
    [
      'YAML that is too large',
      `a: b\n---\nc: ${'d'.repeat(9_000_000)}\n---\ne: f\n`,
      ['1@1: a: b\n', `2@3: ${tooLarge}`, '3@5: e: f\n'],
    ],
    [
      'JSON that is nested too deep',
      `{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}{"b":1}`,
      [`1@1: ${tooDeep}`, '2@1: {"b":1}'],
    ],
    ['brackets without an end', `{"a":${'['.repeat(100_000)}\n---\nb: 1\n`, [`1@1: ${tooDeep}`, '2@3: b: 1\n']],
    ['JSON that is too dense', `{"a":[${'{},'.repeat(4_100_000)}1]}{"b":1}`, [`1@1: ${tooLargeJson}`, '2@1: {"b":1}']],
    [
      'JSON that breaks off late',
      `{"a":"${'b'.repeat(9_000_000)}"\n---\nc: d\n`,
      ['1@1: is not valid JSON: it is incomplete or contains a wrong character; correct it', '2@3: c: d\n'],
    ],
  ])('%s', (_what, text, documents) => {
    expect(shown(split(text))).toEqual(documents);
  });

  test('JSON may nest 1,000 levels', () => {
    const [document] = split(`{"a":${'['.repeat(999)}${']'.repeat(999)}}`);

    expect(document?.kind).toBe('json');
  });

  test('JSON that is too large, and the object behind it', () => {
    const chunk = Buffer.alloc(1024 * 1024, 'b');

    expect(shown(split('{"a":"', ...Array<Buffer>(97).fill(chunk), '"}{"c":1}'))).toEqual([
      `1@1: ${tooLargeJson}`,
      '2@1: {"c":1}',
    ]);
  });
});

describe('what is no text', () => {
  test.each([
    ['UTF-16, little endian', Buffer.from('\u{feff}a: b\n', 'utf16le'), ['@1: is encoded in UTF-16; save it as UTF-8']],
    [
      'UTF-16, big endian',
      Buffer.from('\u{feff}a: b\n', 'utf16le').swap16(),
      ['@1: is encoded in UTF-16; save it as UTF-8'],
    ],
    [
      'a NUL byte',
      Buffer.from('a: b\n---\nc: d\n\0e: f\n---\ng: h\n'),
      ['1@1: a: b\n', '@4: contains a NUL byte and is not text; give a YAML or JSON file in UTF-8'],
    ],
  ])('%s', (_what, bytes, documents) => {
    expect(shown(split(bytes))).toEqual(documents);
  });
});

test('a stream means the same however it arrives', () => {
  const piece = fc.constantFrom(
    'a: b\n',
    '---\n',
    '--- c\n',
    '...\n',
    '{"a":1}',
    '{"a":"}',
    '{',
    '}',
    '"',
    '\n',
    '\r\n',
    '# c\n',
    '  ',
    '%YAML 1.1\n',
    'é',
    '\u{feff}',
    '---',
    '\\',
    'x'.repeat(5_000),
    '\0',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 20 }),
      fc.array(fc.nat({ max: 6_000 }), { maxLength: 12 }),
      (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''));
        const ends = [...cuts.filter((cut) => cut < bytes.length).toSorted((one, other) => one - other), bytes.length];
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));

        expect(shown(split(...chunks))).toEqual(shown(split(bytes)));
      },
    ),
    { numRuns: effort(150, 500) },
  );
});

test('a stream of single bytes is cut like the whole', () => {
  const text = '\u{feff}# a\n---\na: "é"\n...\n---\n{"b":1}{"c":2}\n--- d\n---\ne: f';

  expect(shown(split(...Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte))))).toEqual(shown(split(text)));
});
