import { expect, test } from 'vitest';
import { deadlineMsOf } from '../../../src/entrypoints/serve/deadline.ts';

test.each([
  { timeout: undefined, configuredMs: 4000, deadlineMs: 4000, because: 'nobody waits for less' },
  { timeout: '10s', configuredMs: 4000, deadlineMs: 4000, because: 'the API server waits for longer' },
  { timeout: '4500ms', configuredMs: 4000, deadlineMs: 4000, because: 'both come to the same' },
  { timeout: '4s', configuredMs: 4000, deadlineMs: 3500, because: 'the answer has to get there' },
  { timeout: '1s', configuredMs: 4000, deadlineMs: 500, because: 'the answer has to get there' },
  { timeout: '1m', configuredMs: 300, deadlineMs: 300, because: 'the operator wants it faster' },
  { timeout: '600ms', configuredMs: 4000, deadlineMs: 100, because: 'that is the least' },
  { timeout: '550ms', configuredMs: 4000, deadlineMs: 100, because: 'memory can still be looked at' },
  { timeout: '1ns', configuredMs: 4000, deadlineMs: 100, because: 'memory can still be looked at' },
  { timeout: '0s', configuredMs: 4000, deadlineMs: 4000, because: 'no time is no time limit' },
  { timeout: '-3s', configuredMs: 4000, deadlineMs: 4000, because: 'no time is no time limit' },
  { timeout: '', configuredMs: 4000, deadlineMs: 4000, because: 'it is no duration' },
  { timeout: '5', configuredMs: 4000, deadlineMs: 4000, because: 'it is no duration' },
  { timeout: 'soon', configuredMs: 4000, deadlineMs: 4000, because: 'it is no duration' },
  { timeout: '9'.repeat(100_000), configuredMs: 4000, deadlineMs: 4000, because: 'it is no duration' },
])('with a timeout of $timeout and $configuredMs ms of ours there are $deadlineMs ms, since $because', (given) => {
  expect(deadlineMsOf(given.timeout, given.configuredMs, 0)).toBe(given.deadlineMs);
});

test.each([
  { timeout: undefined, passedMs: 1500, deadlineMs: 2500, because: 'what has passed is gone' },
  { timeout: '3s', passedMs: 1500, deadlineMs: 1000, because: 'the API server counts it, too' },
  { timeout: '10s', passedMs: 1500, deadlineMs: 2500, because: 'the operator wants an answer sooner' },
  { timeout: '3s', passedMs: 0.25, deadlineMs: 2499, because: 'timers take whole milliseconds' },
  { timeout: '3s', passedMs: 9000, deadlineMs: 100, because: 'memory can still be looked at' },
])('with a timeout of $timeout there are $deadlineMs ms left after $passedMs ms, since $because', (given) => {
  expect(deadlineMsOf(given.timeout, 4000, given.passedMs)).toBe(given.deadlineMs);
});
