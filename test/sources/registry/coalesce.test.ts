import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../src/core/registry/exchange.ts';
import { coalesced } from '../../../src/sources/registry/coalesce.ts';
import { makeKeys } from '../../../src/sources/registry/keys.ts';
import { limitedPerOrigin } from '../../../src/sources/registry/limit.ts';
import { failedBy } from '../../../src/sources/registry/send.ts';
import { scripted, startCarrier, terms } from '../../support/carriers.ts';
import { aFailure, anEndpoint, anExchange, aResponse, inShort } from '../../support/exchanges.ts';
import { heldAnswers, startServer } from '../../support/servers.ts';

const endpoint = anEndpoint('https://registry.test');
const exchange = anExchange(endpoint);

const at = (origin: string, repository: string) => anExchange(anEndpoint(origin), { repository });

/** Answers when it is told to. */
function held() {
  const answers: PromiseWithResolvers<Answer>[] = [];
  const signals: AbortSignal[] = [];
  const script = scripted((_exchange, { signal }) => {
    const answer = Promise.withResolvers<Answer>();
    answers.push(answer);
    signals.push(signal);
    return answer.promise;
  });
  return { ...script, signals, answer: (answer: Answer) => answers.shift()?.resolve(answer) };
}

describe('coalesced', () => {
  test('two hundred callers are one request', async () => {
    const { send, sent, answer } = held();
    const shared = coalesced(send, makeKeys().ofRequest);
    const answers = Array.from({ length: 200 }, () => shared({ ...exchange }, terms()));

    answer(aResponse(200));
    expect(new Set((await Promise.all(answers)).map(inShort))).toEqual(new Set(['200']));
    expect(sent).toHaveLength(1);
  });

  test('a later caller asks anew', async () => {
    const { send, sent } = scripted(async () => aResponse(200));
    const shared = coalesced(send, makeKeys().ofRequest);

    await shared(exchange, terms());
    await shared(exchange, terms());
    expect(sent).toHaveLength(2);
  });

  test.each([
    ['credentials', { headers: { Authorization: 'Basic b' } }],
    ['method', { method: 'GET' as const }],
    ['URL', { url: 'https://registry.test/v2/team/app/manifests/2' }],
    ['accepted types', { headers: { Accept: 'a/b' } }],
    ['form', { body: 'a=b' }],
    [
      'TLS settings',
      {
        endpoint: anEndpoint('https://registry.test', { tls: { verifiesCertificate: false, clientCertificates: [] } }),
      },
    ],
    ['limit', { bodyLimit: 1 }],
  ])('other %s are another request', async (_name, part) => {
    const { send, sent, answer } = held();
    const shared = coalesced(send, makeKeys().ofRequest);
    const both = [shared(exchange, terms()), shared(anExchange(endpoint, part), terms())];

    answer(aResponse(200));
    answer(aResponse(404));
    expect((await Promise.all(both)).map(inShort)).toEqual(['200', '404']);
    expect(sent).toHaveLength(2);
  });

  test('a first caller that is called off does not call off the others', async () => {
    const { send, sent, answer, signals } = held();
    const shared = coalesced(send, makeKeys().ofRequest);
    const leader = new AbortController();
    const first = shared(exchange, terms({ signal: leader.signal }));
    const second = shared(exchange, terms());

    leader.abort();
    expect(await first).toEqual(aFailure('deadline'));
    expect(signals[0]?.aborted).toBe(false);
    answer(aResponse(200));
    expect(inShort(await second)).toBe('200');
    expect(sent).toHaveLength(1);
  });

  test('when nobody is left it is called off, and who comes then asks anew', async () => {
    const { send, sent, answer, signals } = held();
    const shared = coalesced(send, makeKeys().ofRequest);
    const leader = new AbortController();
    const first = shared(exchange, terms({ signal: leader.signal }));
    leader.abort();
    await first;
    expect(signals[0]?.aborted).toBe(true);

    const late = shared(exchange, terms());
    answer(failedBy('deadline'));
    await expect.poll(() => sent.length, { interval: 1 }).toBe(2);
    answer(aResponse(200));
    expect(inShort(await late)).toBe('200');
  });

  test('who comes when it is called off, but under way, shares it', async () => {
    const { send, sent, answer } = held();
    const shared = coalesced(send, makeKeys().ofRequest);
    const leader = new AbortController();
    const first = shared(exchange, terms({ signal: leader.signal }));
    leader.abort();
    await first;

    const late = shared(exchange, terms());
    answer(aResponse(200));
    expect(inShort(await late)).toBe('200');
    expect(sent).toHaveLength(1);
  });

  test('who comes too late asks nobody', async () => {
    const { send, sent } = held();

    const answer = await coalesced(send, makeKeys().ofRequest)(exchange, terms({ signal: AbortSignal.abort() }));
    expect(answer).toEqual(aFailure('deadline'));
    expect(sent).toEqual([]);
  });

  test('a bug reaches every caller, and is forgotten', async () => {
    const shared = coalesced(async () => {
      throw new Error('a bug');
    }, makeKeys().ofRequest);

    const outcomes = await Promise.allSettled([shared(exchange, terms()), shared(exchange, terms())]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(shared(exchange, terms())).rejects.toThrow('a bug');
  });
});

describe('over a network', () => {
  test('two hundred callers are one request, and one of them leaving changes nothing', async () => {
    const { handle, waiting, release } = heldAnswers();
    const server = await startServer(handle);
    const { send } = startCarrier();
    const leader = new AbortController();
    const asked = anExchange(anEndpoint(`http://127.0.0.1:${server.port}`));
    const first = send(asked, terms({ signal: leader.signal }));
    const others = Array.from({ length: 199 }, () => send({ ...asked }, terms()));
    await expect.poll(waiting).toBe(1);
    leader.abort();

    expect(await first).toEqual(aFailure('deadline'));
    release();
    expect(new Set((await Promise.all(others)).map(inShort))).toEqual(new Set(['200']));
    expect(server.requests).toHaveLength(1);
  });

  test('what nobody waits for any more is remembered when it comes', async () => {
    const { handle, waiting, release } = heldAnswers();
    const server = await startServer(handle);
    const hurried = new AbortController();
    const { send } = startCarrier();
    const asked = anExchange(anEndpoint(`http://127.0.0.1:${server.port}`));

    const first = send(asked, terms({ signal: hurried.signal }));
    await expect.poll(waiting).toBe(1);
    hurried.abort();
    expect(await first).toEqual(aFailure('deadline'));
    release();
    expect(inShort(await send(asked, terms()))).toBe('200');
    expect(server.requests).toHaveLength(1);
  });
});

describe('limitedPerOrigin', () => {
  test('so many at a time for each origin', async () => {
    const { send, sent, answer } = held();
    const limited = limitedPerOrigin(send, 2);
    const all = ['a', 'b', 'c'].flatMap((name) => [
      limited(at('https://one.test', name), terms()),
      limited(at('https://two.test', name), terms()),
    ]);
    await expect.poll(() => sent.length, { interval: 1 }).toBe(4);

    for (let turn = 0; turn < 6; turn += 1) {
      await expect.poll(() => sent.length, { interval: 1 }).toBeGreaterThan(turn);
      answer(aResponse(200));
    }
    expect((await Promise.all(all)).map(inShort)).toEqual(Array(6).fill('200'));
  });

  test('who waits for a turn can be called off, and is not sent', async () => {
    const { send, sent, answer } = held();
    const limited = limitedPerOrigin(send, 1);
    const waiting = new AbortController();
    const first = limited(at('https://one.test', 'a'), terms());
    const second = limited(at('https://one.test', 'b'), terms({ signal: waiting.signal }));
    const third = limited(at('https://one.test', 'c'), terms());

    waiting.abort();
    expect(await second).toEqual(aFailure('deadline'));
    answer(aResponse(200));
    await first;
    await expect.poll(() => sent.length, { interval: 1 }).toBe(2);
    answer(aResponse(200));
    await third;
    expect(sent.map(({ repository }) => repository)).toEqual(['a', 'c']);
  });

  test('who has a turn keeps it', async () => {
    const { send, sent, answer } = held();
    const caller = new AbortController();
    const asked = limitedPerOrigin(send, 1)(exchange, terms({ signal: caller.signal }));
    await expect.poll(() => sent.length, { interval: 1 }).toBe(1);

    caller.abort();
    answer(aResponse(200));
    expect(inShort(await asked)).toBe('200');
  });
});
