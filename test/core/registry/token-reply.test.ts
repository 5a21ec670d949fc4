import { describe, expect, test } from 'vitest';
import { readTokenReply, type TokenFlavour } from '../../../src/core/registry/token-reply.ts';

function tokenIn(body: string, flavour: TokenFlavour = 'distribution'): string {
  const reply = readTokenReply(Buffer.from(body), flavour);
  return reply.ok ? reply.token : reply.error;
}

const none = 'authorization server did not include a token in the response';

describe('the reply to GET', () => {
  test.each([
    ['token', '{"token":"t"}', 't'],
    ['access_token', '{"access_token":"a"}', 'a'],
    ['both: access_token counts', '{"token":"t","access_token":"a"}', 'a'],
    ['an empty access_token is none', '{"token":"t","access_token":""}', 't'],
    ['a name in another case', '{"Access_Token":"a"}', 'a'],
    ['one member twice: the last', '{"token":"1","token":"2"}', '2'],
    ['null leaves what was', '{"token":"1","token":null}', '1'],
    ['something behind the document', '{"token":"t"}<html>', 't'],
    ['neither', '{}', none],
    ['null', 'null', none],
    ['a wrong type where nobody looks', '{"token":"t","scope":7,"__proto__":[]}', 't'],
    ['a time', '{"token":"t","issued_at":"2026-01-02T03:04:05.6Z","expires_in":60}', 't'],
  ])('%s', (_name, body, token) => {
    expect(tokenIn(body)).toBe(token);
  });
});

describe('the reply to POST', () => {
  test.each([
    ['access_token', '{"access_token":"a","expires_in":300,"scope":"s"}', 'a'],
    ['token alone is none', '{"token":"t"}', none],
    ['a wrong type of token, which is nobody here', '{"token":7,"access_token":"a"}', 'a'],
  ])('%s', (_name, body, token) => {
    expect(tokenIn(body, 'oauth')).toBe(token);
  });
});

describe.each<TokenFlavour>(['oauth', 'distribution'])('what fails the pull (%s)', (flavour) => {
  test.each([
    ['no JSON', '<html>sign in</html>'],
    ['nothing', ''],
    ['a list', '[]'],
    ['a text', '"t"'],
    ['a token that is no text', '{"access_token":7}'],
    ['a life that is no whole number', '{"access_token":"a","expires_in":1.5}'],
    ['a life in quotes', '{"access_token":"a","expires_in":"300"}'],
    ['a life beyond 64 bits', '{"access_token":"a","expires_in":9223372036854775808}'],
    ['a time that is none', '{"access_token":"a","issued_at":"yesterday"}'],
    ['nesting without end', '['.repeat(100_000)],
  ])('%s', (_name, body) => {
    expect(tokenIn(body, flavour)).toMatch(/^unable to decode token response: /);
  });
});
