import { describe, expect, test } from 'vitest';
import type { Attempt, Saw } from '../../../src/core/evidence/evidence.ts';
import { resolutionOf } from '../../../src/core/finding/trouble.ts';
import { absent, refused, rejected, saw } from '../../support/judging.ts';

/** An attempt that went through these endpoints, `1`, `2`, … in vain. */
function through(...seen: readonly Saw[]): Attempt {
  return { sightings: seen.map((one, index) => ({ host: `${index + 1}`, saw: one })) };
}

const timeout: Saw = { kind: 'unreachable', cause: 'timeout' };
const oversized: Saw = { kind: 'oversized', bytes: 5 };

describe('endpoints of one attempt', () => {
  test.each<readonly [string, readonly Saw[], string, string, boolean]>([
    ['the last one decides, which is the registry', [refused(), absent()], 'absent', '2', true],
    ['whatever mirrors say', [absent(), refused()], 'refused', '2', true],
    ['one that proves nothing spoils the rest', [timeout, absent()], 'unclear', '1', false],
    ['the last of these is shown', [timeout, { kind: 'throttled' }, absent()], 'unclear', '2', false],
    ['a 404 of which nothing is proved', [absent({ secondLook: 'failed' })], 'unclear', '1', false],
    ['a refusal that GET does not share', [refused({ secondLook: 'not-refused' })], 'unclear', '1', false],
    ['a refusal that was not repeated', [refused({ secondLook: 'failed' })], 'unclear', '1', false],
    ['a refused token whose second look failed', [rejected({ secondLook: 'failed' })], 'unclear', '1', false],
    ['a rejected password is sent once', [rejected()], 'refused', '1', true],
    ['a password refused by address', [rejected({ blamesAddress: true })], 'unclear', '1', false],
    ['too many bytes', [oversized], 'oversized', '1', true],
    ['404 for HEAD only', [absent({ secondLook: 'absent-for-head-only' })], 'absent', '1', true],
  ])('%s', (_name, seen, kind, host, proven) => {
    expect(resolutionOf({ attempts: [through(...seen)] })).toMatchObject({
      kind: 'trouble',
      proven,
      trouble: { kind, host },
    });
  });
});

describe('a mirror on the loopback of the node', () => {
  const registrySaysNo = { host: 'registry', saw: absent() } as const;

  test.each<readonly [string, Saw, object]>([
    ['that is not dialled says nothing', { kind: 'not-asked', why: 'refused-address' }, { proven: true }],
    ['at a port that is not dialled says nothing', { kind: 'not-asked', why: 'refused-port' }, { proven: true }],
    ['that is not on our loopback says nothing', { kind: 'unreachable', cause: 'connection' }, { proven: true }],
    ['for which no time was left', { kind: 'not-asked', why: 'deadline' }, { proven: false }],
    ['that answers counts as others', { kind: 'throttled' }, { proven: false }],
  ])('%s', (_name, seen, expected) => {
    const mirror = { host: '127.0.0.1:30020', saw: seen, isOnNode: true } as const;

    expect(resolutionOf({ attempts: [{ sightings: [mirror, registrySaysNo] }] })).toMatchObject(expected);
  });

  test('is the only one that may be asked', () => {
    const mirror = { host: 'localhost:5000', saw: timeout, isOnNode: true } as const;

    expect(resolutionOf({ attempts: [{ sightings: [mirror] }] })).toMatchObject({ proven: false });
  });
});

describe('attempts, one a credential', () => {
  test.each<readonly [string, readonly Saw[], string, boolean]>([
    ['what cannot be told comes first', [absent(), timeout, refused()], 'unclear', false],
    ['before too many bytes, too', [oversized, timeout], 'unclear', false],
    ['then too many bytes', [refused(), absent(), oversized], 'oversized', true],
    ['then what is absent', [refused(), absent()], 'absent', true],
    ['a refusal comes last', [rejected(), rejected()], 'refused', true],
  ])('%s', (_name, seen, kind, proven) => {
    expect(resolutionOf({ attempts: seen.map((one) => through(one)) })).toMatchObject({ trouble: { kind }, proven });
  });

  test('of several alike the first is shown', () => {
    const attempts = [saw(rejected({ status: 401 })), saw(rejected({ status: 403 }))];

    expect(resolutionOf({ attempts })).toMatchObject({ trouble: { refusal: { status: 401 } } });
  });

  const dropped = refused();
  const wrong = rejected();
  const lacking = rejected({ acceptedLogin: true });

  test.each<readonly [string, readonly Saw[], object]>([
    ['a login that was sent is not hidden by one that is dropped', [dropped, wrong], { presentedPassword: true }],
    ['a login that was taken came further than one that was not', [wrong, lacking, dropped], { acceptedLogin: true }],
  ])('%s', (_name, seen, refusal) => {
    expect(resolutionOf({ attempts: seen.map((one) => through(one)) })).toMatchObject({ trouble: { refusal } });
  });

  test.each<readonly [string, readonly Attempt[]]>([
    ['no attempt', []],
    ['no endpoint that may resolve', [{ sightings: [] }]],
  ])('nothing is proved by %s', (_name, attempts) => {
    expect(resolutionOf({ attempts })).toEqual({
      kind: 'trouble',
      proven: false,
      trouble: { kind: 'unclear', host: '', saw: { kind: 'useless', what: { kind: 'unacceptable' } } },
    });
  });
});
