import { expect, test } from 'vitest';
import { ask, type Dialogue, type Exchange } from '../../../src/core/registry/exchange.ts';
import { converse } from '../../../src/sources/registry/converse.ts';
import { scripted, terms } from '../../support/carriers.ts';
import { aFailure, anEndpoint, anExchange, aResponse, inShort } from '../../support/exchanges.ts';

const endpoint = anEndpoint('https://registry.test');
const about = (repository: string) => anExchange(endpoint, { repository });

function* inTwoSteps(): Dialogue<string> {
  const first = yield* ask(about('a'));
  const others = yield [about('slow'), about('fast')];
  return [first, ...others].map(inShort).join(', ');
}

test('resumes the dialogue with the answers in the order of the exchanges', async () => {
  const { send, sent } = scripted(async ({ repository }) => {
    if (repository === 'slow') await new Promise(setImmediate);
    return repository === 'fast' ? aResponse(404) : aResponse(200, { ageMs: repository === 'slow' ? 70 : 30 });
  });

  expect(await converse(inTwoSteps(), send, terms())).toEqual({ value: '200, 200, 404', ageMs: 70 });
  expect(sent.map(({ repository }) => repository)).toEqual(['a', 'slow', 'fast']);
});

function* together(): Dialogue<number> {
  const answers = yield [about('a'), about('b'), about('c')];
  return answers.length;
}

test('exchanges that are yielded together are under way together', async () => {
  let underWay = 0;
  let most = 0;
  const { send } = scripted(async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return aResponse(200);
  });

  expect(await converse(together(), send, terms())).toEqual({ value: 3, ageMs: 0 });
  expect(most).toBe(3);
});

function* askingNothingThen(exchanges: number): Dialogue<string> {
  yield [];
  const answers = yield Array<Exchange>(exchanges).fill(about('a'));
  return answers.map(inShort).join();
}

test('the age of a failure counts, and nothing to ask is nothing to wait for', async () => {
  const { send } = scripted(async () => aFailure('dns', 4000));

  expect(await converse(askingNothingThen(1), send, terms())).toEqual({ value: 'dns', ageMs: 4000 });
  expect(await converse(askingNothingThen(0), send, terms())).toEqual({ value: '', ageMs: 0 });
});

function* broken(): Dialogue<string> {
  yield [about('a')];
  throw new Error('a bug');
}

test('a bug in the dialogue is thrown', async () => {
  const { send } = scripted(async () => aResponse(200));

  await expect(converse(broken(), send, terms())).rejects.toThrow('a bug');
});
