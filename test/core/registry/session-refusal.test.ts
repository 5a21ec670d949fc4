import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../src/core/registry/exchange.ts';
import { resolveRequest } from '../../../src/core/registry/request.ts';
import { aLogin, inOrder, lineOf, play } from '../../support/dialogues.ts';
import { aFailure, aResponse } from '../../support/exchanges.ts';
import {
  alice,
  basic,
  bearer,
  challenged,
  heading,
  issued,
  manifest,
  refusals,
  root,
  token,
} from './session-dialogue.ts';

describe('who is refused', () => {
  const insufficient = challenged(`${bearer},error="insufficient_scope"`);
  const refusal = { kind: 'refused', at: 'registry', presentedPassword: false, acceptedLogin: false };

  test('nobody, by the registry that gave a token to everybody', () => {
    const { value, lines } = heading({}, challenged(bearer), issued, insufficient);
    expect(lines).toHaveLength(3);
    expect(value).toMatchObject({ ...refusal, response: { status: 401 }, exchange: { url: manifest } });
  });

  test('nobody, without a word why: the same token is not tried again', () => {
    const { value, lines } = heading({}, challenged(bearer), issued, challenged(bearer));
    expect(lines).toHaveLength(3);
    expect(value).toMatchObject(refusal);
  });

  test('nobody, by 403 after a challenge', () => {
    expect(heading({}, challenged(bearer), issued, aResponse(403)).value).toMatchObject({
      ...refusal,
      response: { status: 403 },
    });
  });

  test('a user whom the token server knows', () => {
    const { value } = heading({ login: alice }, challenged(bearer), issued, insufficient);
    expect(value).toMatchObject({ ...refusal, presentedPassword: true, acceptedLogin: true });
  });

  test('a user by Basic, who is not asked for twice', () => {
    const { value, lines, asked } = heading({ login: alice }, challenged('Basic'), challenged('Basic'), aResponse(401));
    expect(lines).toEqual([`HEAD ${manifest}`, `HEAD ${manifest} ${basic}`, `GET ${root} ${basic}`]);
    expect(asked[2]).toMatchObject({ purpose: 'login', presentsPassword: { to: root, asks: 'login' } });
    expect(value).toMatchObject({ ...refusal, presentedPassword: true, login: 'refused' });
  });

  test('nobody, where Basic is wanted', () => {
    const { value, lines } = heading({ login: aLogin('alice', '') }, challenged('Basic'));
    expect(lines).toHaveLength(1);
    expect(value).toMatchObject(refusal);
  });

  test.each([401, 403])('nobody, by a token server that answers %i', (status) => {
    const { value, lines } = heading({}, challenged(bearer), aResponse(status));
    expect(lines).toHaveLength(2);
    expect(value).toMatchObject({ ...refusal, at: 'token-server', exchange: { url: token } });
  });

  test('a user, by the token server, which is asked in both ways', () => {
    const { value, lines, asked } = heading({ login: alice }, challenged(bearer), ...refusals(3));
    expect(lines).toEqual([
      `HEAD ${manifest}`,
      'POST https://auth.example.com/token',
      `GET ${token} ${basic}`,
      `GET https://auth.example.com/token ${basic}`,
    ]);
    expect(asked.map(({ presentsPassword }) => presentsPassword?.asks)).toEqual([
      undefined,
      'repository',
      'repository',
      'login',
    ]);
    expect(value).toMatchObject({ ...refusal, at: 'token-server', presentedPassword: true, login: 'refused' });
  });

  test('a user, by the token server, is checked with the service that the registry names', () => {
    const { lines } = heading({ login: alice }, challenged(`${bearer},service="r"`), ...refusals(3));
    expect(lines[3]).toBe(`GET https://auth.example.com/token?service=r ${basic}`);
  });

  test.each<[string, Answer, object]>([
    ['taken without a scope', issued, { login: 'accepted', acceptedLogin: true }],
    ['refused with 403', aResponse(403), { login: 'refused', acceptedLogin: false }],
    ['answered by a firewall', aResponse(403, { text: 'Firewall' }), { login: 'unclear', acceptedLogin: false }],
    ['answered 400', aResponse(400), { login: 'unclear', acceptedLogin: false }],
    ['not answered', aFailure('timeout'), { login: 'unclear', acceptedLogin: false }],
  ])('a user whose login by itself is %s', (_name, answer, told) => {
    const { value } = heading({ login: alice }, challenged(bearer), ...refusals(2), answer);
    expect(value).toMatchObject({ ...refusal, presentedPassword: true, at: 'token-server', ...told });
  });

  test('who does not bring a token of this registry, which says nothing of rights', () => {
    const { value } = heading({}, challenged(bearer), issued, challenged(`${bearer},error="invalid_token"`));
    expect(value).toMatchObject({ ...refusal, isForeignToken: true });
    expect(heading({}, challenged(bearer), issued, insufficient).value).toMatchObject({ isForeignToken: false });
  });

  test('a user by Basic, whatever is said of tokens', () => {
    const foreign = challenged(`${bearer},error="invalid_token"`);
    const { value } = heading({ login: alice }, challenged('Basic'), foreign, aResponse(401));
    expect(value).toMatchObject({ ...refusal, presentedPassword: true, isForeignToken: false, login: 'refused' });
  });

  test('a user by Basic, whose password is checked by itself where it was refused', () => {
    const { session } = heading({ login: alice }, challenged(bearer), issued, aResponse(200));
    session.startOver();
    const answers = inOrder(challenged('Basic'), challenged('Basic'), aResponse(401));
    const { asked } = play(session.request(resolveRequest('HEAD', '1')), answers);
    expect(asked.map(lineOf)).toEqual([`HEAD ${manifest}`, `HEAD ${manifest} ${basic}`, `GET ${root} ${basic}`]);
  });

  test.each([
    ['401 without a challenge', aResponse(401), 401],
    ['401 with a challenge that nobody knows', challenged('Negotiate'), 401],
    ['403 at once', aResponse(403), 403],
  ])('outright, which says nothing about the image: %s', (_name, answer, status) => {
    const { value, lines } = heading({ login: alice }, answer);
    expect(lines).toHaveLength(1);
    expect(value).toEqual({ kind: 'refused-outright', status });
  });
});
