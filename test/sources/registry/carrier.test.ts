import { describe, expect, test } from 'vitest';
import { ask, type Dialogue, headerOf } from '../../../src/core/registry/exchange.ts';
import { converse } from '../../../src/sources/registry/converse.ts';
import type { Send } from '../../../src/sources/registry/send.ts';
import { startCarrier, terms } from '../../support/carriers.ts';
import { makeClock, makeManualClock } from '../../support/clock.ts';
import { startDns } from '../../support/dns-server.ts';
import { effort } from '../../support/effort.ts';
import { anEndpoint, anExchange, aPassword, inShort } from '../../support/exchanges.ts';
import { startCanary, startServer } from '../../support/servers.ts';

/** A registry that wants a token for each repository, and counts by kind. */
async function startBearerRegistry() {
  const server = await startServer(({ url, headers }, response) => {
    const origin = `http://${headers.host}`;
    const repository = /^\/v2\/(.*)\/manifests\//.exec(url)?.[1];
    if (url.startsWith('/token?')) {
      response.end(JSON.stringify({ token: `for ${new URL(url, origin).searchParams.get('scope')}`, expires_in: 300 }));
      return;
    }
    if (headers.authorization === `Bearer for ${repository}`)
      response.setHeader('Docker-Content-Digest', 'sha256:1').end();
    else response.writeHead(401, { 'WWW-Authenticate': `Bearer realm="${origin}/token"` }).end();
  });
  const kindOf = ({ url, headers }: (typeof server.requests)[number]) => {
    if (url.startsWith('/token')) return 'token';
    return headers.authorization === undefined ? 'challenge' : 'head';
  };
  const counts = () => {
    const kinds: Record<string, number> = {};
    for (const request of server.requests) kinds[kindOf(request)] = (kinds[kindOf(request)] ?? 0) + 1;
    return kinds;
  };
  return { ...server, counts, origin: `http://127.0.0.1:${server.port}` };
}

/** Resolves a tag as containerd would where a token is wanted. */
function* resolving(origin: string, repository: string, password?: string): Dialogue<string> {
  const endpoint = anEndpoint(origin);
  const manifest = { repository, url: `${origin}/v2/${repository}/manifests/1` };
  const first = yield* ask(anExchange(endpoint, manifest));
  if (inShort(first).split(' ')[0] !== '401' || first.kind === 'failure') return inShort(first);
  const realm = /realm="(.*)"/.exec(headerOf(first, 'www-authenticate') ?? '')?.[1];
  const token = yield* ask(
    anExchange(endpoint, {
      purpose: 'token',
      method: 'GET',
      url: `${realm}?scope=${repository}`,
      headers: password === undefined ? {} : { Authorization: `Basic ${password}` },
      ...(password !== undefined && { presentsPassword: aPassword(password, origin) }),
    }),
  );
  if (token.kind === 'failure') return token.cause;
  const { token: text } = JSON.parse(Buffer.from(token.body).toString()) as { readonly token: string };
  const authorized = { ...manifest, headers: { Authorization: `Bearer ${text}` } };
  return inShort(yield* ask(anExchange(endpoint, authorized)));
}

async function herd(send: Send, count: number, dialogueOf: (number: number) => Dialogue<string>) {
  const outcomes = new Set<string>();
  let next = 0;
  const workers = Array.from({ length: 200 }, async () => {
    while (next < count) {
      next += 1;
      outcomes.add((await converse(dialogueOf(next), send, terms())).value);
    }
  });
  await Promise.all(workers);
  return outcomes;
}

describe('a herd of Pods with three containers of fifty images', () => {
  test('costs a challenge, a token and a HEAD for each image, and then nothing', async () => {
    const registry = await startBearerRegistry();
    const { send } = startCarrier();

    for (let burst = 0; burst < 2; burst += 1) {
      const outcomes = await herd(send, effort(300, 3000), (number) => resolving(registry.origin, `r${number % 50}`));
      expect(outcomes).toEqual(new Set(['200']));
      expect(registry.counts()).toEqual({ challenge: 50, token: 50, head: 50 });
    }
    expect(registry.connections()).toBeLessThanOrEqual(16);
  });

  test('the same over three registries and two credentials', async () => {
    const registries = await Promise.all([1, 2, 3].map(startBearerRegistry));
    const { send } = startCarrier();
    const dialogueOf = (number: number) =>
      resolving(registries[number % 3]?.origin ?? '', `r${number % 50}`, ['one', 'two'][Math.floor(number / 150) % 2]);

    expect(await herd(send, effort(300, 3000), dialogueOf)).toEqual(new Set(['200']));
    // The token server issues the same token to both, so that the manifests are asked for once.
    for (const { counts } of registries) expect(counts()).toEqual({ challenge: 50, token: 100, head: 50 });
  });

  test('that do not exist costs one look at each', async () => {
    const server = await startServer((_request, response) => response.writeHead(404).end());
    const { send } = startCarrier();

    const outcomes = await herd(send, effort(300, 3000), (number) =>
      resolving(`http://127.0.0.1:${server.port}`, `r${number % 50}`),
    );
    expect(outcomes).toEqual(new Set(['404']));
    expect(server.requests).toHaveLength(50);
  });
});

