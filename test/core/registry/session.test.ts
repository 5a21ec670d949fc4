import { describe, expect, test } from 'vitest';
import { blamesAddress } from '../../../src/core/registry/error-document.ts';
import { anonymous } from '../../../src/core/registry/login.ts';
import { contentRequest, resolveRequest, tagsRequest } from '../../../src/core/registry/request.ts';
import type { Look, SessionSettings } from '../../../src/core/registry/session.ts';
import { aLogin, headersOf, inOrder, lineOf, play } from '../../support/dialogues.ts';
import { aFailure, anEndpoint, anExchange, aResponse } from '../../support/exchanges.ts';
import { alice, aSession, basic, bearer, challenged, heading, issued, manifest, token } from './session-dialogue.ts';

describe('the first request', () => {
  test('says who nobody is: nothing, and asks for the types that containerd asks for', () => {
    const { asked } = heading({ login: alice }, aResponse(200));
    expect(asked.map(({ method, url, headers, bodyLimit }) => ({ method, url, headers, bodyLimit }))).toEqual([
      {
        method: 'HEAD',
        url: manifest,
        headers: {
          accept:
            'application/vnd.docker.distribution.manifest.v2+json, ' +
            'application/vnd.docker.distribution.manifest.list.v2+json, ' +
            'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*',
        },
        bodyLimit: 0,
      },
    ]);
  });

  test('carries the headers of the endpoint, which may replace our own, and its namespace', () => {
    const endpoint = anEndpoint('https://mirror.test', {
      ns: 'docker.io',
      headers: [
        ['X-Key', ['one', 'two']],
        ['Accept', ['x/y']],
      ],
    });
    const { asked } = heading({ endpoint }, aResponse(200));
    expect(asked[0]).toMatchObject({
      url: 'https://mirror.test/v2/team/app/manifests/1?ns=docker.io',
      headers: { accept: 'x/y', 'x-key': 'one, two' },
    });
  });

  test('is the last where the registry does not challenge: a credential is never sent', () => {
    const { lines, value, session } = heading({ login: alice }, aResponse(200));
    expect(lines).toEqual([`HEAD ${manifest}`]);
    expect(value).toMatchObject({ kind: 'response', method: 'HEAD' });
    expect(session.wasChallenged).toBe(false);
  });

  test.each(['ftp', ''])('is none to an endpoint of scheme %j', (scheme) => {
    const endpoint = { ...anEndpoint('https://registry.example.com'), scheme };
    expect(heading({ endpoint }).value).toEqual({ kind: 'no-address' });
  });
});

describe('a challenge', () => {
  test('for Bearer is met with a token', () => {
    const { lines, value, session } = heading({}, challenged(bearer), issued, aResponse(200));
    expect(lines).toEqual([`HEAD ${manifest}`, `GET ${token}`, `HEAD ${manifest} Bearer t`]);
    expect(value.kind).toBe('response');
    expect(session.wasChallenged).toBe(true);
  });

  test('for Basic is met with the password, which is marked as one', () => {
    const { lines, asked, value } = heading({ login: alice }, challenged('Basic realm="r"'), aResponse(200));
    expect(lines).toEqual([`HEAD ${manifest}`, `HEAD ${manifest} ${basic}`]);
    expect(asked.map(({ presentsPassword }) => presentsPassword)).toEqual([
      undefined,
      { credentialKey: basic, userKey: btoa('alice'), to: 'https://registry.example.com/v2/', asks: 'repository' },
    ]);
    // Whose limit a request counts against is known before the password is sent.
    expect(asked.map(({ loginKey }) => loginKey)).toEqual([basic, basic]);
    expect(value.kind).toBe('response');
  });

  test('for both on lines of their own is met with a token', () => {
    const { lines } = heading({ login: alice }, challenged('Basic realm="r"', bearer), issued, aResponse(200));
    expect(lines[1]).toBe('POST https://auth.example.com/token');
  });

  test('is met once: later requests carry what was given', () => {
    const { session } = heading({}, challenged(bearer), issued, aResponse(200));
    const blob = contentRequest('HEAD', 'blobs', 'sha256:1', '');
    const { asked } = play(session.request(blob), inOrder(aResponse(200)));
    expect(asked.map(lineOf)).toEqual(['HEAD https://registry.example.com/v2/team/app/blobs/sha256:1 Bearer t']);
  });

  test('that is met with a token for a user presents a password to the token server alone', () => {
    const { asked } = heading({ login: alice }, challenged(bearer), issued, aResponse(200));
    expect(asked.map(({ presentsPassword }) => presentsPassword?.asks)).toEqual([undefined, 'repository', undefined]);
  });

  test('is not forgotten where a later answer brings none', () => {
    expect(heading({}, challenged(bearer), issued, aResponse(401)).session.wasChallenged).toBe(true);
    expect(heading({}, aResponse(401)).session.wasChallenged).toBe(false);
  });

  test('that comes with a later request is met, too', () => {
    const { session } = heading({}, aResponse(200));
    const { asked } = play(session.request(tagsRequest()), inOrder(challenged(bearer), issued, aResponse(200)));
    expect(asked.map(lineOf).at(-1)).toBe('GET https://registry.example.com/v2/team/app/tags/list Bearer t');
  });
});

