import { expect, test } from 'vitest';
import type { Answer, Exchange } from '../../../src/core/registry/exchange.ts';
import { checkLogin, checkOf, type LoginCheck } from '../../../src/core/registry/login-check.ts';
import { headersOf } from '../../support/dialogues.ts';
import { aFailure, anEndpoint, aResponse } from '../../support/exchanges.ts';

const challenged = headersOf({ 'www-authenticate': 'Basic realm="x"', 'content-type': 'text/html' });
const page = headersOf({ 'content-type': 'text/html' });

test('a login by itself is asked for at the root, with the headers of the endpoint', () => {
  const endpoint = { ...anEndpoint('https://registry.test'), headers: [['X-Team', ['a', 'b']]] as const };
  const login = { username: Buffer.from('alice'), password: Buffer.from('pw') };
  const [exchange] = checkLogin({ endpoint, repository: 'team/app', login }, undefined).next([]).value as Exchange[];
  expect(exchange).toMatchObject({
    url: 'https://registry.test/v2/',
    headers: { 'x-team': 'a, b', authorization: 'Basic YWxpY2U6cHc=' },
    bodyLimit: 8192,
  });
});

test.each<readonly [string, Answer, LoginCheck]>([
  ['200', aResponse(200), 'accepted'],
  ['204', aResponse(204), 'accepted'],
  ['a redirect', aResponse(300), 'unclear'],
  ['401', aResponse(401), 'refused'],
  ['403', aResponse(403), 'refused'],
  ['401 with a challenge and a page', aResponse(401, { headers: challenged, text: '<html>' }), 'refused'],
  ['403 with a page of a firewall', aResponse(403, { headers: page, text: '<html>' }), 'unclear'],
  ['403 that names our address', aResponse(403, { text: 'client with IP 192.0.2.1 is not allowed' }), 'unclear'],
  ['404', aResponse(404), 'unclear'],
  ['429', aResponse(429), 'unclear'],
  ['500', aResponse(500), 'unclear'],
  ['no answer', aFailure('connection'), 'unclear'],
])('a login by itself, answered with %s', (_name, answer, expected) => {
  expect(checkOf(answer)).toBe(expected);
});
