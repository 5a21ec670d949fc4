import { expect, test } from 'vitest';
import { judgeRedirect, type RedirectStep } from '../../../src/core/egress/redirect-rule.ts';

function judge(step: Partial<Omit<RedirectStep, 'from' | 'to'>>, fromUrl: string, toUrl: string, httpFallback = false) {
  const [from, to] = [new URL(fromUrl), new URL(toUrl)];
  return judgeRedirect({
    purpose: 'manifest',
    method: 'GET',
    endpoint: { ...originOf(from), httpFallback },
    ...step,
    from: originOf(from),
    to: { ...originOf(to), path: to.pathname, hasUserInfo: to.username !== '' || to.password !== '' },
  });
}

const registry = 'https://registry.example.com/v2/a/manifests/1';

test.each([
  ['manifest', 'https://registry.example.com/elsewhere', 'same-origin'],
  ['manifest', 'https://REGISTRY.example.com:443/elsewhere', 'same-origin'],
  ['tags', 'https://registry.example.com/elsewhere', 'same-origin'],
  ['token', 'https://registry.example.com/elsewhere', 'same-origin'],
  ['blob', 'https://registry.example.com/elsewhere', 'same-origin'],
  ['manifest', 'https://other.example.com/', 'refused'],
  ['manifest', 'https://registry.example.com:8443/', 'refused'],
  ['tags', 'https://other.example.com/', 'refused'],
  ['token', 'https://other.example.com/', 'refused'],
  ['blob', 'https://store.example.com/x?signature=1', 'elsewhere'],
  ['blob', 'https://registry.example.com:8443/x', 'same-host'],
  ['blob', 'https://REGISTRY.example.com:8443/x', 'same-host'],
  ['blob', 'https://store.registry.example.com/x', 'elsewhere'],
  ['blob', 'https://example.com/x', 'elsewhere'],
  ['blob', 'http://registry.example.com:8080/x', 'refused'],
  ['manifest', 'http://registry.example.com/', 'refused'],
  ['blob', 'http://store.example.com/', 'refused'],
  ['blob', 'https://user@store.example.com/', 'refused'],
  ['blob', 'https://user:secret@registry.example.com/', 'refused'],
  ['blob', 'ftp://store.example.com/', 'refused'],
  ['blob', 'file:///etc/passwd', 'refused'],
] as const)('a %s that leads to %s: %s', (purpose, to, verdict) => {
  expect(judge({ purpose }, registry, to)).toBe(verdict);
});

test.each([
  ['blob', 'http://store.example.com/', 'elsewhere'],
  ['blob', 'https://store.example.com/', 'elsewhere'],
  ['manifest', 'http://plain.example.com:5000/else', 'same-origin'],
  ['manifest', 'http://plain.example.com/else', 'refused'],
] as const)('from a registry in plain HTTP, a %s that leads to %s: %s', (purpose, to, verdict) => {
  expect(judge({ purpose }, 'http://plain.example.com:5000/v2/', to)).toBe(verdict);
});

test('an endpoint that may fall back to http may lead to itself as http', () => {
  expect(judge({}, 'https://plain.example.com:5000/v2/', 'http://plain.example.com:5000/else', true)).toBe(
    'same-origin',
  );
  expect(judge({}, 'https://plain.example.com:5000/v2/', 'http://plain.example.com:5001/else', true)).toBe('refused');
});

test('a password in a form is not sent twice', () => {
  expect(judge({ purpose: 'token', method: 'POST' }, registry, 'https://registry.example.com/else')).toBe('refused');
});

test.each([
  ['https://europe-west1-docker.pkg.dev/v2/k8s-artifacts-prod/images/pause/manifests/3.8?rid=1', 'elsewhere'],
  ['https://europe-west1-docker.pkg.dev/v2/somebody/images/pause/manifests/3.8', 'refused'],
  ['https://europe-west1-docker.pkg.dev.evil.test/v2/k8s-artifacts-prod/images/pause', 'refused'],
  ['https://evil.test/europe-west1-docker.pkg.dev/v2/k8s-artifacts-prod/', 'refused'],
  ['https://a.b-docker.pkg.dev/v2/k8s-artifacts-prod/', 'refused'],
  ['https://europe-west1-docker.pkg.dev:8443/v2/k8s-artifacts-prod/', 'refused'],
  ['http://europe-west1-docker.pkg.dev/v2/k8s-artifacts-prod/', 'refused'],
] as const)('registry.k8s.io is a front of %s: %s', (to, verdict) => {
  expect(judge({ method: 'HEAD' }, 'https://registry.k8s.io/v2/pause/manifests/3.8', to)).toBe(verdict);
  expect(judge({ purpose: 'tags' }, 'https://registry.k8s.io/v2/pause/tags/list', to)).toBe('refused');
  expect(judge({}, registry, to)).toBe('refused');
});

function originOf(url: URL): { readonly scheme: string; readonly host: string } {
  return { scheme: url.protocol.slice(0, -1), host: url.host };
}