test('what one credential proved does not answer for another', async () => {
  const server = await startServer(({ headers }, response) => {
    response.writeHead(headers.authorization === 'Bearer a' ? 200 : 403).end();
  });
  const { send } = startCarrier();
  const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);
  const as = (authorization?: string) =>
    send(anExchange(endpoint, { headers: authorization === undefined ? {} : { authorization } }), terms());

  const answers = await Promise.all([as('Bearer a'), as('Bearer b'), as(), as('Bearer a')]);
  expect(answers.map(inShort)).toEqual(['200', '403', '403', '200']);
  expect([inShort(await as('Bearer b')), inShort(await as('Bearer a'))]).toEqual(['403', '200']);
  expect(server.requests).toHaveLength(3);
});

test('a token that expires in the middle of a burst is renewed once for all', async () => {
  let issued = 0;
  const server = await startServer(({ url, headers }, response) => {
    if (url.startsWith('/token')) {
      issued += 1;
      response.end(JSON.stringify({ token: `t${issued}` }));
    } else response.writeHead(headers.authorization === `Bearer t${issued}` ? 200 : 401).end();
  });
  const clock = makeClock();
  const { send } = startCarrier({ clock });
  const origin = `http://127.0.0.1:${server.port}`;
  function* refreshing(tag: number): Dialogue<string> {
    const endpoint = anEndpoint(origin);
    for (let turn = 0; ; turn += 1) {
      const token = yield* ask(
        anExchange(endpoint, { purpose: 'token', method: 'GET', url: `${origin}/token`, headers: {} }),
      );
      if (token.kind === 'failure') return token.cause;
      const { token: text } = JSON.parse(Buffer.from(token.body).toString()) as { readonly token: string };
      const answer = yield* ask(
        anExchange(endpoint, { url: `${origin}/v2/a/manifests/${tag}`, headers: { Authorization: `Bearer ${text}` } }),
      );
      if (turn === 1 || inShort(answer) !== '401') return inShort(answer);
    }
  }

  await herd(send, 10, refreshing);
  clock.advance(10_000);
  issued += 1;
  expect(await herd(send, 20, (number) => refreshing(number + 10))).toEqual(new Set(['200']));
  expect(issued - 1).toBe(2);
});

test('names that nobody answers for do not hold up a healthy registry', async () => {
  const dns = await startDns(() => ({ kind: 'silence' }));
  const server = await startServer((_request, response) => response.end());
  // Until it is advanced, nobody gives up waiting for a name.
  const { send } = startCarrier({ dnsServers: [dns.address], clock: makeManualClock() });
  const caller = new AbortController();
  const lost = ['one.test', 'two.test', 'three.test', 'four.test', 'five.test'].map((name) =>
    send(anExchange(anEndpoint(`https://${name}`)), terms({ signal: caller.signal })),
  );

  const healthy = anEndpoint(`http://127.0.0.1:${server.port}`);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, number) => send(anExchange(healthy, { repository: `r${number}` }), terms())),
  );
  expect(new Set(answers.map(inShort))).toEqual(new Set(['200']));
  caller.abort();
  expect(new Set((await Promise.all(lost)).map(inShort))).toEqual(new Set(['deadline']));
});

test('a challenge does not lead us to a forbidden address', async () => {
  const canary = await startCanary('127.0.0.2');
  const server = await startServer((_request, response) => {
    response.writeHead(401, { 'WWW-Authenticate': `Bearer realm="http://127.0.0.2:${canary.port}/token"` }).end();
  });
  const { send } = startCarrier();

  const { value } = await converse(resolving(`http://127.0.0.1:${server.port}`, 'a', 'secret'), send, terms());
  expect(value).toBe('refused-address');
  expect(canary.contacts()).toBe(0);
});
