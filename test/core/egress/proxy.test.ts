import { describe, expect, test } from 'vitest';
import { parseNoProxy, parseProxyServer, proxyFor } from '../../../src/core/egress/proxy.ts';

describe('a proxy', () => {
  test.each([
    ['http://proxy.test:3128', { scheme: 'http', host: 'proxy.test', port: 3128 }],
    ['http://proxy.test', { scheme: 'http', host: 'proxy.test', port: 80 }],
    ['https://proxy.test/', { scheme: 'https', host: 'proxy.test', port: 443 }],
    ['proxy.test:8080', { scheme: 'http', host: 'proxy.test', port: 8080 }],
    ['http://[fd00::1]:3128', { scheme: 'http', host: 'fd00::1', port: 3128 }],
    [
      'http://jo:p%40ss@proxy.test:3128',
      { scheme: 'http', host: 'proxy.test', port: 3128, login: { user: 'jo', password: 'p@ss' } },
    ],
  ])('%s', (text, value) => {
    expect(parseProxyServer(text)).toEqual({ ok: true, value });
  });

  test.each([
    ['', 'is not the address of a proxy; write one such as http://proxy.example.com:3128'],
    ['http://', 'is not the address of a proxy; write one such as http://proxy.example.com:3128'],
    ['http://proxy.test:3128/path', 'is not the address of a proxy; write one such as http://proxy.example.com:3128'],
    ['socks5://proxy.test:1080', 'has a scheme that is not supported; write http:// or https://'],
    ['http://proxy.test:99999', 'has a port that is not a number from 1 to 65535'],
    ['http://%zz@proxy.test', 'has a user or password that is not percent-encoded'],
  ])('%j is none', (text, problem) => {
    expect(parseProxyServer(text)).toEqual({ ok: false, problem });
  });
});

const server = { scheme: 'http', host: 'proxy.test', port: 3128 } as const;

/** `noProxy`: entries separated by commas. */
function isProxied(host: string, noProxy: string): boolean {
  const entries = noProxy.split(',').flatMap((text) => {
    const parsed = parseNoProxy(text);
    return parsed.ok ? [parsed.value] : [];
  });
  const { hostname, port } = new URL(`https://${host}`);
  const asked = { scheme: 'https', name: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 443 } as const;
  return proxyFor(asked, { https: server, noProxy: entries }) !== undefined;
}

test.each([
  ['registry.test', '', true],
  ['registry.test', '*', false],
  ['registry.test', 'registry.test', false],
  ['eu.registry.test', 'registry.test', false],
  ['myregistry.test', 'registry.test', true],
  ['registry.test', '.registry.test', true],
  ['eu.registry.test', '.registry.test', false],
  ['eu.registry.test', '*.registry.test', false],
  ['registry.test:5000', 'registry.test:5000', false],
  ['registry.test:5001', 'registry.test:5000', true],
  ['REGISTRY.test.', 'registry.TEST', false],
  ['10.1.2.3', '10.0.0.0/8', false],
  ['10.1.2.3', '10.1.2.3', false],
  ['11.1.2.3', '10.0.0.0/8', true],
  ['[fd00::1]', 'fd00::/8', false],
  ['[fd00::1]:5000', '[fd00::1]:5000', false],
  ['localhost:5000', '', false],
  ['127.0.0.1:5000', '', false],
  ['[::1]:5000', '', false],
])('%s with noProxy %j goes through the proxy: %s', (host, noProxy, expected) => {
  expect(isProxied(host, noProxy)).toBe(expected);
});

test('each scheme has a proxy of its own', () => {
  const rules = { https: server, noProxy: [] };
  expect(proxyFor({ scheme: 'http', name: 'registry.test', port: 80 }, rules)).toBe(undefined);
});

test.each(['a b', 'http://registry.test', '-', '10.0.0.0/33'])('%j is no entry of noProxy', (text) => {
  expect(parseNoProxy(text)).toMatchObject(text === '-' ? { ok: true } : { ok: false });
});
