import { expect, test } from 'vitest';
import { registryMessageIn } from '../../../src/core/registry/error-document.ts';

const documentOf = (code: unknown, message: unknown) =>
  new TextEncoder().encode(
    JSON.stringify({
      errors: [
        { code, message },
        { code: 'DENIED', message: 'other' },
      ],
    }),
  );

test.each<readonly [string, unknown, unknown, string | undefined]>([
  ['code and message', 'DENIED', '3 vulnerabilities exceed the policy', 'DENIED: 3 vulnerabilities exceed the policy'],
  ['in one line', 'DENIED', ' a\n\tb\u202Ec\u0000 ', 'DENIED: a b c'],
  ['a digest whole', 'DENIED', `no sha256:${'a'.repeat(64)}`, `DENIED: no sha256:${'a'.repeat(64)}`],
  ['without what may be a token', 'DENIED', `bad ${'eyJhbGciOi'.repeat(6)} here`, 'DENIED: bad ... here'],
  ['at most 200 characters', 'DENIED', 'ab '.repeat(100), `DENIED: ${'ab '.repeat(64)}`],
  ['nothing that was sent', 'DENIED', 'wrong password s3cret', undefined],
  ['nothing that everyone says', 'UNAUTHORIZED', 'Authentication required.', undefined],
  ['nothing without a code of the specification', 'oops', 'internal state', undefined],
  ['nothing without a message', 'DENIED', '', undefined],
  ['nothing of a number', 'DENIED', 1, undefined],
])('%s', (_name, code, message, said) => {
  expect(registryMessageIn(documentOf(code, message), ['alice', 's3cret', ''])).toBe(said);
});

test.each(['', 'denied', '{}', '{"errors":{}}', '{"errors":["DENIED"]}', '<html>DENIED</html>'])(
  'nothing of %j, which is not an error document',
  (body) => {
    expect(registryMessageIn(new TextEncoder().encode(body), [])).toBeUndefined();
  },
);
