import { describe, expect, test } from 'vitest';
import { meetsRequirements, nodeRequirementsOf } from '../../../src/core/node/node-affinity.ts';
import { aPlacement, requiring } from './builders.ts';

const node = {
  name: 'n1',
  labels: new Map([
    ['zone', 'a'],
    ['empty', ''],
    ['cores', '8'],
    ['huge', '9223372036854775807'],
    ['text', '8 cores'],
    ['bad key!', 'x'],
  ]),
};

function meets(podSpec: object): boolean {
  return meetsRequirements(node, nodeRequirementsOf(aPlacement(podSpec)));
}
function expression(key: string, operator: string, ...values: readonly string[]): object {
  return { matchExpressions: [{ key, operator, values }] };
}
function field(key: string, operator: string, ...values: readonly string[]): object {
  return { matchFields: [{ key, operator, values }] };
}

test.each([
  [{}, true],
  [{ zone: 'a', empty: '' }, true],
  [{ zone: 'a', missing: '' }, false],
  [{ zone: 'A' }, false],
  [{ 'bad key!': 'x' }, true],
])('nodeSelector %j: %j', (nodeSelector, isMet) => {
  expect(meets({ nodeSelector })).toBe(isMet);
});

test.each([
  ['zone', 'In', ['b', 'a'], true],
  ['zone', 'In', [], false],
  ['missing', 'In', [''], false],
  ['zone', 'NotIn', ['b'], true],
  ['zone', 'NotIn', ['a'], false],
  ['missing', 'NotIn', ['a'], true],
  ['missing', 'NotIn', [], false],
  ['zone', 'NotIn', ['bad value!'], false],
  ['empty', 'Exists', [], true],
  ['zone', 'Exists', ['a'], false],
  ['missing', 'DoesNotExist', [], true],
  ['missing', 'DoesNotExist', [''], false],
  ['bad key!', 'Exists', [], false],
  ['bad key!', 'NotIn', ['y'], false],
  ['cores', 'Gt', ['7'], true],
  ['cores', 'Gt', ['+7'], false],
  ['cores', 'Gt', ['007'], true],
  ['cores', 'Gt', ['8'], false],
  ['cores', 'Gt', ['7', '6'], false],
  ['cores', 'Lt', ['9'], true],
  ['cores', 'Lt', ['nine'], false],
  ['huge', 'Gt', ['9223372036854775806'], true],
  ['huge', 'Lt', ['9223372036854775808'], false],
  ['text', 'Gt', ['1'], false],
  ['missing', 'Lt', ['9'], false],
  ['zone', 'in', ['a'], false],
  ['__proto__', 'Exists', [], false],
  ['constructor', 'DoesNotExist', [], true],
])('%s %s %j: %j', (key, operator, values, isMet) => {
  expect(meets(requiring(expression(key, operator, ...values)))).toBe(isMet);
});

test.each([
  ['metadata.name', 'In', ['n1'], true],
  ['metadata.name', 'In', ['n2'], false],
  ['metadata.name', 'In', ['n1', 'n2'], false],
  ['metadata.name', 'In', [], false],
  ['metadata.name', 'NotIn', ['n2'], true],
  ['metadata.name', 'NotIn', ['n1'], false],
  ['metadata.name', 'Exists', [], false],
  ['metadata.name', 'Gt', ['0'], false],
  ['metadata.namespace', 'In', ['n1'], false],
  ['metadata.namespace', 'In', [''], true],
  ['metadata.namespace', 'NotIn', ['x'], true],
  ['zone', 'In', ['a'], false],
])('field %s %s %j: %j', (key, operator, values, isMet) => {
  expect(meets(requiring(field(key, operator, ...values)))).toBe(isMet);
});

describe('terms', () => {
  const hit = expression('zone', 'In', 'a');
  const miss = expression('zone', 'In', 'b');
  const broken = expression('zone', 'Is', 'a');

  test.each([
    ['no term', requiring(), false],
    ['an empty term', requiring({}), false],
    ['a miss or a hit', requiring(miss, hit), true],
    ['an empty term or a hit', requiring({}, hit), true],
    ['a broken term or a hit', requiring(broken, hit), true],
    ['a broken term alone', requiring(broken), false],
    ['a hit and a hit by name', requiring({ ...hit, ...field('metadata.name', 'In', 'n1') }), true],
    ['a hit and a miss by name', requiring({ ...hit, ...field('metadata.name', 'In', 'n2') }), false],
    ['a hit beside something broken', requiring({ ...hit, ...field('metadata.name', 'Exists') }), false],
    ['a hit, but not by nodeSelector', { ...requiring(hit), nodeSelector: { zone: 'b' } }, false],
  ])('%s: %j', (_, podSpec, isMet) => {
    expect(meets(podSpec)).toBe(isMet);
  });
});
