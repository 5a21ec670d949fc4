import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Document, type DocumentRole, parseDocument } from '../../../src/core/content/document.ts';
import { ociIndex, ociManifest } from '../../../src/core/image/media-type.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const descriptor = { mediaType: 'x', digest, size: 2 };

function parse(role: DocumentRole, body: unknown): Document {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return parseDocument(role, new TextEncoder().encode(text), role === 'index' ? ociIndex : ociManifest, digest);
}

test('a manifest keeps of its descriptors what a pull depends on', () => {
  const config = { ...descriptor, annotations: { a: 'b' }, data: 'e30=', urls: [], artifactType: 'y' };
  const layer = { ...descriptor, urls: ['https://a'], data: 'AA==', platform: null };

  expect(parse('manifest', { schemaVersion: 2, config, layers: [layer] })).toEqual({
    kind: 'manifest',
    config: { ...descriptor, data: Uint8Array.of(123, 125), hasUrls: false },
    layers: [{ ...descriptor, hasUrls: true }],
  });
});

test('an index keeps its entries in order, with their platforms', () => {
  const platform = {
    os: 'windows',
    architecture: 'amd64',
    'os.version': '10.0.1',
    'os.features': ['win32k'],
    variant: 'v1',
  };

  expect(parse('index', { manifests: [{ ...descriptor, platform }, { ...descriptor, platform: {} }, {}] })).toEqual({
    kind: 'index',
    entries: [
      {
        ...descriptor,
        platform: { os: 'windows', architecture: 'amd64', variant: 'v1', osVersion: '10.0.1', osFeatures: ['win32k'] },
        hasUrls: false,
      },
      { ...descriptor, platform: { os: '', architecture: '' }, hasUrls: false },
      { mediaType: '', digest: '', size: 0, hasUrls: false },
    ],
  });
});

describe('what containerd takes for no manifest and no index', () => {
  const expected = (role: string, other: string, type: string): string =>
    `children: invalid desc ${digest}: media-type: expected ${role} but found ${other} (${type})`;
  const asManifest = expected('manifest', 'index', ociManifest);
  const asIndex = expected('index', 'manifest', ociIndex);

  test.each<[DocumentRole, string, string]>([
    ['manifest', '{"manifests":null}', asManifest],
    ['manifest', '{"MANIFESTS":[]}', asManifest],
    ['manifest', '{"manife\\u017fts":[]}', asManifest],
    ['manifest', '{"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json"}', asManifest],
    ['manifest', '{"fsLayers":null}', `children: invalid desc ${digest}: media-type: schema 1 not supported`],
    ['index', '{"config":null}', asIndex],
    ['index', '{"layers":[]}', asIndex],
    ['index', `{"mediaType":"x","mediaType":"${ociManifest}"}`, asIndex],
    [
      'index',
      '"x"',
      `children: invalid desc ${digest}: json: cannot unmarshal string into Go value of type images.unknownDocument`,
    ],
    [
      'index',
      '{"mediaType":5}',
      `children: invalid desc ${digest}: json: cannot unmarshal number into Go struct field unknownDocument.mediaType of type string`,
    ],
    ['index', '', `children: invalid desc ${digest}: unexpected end of JSON input`],
    [
      'index',
      '{"manifests":"x"}',
      'json: cannot unmarshal string into Go struct field Index.manifests of type []v1.Descriptor',
    ],
    [
      'index',
      '{"manifests":[{"platform":"linux"}]}',
      'json: cannot unmarshal string into Go struct field Descriptor.manifests.platform of type v1.Platform',
    ],
    [
      'manifest',
      '{"schemaVersion":"2"}',
      'json: cannot unmarshal string into Go struct field Manifest.Versioned.schemaVersion of type int',
    ],
    [
      'manifest',
      '{"subject":{"size":"1"}}',
      'json: cannot unmarshal string into Go struct field Descriptor.subject.size of type int64',
    ],
  ])('%s %s', (role, body, error) => {
    expect(parse(role, body)).toEqual({ kind: 'malformed', error });
  });

  test('the texts of a hostile registry are cut', () => {
    const document = parseDocument(
      'index',
      new TextEncoder().encode('5'),
      'x'.repeat(1_000_000),
      'y'.repeat(1_000_000),
    );

    expect(document.kind === 'malformed' && document.error.length).toBeLessThan(1100);
  });

  test('a byte order mark', () => {
    expect(parse('index', '\u{feff}{}').kind).toBe('malformed');
  });
});

