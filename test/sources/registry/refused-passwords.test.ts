import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../src/core/registry/exchange.ts';
import { startCarrier, terms } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { anEndpoint, anExchange, aPassword, inShort } from '../../support/exchanges.ts';
import { type Handle, startServer } from '../../support/servers.ts';

const basicOf = (password: string) => `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;

/** A token server that knows the password `right`, and gives no tokens for the scope `forbidden`. */
const knowing: Handle = ({ headers, url, method }, response) => {
  const isRight = headers.authorization === basicOf('right') && !url.endsWith('forbidden');
  response.writeHead(isRight && method === 'GET' ? 200 : 401).end('{"token":"t"}');
};

async function presenting(handle: Handle = knowing) {
  const server = await startServer(handle);
  const clock = makeClock();
  const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);
  const { send } = startCarrier({ clock });
  const realm = `http://127.0.0.1:${server.port}/token`;
  const present = (password: string, repository: string, part: Partial<Exchange> = {}, maxAgeMs = 1e9) =>
    send(
      anExchange(endpoint, {
        purpose: 'token',
        method: 'GET',
        repository,
        url: `${realm}?scope=${repository}`,
        headers: { Authorization: basicOf(password) },
        presentsPassword: aPassword(password, realm, { userKey: 'user' }),
        ...part,
      }),
      terms({ maxAgeMs }),
    );
  const check = (password: string, repository: string) =>
    present(password, repository, {
      url: realm,
      presentsPassword: aPassword(password, realm, { userKey: 'user', asks: 'login' }),
    });
  const post = (password: string, repository: string) =>
    present(password, repository, { method: 'POST', url: realm, body: `password=${password}&scope=${repository}` });
  /** As the dialogue does it: by form, by Basic, and by itself. */
  const talk = async (password: string, repository: string) => {
    const answers = [await post(password, repository), await present(password, repository)];
    return [...answers, ...(inShort(answers[1] as never) === '401' ? [await check(password, repository)] : [])].map(
      inShort,
    );
  };
  const asked = () => server.requests.map(({ method, url }) => `${method} ${url}`);
  return { server, clock, endpoint, realm, present, check, talk, asked };
}

const threeRequests = ['POST /token', 'GET /token?scope=a', 'GET /token'];

describe('a password that is refused for itself', () => {
  test('is not presented again for five minutes, whatever for', async () => {
    const { clock, present, talk, asked } = await presenting();

    expect(await talk('wrong', 'a')).toEqual(['401', '401', '401']);
    clock.advance(299_999);
    expect(await talk('wrong', 'a')).toEqual(['401', '401', '401']);
    expect(await talk('wrong', 'b')).toEqual(['401', '401', '401']);
    // Even to who wants something younger.
    expect(inShort(await present('wrong', 'c', {}, 0))).toBe('401');
    expect(asked()).toEqual(threeRequests);
    clock.advance(1);
    await present('wrong', 'a');
    expect(asked()).toHaveLength(4);
  });

  test('says nothing of other passwords, or of the same one elsewhere', async () => {
    const { present, talk, asked } = await presenting();

    await talk('wrong', 'a');
    expect(inShort(await present('right', 'b'))).toBe('200');
    await present('wrong', 'c', { presentsPassword: aPassword('wrong', 'elsewhere') });
    await present('other', 'd');
    expect(asked()).toHaveLength(6);
  });

  test('is presented for one repository of many that ask at the same time', async () => {
    const { talk, asked } = await presenting();

    const talks = await Promise.all(Array.from({ length: 50 }, (_, number) => talk('wrong', `r${number}`)));
    expect(new Set(talks.flat())).toEqual(new Set(['401']));
    expect(asked()).toEqual(['POST /token', 'GET /token?scope=r0', 'GET /token']);
  });

  test('that was right before is noticed', async () => {
    let isLocked = false;
    const { clock, present, check, asked } = await presenting((_request, response) => {
      response.writeHead(isLocked ? 401 : 200).end('{}');
    });

    await present('right', 'a');
    isLocked = true;
    clock.advance(60_000);
    expect(inShort(await present('right', 'b'))).toBe('401');
    expect(inShort(await check('right', 'b'))).toBe('401');
    expect(inShort(await present('right', 'c'))).toBe('401');
    expect(asked()).toHaveLength(3);
  });
});

