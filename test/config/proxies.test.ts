import { expect, test } from 'vitest';
import { proxiesOf } from '../../src/config/proxies.ts';
import { head, problemsOf } from './reading.ts';

const server = (host: string) => ({ scheme: 'http', host, port: 3128 }) as const;

test('the environment is asked where the configuration names none', () => {
  const env = { HTTPS_PROXY: 'http://one.test:3128', http_proxy: 'two.test:3128', NO_PROXY: '.svc, ???' };
  expect(proxiesOf({}, env)).toEqual({
    ok: true,
    proxies: {
      https: server('one.test'),
      http: server('two.test'),
      noProxy: [{ host: { kind: 'names-below', name: 'svc' } }],
    },
  });
});

test('the proxy of the configuration stands above it, for both schemes', () => {
  const env = { HTTPS_PROXY: 'http://one.test:3128', NO_PROXY: 'a.test' };
  expect(proxiesOf({ proxy: server('three.test') }, env)).toEqual({
    ok: true,
    proxies: {
      https: server('three.test'),
      http: server('three.test'),
      noProxy: [{ host: { kind: 'name', name: 'a.test' } }],
    },
  });
});

test('a variable that is no proxy is named, and not shown', () => {
  expect(proxiesOf({}, { HTTPS_PROXY: 'socks5://jo:s3cret@one.test' })).toEqual({
    ok: false,
    problems: ['HTTPS_PROXY: has a scheme that is not supported; write http:// or https://'],
  });
});

test.each([
  ['egress: { proxy: "http://proxy.test:3128", noProxy: [.svc, 10.0.0.0/8], ca: ca.crt }', []],
  ['egress: { proxy: "", noProxy: [], ca: "" }', []],
  [
    'egress: { proxy: "http://jo:s3cret@proxy.test" }',
    ['f:3: egress.proxy: a password does not belong here; set HTTPS_PROXY from a Secret, and remove this key'],
  ],
  [
    'egress: { noProxy: ["a b"] }',
    [
      'f:3: egress.noProxy[0]: "a b" is not a name, address or block of addresses; write one such as .svc or 10.0.0.0/8',
    ],
  ],
])('%s', async (text, problems) => {
  expect(await problemsOf(`${head}${text}\n`)).toEqual(problems);
});