const many = (count: number): readonly object[] => Array.from({ length: count }, () => ({}));

describe('our own limit', () => {
  test.each<[DocumentRole, object, Document['kind']]>([
    ['index', { manifests: many(1000) }, 'index'],
    ['index', { manifests: many(1001) }, 'too-large'],
    ['manifest', { layers: many(1000) }, 'manifest'],
    ['manifest', { layers: many(1001) }, 'too-large'],
  ])('%s', (role, body, kind) => {
    expect(parse(role, body).kind).toBe(kind);
  });

  test('counts every list of that name', () => {
    const lists = `{"manifests":${JSON.stringify(many(1001))},"Manifests":[]}`;

    expect(parse('index', lists)).toEqual({ kind: 'too-large' });
  });

  test('says nothing of a document that containerd refuses', () => {
    expect(parse('index', { manifests: many(1001), config: {} }).kind).toBe('malformed');
  });
});

describe('schema 1', () => {
  const signed = {
    fsLayers: [{ blobSum: 'x' }],
    history: [{ v1Compatibility: '{}' }],
    signatures: [{ protected: '' }],
  };

  test.each<[object, Document]>([
    [signed, { kind: 'schema-1' }],
    [
      { ...signed, signatures: [] },
      { kind: 'malformed', error: 'no signatures' },
    ],
    [
      { ...signed, history: [] },
      { kind: 'malformed', error: 'invalid schema 1 manifest, history and layer mismatch' },
    ],
    [
      { ...signed, manifests: [] },
      { kind: 'malformed', error: 'converter: expected schema1 document but found extra keys' },
    ],
    [[], { kind: 'malformed', error: 'json: cannot unmarshal array into Go value of type schema1.manifest' }],
  ])('%j', (body, document) => {
    expect(parse('schema-1', body)).toEqual(document);
  });

  test.each(['null', '', '<html>'])('%s', (body) => {
    expect(parse('schema-1', body).kind).toBe('malformed');
  });
});

describe('configs', () => {
  test.each<[string, object]>([
    ['{}', { platform: { os: '', architecture: '' }, diffIds: 0 }],
    [
      '{"os":"linux","architecture":"arm","variant":"v7","rootfs":{"type":"layers","diff_ids":["a","b"]},"config":{"Env":["A=B"],"Labels":null}}',
      { platform: { os: 'linux', architecture: 'arm', variant: 'v7' }, diffIds: 2 },
    ],
    [
      '{"os":"linux","architecture":"amd64","config":"chart"}',
      {
        platform: { os: 'linux', architecture: 'amd64' },
        diffIds: 0,
        error: 'json: cannot unmarshal string into Go struct field Image.config of type v1.ImageConfig',
      },
    ],
    [
      '{"architecture":5}',
      { error: 'json: cannot unmarshal number into Go struct field Image.Platform.architecture of type string' },
    ],
    [
      '{"rootfs":5}',
      {
        platform: { os: '', architecture: '' },
        error: 'json: cannot unmarshal number into Go struct field Image.rootfs of type v1.RootFS',
      },
    ],
    ['not json', { error: expect.stringContaining('invalid character') }],
  ])('%s', (body, config) => {
    expect(parse('config', body)).toEqual({ kind: 'config', config });
  });
});

test('any bytes make some document', () => {
  const roles = fc.constantFrom<DocumentRole>('manifest', 'index', 'config', 'schema-1');
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => new TextEncoder().encode(text)),
  );
  fc.assert(
    fc.property(roles, bytes, (role, body) => {
      expect([role, 'malformed', 'too-large']).toContain(parseDocument(role, body, 'x', digest).kind);
    }),
  );
});

test.each<[string, DocumentRole, string]>([
  ['nesting', 'manifest', '['.repeat(4_000_000)],
  ['nesting that Go reads', 'manifest', `{"x":${'['.repeat(9000)}${']'.repeat(9000)}}`],
  ['a string', 'index', `{"mediaType":"${'é'.repeat(2_000_000)}"}`],
  ['a list', 'index', `{"manifests":[${'{},'.repeat(300_000)}{}]}`],
  ['entries that know their names', 'index', `{${'"__proto__":{"manifests":[]},'.repeat(50_000)}"x":1}`],
])('%s of megabytes makes some document', (_what, role, body) => {
  expect(['malformed', 'too-large', role]).toContain(parse(role, body).kind);
});
