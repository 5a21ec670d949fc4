import { expect, onTestFinished, test } from 'vitest';
import type { Exchange } from '../../../src/core/registry/exchange.ts';
import type { CacheLookup } from '../../../src/sources/registry/observe.ts';
import { buildImage } from '../../../tools/embedded-registry/image.ts';
import { type Access, startRegistry } from '../../../tools/embedded-registry/registry.ts';
import { startCarrier, terms } from '../../support/carriers.ts';
import { anEndpoint, anExchange, aPassword, aSecondLook } from '../../support/exchanges.ts';
import { amd64 } from '../../support/predicting.ts';

const login = { username: 'alice', password: 'secret' };

/** How the questions of each of some rounds were met; those of a round are asked at the same time. */
async function lookups(access: Access, rounds: readonly (readonly Partial<Exchange>[])[]) {
  const registry = await startRegistry({ access });
  onTestFinished(() => registry.close());
  registry.push('team/app', '1', buildImage(amd64, 'app'));
  const endpoint = anEndpoint(registry.url);
  let met: CacheLookup[] = [];
  const { send } = startCarrier({ noteLookup: (result) => met.push(result) });
  const seen: string[] = [];
  for (const round of rounds) {
    met = [];
    await Promise.all(round.map((part) => send(anExchange(endpoint, part), terms())));
    seen.push(met.toSorted().join(' '));
  }
  return { seen, asked: registry.asked.length };
}

test.each<[string, Access, readonly (readonly Partial<Exchange>[])[], readonly string[], number]>([
  ['one after the other', { kind: 'open' }, [[{}], [{}], [{}]], ['miss', 'hit', 'hit'], 1],
  ['equal ones at a time', { kind: 'open' }, [[{}, {}, {}], [{}]], ['miss shared shared', 'hit'], 1],
  ['other ones', { kind: 'open' }, [[{}], [{ repository: 'team/web' }]], ['miss', 'miss'], 2],
  [
    'a challenge, which one request hears for all',
    { kind: 'basic', ...login },
    [[{}, { bodyLimit: 1 }, { bodyLimit: 2 }], [{ bodyLimit: 3 }]],
    ['miss shared shared', 'hit'],
    1,
  ],
  [
    'second looks',
    { kind: 'open' },
    [
      [{ repository: 'team/web' }],
      [
        { repository: 'team/web', secondLook: aSecondLook(0, 'team/web') },
        { repository: 'team/web', secondLook: aSecondLook(0, 'team/web') },
      ],
      [{ repository: 'team/web', secondLook: aSecondLook(0, 'team/web') }],
    ],
    ['miss', 'miss shared', 'hit'],
    2,
  ],
])('%s', async (_name, access, rounds, met, requests) => {
  expect(await lookups(access, rounds)).toEqual({ seen: met, asked: requests });
});

function presenting(bodyLimit: number, asks: 'repository' | 'login' = 'repository'): Partial<Exchange> {
  return {
    bodyLimit,
    headers: { authorization: 'Basic d3Jvbmc6d3Jvbmc=' },
    presentsPassword: aPassword('wrong', 'here', { asks }),
  };
}

test('a password that was refused for itself', async () => {
  const check = presenting(1, 'login');
  const others = [presenting(2), presenting(3)];
  expect(await lookups({ kind: 'basic', ...login }, [[presenting(1)], [check], others])).toEqual({
    seen: ['miss', 'hit', 'hit hit'],
    asked: 1,
  });
});

test('what was given up before it was met is not counted', async () => {
  const met: CacheLookup[] = [];
  const { send } = startCarrier({ noteLookup: (result) => met.push(result) });
  await send(anExchange(anEndpoint('https://registry.test')), terms({ signal: AbortSignal.abort() }));
  expect(met).toEqual([]);
});
