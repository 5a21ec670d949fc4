import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecentFinder } from '../../../src/sources/files/document-place.ts';
import type { FieldPath } from '../../../src/sources/files/field-path.ts';
import { parseFieldPath } from '../../../src/sources/files/field-path.ts';
import type { JsonValue } from '../../../src/sources/files/read-item.ts';
import { readJson } from '../../../src/sources/files/read-json.ts';
import { readYaml } from '../../../src/sources/files/read-yaml.ts';
import { DocumentSplitter } from '../../../src/sources/files/split-documents.ts';
import { effort } from '../../support/effort.ts';
import { objectsOf, readText } from './reading.ts';

const start = { document: 1, line: 1, column: 1 };

async function linesIn(text: string, paths: readonly string[]): Promise<readonly (number | undefined)[]> {
  const object = objectsOf(await readText(text)).at(-1);
  return paths.map((path) => object?.lineOf(path));
}

describe('the line of a field', () => {
  const pod = `# Source: pod.yaml
---
apiVersion: v1
kind: Pod

metadata:
  annotations:
    "example.com/a.b": c
    8: d
spec:
  containers:
  - name: a
    image: nginx
  -
    image: >-
      nginx
  - {name: c,
     image: nginx}
  volumes: [ # none
  ]
`;

  test.each([
    ['spec', 10],
    ['spec.containers', 11],
    ['spec.containers[0]', 12],
    ['spec.containers[0].name', 12],
    ['spec.containers[0].image', 13],
    ['spec.containers[1]', 15],
    ['spec.containers[1].image', 15],
    ['spec.containers[2].image', 18],
    ['metadata.annotations[example.com/a.b]', 8],
    ['metadata.annotations["example.com/a.b"]', 8],
    ['metadata.annotations.8', 9],
    ['metadata.annotations[8]', 9],
    ['', 3],
  ])('%s', async (path, line) => {
    expect(await linesIn(pod, [path])).toEqual([line]);
  });

  test.each([
    ['spec.containers[0].imagePullPolicy', 12],
    ['spec.containers[7].image', 11],
    ['spec.containers.image', 11],
    ['spec.volumes[0].image.reference', 19],
    ['spec.containers[0].image.reference', 13],
    ['status.phase', 3],
    ['constructor', 3],
    ['metadata.__proto__', 6],
  ])('that was not written is that of what is around it: %s', async (path, line) => {
    expect(await linesIn(pod, [path])).toEqual([line]);
  });

  test('of a field that came by an alias or a merge is where it was written', async () => {
    const text = `apiVersion: v1
kind: Pod
x: &x
  image: nginx
y: &y {name: c,
  image: busybox}
spec:
  containers:
  - *x
  - <<: *x
    name: b
  - <<: [*y, *x]
  - image: own
    <<: *x
  - <<: *x
    image: own
`;
    const paths = [0, 1, 2, 3, 4].map((index) => `spec.containers[${index}].image`);

    expect(await linesIn(text, [...paths, 'spec.containers[0]', 'spec.containers[2].name'])).toEqual([
      4, 4, 6, 4, 16, 9, 5,
    ]);
  });

  test('inside an item of a list', async () => {
    const text = 'apiVersion: v1\nkind: List\nitems:\n- {}\n- apiVersion: v1\n  kind: Pod\n  spec:\n    image: a\n';

    expect(await linesIn(text, ['spec.image', 'spec.other', 'other'])).toEqual([8, 7, 5]);
  });

  test('of a name that stands twice is that of the one that counts', async () => {
    const text = 'apiVersion: v1\nkind: Pod\nimage: a\nimage: b\n';
    const json = '{"apiVersion": "v1", "kind": "Pod",\n"image": "a",\n"image": "b"}';

    expect(await linesIn(text, ['image'])).toEqual([4]);
    expect(await linesIn(json, ['image'])).toEqual([3]);
  });

  test('in JSON', async () => {
    const text = '\n{"apiVersion": "v1", "kind":\n"Pod",\n "sp\\u0065c": {"a\\"}]": [1,\n[],{"b":\n2}],\n"c": {}\n}}';

    expect(
      await linesIn(text, ['kind', 'spec', 'spec["a\\"}]"][1]', 'spec["a\\"}]"][2].b', 'spec.c', 'spec.c.d', 'e', '']),
    ).toEqual([2, 4, 5, 5, 7, 7, 2, 2]);
  });

  test('can be asked for after the reading went on, in any order', async () => {
    const text = ['a', 'b', 'c'].map((name) => `apiVersion: v1\nkind: Pod\n${name}:\n  image: nginx\n`).join('---\n');
    const [first, second, third] = objectsOf(await readText(text));

    expect([second?.lineOf('b.image'), first?.lineOf('a.image'), third?.lineOf('c.image'), first?.lineOf('a')]).toEqual(
      [9, 4, 14, 3],
    );
  });
});

test.each<[string, FieldPath]>([
  ['', []],
  ['spec', ['spec']],
  ['spec.template.spec.containers[0].image', ['spec', 'template', 'spec', 'containers', 0, 'image']],
  ['a[1][2]', ['a', 1, 2]],
  ['a[b.c/d].e', ['a', 'b.c/d', 'e']],
  ['a["b]\\"c"].e', ['a', 'b]"c', 'e']],
  ['a["\\q"]', ['a', '"\\q"']],
  ['a.__proto__', ['a', '__proto__']],
])('the path %s', (text, path) => {
  expect(parseFieldPath(text)).toEqual(path);
});

describe('JSON is read alike as JSON and as YAML', () => {
  const json = fc.letrec<{ value: JsonValue; object: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.string(),
      tie('object'),
      fc.array(tie('value'), { maxLength: 4 }),
    ),
    object: fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'items', '1', '<<')),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  })).object;

  test('with the same value and lines', () => {
    fc.assert(
      fc.property(
        json,
        fc.constantFrom(undefined, 1, '\t'),
        fc.constantFrom('', '\n', '\r\n'),
        (value, indentation, before) => {
          const text = `${before}${JSON.stringify(value, undefined, indentation)}\n`;
          const [raw] = new DocumentSplitter().push(Buffer.from(text.padEnd(5_000)));
          if (raw?.kind !== 'json') throw new Error('not taken as JSON');
          const asJson = readJson(raw, raw.start);
          const asYaml = readYaml(Buffer.from(text), start, new RecentFinder());

          expect(asJson).toMatchObject({ ok: true });
          expect(asJson.flaw).toBeUndefined();
          if (!asYaml.ok || !asJson.ok) throw new Error(JSON.stringify(asYaml.flaw));
          expect(asYaml.value).toEqual(asJson.value);
          for (const path of pathsIn(value)) expect(asJson.place.lineOf(path)).toBe(asYaml.place.lineOf(path));
        },
      ),
      { numRuns: effort(100, 300) },
    );
  });
});

function pathsIn(value: JsonValue): readonly FieldPath[] {
  if (typeof value !== 'object' || value === null) return [[]];
  const steps: readonly (readonly [string | number, JsonValue])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return [[], ...steps.flatMap(([step, inside]) => pathsIn(inside).map((path) => [step].concat(path)))];
}
