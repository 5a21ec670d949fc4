import { describe, expect, test } from 'vitest';
import { parseResponse, requestText } from '../../../src/sources/credential-plugins/provider-response.ts';
import { protocol } from '../../support/credential-plugins.ts';

const right = { kind: 'CredentialProviderResponse', apiVersion: protocol, cacheKeyType: 'Image' };
const parse = (text: string) => parseResponse(new TextEncoder().encode(text), protocol);
const given = (part: object) => parse(JSON.stringify({ ...right, ...part }));

test('a request is what kubelets write', () => {
  expect(requestText(protocol, 'docker.io/library/nginx')).toBe(
    `{"kind":"CredentialProviderRequest","apiVersion":"${protocol}","image":"docker.io/library/nginx"}\n`,
  );
});

describe('an answer is accepted', () => {
  test('with everything', () => {
    const response = given({ cacheDuration: '1h30m', auth: { 'a.example': { username: 'u', password: 'p' } } });

    expect(response).toMatchObject({ cacheKeyType: 'Image', cacheMs: 5_400_000, entries: [{ key: { ok: true } }] });
    expect(JSON.stringify(response)).not.toContain('"p"');
  });

  test.each<[string, object]>([
    ['without credentials', {}],
    ['with null for them', { auth: null, cacheDuration: null }],
  ])('%s', (_, part) => {
    expect(given(part)).toEqual({ cacheKeyType: 'Image', entries: [] });
  });

  test('with logins that say nothing', () => {
    expect(given({ auth: { a: null, b: {}, c: { username: null } } })?.entries).toHaveLength(3);
  });

  test('with the name of an ancestor as its key', () => {
    const text = JSON.stringify({ ...right, auth: {} }).replace('"auth":{}', '"auth":{"__proto__":{"username":"u"}}');

    expect(parse(text)?.entries).toMatchObject([{ key: { key: { written: '__proto__' } } }]);
  });
});

test.each<[string, object | string]>([
  ['of another kind', { kind: 'CredentialProviderRequest' }],
  ['of another version', { apiVersion: 'credentialprovider.kubelet.k8s.io/v1beta1' }],
  ['without a type of cache key', { cacheKeyType: undefined }],
  ['with another type of cache key', { cacheKeyType: 'image' }],
  ['with a number as duration', { cacheDuration: 5 }],
  ['with a duration that is none', { cacheDuration: '5' }],
  ['with a list of logins', { auth: [] }],
  ['with a text as login', { auth: { a: 'u:p' } }],
  ['with a number as password', { auth: { a: { username: 'u', password: 1 } } }],
  ['with more than is known', { expires: 'never' }],
  ['with more than is known of a login', { auth: { a: { username: 'u', password: 'p', auth: '' } } }],
  ['of a member twice', JSON.stringify(right).replace('{', '{"auth":{},"auth":{},')],
  ['that is null', 'null'],
  ['that is a list', '[]'],
  ['followed by something', `${JSON.stringify(right)} {}`],
  ['nested deeply', '['.repeat(500_000)],
])('an answer %s is not', (_, answer) => {
  expect(typeof answer === 'string' ? parse(answer) : given(answer)).toBeUndefined();
});
