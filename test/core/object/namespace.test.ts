import { expect, test } from 'vitest';
import { parseNamespace } from '../../../src/core/object/namespace.ts';

test('its name and labels', () => {
  const object = { kind: 'Namespace', metadata: { name: 'shop', labels: { 'pullgate.dev/mode': 'warn' } }, spec: 1 };

  expect(parseNamespace(object)).toEqual({
    ok: true,
    namespace: { name: 'shop', labels: new Map([['pullgate.dev/mode', 'warn']]) },
  });
  expect(parseNamespace({ metadata: { name: 'shop' } })).toEqual({
    ok: true,
    namespace: { name: 'shop', labels: new Map() },
  });
});

test('the annotations by which admission places its Pods', () => {
  const annotations = {
    'scheduler.alpha.kubernetes.io/node-selector': 'pool=legacy',
    'scheduler.alpha.kubernetes.io/defaultTolerations': '',
    'kubectl.kubernetes.io/last-applied-configuration': '{}',
  };

  expect(parseNamespace({ metadata: { name: 'shop', annotations } })).toEqual({
    ok: true,
    namespace: {
      name: 'shop',
      labels: new Map(),
      annotations: new Map([['scheduler.alpha.kubernetes.io/node-selector', 'pool=legacy']]),
    },
  });
});

const mapping = 'write a mapping of names to values';

test.each([
  ['no object', 1, '', 'must be an object, but is a number', mapping],
  ['no metadata', {}, 'metadata', 'must be an object, but is missing', mapping],
  ['no name', { metadata: {} }, 'metadata.name', 'must be a string, but is missing', 'write a text'],
  ['an empty name', { metadata: { name: '' } }, 'metadata.name', 'is empty', 'correct the field or remove it'],
  [
    'a label that is a flag',
    { metadata: { name: 'a', labels: { 'pullgate.dev/mode': false } } },
    'metadata.labels["pullgate.dev/mode"]',
    'must be a string, but is a boolean',
    'put the value in quotes',
  ],
])('%s', (_name, object, path, problem, remedy) => {
  expect(parseNamespace(object)).toEqual({ ok: false, problems: [{ path, problem, remedy }] });
});
