import { expect, test } from 'vitest';
import { ask, type Dialogue, type Exchange, together } from '../../../src/core/registry/exchange.ts';
import { play } from '../../support/dialogues.ts';
import { anEndpoint, anExchange, aResponse } from '../../support/exchanges.ts';

const endpoint = anEndpoint('https://r.test');

/** Asks so many times, and tells the statuses of the answers. */
function* asking(name: string, times: number): Dialogue<readonly number[]> {
  const statuses: number[] = [];
  for (let round = 1; round <= times; round += 1) {
    const answer = yield* ask({ ...anExchange(endpoint), url: `${name}${round}` });
    statuses.push(answer.kind === 'response' ? answer.status : 0);
  }
  return statuses;
}

test('dialogues ask side by side, each for as long as it needs', () => {
  const statuses = new Map([
    ['b1', 201],
    ['c1', 202],
    ['c2', 203],
    ['d1', 204],
  ]);
  const answer = ({ url }: Exchange) => aResponse(statuses.get(url) ?? 500);
  const { value, asked, rounds } = play(
    together([asking('a', 0), asking('b', 1), asking('c', 2), asking('d', 1)]),
    answer,
  );
  expect(value).toEqual([[], [201], [202, 203], [204]]);
  expect(asked.map(({ url }) => url)).toEqual(['b1', 'c1', 'd1', 'c2']);
  expect(rounds).toBe(2);
});
