import { describe, expect, test } from 'vitest';
import { requestUrlOf } from '../../../src/core/registry/endpoint.ts';
import type { Exchange } from '../../../src/core/registry/exchange.ts';
import { startCarrier, terms } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { anEndpoint, anExchange, aSecondLook, inShort } from '../../support/exchanges.ts';
import { type Handle, heldAnswers, startServer } from '../../support/servers.ts';

const challenging: Handle = ({ url, headers }, response) => {
  if (headers.authorization !== undefined || url.includes('/public/')) response.end();
  else response.writeHead(401, { 'WWW-Authenticate': 'Bearer realm="https://auth.test/token"' }).end();
};

async function asking(handle: Handle = challenging) {
  const server = await startServer(handle);
  const clock = makeClock();
  const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);
  const { send } = startCarrier({ clock });
  const ask = (tag: string, part: Partial<Exchange> = {}, maxAgeMs = Number.POSITIVE_INFINITY) => {
    const exchange = anExchange(endpoint, part);
    const url = `http://127.0.0.1:${server.port}/v2/${exchange.repository}/manifests/${tag}`;
    return send({ ...exchange, url }, terms({ maxAgeMs }));
  };
  return { server, clock, endpoint, ask, asked: () => server.requests.map(({ url }) => url) };
}

describe('a challenge answers', () => {
  test('every later request for the repository without credentials, for five minutes', async () => {
    const { clock, ask, asked } = await asking();

    expect(inShort(await ask('1'))).toBe('401');
    clock.advance(299_999);
    const later = await ask('2', { method: 'GET', headers: { Accept: 'x/y' } });
    expect(later).toMatchObject({ status: 401, ageMs: 299_999 });
    expect(later).toHaveProperty(
      'headers',
      new Map([['www-authenticate', ['Bearer realm="https://auth.test/token"']]]),
    );
    clock.advance(1);
    expect(await ask('3')).toMatchObject({ status: 401, ageMs: 0 });
    expect(asked()).toHaveLength(2);
  });

  test('the same request as its own answer', async () => {
    const { clock, ask, asked } = await asking();

    await ask('1');
    clock.advance(200_000);
    const answer = await ask('1');
    expect([inShort(answer), answer.ageMs]).toEqual(['401', 200_000]);
    expect(asked()).toHaveLength(1);
  });

  test.each<[string, string, Partial<Exchange>]>([
    ['another repository', '1', { repository: 'public/app' }],
    ['a request with credentials', '2', { headers: { authorization: 'Bearer t' } }],
    ['a blob', '2', { purpose: 'blob' }],
    ['tags', '2', { purpose: 'tags', method: 'GET' }],
    ['headers that may stand for credentials', '2', { headers: { 'X-Key': 'k' } }],
    ['a second look', '1', { secondLook: aSecondLook(0) }],
  ])('not %s', async (_name, tag, part) => {
    const { ask, asked } = await asking();

    await ask('1');
    expect(await ask(tag, part)).toMatchObject({ ageMs: 0 });
    expect(asked()).toHaveLength(2);
  });

  test('not another endpoint at the same host', async () => {
    const { server, endpoint } = await asking();
    const { send } = startCarrier();

    for (const part of [{}, { path: '/proxy/v2' }, { ns: 'docker.io' }]) {
      const asked = { ...endpoint, ...part };
      for (const tag of ['1', '2'])
        await send(anExchange(asked, { url: requestUrlOf(asked, 'team/app/manifests', tag) ?? '' }), terms());
    }
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/v2/team/app/manifests/1',
      '/proxy/v2/team/app/manifests/1',
      '/v2/team/app/manifests/1?ns=docker.io',
    ]);
  });

  test('not who wants something younger', async () => {
    const { clock, ask, asked } = await asking();

    await ask('1');
    clock.advance(5001);
    expect(await ask('2', {}, 5000)).toMatchObject({ ageMs: 0 });
    expect(await ask('3')).toMatchObject({ status: 401, ageMs: 0 });
    expect(asked()).toHaveLength(2);
  });
});

describe('first requests at the same time', () => {
  test('share the challenge of one', async () => {
    const { ask, asked } = await asking();

    const answers = await Promise.all(['1', '2', '3', '2'].map((tag) => ask(tag)));
    expect(answers.map(inShort)).toEqual(['401', '401', '401', '401']);
    expect(asked()).toEqual(['/v2/team/app/manifests/1']);
  });

  test('all ask where nobody is challenged, each its own, and later ones do not wait', async () => {
    const { ask, asked } = await asking();
    const repository = 'public/app';

    const answers = await Promise.all(['1', '2', '3', '2'].map((tag) => ask(tag, { repository })));
    expect(answers.map(inShort)).toEqual(['200', '200', '200', '200']);
    expect(asked().toSorted()).toEqual(['1', '2', '3'].map((tag) => `/v2/public/app/manifests/${tag}`));
  });

  test('a refusal without a challenge is no challenge', async () => {
    const { ask, asked } = await asking((_request, response) => response.writeHead(401).end());

    const answers = [await ask('1'), await ask('2')];
    expect(answers.map(inShort)).toEqual(['401', '401']);
    expect(asked()).toHaveLength(2);
  });

  test('where the first gets no answer, the next one asks', async () => {
    let count = 0;
    const { ask, asked } = await asking((request, response, raw) => {
      count += 1;
      if (count === 1) raw.socket.end('no HTTP');
      else challenging(request, response, raw);
    });

    const answers = await Promise.all(['1', '2', '3'].map((tag) => ask(tag)));
    expect(answers.map(inShort)).toEqual(['unacceptable-answer', '401', '401']);
    expect(asked()).toHaveLength(2);
  });

  test('who runs out of time while waiting has no answer', async () => {
    const { handle, waiting, release } = heldAnswers();
    const server = await startServer(handle);
    const hurried = new AbortController();
    const { send } = startCarrier();
    const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);
    const first = send(anExchange(endpoint), terms());
    const second = send(anExchange(endpoint, { method: 'GET' }), terms({ signal: hurried.signal }));

    await expect.poll(waiting).toBe(1);
    hurried.abort();
    expect(inShort(await second)).toBe('deadline');
    release();
    expect(inShort(await first)).toBe('200');
    expect(server.requests).toHaveLength(1);
  });
});

test('a repository that becomes private is noticed', async () => {
  let isPrivate = false;
  const { clock, ask } = await asking((request, response, raw) => {
    if (isPrivate) challenging(request, response, raw);
    else response.end();
  });

  expect(inShort(await ask('1'))).toBe('200');
  isPrivate = true;
  expect(inShort(await ask('2'))).toBe('401');
  clock.advance(5000);
  expect(inShort(await ask('3'))).toBe('401');
});
