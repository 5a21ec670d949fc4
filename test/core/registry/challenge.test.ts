import { describe, expect, test } from 'vitest';
import { parseChallenges, saysInvalidToken } from '../../../src/core/registry/challenge.ts';
import { headersOf } from '../../support/dialogues.ts';

/** `bearer realm=r service=s` */
function said(...lines: readonly string[]): readonly string[] {
  return parseChallenges(lines).map(({ scheme, parameters }) =>
    [scheme, ...[...parameters].map(([name, value]) => `${name}=${value}`)].join(' '),
  );
}

test.each<[string, readonly string[], readonly string[]]>([
  ['no line', [], []],
  ['an empty line', [''], []],
  ['a scheme alone', ['Basic'], ['basic']],
  ['a parameter without a name, which ends the line', ['Bearer ="x",realm="r"'], ['bearer']],
  ['an escaped blank', ['Bearer realm="a\\ b"'], ['bearer realm=a b']],
  [
    'quoted values',
    ['Bearer realm="https://a.test/token",service="a.test"'],
    ['bearer realm=https://a.test/token service=a.test'],
  ],
  ['bare values', ['Bearer realm=r,service=s'], ['bearer realm=r service=s']],
  ['blanks around commas', ['Bearer realm="r" \t,  service="s"'], ['bearer realm=r service=s']],
  [
    'a comma in quotes',
    ['Bearer scope="repository:a:pull,push",realm="r"'],
    ['bearer scope=repository:a:pull,push realm=r'],
  ],
  ['escapes in quotes', ['Basic realm="a \\"b\\" \\\\c"'], ['basic realm=a "b" \\c']],
  ['schemes and names in any case', ['BEARER Realm="R",REALM="Q"'], ['bearer realm=Q']],
  ['a name twice', ['Bearer realm="one",realm="two"'], ['bearer realm=two']],
  ['an unknown scheme', ['Negotiate', 'NTLM realm="n"'], []],
  ['a scheme that only begins as a known one', ['Basically realm="b"'], []],
  ['a blank before the scheme', [' Basic realm="b"'], []],
])('%s', (_name, lines, challenges) => {
  expect(said(...lines)).toEqual(challenges);
});

describe('of each line only the first challenge is read', () => {
  test('where a second one follows on the same line', () => {
    expect(said('Basic realm="b", Bearer realm="https://a.test/token"')).toEqual(['basic realm=b']);
  });

  test('while other lines count', () => {
    expect(said('Basic realm="b"', 'Bearer realm="r"')).toEqual(['bearer realm=r', 'basic realm=b']);
  });
});

describe('preference', () => {
  test('is bearer, digest, basic, whatever the order of the lines', () => {
    expect(said('Basic', 'Digest', 'Bearer')).toEqual(['bearer', 'digest', 'basic']);
  });

  test('of equal schemes goes by the order of the lines', () => {
    expect(said('Bearer realm="2"', 'Basic', 'Bearer realm="1"')).toEqual([
      'bearer realm=2',
      'bearer realm=1',
      'basic',
    ]);
  });
});

describe('what does not fit the grammar ends the line, and leaves what came before', () => {
  test.each<[string, string, string]>([
    ['a name without value', 'Bearer realm="r",service', 'bearer realm=r'],
    ['a blank before =', 'Bearer realm="r",service ="s"', 'bearer realm=r'],
    ['no comma', 'Bearer realm="r" service="s"', 'bearer realm=r'],
    ['two commas', 'Bearer realm="r",,service="s"', 'bearer realm=r'],
    ['a quote that never ends', 'Bearer service="s",realm="r', 'bearer service=s realm='],
    ['token68', 'Bearer abc==', 'bearer abc='],
  ])('%s', (_name, line, challenge) => {
    expect(said(line)).toEqual([challenge]);
  });
});

test('a parameter may have any name', () => {
  const [challenge] = parseChallenges(['Bearer __proto__="p",constructor="c"']);
  expect([...(challenge?.parameters ?? [])]).toEqual([
    ['__proto__', 'p'],
    ['constructor', 'c'],
  ]);
  expect(challenge?.parameters.get('tostring')).toBeUndefined();
});

test.each([
  ['a megabyte of parameters', `Bearer ${'a="b",'.repeat(40_000)}`],
  ['a megabyte of blanks', `Bearer ${' '.repeat(1_000_000)}`],
  ['a megabyte in quotes', `Bearer realm="${'r'.repeat(1_000_000)}"`],
  ['a megabyte of escapes without end', `Bearer realm="${'\\"'.repeat(500_000)}`],
  ['a megabyte of scheme', 'B'.repeat(1_000_000)],
])('%s is read', (_name, line) => {
  expect(parseChallenges([line]).length).toBeLessThan(2);
});

test.each<readonly [string, string | undefined, boolean]>([
  ['a token that was not taken', 'Bearer realm="r",error="invalid_token"', true],
  ['a token that lacks the right', 'Bearer realm="r",error="insufficient_scope"', false],
  ['no error', 'Bearer realm="r"', false],
  ['another scheme', 'Basic realm="r",error="invalid_token"', false],
  ['no challenge', undefined, false],
])('the answer says invalid_token: %s', (_name, line, expected) => {
  const headers = headersOf(line === undefined ? {} : { 'www-authenticate': line });

  expect(saysInvalidToken({ headers })).toBe(expected);
});