describe('HEAD gives way to GET', () => {
  test('where it is not allowed', () => {
    const { lines, value, asked } = heading({}, aResponse(405), aResponse(200));
    expect(lines).toEqual([`HEAD ${manifest}`, `GET ${manifest}`]);
    expect(asked[1]?.bodyLimit).toBe(4 * 1048 * 1048 + 1);
    expect(value).toMatchObject({ kind: 'response', method: 'GET' });
  });

  test.each([400, 404, 406, 410, 500, 501, 503])('and not where it is answered %i', (status) => {
    const { lines, value } = heading({}, aResponse(status));
    expect(lines).toHaveLength(1);
    expect(value).toMatchObject({ kind: 'response', response: { status } });
  });

  test('once', () => {
    expect(heading({}, aResponse(405), aResponse(405)).value).toMatchObject({ response: { status: 405 } });
  });

  test('not for blobs', () => {
    const request = contentRequest('HEAD', 'blobs', 'sha256:1', '');
    const { asked, value } = play(aSession().request(request), inOrder(aResponse(405)));
    expect(asked).toHaveLength(1);
    expect(value).toMatchObject({ kind: 'response', response: { status: 405 } });
  });

  test('before and after a challenge', () => {
    const early = heading({}, aResponse(405), challenged(bearer), issued, aResponse(200));
    expect(early.lines).toEqual([`HEAD ${manifest}`, `GET ${manifest}`, `GET ${token}`, `GET ${manifest} Bearer t`]);
    const late = heading({}, challenged(bearer), issued, aResponse(405), aResponse(200));
    expect(late.lines.slice(2)).toEqual([`HEAD ${manifest} Bearer t`, `GET ${manifest} Bearer t`]);
  });

  test('which is another request: an error in its first challenge is not the second one', () => {
    const { value } = heading(
      {},
      aResponse(405),
      challenged(`${bearer},error="invalid_token"`),
      issued,
      aResponse(200),
    );
    expect(value).toMatchObject({ kind: 'response', method: 'GET' });
  });
});

describe('what proves nothing', () => {
  test.each([429, 408])('%i is too many requests', (status) => {
    expect(heading({}, aResponse(status)).value).toMatchObject({ kind: 'throttled', response: { status } });
    expect(heading({}, challenged(bearer), aResponse(status)).value).toMatchObject({ kind: 'throttled' });
  });

  test.each([400, 404, 500, 503])('a token server that answers %i', (status) => {
    expect(heading({}, challenged(bearer), aResponse(status)).value).toEqual({ kind: 'useless-status', status });
  });

  test('a token server whose reply is no token', () => {
    const { value } = heading({}, challenged(bearer), aResponse(200, { text: '<html>' }));
    expect(value).toEqual({ kind: 'useless', what: 'token-reply' });
  });

  test('a challenge without realm', () => {
    const { value } = heading({ login: alice }, challenged('Bearer service="s"', 'Basic realm="r"'));
    expect(value).toEqual({ kind: 'useless', what: 'unusable-challenge' });
  });

  test.each(['dns', 'tls', 'timeout', 'refused-address', 'deadline'] as const)('no answer: %s', (cause) => {
    expect(heading({}, aFailure(cause)).value).toEqual({ kind: 'unanswered', cause });
    expect(heading({}, challenged(bearer), aFailure(cause)).value).toEqual({ kind: 'unanswered', cause });
  });
});

