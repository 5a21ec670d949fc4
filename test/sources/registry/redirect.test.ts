import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../src/core/registry/exchange.ts';
import { followingRedirects } from '../../../src/sources/registry/redirect.ts';
import { patternsOf } from '../../core/egress/patterns.ts';
import { openEgress, scripted, startCarrier, terms } from '../../support/carriers.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { aFailure, anEndpoint, anExchange, aResponse, inShort, unconnected } from '../../support/exchanges.ts';
import { startCanary, startServer } from '../../support/servers.ts';

const authority = await makeAuthority('Test CA');
const leaf = await authority.issue({ names: ['127.0.0.1', '127.0.0.2'] });
const serverTls = { cert: leaf.certificate, key: leaf.privateKey };
const tls = { verifiesCertificate: true, extraRoots: [authority.certificate], clientCertificates: [] };
const secrets = { Accept: 'a/b', Authorization: 'Bearer marker', 'X-Mirror-Key': 'marker' };

const redirect = (response: ServerResponse, location: string, status = 307) =>
  response.writeHead(status, { Location: location }).end();

const at = (location: string) => aResponse(307, { headers: new Map([['location', [location]]]) });

const hasCertificate = (socket: object) =>
  Object.keys((socket as { getPeerCertificate: () => object }).getPeerCertificate()).length > 0;

describe('to the same origin', () => {
  test.each([301, 302, 303, 307, 308])('%s is followed with all headers', async (status) => {
    const server = await startServer(({ url }, response) => {
      if (url.endsWith('/1')) redirect(response, '../elsewhere?x=1#fragment', status);
      else response.end();
    });
    const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);

    expect(inShort(await startCarrier().send(anExchange(endpoint, { headers: secrets }), terms()))).toBe('200');
    expect(server.requests.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
      ['HEAD', '/v2/team/app/manifests/1', 'Bearer marker'],
      ['HEAD', '/v2/team/app/elsewhere?x=1', 'Bearer marker'],
    ]);
  });

  test('three times, and no more', async () => {
    const server = await startServer(({ url }, response) => {
      const hop = Number(url.slice(1));
      if (hop < 4) redirect(response, `/${hop + 1}`);
      else response.end();
    });
    const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);
    const { send } = startCarrier();
    const from = (hop: number) =>
      send(anExchange(endpoint, { url: `http://127.0.0.1:${server.port}/${hop}` }), terms());

    expect(inShort(await from(1))).toBe('200');
    expect(await from(0)).toEqual(aFailure('unacceptable-answer'));
    expect(server.requests).toHaveLength(4 + 4);
  });

  test.each([
    ['without a location', undefined],
    ['to nothing', 'http://'],
    ['to a file', 'file:///etc/passwd'],
    ['to itself for ever', '/v2/team/app/manifests/1'],
  ])('%s is no answer', async (_name, location) => {
    const server = await startServer((_request, response) => {
      response.writeHead(302, location === undefined ? {} : { Location: location }).end();
    });
    const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);

    expect(await startCarrier().send(anExchange(endpoint), terms())).toEqual(aFailure('unacceptable-answer'));
  });

  test.each([300, 304])('%s is an answer, and not followed', async (status) => {
    const server = await startServer((_request, response) => redirect(response, '/elsewhere', status));
    const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);

    expect(inShort(await startCarrier().send(anExchange(endpoint), terms()))).toBe(String(status));
    expect(server.requests).toHaveLength(1);
  });
});