describe('a password that is refused for a repository alone', () => {
  test('is presented for every other one', async () => {
    const { talk, asked } = await presenting();

    expect(await talk('right', 'forbidden')).toEqual(['401', '401', '200']);
    expect(await talk('right', 'a')).toEqual(['401', '200']);
    expect(asked()).toHaveLength(5);
  });

  test('by many at the same time, once one of them knows', async () => {
    const { talk } = await presenting();
    const repositories = ['forbidden', ...Array.from({ length: 20 }, (_, number) => `r${number}`)];

    const [first, ...others] = await Promise.all(repositories.map((repository) => talk('right', repository)));
    expect(first).toEqual(['401', '401', '200']);
    expect(others).toEqual(Array.from({ length: 20 }, () => ['401', '200']));
  });
});

describe('a password that is taken', () => {
  test('may be presented by all, after the first', async () => {
    const { present, asked } = await presenting();

    const answers = await Promise.all(Array.from({ length: 20 }, (_, number) => present('right', String(number))));
    expect(new Set(answers.map(inShort))).toEqual(new Set(['200']));
    expect(asked()).toHaveLength(20);
  });

  test.each([[404], [429], [500]])('%s teaches nothing of it', async (status) => {
    const { clock, present, asked } = await presenting((_request, response) => {
      response.writeHead(status, { 'Retry-After': '1' }).end();
    });

    await present('right', 'a');
    clock.advance(5000);
    await present('right', 'b');
    expect(asked()).toHaveLength(2);
  });
});

describe('those who wait for what becomes of a password', () => {
  test('go on when the one who presents it gives up', async () => {
    const { endpoint, realm, present, talk } = await presenting();
    const { send } = startCarrier();
    const caller = new AbortController();
    const posting = anExchange(endpoint, {
      purpose: 'token',
      method: 'POST',
      url: realm,
      body: 'password=wrong',
      presentsPassword: aPassword('wrong', realm),
    });
    const first = await send(posting, terms({ signal: caller.signal }));
    const waiting = send({ ...posting, repository: 'team/web' }, terms());
    caller.abort();
    const next = await send({ ...posting, method: 'GET', url: `${realm}?scope=a` }, terms({ signal: caller.signal }));

    expect([inShort(first), inShort(next), inShort(await waiting)]).toEqual(['401', 'deadline', '401']);
    expect(await talk('wrong', 'a')).toHaveLength(3);
    expect(inShort(await present('wrong', 'b'))).toBe('401');
  });
});

describe('of one user', () => {
  const locking = { userKey: 'user' };

  test('ten passwords may be refused in five minutes, and no more are sent', async () => {
    const { clock, present, talk, asked } = await presenting();

    for (let number = 0; number < 10; number += 1) await talk(`wrong${number}`, 'a');
    expect(asked()).toHaveLength(30);
    expect(inShort(await present('wrong10', 'a'))).toBe('password-limit');
    expect(inShort(await present('wrong0', 'a'))).toBe('401');
    expect(asked()).toHaveLength(30);
    clock.advance(300_001);
    expect(inShort(await present('wrong10', 'a'))).toBe('401');
  });

  test('the right password may be sent all the same, if it was taken before', async () => {
    const { present, talk } = await presenting();

    await present('right', 'a');
    for (let number = 0; number < 10; number += 1) await talk(`wrong${number}`, 'a');
    expect(inShort(await present('right', 'b'))).toBe('200');
  });

  test('those of other users, and at other servers, are counted by themselves', async () => {
    const { realm, present, talk } = await presenting();

    for (let number = 0; number < 10; number += 1) await talk(`wrong${number}`, 'a');
    const other = { presentsPassword: aPassword('wrong', realm) };
    const elsewhere = { presentsPassword: aPassword('wrong', 'elsewhere', locking) };
    expect(inShort(await present('wrong', 'b', other))).toBe('401');
    expect(inShort(await present('wrong', 'c', elsewhere))).toBe('401');
  });
});
