import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSecret } from '../../../src/core/credential/pull-secret.ts';
import { textOf } from '../../support/pull-secrets.ts';

const metadata = { name: 'regcred', namespace: 'shop' };
const problemsOf = (object: unknown) => {
  const parsed = parseSecret(object);
  return parsed.ok ? [] : parsed.problems.map(({ path, problem, remedy }) => `${path}: ${problem}; ${remedy}`);
};
const secretOf = (object: unknown) => {
  const parsed = parseSecret(object);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.secret;
};
const dataOf = (object: unknown) => [...secretOf(object).data].map(([key, content]) => [key, textOf(content)]);

test('reads what the API server holds', () => {
  const secret = secretOf({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...metadata,
      uid: '1-2',
      creationTimestamp: '2026-01-01T00:00:00Z',
      managedFields: [{ time: '2026-01-02T00:00:00Z' }, { time: null }, null],
    },
    type: 'kubernetes.io/dockerconfigjson',
    immutable: true,
    data: { '.dockerconfigjson': 'e30=' },
  });

  expect(secret).toEqual({
    namespace: 'shop',
    name: 'regcred',
    uid: '1-2',
    type: 'kubernetes.io/dockerconfigjson',
    data: expect.any(Map),
    writtenAtMs: Date.UTC(2026, 0, 2),
    writers: [],
  });
  expect([...secret.data].map(([key, content]) => [key, textOf(content)])).toEqual([['.dockerconfigjson', '{}']]);
});

test('null means absent', () => {
  const nulls = {
    namespace: null,
    uid: null,
    creationTimestamp: null,
    annotations: null,
    labels: null,
    ownerReferences: null,
    managedFields: null,
  };

  expect(secretOf({ metadata: { name: 'a', ...nulls }, type: null, data: null, stringData: null })).toEqual({
    name: 'a',
    type: 'Opaque',
    data: new Map(),
    writers: [],
  });
  expect(dataOf({ metadata, data: { a: null }, stringData: { b: null } })).toEqual([
    ['a', ''],
    ['b', ''],
  ]);
});

test('stringData wins over data', () => {
  expect(dataOf({ metadata, data: { a: 'eA==', b: 'eQ==' }, stringData: { a: 'é' } })).toEqual([
    ['a', 'é'],
    ['b', 'y'],
  ]);
});

test('data may hold line breaks, as YAML blocks have them', () => {
  expect(dataOf({ metadata, data: { a: 'ZTM\nw\r\n' } })).toEqual([['a', 'e30']]);
});

test('names of the prototype are keys like any other', () => {
  const object: unknown = JSON.parse('{"metadata":{"name":"a"},"data":{"__proto__":"eA==","constructor":"eQ=="}}');

  expect(dataOf(object)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});

describe('says what is wrong, where, and what to do', () => {
  test.each([
    [undefined, [': must be an object, but is missing; write a mapping of names to values']],
    [[], [': must be an object, but is an array; write a mapping of names to values']],
    [{}, ['metadata.name: is missing; give the Secret a name']],
    [{ metadata: 'x' }, ['metadata: must be an object, but is a string; write a mapping of names to values']],
    [{ metadata: { name: 5 } }, ['metadata.name: must be a string, but is a number; put the value in quotes']],
    [{ metadata: { name: {} } }, ['metadata.name: must be a string, but is an object; write a text']],
    [{ metadata, type: true }, ['type: must be a string, but is a boolean; put the value in quotes']],
    [{ metadata, data: [] }, ['data: must be an object, but is an array; write a mapping of names to values']],
    [
      { metadata, data: { '.dockerconfigjson': { auths: {} }, 'a b': 5 } },
      [
        'data[".dockerconfigjson"]: must be a string, but is an object; write a text',
        'data["a b"]: must be a string, but is a number; put the value in quotes',
      ],
    ],
    [
      { metadata, stringData: 5 },
      ['stringData: must be an object, but is a number; write a mapping of names to values'],
    ],
    [
      { metadata, data: { '.dockerconfigjson': '{"auths":{}}' } },
      [
        'data[".dockerconfigjson"]: is not base64 (wrong at byte 0); encode the value with base64, or move it to stringData as it is',
      ],
    ],
    [
      { metadata: { ...metadata, ownerReferences: {}, labels: { a: 1 } } },
      [
        'metadata.labels.a: must be a string, but is a number; put the value in quotes',
        'metadata.ownerReferences: must be an array, but is an object; write a list',
      ],
    ],
    [
      { metadata: { ...metadata, managedFields: [{ time: 'now' }] } },
      ['metadata.managedFields[0].time: is not a time; write it as 2006-01-02T15:04:05Z, or remove it'],
    ],
  ])('%j', (object, problems) => {
    expect(problemsOf(object)).toEqual(problems);
  });

  test('never with a value', () => {
    const object = {
      metadata: { name: 'a', uid: ['hunter2'] },
      type: { hunter2: 1 },
      data: { a: 'hunter2!', b: ['hunter2'] },
    };

    expect(problemsOf(object)).toHaveLength(3);
    expect(problemsOf({ metadata, data: object.data }).join()).not.toContain('hunter2');
    expect(problemsOf({ metadata, data: { a: 'hunter2!' } }).join()).not.toContain('hunter2');
  });
});

describe('who may write it again', () => {
  test.each([
    [
      { ownerReferences: [{ kind: 'ExternalSecret', name: 'x', controller: true }, null] },
      [
        { kind: 'owner', ownerKind: 'ExternalSecret', name: 'x' },
        { kind: 'owner', ownerKind: '', name: '' },
      ],
    ],
    [
      { labels: { 'reconcile.external-secrets.io/managed': 'true' } },
      [{ kind: 'controller', controller: 'External Secrets Operator', mark: 'reconcile.external-secrets.io/managed' }],
    ],
    [
      { annotations: { 'reflector.v1.k8s.emberstack.com/reflects': 'a/b', other: 'x' } },
      [{ kind: 'controller', controller: 'Reflector', mark: 'reflector.v1.k8s.emberstack.com/reflects' }],
    ],
    [{ annotations: { 'reflector.v1.k8s.emberstack.com/reflection-allowed': 'true' } }, []],
  ])('%j', (fields, writers) => {
    expect(secretOf({ metadata: { ...metadata, ...fields } }).writers).toEqual(writers);
  });
});

test('no JSON makes it throw', () => {
  const anything = fc.jsonValue({ maxDepth: 3 });
  const object = fc.record(
    {
      metadata: fc.oneof(anything, fc.record({ name: anything, annotations: anything, managedFields: anything })),
      type: anything,
      data: anything,
      stringData: anything,
    },
    { requiredKeys: [] },
  );

  fc.assert(
    fc.property(fc.oneof(anything, object), (value) => {
      expect(() => parseSecret(value)).not.toThrow();
    }),
  );
});

test('deep nesting in fields that are not read does no harm', () => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];

  expect(parseSecret({ metadata, spec: deep }).ok).toBe(true);
  expect(parseSecret({ metadata, data: { a: deep } }).ok).toBe(false);
});