describe('elsewhere', () => {
  test('a blob is fetched with nothing but what it accepts', async () => {
    const { store, answer } = await redirecting({ purpose: 'blob', method: 'GET', digestAlgorithm: 'sha256' });

    expect(inShort(answer)).toBe('200');
    expect(store.requests.map(({ method, url, headers }) => ({ method, url, headers }))).toEqual([
      {
        method: 'GET',
        url: '/bucket?signature=1',
        headers: {
          accept: 'a/b',
          'accept-encoding': 'identity',
          connection: 'keep-alive',
          host: `127.0.0.2:${store.port}`,
          'user-agent': 'pullgate/0.0.0-test',
        },
      },
    ]);
  });

  test('at another port of the same host name a blob is asked for with the authorization, as Go does', async () => {
    const store = await startServer((_request, response) => response.writeHead(400).end());
    const registry = await startServer((_request, response) =>
      redirect(response, `http://127.0.0.1:${store.port}/bucket`),
    );
    const blob = { purpose: 'blob', method: 'GET', headers: secrets } as const;
    const exchange = anExchange(anEndpoint(`http://127.0.0.1:${registry.port}`), blob);

    expect(inShort(await startCarrier().send(exchange, terms()))).toBe('400');
    const { authorization, 'x-mirror-key': key } = store.requests[0]?.headers ?? {};
    expect([authorization, key]).toEqual(['Bearer marker', undefined]);
  });

  test('it does not come back by a later hop', async () => {
    const { send, sent } = scripted(async ({ url }) => {
      if (url.startsWith('https://registry.test/')) return at('https://store.test/1');
      return url === 'https://store.test/1' ? at('https://registry.test:8443/2') : aResponse(200);
    });
    const blob = { purpose: 'blob', method: 'GET', headers: secrets } as const;

    await followingRedirects(send)(anExchange(anEndpoint('https://registry.test'), blob), terms());
    expect(sent.map(({ url, headers }) => [new URL(url).host, headers.Authorization])).toEqual([
      ['registry.test', 'Bearer marker'],
      ['store.test', undefined],
      ['registry.test:8443', undefined],
    ]);
  });

  test.each<[string, Partial<Exchange>]>([
    ['a manifest', {}],
    ['tags', { purpose: 'tags', method: 'GET' }],
    ['a token', { purpose: 'token', method: 'GET' }],
    ['a form', { purpose: 'token', method: 'POST', body: 'password=marker' }],
    ['a blob, as a form', { purpose: 'blob', method: 'POST' }],
  ])('%s is not', async (_name, part) => {
    const { store, registry, answer } = await redirecting(part);

    expect(answer).toEqual(aFailure('unacceptable-answer'));
    expect([registry.requests.length, store.connections()]).toEqual([1, 0]);
  });

  test.each(['http', 'https'])('a blob at a forbidden address is not, by %s', async (scheme) => {
    const canary = await startCanary('127.0.0.2');
    const registry = await startServer((_request, response) =>
      redirect(response, `${scheme}://127.0.0.2:${canary.port}/`),
    );
    const exchange = anExchange(anEndpoint(`http://127.0.0.1:${registry.port}`), { purpose: 'blob', method: 'GET' });

    expect(await startCarrier().send(exchange, terms())).toEqual(unconnected('refused-address'));
    expect(canary.contacts()).toBe(0);
  });

  test('a client certificate is not presented', async () => {
    const seen: [string, boolean][] = [];
    const options = { ...serverTls, requestCert: true, rejectUnauthorized: false };
    const store = await startServer((_request, response, raw) => {
      seen.push(['store', hasCertificate(raw.socket)]);
      response.end();
    }, options);
    const registry = await startServer((_request, response, raw) => {
      seen.push(['registry', hasCertificate(raw.socket)]);
      redirect(response, `https://127.0.0.1:${store.port}/`);
    }, options);
    const client = await authority.issue({ names: ['node.test'] });
    const clientCertificates = [{ certificates: client.certificate, privateKey: client.privateKey }];
    const endpoint = anEndpoint(`https://127.0.0.1:${registry.port}`, { tls: { ...tls, clientCertificates } });

    const exchange = anExchange(endpoint, { purpose: 'blob', method: 'GET' });
    expect(inShort(await startCarrier().send(exchange, terms()))).toBe('200');
    expect(seen).toEqual([
      ['registry', true],
      ['store', false],
    ]);
  });

  const k8s = anEndpoint('https://registry.k8s.io');
  const artifacts = 'https://europe-west1-docker.pkg.dev/v2/k8s-artifacts-prod/images/pause/manifests/3.8';
  const toArtifacts = at(artifacts);

  test('a manifest of registry.k8s.io is asked for where its answers are', async () => {
    const { send, sent } = scripted(async ({ url }) => (url === artifacts ? aResponse(200) : toArtifacts));

    const answer = await followingRedirects(send)(anExchange(k8s, { headers: secrets }), terms());
    expect(inShort(answer)).toBe('200');
    expect(sent.map(({ url, headers }) => [url, headers])).toEqual([
      ['https://registry.k8s.io/v2/team/app/manifests/1', secrets],
      [artifacts, { Accept: 'a/b' }],
    ]);
  });

  test('a challenge from there is not one that we would answer', async () => {
    const { send } = scripted(async ({ url }) => (url === artifacts ? aResponse(401) : toArtifacts));

    expect(await followingRedirects(send)(anExchange(k8s), terms())).toEqual(aFailure('unacceptable-answer'));
  });

  test('nor from where a store leads to within itself', async () => {
    const { send } = scripted(async ({ url }) => {
      if (url.includes('/manifests/')) return at('https://store.test/1');
      return url === 'https://store.test/1' ? at('/2') : aResponse(401);
    });
    const exchange = anExchange(anEndpoint('https://registry.test'), { purpose: 'blob' });

    expect(await followingRedirects(send)(exchange, terms())).toEqual(aFailure('unacceptable-answer'));
  });

  test('what was taken off is not put on again, even back at the registry', async () => {
    const { send, sent } = scripted(async ({ url }) => {
      if (url.includes('/manifests/')) return at('https://store.test/1');
      return url === 'https://store.test/1' ? at('https://registry.test/back') : aResponse(200);
    });
    const exchange = anExchange(anEndpoint('https://registry.test'), { purpose: 'blob', headers: secrets });

    expect(inShort(await followingRedirects(send)(exchange, terms()))).toBe('200');
    expect(sent.map(({ headers }) => Object.keys(headers).length)).toEqual([3, 1, 1]);
  });
});

async function redirecting(part: Partial<Exchange>, status = 307) {
  const store = await startServer((_request, response) => response.end('blob'), serverTls, '127.0.0.2');
  const registry = await startServer((_request, response) => {
    redirect(response, `https://127.0.0.2:${store.port}/bucket?signature=1`, status);
  }, serverTls);
  const endpoint = anEndpoint(`https://127.0.0.1:${registry.port}`, { tls });
  const egress = openEgress({ allow: patternsOf('127.0.0.1', '127.0.0.2') });
  const { send } = startCarrier({ egress });
  const answer = await send(anExchange(endpoint, { headers: secrets, ...part }), terms());
  return { store, registry, answer };
}
