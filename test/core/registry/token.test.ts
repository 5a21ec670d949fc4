import { describe, expect, test } from 'vitest';
import type { TokenQuestion } from '../../../src/core/registry/authorization.ts';
import type { Answer } from '../../../src/core/registry/exchange.ts';
import { anonymous } from '../../../src/core/registry/login.ts';
import { fetchToken, type TokenRequester } from '../../../src/core/registry/token.ts';
import { aLogin, inOrder, lineOf, play } from '../../support/dialogues.ts';
import { aFailure, anEndpoint, aResponse } from '../../support/exchanges.ts';

const url = 'https://auth.example.com/token';
const question: TokenQuestion = {
  realm: { scheme: 'https', host: 'auth.example.com', hasUserInfo: false, url },
  service: 'registry.example.com',
  scopes: ['repository:base:pull', 'repository:team/app:pull'],
};
const alice = aLogin('alice', 's3 cret&');
const basic = `Basic ${btoa('alice:s3 cret&')}`;
const query = 'scope=repository%3Abase%3Apull&scope=repository%3Ateam%2Fapp%3Apull&service=registry.example.com';
const get = `GET ${url}?${query}`;

function requester(part: Partial<TokenRequester> = {}): TokenRequester {
  return { endpoint: anEndpoint('https://registry.example.com'), repository: 'team/app', login: anonymous, ...part };
}

function fetching(login: TokenRequester['login'], ...answers: readonly Answer[]) {
  const { value, asked } = play(fetchToken(question, requester({ login })), inOrder(...answers));
  return { value, asked, lines: asked.map(lineOf) };
}

describe('nobody', () => {
  test('asks by GET, with a parameter for each scope', () => {
    const { value, lines } = fetching(anonymous, aResponse(200, { text: '{"token":"t"}' }));
    expect(lines).toEqual([get]);
    expect(value).toEqual({ kind: 'token', authorization: 'Bearer t', ageMs: 0 });
  });

  test('is what a user without password is', () => {
    expect(fetching(aLogin('alice', ''), aResponse(200, { text: '{"token":"t"}' })).lines).toEqual([get]);
  });

  test('presents no password', () => {
    expect(fetching(anonymous, aResponse(401)).asked[0]).not.toHaveProperty('presentsPassword');
  });
});

describe('a user', () => {
  test('asks by POST, as the OAuth form', () => {
    const { value, asked, lines } = fetching(alice, aResponse(200, { text: '{"access_token":"a"}' }));
    expect(lines).toEqual([`POST ${url}`]);
    expect(asked[0]).toMatchObject({
      purpose: 'token',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body:
        'client_id=containerd-client&grant_type=password&password=s3+cret%26' +
        '&scope=repository%3Abase%3Apull+repository%3Ateam%2Fapp%3Apull&service=registry.example.com&username=alice',
      bodyLimit: 65_536,
      loginKey: basic,
      presentsPassword: { credentialKey: basic, userKey: btoa('alice'), to: url, asks: 'repository' },
    });
    expect(value).toEqual({ kind: 'token', authorization: 'Bearer a', ageMs: 0 });
  });

  test.each([400, 401, 404, 405])('then asks by GET with Basic where POST is answered %i', (status) => {
    const { value, asked, lines } = fetching(alice, aResponse(status), aResponse(200, { text: '{"token":"t"}' }));
    expect(lines).toEqual([`POST ${url}`, `${get} ${basic}`]);
    expect(asked[1]).toMatchObject({
      loginKey: basic,
      presentsPassword: { credentialKey: basic, userKey: btoa('alice'), to: url, asks: 'repository' },
    });
    expect(value).toEqual({ kind: 'token', authorization: 'Bearer t', ageMs: 0 });
  });

  test.each([402, 403, 408, 429, 500, 503])('is refused where POST is answered %i', (status) => {
    const { value, lines } = fetching(alice, aResponse(status));
    expect(lines).toEqual([`POST ${url}`]);
    expect(value).toMatchObject({ kind: 'refused', response: { status }, exchange: { method: 'POST' } });
  });

  test('is refused by what the GET says', () => {
    const { value } = fetching(alice, aResponse(404), aResponse(401));
    expect(value).toMatchObject({ kind: 'refused', response: { status: 401 }, exchange: { method: 'GET' } });
  });

  test('gets nothing from a POST that is answered with `token` alone, and does not ask again', () => {
    const { value, lines } = fetching(alice, aResponse(200, { text: '{"token":"t"}' }));
    expect(lines).toHaveLength(1);
    expect(value.kind).toBe('unreadable');
  });

  test('does not ask again where nobody answered', () => {
    const { value, lines } = fetching(alice, aFailure('timeout'));
    expect(lines).toHaveLength(1);
    expect(value).toEqual({ kind: 'unanswered', answer: aFailure('timeout') });
  });
});

test('a password without user is a refresh token, for which 405 is final', () => {
  const { asked, lines } = fetching(aLogin('', 'refresh'), aResponse(405));
  expect(lines).toEqual([`POST ${url}`]);
  expect(asked[0]?.body).toMatch(/^client_id=containerd-client&grant_type=refresh_token&refresh_token=refresh&scope=/);
});

test('statuses below 400 are read as replies', () => {
  expect(fetching(anonymous, aResponse(304, { text: '{"token":"t"}' })).value.kind).toBe('token');
  expect(fetching(anonymous, aResponse(204)).value.kind).toBe('unreadable');
});

test('the query of the realm is kept, its fragment is not', () => {
  const realm = { ...question.realm, url: `${url}?account=a&service=x#top` };
  const { asked } = play(fetchToken({ ...question, realm, scopes: ['s'] }, requester()), inOrder(aResponse(401)));
  expect(asked[0]?.url).toBe(`${url}?account=a&scope=s&service=x&service=registry.example.com`);
});

test('what the challenge says cannot add parameters of its own', () => {
  const hostile = { ...question, service: 'a&scope=b#c', scopes: ['s&account=root'] };
  const { asked } = play(fetchToken(hostile, requester()), inOrder(aResponse(401)));
  expect(asked[0]?.url).toBe(`${url}?scope=s%26account%3Droot&service=a%26scope%3Db%23c`);
});

test('a service that is not named is not sent by GET, and empty by POST', () => {
  const unnamed = { ...question, service: '', scopes: ['s'] };
  const asked = play(fetchToken(unnamed, requester({ login: alice })), inOrder(aResponse(400), aResponse(401))).asked;
  expect(asked[0]?.body).toContain('&service=&');
  expect(asked[1]?.url).toBe(`${url}?scope=s`);
});

test('headers that the host configuration has for token servers go with both requests', () => {
  const endpoint = anEndpoint('https://registry.example.com', {
    headers: [['X-Registry', ['r']]],
    tokenHeaders: [['X-Token', ['one', 'two']]],
  });
  const dialogue = fetchToken(question, requester({ endpoint, login: alice }));
  const { asked } = play(dialogue, inOrder(aResponse(400), aResponse(401)));
  expect(asked.map(({ headers }) => headers)).toEqual([
    { 'x-token': 'one, two', 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    { 'x-token': 'one, two', authorization: basic },
  ]);
});
