import { describe, expect, test } from 'vitest';
import { errorCodesOf, saysAbsent, saysPartAbsent } from '../../../src/core/registry/error-document.ts';

function codesIn(text: string): readonly string[] {
  return errorCodesOf(Buffer.from(text));
}

test.each<[string, string, readonly string[]]>([
  ['one code', '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"m","detail":{}}]}', ['MANIFEST_UNKNOWN']],
  ['several', '{"errors":[{"code":"A"},{"code":"B"}]}', ['A', 'B']],
  ['what is no text is passed over', '{"errors":[{"code":404},{"message":"m"},null,"x",{"code":"A"}]}', ['A']],
  ['no errors', '{"errors":[]}', []],
  ['errors that are no list', '{"errors":{"code":"A"}}', []],
  ['another document', '{"error":"not found"}', []],
  ['a list', '[{"code":"A"}]', []],
  ['a web page', '<html>404</html>', []],
  ["Go's own 404", '404 page not found\n', []],
  ['nothing', '', []],
  ['half a document', '{"errors":[{"code":"MANIFEST_UNKNOWN"', []],
  ['a document and more', '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}<html>', []],
  ['nesting without end', '{"errors":'.repeat(100_000), []],
])('%s', (_name, text, codes) => {
  expect(codesIn(text)).toEqual(codes);
});

test('bytes that are no UTF-8 do no harm', () => {
  expect(errorCodesOf(Uint8Array.of(0xff, 0xfe, 0x00))).toEqual([]);
});

test('a blob is no manifest: its code tells of parts alone', () => {
  expect(saysAbsent(['BLOB_UNKNOWN'])).toBe(false);
  expect(saysPartAbsent(['BLOB_UNKNOWN'])).toBe(true);
  expect(saysPartAbsent(['MANIFEST_UNKNOWN'])).toBe(true);
  expect(saysPartAbsent(['DENIED'])).toBe(false);
});

describe('says that it is absent', () => {
  test.each(['MANIFEST_UNKNOWN', 'NAME_UNKNOWN', 'NOT_FOUND'])('%s', (code) => {
    expect(saysAbsent([code])).toBe(true);
    expect(saysAbsent(['UNKNOWN', code])).toBe(true);
  });

  test.each(['UNAUTHORIZED', 'DENIED', 'NAME_INVALID', 'manifest_unknown', 'TOOMANYREQUESTS', 'UNKNOWN'])(
    '%s does not',
    (code) => {
      expect(saysAbsent([code])).toBe(false);
    },
  );
});
