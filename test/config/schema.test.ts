import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { defaultConfig } from '../../src/config/defaults.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { fileWith, head, problemsOf } from './reading.ts';

type Schema = {
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly $ref?: string;
  readonly not?: unknown;
};

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const example = await read('examples/configuration.yaml');
const documentation = await read('docs/configuration.md');
const schema: Schema = JSON.parse(await read('docs/configuration.schema.json'));
const isValid = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(schema);

test('the example is valid by the schema and by the reader', async () => {
  isValid(parse(example));
  expect(isValid.errors).toBe(null);
  expect(await problemsOf(example)).toEqual([]);
});

test('the example has every section', () => {
  const sections = Object.entries(schema.properties ?? {}).filter(([, section]) => !isRefused(section));
  expect(Object.keys(parse(example))).toEqual(sections.map(([key]) => key));
});

describe('schema and reader know the same keys', () => {
  test.each(sectionsOf(schema, ''))('$path', async ({ path, keys }) => {
    const problems = await problemsOf(documentWith(path, '{ "?": 1 }'));
    const problem = problems.find((line) => line.includes('"?"'));
    expect(problem?.split('keys are ')[1]).toBe(keys.join(', '));
  });
});

test('the defaults of the schema are those of the reader', async () => {
  const defaults = { apiVersion: 'pullgate.dev/v1alpha1', kind: 'Configuration', ...defaultsOf(schema) };
  expect(isValid(defaults)).toBe(true);
  expect(await readConfig(await fileWith(JSON.stringify(defaults)))).toEqual({
    ok: true,
    config: defaultConfig(),
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  });
});

test.each([
  'mode: x',
  'extra: 1',
  'exemptNamespaces: [A]',
  'assume: { facts: none }',
  'findings: { x: warn }',
  'findings: { unpinned-image: x }',
  'fuse: { workloads: -1 }',
  'fuse: { window: 5 }',
  'limits: { deadline: 5 s }',
  'workloadKinds: [{ group: a.io, version: v1, kind: K }]',
  'registries: [{ skip: true }]',
  'registries: [{ match: a.example, ca: a, plainHttp: true }]',
  'nodes: { credentialProviderConfig: a }',
  'nodes: { hostsDir: ":" }',
  'nodes: { platforms: [linux] }',
  'nodes: { platforms: [] }',
  'nodes: { platforms: linux/amd64 }',
  'egress: { allow: [""] }',
  'audit: { interval: 15m }',
])('neither takes %s', async (text) => {
  expect(isValid(parse(`${head}${text}`))).toBe(false);
  expect(await problemsOf(`${head}${text}`)).toHaveLength(1);
});

test.each(['registries: [{ match: a.example, ca: a, plainHttp: false }]', 'fuse: { window: 1h2.5m }'])(
  'both take %s',
  async (text) => {
    expect(isValid(parse(`${head}${text}`))).toBe(true);
    expect(await problemsOf(`${head}${text}`)).toEqual([]);
  },
);

test.each(leavesOf(schema, ''))('%s is documented', (path) => {
  const [, parent = '', key = ''] = /^(.*)\.([^.]+)$/.exec(path) ?? ['', '', path];
  const isFull = documentation.includes(`\`${path}\``);
  const isShort = documentation.includes(`\`${parent}.`) && documentation.includes(`\`.${key}\``);
  expect(isFull || isShort).toBe(true);
});

/** Mappings of known keys; `[]` stands for an element of a list. */
function sectionsOf(at: Schema, path: string): readonly { readonly path: string; readonly keys: readonly string[] }[] {
  const { properties, items } = at;
  if (items !== undefined) return sectionsOf(items, `${path}[]`);
  if (properties === undefined) return [];
  const below = Object.entries(properties).flatMap(([key, value]) =>
    sectionsOf(value, path === '' ? key : `${path}.${key}`),
  );
  return [{ path, keys: Object.keys(properties) }, ...below];
}

/** JSON with one value at one path, or what stands at the top. */
function documentWith(path: string, value: string): string {
  if (path === '') return value;
  return path.split('.').reduceRight((inner, key) => {
    const name = key.replace('[]', '');
    return `{ "${name}": ${key === name ? inner : `[${inner}]`} }`;
  }, value);
}

/** Of keys that are known, and not supported yet. */
function isRefused({ not, properties }: Schema): boolean {
  return not !== undefined || (properties !== undefined && Object.values(properties).every(isRefused));
}

function leavesOf(at: Schema, path: string): readonly string[] {
  if (path === 'findings') return ['findings.CODE'];
  const inner = at.items?.properties === undefined ? at : at.items;
  if (inner.properties === undefined) return [path];
  const prefix = inner === at ? path : `${path}[]`;
  return Object.entries(inner.properties).flatMap(([key, value]) =>
    isRefused(value) ? [] : leavesOf(value, prefix === '' ? key : `${prefix}.${key}`),
  );
}

/** Of mappings; what elements of lists have by default does not make an element. */
function defaultsOf({ properties = {} }: Schema): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) => {
      if (value.properties !== undefined) return [[key, defaultsOf(value)]];
      return 'default' in value ? [[key, value.default]] : [];
    }),
  );
}
