import { expect, test } from 'vitest';
import { namespaceDefaultsOf } from '../../../src/core/node/namespace-defaults.ts';
import { parseNamespace } from '../../../src/core/object/namespace.ts';

const selector = 'scheduler.alpha.kubernetes.io/node-selector';
const tolerations = 'scheduler.alpha.kubernetes.io/defaultTolerations';

function defaultsIn(annotations: object) {
  const parsed = parseNamespace({ metadata: { name: 'shop', annotations } });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return namespaceDefaultsOf({ kind: 'found', namespace: parsed.namespace });
}

const exists = { key: 'pool', operator: 'Exists', value: '', effect: '' };

test.each<readonly [string, object, object]>([
  ['no annotation', {}, { kind: 'none' }],
  ['another annotation', { 'example.com/team': 'shop' }, { kind: 'none' }],
  [
    'a selector',
    { [selector]: 'pool=legacy, disk = ssd' },
    {
      kind: 'found',
      defaults: {
        annotations: [selector],
        nodeSelector: new Map([
          ['pool', 'legacy'],
          ['disk', 'ssd'],
        ]),
        tolerations: [],
      },
    },
  ],
  [
    'the selector of OpenShift',
    { 'openshift.io/node-selector': 'pool=legacy' },
    { kind: 'found', defaults: { nodeSelector: new Map([['pool', 'legacy']]) } },
  ],
  [
    'tolerations',
    { [tolerations]: '[{"key":"pool","operator":"Exists"}]' },
    { kind: 'found', defaults: { annotations: [tolerations], nodeSelector: new Map(), tolerations: [exists] } },
  ],
  ['tolerations that are no JSON', { [tolerations]: '{' }, { kind: 'found', defaults: { tolerations: [] } }],
  ['tolerations of another type', { [tolerations]: '[1]' }, { kind: 'found', defaults: { tolerations: [] } }],
  ['a selector that is none', { [selector]: 'pool' }, { kind: 'found', defaults: { nodeSelector: new Map() } }],
])('%s', (_name, annotations, expected) => {
  expect(defaultsIn(annotations)).toMatchObject(expected);
});

test.each([
  [{ kind: 'absent' } as const, { kind: 'none' }],
  [{ kind: 'unknown', why: 'status 403' } as const, { kind: 'unknown', why: 'status 403' }],
  [
    { kind: 'found', namespace: { name: 'shop', labels: new Map() }, isStale: true } as const,
    { kind: 'unknown', why: 'the information about it is out of date' },
  ],
])('a Namespace that is %j', (lookup, expected) => {
  expect(namespaceDefaultsOf(lookup)).toEqual(expected);
});
