import { describe, expect, test } from 'vitest';
import { attemptsOf, backOffMs } from '../../../src/core/kubelet/attempts.ts';
import { type PullEvent, parsePullEvent } from '../../../src/core/kubelet/pull-event.ts';
import { aPullEvent } from '../../support/running.ts';

const now = Date.parse('2026-12-01T12:00:00Z');
const pod = { scheduledAt: '2026-12-01T11:00:00Z', createdAt: '2026-12-01T10:59:59Z' };

function failed(last: string, count = 1, first = last): PullEvent {
  const event = parsePullEvent(
    aPullEvent({ pod: 'web', reason: 'Failed', message: 'Failed to pull image "x": no', count, first, last }),
  );
  if (event === undefined) throw new Error('no event');
  return event;
}

test('the back-off is 10 s, doubles, and stays at 300 s', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 1000].map(backOffMs)).toEqual(
    [10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1000),
  );
});

describe('what the Events tell', () => {
  test('is when the first attempt failed, how many did, and when the next is due', () => {
    expect(attemptsOf([failed('2026-12-01T11:59:50Z', 3, '2026-12-01T11:59:00Z')], pod, now)).toEqual({
      since: '2026-12-01T11:59:00Z',
      attempts: 3,
      lastError: 'Failed to pull image "x": no',
      nextAttemptMs: Date.parse('2026-12-01T12:00:30Z'),
    });
  });

  test('with other words each time is one attempt each', () => {
    expect(attemptsOf([failed('2026-12-01T11:59:50Z'), failed('2026-12-01T11:59:40Z')], pod, now)).toMatchObject({
      attempts: 2,
      nextAttemptMs: Date.parse('2026-12-01T12:00:10Z'),
    });
  });

  test('is no time where the last attempt was not recorded any more', () => {
    expect(attemptsOf([failed('2026-12-01T11:30:00Z', 20)], pod, now)).not.toHaveProperty('nextAttemptMs');
  });

  test('without any is when the Pod was placed', () => {
    expect(attemptsOf([], pod, now)).toEqual({ since: '2026-12-01T11:00:00Z' });
    expect(attemptsOf([], { scheduledAt: '', createdAt: '' }, now)).toEqual({});
  });

  test('without times is no time', () => {
    expect(attemptsOf([failed('')], { scheduledAt: '', createdAt: '' }, now)).toEqual({
      attempts: 1,
      lastError: 'Failed to pull image "x": no',
    });
  });
});

describe('an Event', () => {
  test('of events.k8s.io tells the same', () => {
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      reason: 'BackOff',
      note: 'Back-off pulling image "x"',
      regarding: { kind: 'Pod', namespace: 'shop', name: 'web', fieldPath: 'spec.initContainers{init}' },
      eventTime: '2026-12-01T11:59:50Z',
      series: { count: 7, lastObservedTime: '2026-12-01T11:59:58Z' },
    };

    expect(parsePullEvent(event)).toEqual({
      name: '',
      namespace: 'shop',
      pod: 'web',
      podUid: '',
      container: 'init',
      what: 'backing-off',
      message: 'Back-off pulling image "x"',
      count: 7,
      first: '2026-12-01T11:59:50Z',
      last: '2026-12-01T11:59:58Z',
    });
  });

  test.each([
    [
      'of something else',
      { reason: 'Failed', message: 'Failed to pull image "x": no', involvedObject: { kind: 'Job' } },
    ],
    [
      'about something else',
      { reason: 'BackOff', message: 'Back-off restarting failed container', involvedObject: { kind: 'Pod' } },
    ],
    [
      'that says again what another said',
      { reason: 'Failed', message: 'Error: ImagePullBackOff', involvedObject: { kind: 'Pod' } },
    ],
    ['without text', { reason: 'Failed', involvedObject: { kind: 'Pod' } }],
    ['of a wrong type', { reason: 7 }],
  ])('%s is none about a pull', (_, event) => {
    expect(parsePullEvent({ kind: 'Event', ...event })).toBeUndefined();
  });
});
