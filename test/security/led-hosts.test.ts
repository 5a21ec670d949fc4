/**
 * S4, S7, S9: the answers of a registry lead pullgate nowhere. Its path is the attacker's choice, so not even a GET without
 * credentials may reach a host inside the network.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConnections } from '../../src/sources/registry/connections.ts';
import { makeDial } from '../../src/sources/registry/dial.ts';
import { makeKeys } from '../../src/sources/registry/keys.ts';
import { type Place, placeOf } from '../../src/sources/registry/place.ts';
import { openSecureContexts } from '../../src/sources/registry/secure-contexts.ts';
import { buildImage } from '../../tools/embedded-registry/image.ts';
import type { ScriptedAnswer } from '../../tools/embedded-registry/registry.ts';
import { patternsOf } from '../core/egress/patterns.ts';
import { aPod } from '../support/api-objects.ts';
import { openEgress, startCarrier, terms } from '../support/carriers.ts';
import { callCheck } from '../support/check.ts';
import type { DnsQuestion } from '../support/dns-server.ts';
import { startDns } from '../support/dns-server.ts';
import { anEndpoint, anExchange, inShort, unconnected } from '../support/exchanges.ts';
import { type RegistryWorld, startRegistryWorld } from '../support/registry-world.ts';
import { startCanary, startServer } from '../support/servers.ts';

let answer: (path: string) => ScriptedAnswer | undefined = () => undefined;
let world: RegistryWorld;
beforeAll(async () => {
  world = await startRegistryWorld({ names: ['evil.example'], registry: { script: ({ path }) => answer(path) } });
  world.registry.push('app', '1', buildImage({ os: 'linux', architecture: 'amd64' }, 'led'));
});
afterAll(() => world.end());

const at = (address: string) => (question: DnsQuestion) => ({
  kind: 'addresses' as const,
  addresses: question.type === 'A' ? [address] : [],
  ttl: 30,
});

/** What `check` says of the image. */
async function checking(egress: object, address = '10.255.255.1') {
  const dns = await startDns(at(address));
  const config = await world.configured({
    egress: { allow: ['127.0.0.1'], dnsServers: [dns.address], ...egress },
  });
  const { output } = await callCheck(['--config', config, '--platform', 'linux/amd64', '-'], {
    input: JSON.stringify(aPod({ images: ['evil.example/app:1'] })),
  });
  return output;
}

const challenge = (realm: string) => (): ScriptedAnswer => ({
  status: 401,
  headers: { 'www-authenticate': `Bearer realm="${realm}",service="s"` },
});

describe('a realm', () => {
  test('at a private address that is not the registry is not asked', async () => {
    answer = challenge('https://internal.example/reset?all=1');
    const output = await checking({});

    expect(output).toContain('not examined: evil.example names a token server at a private address, internal.example');
    expect(output).toContain('Add internal.example to egress.trustedTokenServers if you trust it');
  });

  test('with registriesOnly must be listed, wherever it is', async () => {
    answer = challenge('https://public.example/reset?all=1');

    expect(await checking({ registriesOnly: true }, '203.0.113.1')).toContain(
      'evil.example names a token server that egress.registriesOnly does not allow, public.example',
    );
  });
});

test('a blob that is redirected to a private address is not followed, and the registry is not blamed', async () => {
  answer = (path) =>
    path.includes('/blobs/') ? { status: 307, headers: { location: 'https://internal.example/reset' } } : undefined;
  const output = await checking({});

  expect(output).toContain('evil.example redirects to a host that pullgate contacts only if it is listed');
  expect(output).toContain('Add the host of the blobs of this registry to egress.allow if you trust it');
});

describe('what one registry was refused', () => {
  test('is not said to those who name the host themselves', async () => {
    const dns = await startDns(at('127.0.0.1'));
    const server = await startServer((_request, response) => response.end());
    const egress = openEgress({ allow: patternsOf('127.0.0.1'), registriesOnly: true });
    const { send } = startCarrier({ dnsServers: [dns.address], egress: { ...egress, allow: [] } });
    const evil = anEndpoint('https://evil.example');
    const realm = anExchange(evil, { purpose: 'token', method: 'GET', url: `https://shared.example:${server.port}/` });

    expect(await send(realm, terms())).toEqual(unconnected('unlisted-host'));
    expect(dns.questions).toEqual([]);
    const named = anExchange(anEndpoint(`https://shared.example:${server.port}`));
    expect(await send(named, terms())).toEqual(unconnected('refused-address'));
  });
});

test('a connection that a reference has opened is not used for what an answer names', async () => {
  const server = await startServer((_request, response) => response.end());
  const keys = makeKeys();
  const dial = makeDial({
    resolveName: async () => [],
    egress: openEgress(),
    contextOf: openSecureContexts(keys.ofTls),
    connectTimeoutMs: 30_000,
  });
  const connections = openConnections(dial, keys.ofTls);
  const origin = `http://127.0.0.1:${server.port}`;
  const placeIn = (endpoint: string): Place => {
    const place = placeOf(anExchange(anEndpoint(endpoint), { url: `${origin}/v2/` }));
    if (place === undefined) throw new Error('this is a place');
    return place;
  };
  const own = placeIn(origin);
  const ledByOne = placeIn('http://one.example');
  const ledByOther = placeIn('http://other.example');
  for (const place of [own, own, ledByOne, ledByOther, ledByOne]) {
    const taken = await connections.take(place);
    if (taken.kind === 'connected') connections.giveBack(taken.connection);
  }

  expect(own.ledBy).toBeUndefined();
  expect(ledByOne.ledBy).toEqual({ scheme: 'http', host: 'one.example', name: 'one.example' });
  expect(server.connections()).toBe(3);
  connections.close();
});

const endpointOf = (port: number) => anExchange(anEndpoint(`http://other-name.example:${port}`));

describe('the API server', () => {
  test.each([
    ['by the address of its name', (port: number) => [`api.example:${port}`], 1],
    ['by the address of an endpoint', (port: number) => [`127.0.0.1:${port}`], 0],
  ])('is known under another name %s', async (_how, patterns, questions) => {
    const dns = await startDns(at('127.0.0.1'));
    const canary = await startCanary('127.0.0.1');
    const { send } = startCarrier({
      dnsServers: [dns.address],
      egress: openEgress({ allow: patternsOf('127.0.0.0/8', 'other-name.example') }),
      apiServer: () => patternsOf(...patterns(canary.port)),
    });

    expect(await send(endpointOf(canary.port), terms())).toEqual(unconnected('refused-address'));
    expect(canary.contacts()).toBe(0);
    expect(dns.questions.filter(({ name, type }) => name === 'api.example' && type === 'A')).toHaveLength(questions);
  });

  test('at another port of its address is a host as any other', async () => {
    const dns = await startDns(at('127.0.0.1'));
    const server = await startServer((_request, response) => response.end());
    const { send } = startCarrier({ dnsServers: [dns.address], apiServer: () => patternsOf('api.example:443') });

    expect(inShort(await send(endpointOf(server.port), terms()))).toBe('200');
  });

  test('can be opened by its address with its port', async () => {
    const dns = await startDns(at('127.0.0.1'));
    const server = await startServer((_request, response) => response.end());
    const { send } = startCarrier({
      dnsServers: [dns.address],
      egress: openEgress({ allow: patternsOf(`127.0.0.1:${server.port}`) }),
      apiServer: () => patternsOf(`api.example:${server.port}`),
    });

    expect(inShort(await send(endpointOf(server.port), terms()))).toBe('200');
  });
});