test('a token server that may not be asked is not, and is told with what it would have been given', () => {
  const questions: unknown[] = [];
  const tokenObjection: SessionSettings['tokenObjection'] = ({ url }, withPassword) => {
    questions.push([url, withPassword]);
    return 'other-server';
  };
  for (const login of [anonymous, aLogin('alice', ''), alice])
    expect(heading({ login, tokenObjection }, challenged(bearer)).value).toEqual({
      kind: 'foreign-token-server',
      tokenServer: 'auth.example.com',
      objection: 'other-server',
    });
  const url = 'https://auth.example.com/token';
  expect(questions).toEqual([
    [url, false],
    [url, false],
    [url, true],
  ]);
});

const first = anExchange(anEndpoint('https://registry.example.com'));

test.each<[Look, object]>([
  [{}, { bodyLimit: 0 }],
  [{ again: first }, { secondLook: { notBeforeMs: 300, attempt: 1, after: first } }],
  [{ digestAlgorithm: 'sha512' }, { digestAlgorithm: 'sha512' }],
])('a request is looked at as %j says', (look, exchange) => {
  const { asked } = play(aSession().request(resolveRequest('HEAD', '1'), look), inOrder(aResponse(200)));
  expect(asked[0]).toMatchObject(exchange);
});

describe('a text that blames the address of the asker', () => {
  test.each([
    ['Azure', 'application/json', `{"errors":[{"message":"client with IP '1.2.3.4' is not allowed access"}]}`],
    ['a firewall', 'text/plain', 'Blocked by the corporate Firewall.'],
    ['an allow list', 'text/plain', 'not on the allowlist'],
    ['a web page by its type', 'text/html; charset=utf-8', 'sign in'],
    ['a web page by its looks', 'application/json', '\n <!doctype html>'],
  ])('%s', (_name, type, text) => {
    expect(blamesAddress(aResponse(403, { headers: headersOf({ 'content-type': type }), text }))).toBe(true);
  });

  test('is not a text whose type only ends as that of a page', () => {
    expect(blamesAddress(aResponse(403, { headers: headersOf({ 'content-type': 'x-text/html' }), text: 'no' }))).toBe(
      false,
    );
  });

  test('is not the page of a web server that asks for a login', () => {
    const headers = headersOf({ 'content-type': 'text/html', 'www-authenticate': 'Basic realm="x"' });
    expect(blamesAddress(aResponse(401, { headers, text: '<html>401 Authorization Required</html>' }))).toBe(false);
    const strange = headersOf({ 'content-type': 'text/html', 'www-authenticate': 'Negotiate' });
    expect(blamesAddress(aResponse(401, { headers: strange, text: '<html>' }))).toBe(true);
  });

  test.each([
    ['an error document', '{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}'],
    ['nothing', ''],
    ['a word that only looks like it', 'equipment address'],
    ['a text with a sign of a page in it', 'a < b'],
  ])('is not %s', (_name, text) => {
    expect(blamesAddress(aResponse(403, { text }))).toBe(false);
  });
});

describe('a token that was kept', () => {
  const kept = aResponse(200, { text: '{"token":"old"}', ageMs: 1 });

  test.each([400, 401, 403])('and is answered %i is renewed once', (status) => {
    const { lines, value } = heading({}, challenged(bearer), kept, aResponse(status), issued, aResponse(200));
    expect(lines).toEqual([
      `HEAD ${manifest}`,
      `GET ${token}`,
      `HEAD ${manifest} Bearer old`,
      `GET ${token}`,
      `HEAD ${manifest} Bearer t`,
    ]);
    expect(value.kind).toBe('response');
  });

  test('and is refused, as its successor is, lacks the right', () => {
    const { lines, value } = heading({}, challenged(bearer), kept, challenged(bearer), kept, challenged(bearer));
    expect(lines).toHaveLength(5);
    expect(value).toMatchObject({ kind: 'refused', at: 'registry' });
  });

  test.each([404, 429, 500])('and is answered %i is taken', (status) => {
    expect(heading({}, challenged(bearer), kept, aResponse(status)).lines).toHaveLength(3);
  });

  test('and gets no successor is what the token server says', () => {
    const { value } = heading({}, challenged(bearer), kept, aResponse(400), aResponse(403));
    expect(value).toMatchObject({ kind: 'refused', at: 'token-server' });
  });
});
