import { describe, expect, test } from 'vitest';
import { levelsWith } from '../../src/core/verdict/verdict.ts';
import { exitCodeOf, failOns } from '../../src/report/exit-code.ts';
import { denied, image, noSecret, notFound, report, unreachable, workload } from './reports.ts';

const defaults = levelsWith(new Map());
const codesOf = (one: ReturnType<typeof report>, levelOf = defaults) =>
  failOns.map((failOn) => exitCodeOf(one, { failOn, levelOf, isStrict: false }));

describe('exit codes for --fail-on deny, likely, unconfirmed, never', () => {
  test.each([
    ['nothing found', workload('w', [image('x')]), [0, 0, 0, 0]],
    ['a denial', workload('w', [image('x', [notFound])]), [1, 1, 1, 0]],
    ['a denial in mode warn', workload('w', [image('x', [notFound])], { mode: 'warn', action: 'warn' }), [0, 1, 1, 0]],
    [
      'a denial in mode audit',
      workload('w', [image('x', [notFound])], { mode: 'audit', action: 'allow' }),
      [0, 0, 0, 0],
    ],
    ['something likely', workload('w', [image('x', [denied])]), [0, 1, 1, 0]],
    ['something likely about the workload', workload('w', [], { findings: [denied] }), [0, 1, 1, 0]],
    ['something unconfirmed', workload('w', [image('x', [unreachable])]), [0, 0, 1, 0]],
    ['advice', workload('w', [], { findings: [noSecret] }), [0, 0, 0, 0]],
    ['a code of a newer version', workload('w', [image('x', [{ ...denied, code: '__proto__' }])]), [0, 0, 0, 0]],
  ])('%s', (_, one, expected) => {
    expect(codesOf(report([one]))).toEqual(expected);
  });

  test('what the configuration keeps to reports does not count; advice does where it is a policy', () => {
    const levelOf = levelsWith(
      new Map([
        ['access-denied', 'report'],
        ['pull-secret-not-found', 'deny'],
      ]),
    );
    expect(codesOf(report([workload('w', [image('x', [denied])])]), levelOf)).toEqual([0, 0, 0, 0]);
    expect(codesOf(report([workload('w', [], { mode: 'warn', findings: [noSecret] })]), levelOf)).toEqual([0, 1, 1, 0]);
  });

  test('nodes that could not be listed are something unconfirmed, where anybody looks', () => {
    const withoutNodes = {
      platformsJudged: false,
      platformsNotJudgedBecause: 'the nodes cannot be listed (status 403)',
    };
    expect(codesOf(report([workload('w', [image('x')])], [], withoutNodes))).toEqual([0, 0, 1, 0]);
    expect(codesOf(report([workload('w', [image('x')], { mode: 'audit' })], [], withoutNodes))).toEqual([0, 0, 0, 0]);
  });

  test('of what nobody looked at nothing is unconfirmed', () => {
    const blind = { platformsJudged: false, platformsNotJudgedBecause: 'the nodes cannot be listed (status 403)' };
    const exempt = workload('web', [image('x')], { notExaminedBecause: 'mirror Pod' });
    expect(exitCodeOf(report([exempt], [], blind), { failOn: 'unconfirmed', levelOf: defaults, isStrict: false })).toBe(
      0,
    );
  });

  test('input that could not be used wins, whatever was found', () => {
    const problems = [{ file: 'a.yaml', reason: 'broken' }];
    expect(codesOf(report([workload('w', [image('x', [notFound])])], problems))).toEqual([2, 2, 2, 2]);
  });

  test('so does time that ran out', () => {
    expect(codesOf(report([workload('w', [image('x')])], [], { complete: false }))).toEqual([2, 2, 2, 2]);
  });

  test.each([
    ['skipped', { skipped: [{ reason: 'list', count: 1, directories: [{ directory: 'k8s', count: 1 }] }] }],
    ['of an unknown kind', { unknownKinds: [{ kind: 'Rollout.argoproj.io', count: 43 }] }],
  ])('what is %s counts with --strict only', (_what, beside) => {
    const one = report([workload('w', [image('x')])], [], {}, beside);

    expect(codesOf(one)).toEqual([0, 0, 0, 0]);
    expect(exitCodeOf(one, { failOn: 'never', levelOf: defaults, isStrict: true })).toBe(2);
    expect(exitCodeOf(report([]), { failOn: 'never', levelOf: defaults, isStrict: true })).toBe(0);
  });
});
