import { describe, expect, test } from 'vitest';
import { type Taint, type Toleration, toleratesTaint } from '../../../src/core/node/toleration.ts';

const off = { taintTolerationComparisonOperators: false };
const on = { taintTolerationComparisonOperators: true };
const gpu: Taint = { key: 'gpu', value: 'true', effect: 'NoSchedule' };

function toleration(parts: Partial<Toleration>): Toleration {
  return { key: '', operator: '', value: '', effect: '', ...parts };
}

test.each([
  ['key, value and effect', { key: 'gpu', value: 'true', effect: 'NoSchedule' }, true],
  ['any effect', { key: 'gpu', operator: 'Equal', value: 'true' }, true],
  ['any value', { key: 'gpu', operator: 'Exists', value: 'ignored' }, true],
  ['anything', { operator: 'Exists' }, true],
  ['any key of one value', { value: 'true' }, true],
  ['another key', { key: 'GPU', operator: 'Exists' }, false],
  ['another value', { key: 'gpu', value: 'false' }, false],
  ['another effect', { key: 'gpu', operator: 'Exists', effect: 'NoExecute' }, false],
  ['no value', { key: 'gpu' }, false],
  ['an operator that does not exist', { key: 'gpu', operator: 'exists', value: 'true' }, false],
])('%s', (_, parts, isTolerated) => {
  expect(toleratesTaint([toleration(parts)], gpu, off)).toBe(isTolerated);
});

test('one of several is enough, none is not', () => {
  const other = toleration({ key: 'team', operator: 'Exists' });

  expect(toleratesTaint([other, toleration({ key: 'gpu', operator: 'Exists' })], gpu, off)).toBe(true);
  expect(toleratesTaint([other], gpu, off)).toBe(false);
  expect(toleratesTaint([], gpu, off)).toBe(false);
});

describe('comparison', () => {
  test.each([
    ['Gt', '3', '5', true],
    ['Gt', '5', '5', false],
    ['Gt', '-6', '-5', true],
    ['Lt', '9', '5', true],
    ['Lt', '5', '5', false],
    ['Lt', '9223372036854775807', '9223372036854775806', true],
    ['Lt', '9223372036854775808', '5', false],
    ['Gt', '-9223372036854775808', '-9223372036854775807', true],
    ['Lt', '007', '5', false],
    ['Lt', '+7', '5', false],
    ['Gt', '-0', '5', false],
    ['Gt', '0', '5', true],
    ['Gt', '', '5', false],
    ['Gt', '3', '', false],
    ['Gt', '3', '05', false],
    ['Gt', '3', '5\n', false],
    ['gt', '3', '5', false],
  ])('%s %j of %j with the gate: %j', (operator, value, tainted, isTolerated) => {
    const taint = { key: 'load', value: tainted, effect: 'NoSchedule' };

    expect(toleratesTaint([toleration({ key: 'load', operator, value })], taint, on)).toBe(isTolerated);
    expect(toleratesTaint([toleration({ key: 'load', operator, value })], taint, off)).toBe(false);
  });
});
