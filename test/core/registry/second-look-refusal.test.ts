import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../src/core/registry/exchange.ts';
import { anonymous, type Login } from '../../../src/core/registry/login.ts';
import { aLogin, headersOf } from '../../support/dialogues.ts';
import { aFailure, aResponse } from '../../support/exchanges.ts';
import {
  challenged,
  challengeWith,
  digest,
  found,
  issued,
  looking,
  manifest,
  saysAbsent,
} from './second-look-dialogue.ts';

describe('a refusal', () => {
  const insufficient = challengeWith('insufficient_scope');
  const foreign = challengeWith('invalid_token');
  const basic = aResponse(401, { headers: headersOf({ 'www-authenticate': 'Basic realm="r"' }) });
  const renewed = aResponse(200, { text: '{"token":"new","access_token":"new"}' });
  const token = 'https://auth.example.com/token?scope=repository%3Ateam%2Fapp%3Apull';
  const root = 'https://registry.example.com/v2/';
  const password = `Basic ${btoa('u:p')}`;
  const user = { login: aLogin('u', 'p') };
  const refused = {
    kind: 'refused',
    at: 'registry',
    status: 401,
    presentedPassword: false,
    acceptedLogin: false,
    secondLook: 'refused-too',
    blamesAddress: false,
  };

  test('of nobody is repeated from the beginning, with a new token, and ends with a GET', () => {
    const { value, asked, lines } = looking({}, challenged, issued, insufficient, challenged, renewed, insufficient);
    expect(lines.slice(2)).toEqual([
      `HEAD ${manifest} Bearer t`,
      `GET ${manifest} again`,
      `GET ${token} again`,
      `GET ${manifest} Bearer new again`,
    ]);
    for (const exchange of asked.slice(3))
      expect(exchange.secondLook).toMatchObject({ notBeforeMs: 300, after: asked[2] });
    expect(asked[5]).toMatchObject({ bodyLimit: 8192 });
    expect(value).toEqual(refused);
  });

  test('of nobody by the token server is repeated there', () => {
    const { value, lines } = looking({}, challenged, aResponse(403), challenged, aResponse(401));
    expect(lines.slice(1)).toEqual([`GET ${token}`, `GET ${manifest} again`, `GET ${token} again`]);
    expect(value).toEqual({ ...refused, at: 'token-server', status: 403 });
  });

  test('of nobody, who has no password for Basic, is repeated', () => {
    const { value, lines } = looking({}, basic, basic);
    expect(lines).toEqual([`HEAD ${manifest}`, `GET ${manifest} again`]);
    expect(value).toEqual(refused);
  });

  test('without a word why is repeated as often as containerd does', () => {
    const bare = Array.from({ length: 4 }, () => challenged);
    const { value, lines, asked } = looking({}, challenged, issued, challenged, challenged, renewed, ...bare);
    expect(asked.slice(5).map(({ secondLook }) => secondLook?.attempt)).toEqual([2, 3, 4, 5]);
    expect(lines.slice(5)).toEqual(Array.from({ length: 4 }, () => `GET ${manifest} Bearer new again`));
    expect(value).toEqual(refused);
  });

  test.each([1, 2, 3])('without a word why is none if the token is taken after %i more', (count) => {
    const bare = Array.from({ length: count }, () => challenged);
    const found200 = aResponse(200);
    const { value } = looking({}, challenged, issued, challenged, challenged, renewed, ...bare, found200, found);
    expect(value).toMatchObject({ kind: 'resolved', root: { digest } });
  });

  test('of a token that the registry does not know proves nothing of the right', () => {
    const twice = looking({}, challenged, issued, foreign, challenged, renewed, foreign);
    expect(twice.value).toEqual({ ...refused, secondLook: 'failed' });
    const once = looking({}, challenged, issued, foreign, challenged, renewed, insufficient);
    expect(once.value).toEqual(refused);
    const healed = looking({}, challenged, issued, foreign, challenged, renewed, aResponse(200), found);
    expect(healed.value).toMatchObject({ kind: 'resolved' });
  });

  test.each<[string, Answer]>([
    ['a redirect', aResponse(300)],
    ['404', saysAbsent()],
    ['429', aResponse(429)],
    ['500', aResponse(500)],
    ['403 at once', aResponse(403)],
    ['no answer', aFailure('connection')],
  ])('that is followed by %s is not repeated', (_name, again) => {
    const { value, lines } = looking({}, challenged, issued, insufficient, again);
    expect(lines).toHaveLength(4);
    expect(value).toEqual({ ...refused, secondLook: 'failed' });
  });

  test('of a token for a login that was taken is repeated with the login', () => {
    const { value, asked, lines } = looking(user, challenged, issued, insufficient, challenged, renewed, insufficient);
    expect(lines.slice(2)).toEqual([
      `HEAD ${manifest} Bearer t`,
      `GET ${manifest} again`,
      'POST https://auth.example.com/token again',
      `GET ${manifest} Bearer new again`,
    ]);
    expect(asked[4]?.presentsPassword?.asks).toBe('repository');
    expect(value).toEqual({ ...refused, presentedPassword: true, acceptedLogin: true });
  });

  test('of a password by Basic, which is refused for itself, too, is not repeated', () => {
    const { value, lines } = looking(user, basic, basic, basic);
    expect(lines).toEqual([`HEAD ${manifest}`, `HEAD ${manifest} ${password}`, `GET ${root} ${password}`]);
    expect(value).toEqual({ ...refused, presentedPassword: true, secondLook: 'not-taken' });
  });

  test('of a password by the token server, which refuses it for itself, too, is not repeated', () => {
    const { value, lines } = looking(user, challenged, aResponse(403), aResponse(403));
    expect(lines.slice(1)).toEqual([
      'POST https://auth.example.com/token',
      `GET https://auth.example.com/token ${password}`,
    ]);
    const rejected = { presentedPassword: true, secondLook: 'not-taken' };
    expect(value).toEqual({ ...refused, ...rejected, at: 'token-server', status: 403 });
  });

  test('of a password that is good by itself is repeated, and lacks the right', () => {
    const { value, lines } = looking(user, challenged, aResponse(403), issued, challenged, aResponse(403), issued);
    expect(lines.slice(3)).toEqual([
      `GET ${manifest} again`,
      'POST https://auth.example.com/token again',
      `GET https://auth.example.com/token ${password}`,
    ]);
    const lacking = { presentedPassword: true, acceptedLogin: true };
    expect(value).toEqual({ ...refused, ...lacking, at: 'token-server', status: 403 });
  });

  test('of a password of which nothing can be learned by itself is repeated', () => {
    const unclear = aResponse(500);
    const { value } = looking(user, challenged, aResponse(403), unclear, challenged, aResponse(403), unclear);
    expect(value).toEqual({ ...refused, presentedPassword: true, at: 'token-server', status: 403 });
  });

  test('of what a user may do, whose password Basic took, is repeated', () => {
    const { value, asked, lines } = looking(user, basic, aResponse(403), basic, aResponse(403));
    expect(lines).toEqual([
      `HEAD ${manifest}`,
      `HEAD ${manifest} ${password}`,
      `GET ${manifest} again`,
      `GET ${manifest} ${password} again`,
    ]);
    expect(asked[3]).toMatchObject({ presentsPassword: { credentialKey: password, to: root } });
    expect(value).toEqual({ ...refused, status: 403, presentedPassword: true });
  });

  const firewall = aResponse(403, { text: "client with IP '1.2.3.4' is not allowed access" });

  test('may blame our address in either answer', () => {
    const first = looking({}, challenged, issued, firewall, challenged, renewed, insufficient);
    const second = looking({}, challenged, issued, insufficient, challenged, renewed, firewall);
    expect(first.value).toMatchObject({ blamesAddress: true, secondLook: 'refused-too' });
    expect(second.value).toMatchObject({ blamesAddress: true, secondLook: 'refused-too' });
  });

  test.each<[string, readonly Answer[]]>([
    ['by a token', [challenged, issued]],
    ['by Basic', [basic]],
  ])('may blame our address once the login is taken, and only a GET can say so: %s', (_name, before) => {
    const { value } = looking(user, ...before, aResponse(403), ...before, firewall);
    expect(value).toMatchObject({ presentedPassword: true, blamesAddress: true });
  });

  describe('that GET does not share', () => {
    test.each<[string, Login, readonly Answer[], string]>([
      ['of nobody', anonymous, [challenged, issued], 'Bearer t'],
      ['of a token for a login', aLogin('u', 'p'), [challenged, issued], 'Bearer t'],
      ['of a user by Basic', aLogin('u', 'p'), [basic], password],
    ])('is none if HEAD is not refused any more: %s', (_name, login, before, authorization) => {
      const { value, lines } = looking({ login }, ...before, aResponse(403), ...before, aResponse(200), found);
      expect(lines.slice(-2)).toEqual([
        `GET ${manifest} ${authorization} again`,
        `HEAD ${manifest} ${authorization} again`,
      ]);
      expect(value).toMatchObject({ kind: 'resolved', root: { digest } });
    });

    test('is none where the token server takes back what it said', () => {
      const { value } = looking({}, challenged, aResponse(403), challenged, issued, aResponse(200), found);
      expect(value).toMatchObject({ kind: 'resolved', root: { digest } });
    });

    test.each<[string, readonly Answer[]]>([
      ['401, which is repeated once', [insufficient, insufficient]],
      ['a redirect', [aResponse(300)]],
      ['403', [aResponse(403)]],
      ['404', [aResponse(404)]],
      ['no answer', [aFailure('timeout')]],
    ])('proves nothing if HEAD does not resolve the third time either: %s', (_name, third) => {
      const { value } = looking({}, challenged, issued, insufficient, challenged, issued, aResponse(200), ...third);
      expect(value).toEqual({ ...refused, secondLook: 'not-refused' });
    });
  });

  test('without a challenge is none, and is not repeated', () => {
    const { value, lines } = looking({}, aResponse(403));
    expect(lines).toHaveLength(1);
    expect(value).toEqual({ kind: 'refused-outright', status: 403 });
  });
});
