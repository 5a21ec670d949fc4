import { describe, expect, test } from 'vitest';
import type { Wanted } from '../../../src/core/content/content.ts';
import type { PullOutcome } from '../../../src/core/content/outcome.ts';
import { pullContent } from '../../../src/core/content/pull-content.ts';
import type { Puller } from '../../../src/core/content/puller.ts';
import { dockerSchema1, ociConfig, ociManifest } from '../../../src/core/image/media-type.ts';
import { amd64, asRoot, type DescriptorJson, ociLayer, pullers, Repository } from './repository.ts';

const linux = (architecture: string): object => ({ platform: { os: 'linux', architecture } });
const onAmd64 = linux('amd64');

/** `pulled` with its position and notes, or the cause of the failure. */
function summary(outcome: PullOutcome): string {
  switch (outcome.kind) {
    case 'pulled':
      return [`pulled ${outcome.chosen.position.join('/')}`, ...outcome.notes.map(({ kind }) => kind)].join(' ').trim();
    case 'fails':
      return outcome.cause.kind === 'missing' ? `missing ${outcome.cause.role}` : outcome.cause.kind;
    case 'unknown':
      return `unknown ${outcome.why}`;
    case 'needs':
      return 'needs';
  }
}

type Build = (repository: Repository) => DescriptorJson;
type Case = readonly [name: string, build: Build, of17: string, transfer: string, local: string];

/** Each of these, or one made like it, was pulled through CRI by containerd 1.7.35 and 2.4.2 (both ways), with these results. */
const seenOnNodes: readonly Case[] = [
  ['an image', (r) => r.image(amd64), 'pulled', 'pulled', 'pulled'],
  ['an index', (r) => r.index([r.image(amd64, onAmd64)]), 'pulled 0', 'pulled 0', 'pulled 0'],
  ['an index without the platform', (r) => r.index([r.image({}, linux('s390x'))]), 'no-match', 'no-match', 'no-match'],
  ['an entry without a platform', (r) => r.index([r.image(amd64)]), 'pulled 0', 'pulled 0', 'pulled 0'],
  [
    'an entry without a platform beside one of another platform',
    (r) => r.index([r.image(amd64), r.image({}, linux('s390x'))]),
    'entry-without-platform',
    'entry-without-platform',
    'entry-without-platform',
  ],
  [
    'two entries without a platform, the first one wrong',
    (r) => r.index([r.image({ os: 'linux', architecture: 's390x' }), r.image(amd64)]),
    'no-match',
    'no-match',
    'no-match',
  ],
  [
    'a fallback architecture',
    (r) => r.index([r.image({}, linux('386'))]),
    'pulled 0',
    'fallback-not-downloaded',
    'pulled 0',
  ],
  [
    'a fallback architecture beside an entry without a platform',
    (r) => r.index([r.image({}, linux('386')), r.image(amd64)]),
    'pulled 0',
    'fallback-not-downloaded',
    'pulled 0',
  ],
  [
    'a chart: no layer of a known type',
    (r) =>
      r.manifest(r.add('application/vnd.cncf.helm.config.v1+json', { name: 'x', version: '1' }), [
        r.layer('application/vnd.cncf.helm.chart.content.v1.tar+gzip'),
      ]),
    'pulled  artifact',
    'pulled  artifact',
    'pulled  artifact',
  ],
  [
    'an artifact with layers and an empty config',
    (r) => r.manifest(r.add('application/vnd.oci.empty.v1+json', {}), [r.layer()]),
    'artifact',
    'pulled  artifact',
    'artifact',
  ],
  [
    'an artifact that is made like an image',
    (r) => r.manifest(r.config(amd64, 1, 'application/vnd.example'), [r.layer()]),
    'artifact',
    'pulled  artifact',
    'artifact',
  ],
  [
    'a config of the type that ancient builders wrote',
    (r) => r.manifest(r.config(amd64, 1, 'application/octet-stream'), [r.layer()]),
    'artifact',
    'pulled  artifact',
    'artifact',
  ],
  [
    'more layers than the config lists',
    (r) => r.manifest(r.config(amd64, 0), [r.layer()]),
    'layers-mismatch',
    'layers-mismatch',
    'layers-mismatch',
  ],
  ['no layers', (r) => r.manifest(r.config(amd64, 0), []), 'pulled', 'pulled', 'pulled'],
  [
    'layers of unknown types only',
    (r) => r.manifest(r.config(amd64, 1), [r.layer('application/vnd.x')]),
    'layers-mismatch',
    'pulled',
    'layers-mismatch',
  ],
  [
    'a config that is no image config',
    (r) => r.manifest(r.add(ociConfig, { created: 'yesterday' }), []),
    'malformed-config',
    'malformed-config',
    'malformed-config',
  ],
  [
    'an entry beside the chosen one whose layers do not fit',
    (r) => r.index([r.image(amd64, onAmd64), r.manifest(r.config(amd64, 0), [r.layer()], onAmd64)]),
    'pulled 0',
    'layers-mismatch',
    'pulled 0',
  ],
  [
    'an empty layer',
    (r) => r.manifest(r.config(amd64, 1), [r.add(ociLayer, '')]),
    'malformed',
    'malformed',
    'malformed',
  ],
  [
    'an entry of a type that is kept among the blobs',
    (r) => r.index([r.image(amd64, onAmd64), r.add('application/vnd.oci.artifact.manifest.v1+json', {})]),
    'pulled 0',
    'pulled 0',
    'pulled 0',
  ],
  [
    'a missing entry of such a type',
    (r) => {
      const entry = r.add('application/vnd.oci.artifact.manifest.v1+json', {});
      r.remove(entry);
      return r.index([r.image(amd64, onAmd64), entry]);
    },
    'pulled 0',
    'missing child',
    'pulled 0',
  ],
  [
    'a chosen entry of such a type',
    (r) => r.index([r.add('application/vnd.oci.artifact.manifest.v1+json', {}, onAmd64)]),
    'unsupported-media-type',
    'unsupported-media-type',
    'unsupported-media-type',
  ],
  [
    'schema 1 without a signature',
    (r) => r.add(dockerSchema1, { schemaVersion: 1 }),
    'malformed',
    'schema-1',
    'schema-1',
  ],
  [
    'schema 1 in an index',
    (r) => r.index([r.add(dockerSchema1, { schemaVersion: 1 }, onAmd64)]),
    'schema-1',
    'schema-1',
    'schema-1',
  ],
  [
    'an image for another machine, without an index',
    (r) => r.image({ os: 'windows', architecture: 'arm64' }),
    'pulled  built-for-other-platform',
    'pulled  built-for-other-platform',
    'pulled  built-for-other-platform',
  ],
  ['a missing config', (r) => without(r, r.config(amd64, 1)), 'missing config', 'missing config', 'missing config'],
  ['a missing layer', (r) => withoutLayer(r), 'missing layer', 'missing layer', 'missing layer'],
  ['a missing entry', (r) => withGone(r, [onAmd64]), 'missing child', 'missing child', 'missing child'],
  [
    'a missing entry beside the chosen one',
    (r) => withGone(r, [onAmd64], r.image(amd64, onAmd64)),
    'pulled 0',
    'missing child',
    'pulled 0',
  ],
  [
    'a missing entry without a platform beside the chosen one',
    (r) => withGone(r, [{}], r.image(amd64, onAmd64)),
    'pulled 0',
    'missing child',
    'pulled 0',
  ],
  [
    'a digest that is none',
    (r) => r.index([r.image(amd64, { ...onAmd64, digest: 'sha256:abc' })]),
    'malformed',
    'malformed',
    'malformed',
  ],
  ['no digest', (r) => r.index([r.image(amd64, { ...onAmd64, digest: '' })]), 'malformed', 'malformed', 'malformed'],
  [
    'a negative size',
    (r) => r.index([r.image(amd64, { ...onAmd64, size: -1 })]),
    'malformed',
    'malformed',
    'malformed',
  ],
  [
    'a size too small',
    (r) => r.index([r.image(amd64, { ...onAmd64, size: 5 })]),
    'size-mismatch',
    'size-mismatch',
    'size-mismatch',
  ],
  [
    'an entry that holds its content',
    (r) => r.index([r.inlined(r.image(amd64, onAmd64))]),
    'pulled 0',
    'pulled 0',
    'pulled 0',
  ],
  [
    'content of the right size and wrong bytes',
    (r) => {
      const entry = r.image(amd64, onAmd64);
      return r.index([{ ...entry, data: Buffer.alloc(entry.size, 'a').toString('base64') }]);
    },
    'digest-mismatch',
    'digest-mismatch',
    'digest-mismatch',
  ],
  [
    'a manifest served as JSON',
    (r) => ({ ...r.image(amd64), mediaType: 'application/json' }),
    'unsupported-media-type',
    'unsupported-media-type',
    'unsupported-media-type',
  ],
  [
    'members of one name are merged',
    (r) => {
      const [config, layer] = [r.config(amd64, 1), r.layer()];
      return r.add(ociManifest, `{"config":${JSON.stringify(config)},"layers":[${JSON.stringify(layer)}],"config":{}}`);
    },
    'pulled',
    'pulled',
    'pulled',
  ],
  [
    'a config that is for another platform',
    (r) => r.manifest({ ...r.config(amd64, 0), ...linux('s390x') }, []),
    'malformed',
    'malformed',
    'malformed',
  ],
  [
    'a layer that is for another platform',
    (r) => r.manifest(r.config(amd64, 1), [{ ...r.layer(), ...linux('s390x') }]),
    'layers-mismatch',
    'pulled',
    'layers-mismatch',
  ],
  ['an index as a layer', (r) => r.manifest(r.config(amd64, 0), [r.index([])]), 'no-match', 'no-match', 'no-match'],
];

function without(repository: Repository, config: DescriptorJson): DescriptorJson {
  repository.remove(config);
  return repository.manifest(config, [repository.layer()]);
}

function withoutLayer(repository: Repository): DescriptorJson {
  const layer = repository.layer();
  repository.remove(layer);
  return repository.manifest(repository.config(amd64, 1), [layer]);
}

/** An index whose last entries were deleted. */
function withGone(r: Repository, gone: readonly object[], ...entries: readonly DescriptorJson[]): DescriptorJson {
  const removed = gone.map((more) => r.image(amd64, more));
  for (const entry of removed) r.remove(entry);
  return r.index([...entries, ...removed]);
}

describe.each(seenOnNodes)('%s', (_name, build, of17, transfer, local) => {
  test.each([
    ['1.7', of17],
    ['2.4 transfer', transfer],
    ['2.4 local', local],
  ] as const)('%s', (puller, expected) => {
    const repository = new Repository();

    const outcome = repository.pull(build(repository), pullers[puller]);

    expect(summary(outcome)).toBe(expected.trim());
  });
});

describe('what is asked for', () => {
  const transfer = pullers['2.4 transfer'];

  test('nothing that a pull does not need, each thing once, from where containerd takes it', () => {
    const repository = new Repository();
    const config = repository.config(amd64, 2);
    const layer = repository.layer();
    const image = repository.manifest(config, [layer, layer], onAmd64);
    const other = repository.image({}, linux('arm64'));
    const root = repository.index([other, image, image]);

    repository.pull(root, transfer);

    expect(repository.asked).toEqual([
      `manifests index ${root.digest}`,
      `manifests manifest ${image.digest}`,
      `blobs config ${config.digest}`,
      `blobs blob ${layer.digest}`,
    ]);
  });

  test('no layer, unless somebody wants to know', () => {
    const repository = new Repository();

    const outcome = repository.pull(withoutLayer(repository), transfer, amd64, false);

    expect(summary(outcome)).toBe('pulled');
    expect(repository.asked.filter((asked) => asked.startsWith('blobs blob'))).toEqual([]);
  });

  test('no layer that containerd would not fetch', () => {
    const repository = new Repository();
    const layer = repository.layer();

    const outcome = repository.pull(repository.manifest(repository.add('application/vnd.x', {}), [layer]), transfer);

    expect(outcome).toMatchObject({ kind: 'pulled', layers: [] });
  });

  test.each([
    ['urls', { urls: ['https://example.com/x'] }],
    ['a non-distributable type', { mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip' }],
    ['a foreign type', { mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }],
  ])('no layer with %s', (_what, more) => {
    const repository = new Repository();
    const layer = repository.layer();
    repository.remove(layer);

    const outcome = repository.pull(
      repository.manifest(repository.config(amd64, 1), [{ ...layer, ...more }]),
      transfer,
    );

    expect(outcome).toMatchObject({ kind: 'pulled', layers: [], notes: [] });
  });

  test('an empty list of urls is none', () => {
    const repository = new Repository();

    const outcome = repository.pull(repository.index([repository.image(amd64, { ...onAmd64, urls: [] })]), transfer);

    expect(summary(outcome)).toBe('pulled 0');
  });

  test('the descriptor of inline content, so that somebody with a hash function looks at it', () => {
    const repository = new Repository();
    const root = repository.manifest(repository.inlined(repository.config(amd64, 0)), []);
    const content = repository.read({ descriptor: asRoot(root), as: 'manifest', from: 'manifests' });

    const outcome = pullContent(asRoot(root), ({ as }) => (as === 'manifest' ? content : undefined), amd64, transfer);

    expect(outcome).toMatchObject({ kind: 'needs', wanted: [{ as: 'config', from: 'inline' }] });
  });
});

/** Twenty indexes of a thousand entries each. */
const nested: Build = (r) =>
  r.index(
    Array.from({ length: 20 }, (_, index) =>
      r.index(Array.from({ length: 1000 }, () => ({ ...r.layer(), mediaType: `application/x-${index}` }))),
    ),
  );

function pullUnread(build: Build, puller: Puller, isUnread: (wanted: Wanted) => boolean): PullOutcome {
  const repository = new Repository();
  const root = build(repository);
  return pullContent(
    asRoot(root),
    (wanted) => (isUnread(wanted) ? { kind: 'unread' } : repository.read(wanted)),
    amd64,
    puller,
  );
}

const artifactLikeImage: Build = (r) => r.manifest(r.config(amd64, 1, 'application/vnd.example'), [r.layer()]);

describe('what could not be found out', () => {
  const { '1.7': of17, '2.4 transfer': transfer } = pullers;

  test('the index', () => {
    expect(
      pullUnread(
        (r) => r.index([]),
        of17,
        () => true,
      ),
    ).toMatchObject({ kind: 'unknown', why: 'unread' });
  });

  test('a manifest', () => {
    const outcome = pullUnread(
      (r) => r.index([r.image(amd64, onAmd64)]),
      transfer,
      ({ as }) => as === 'manifest',
    );

    expect(summary(outcome)).toBe('unknown unread');
  });

  test('a config does not matter where the index names the platform', () => {
    const outcome = pullUnread(
      (r) => r.index([r.image(amd64, onAmd64)]),
      of17,
      ({ as }) => as === 'config',
    );

    expect(summary(outcome)).toBe('pulled 0 unread');
  });

  test('a config matters where the index names no platform', () => {
    const outcome = pullUnread(
      (r) => r.index([r.image(amd64)]),
      of17,
      ({ as }) => as === 'config',
    );

    expect(summary(outcome)).toBe('unknown unread');
  });

  test('the config of an artifact', () => {
    const outcome = pullUnread(artifactLikeImage, of17, ({ as }) => as === 'config');

    expect(summary(outcome)).toBe('pulled  unread artifact');
  });

  test('a manifest at other addresses', () => {
    const outcome = pullUnread(
      (r) => r.index([r.image(amd64, { urls: ['https://a/b'] })]),
      of17,
      () => false,
    );

    expect(summary(outcome)).toBe('unknown foreign');
  });

  test('an index of more entries than we look at', () => {
    const outcome = pullUnread(
      (r) => r.index(Array.from({ length: 1001 }, () => ({}))),
      transfer,
      () => false,
    );

    expect(summary(outcome)).toBe('unknown too-large');
  });

  test('indexes of indexes with more entries than we look at', () => {
    expect(summary(pullUnread(nested, transfer, () => false))).toBe('unknown too-large');
  });

  test('a definite failure beside it is told all the same', () => {
    const unreadable = { digest: '' };
    const build: Build = (r) => {
      const entry = r.image(amd64, onAmd64);
      unreadable.digest = entry.digest;
      return withGone(r, [onAmd64], entry);
    };

    const outcome = pullUnread(build, transfer, ({ descriptor }) => descriptor.digest === unreadable.digest);

    expect(summary(outcome)).toBe('missing child');
  });
});

describe('what is told of a failure', () => {
  test('the platforms that an index offers, where none suits', () => {
    const repository = new Repository();
    const root = repository.index([repository.image({}, linux('s390x')), repository.image({}, linux('arm64'))]);

    expect(repository.pull(root, pullers['1.7'])).toEqual({
      kind: 'fails',
      cause: {
        kind: 'no-match',
        offers: [
          { os: 'linux', architecture: 's390x' },
          { os: 'linux', architecture: 'arm64' },
        ],
      },
      because: asRoot(root),
      error: 'no match for platform in manifest: not found',
      downloaded: [],
    });
    expect(repository.pull(root, pullers['2.4 transfer'])).toMatchObject({
      error: `no match for platform in manifest ${root.digest}: not found`,
    });
  });

  test('the platform of an entry that was chosen and not downloaded', () => {
    const repository = new Repository();
    const root = repository.index([repository.image({}, linux('386'))]);

    expect(repository.pull(root, pullers['2.4 transfer'])).toMatchObject({
      cause: { kind: 'fallback-not-downloaded', platform: { os: 'linux', architecture: '386' } },
      because: { platform: { architecture: '386' } },
    });
  });

  test('the missing blob, in the words of an event', () => {
    const repository = new Repository();
    const root = withoutLayer(repository);
    const outcome = repository.pull(root, pullers['2.4 local']);
    const because = outcome.kind === 'fails' ? outcome.because : undefined;

    expect(outcome).toMatchObject({
      error: `failed to copy: httpReadSeeker: failed open: could not fetch content descriptor ${because?.digest} (${ociLayer}) from remote: not found`,
    });
  });

  test.each([
    ['2.0', 'local', 'schema-1', 'CONTAINERD_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE=1'],
    ['2.1', 'local', 'schema-1', 'is no longer supported since containerd v2.1'],
    ['2.1', 'transfer', 'schema-1', 'schema 1 image manifests are no longer supported: invalid argument'],
  ] as const)('schema 1, containerd %s, %s', (generation, path, expected, error) => {
    const repository = new Repository();
    const root = repository.add(dockerSchema1, { fsLayers: [], history: [], signatures: [{ protected: '' }] });

    const outcome = repository.pull(root, { generation, path });

    expect(summary(outcome)).toBe(expected);
    expect(outcome).toMatchObject({ error: expect.stringContaining(error) });
  });

  test('schema 1 is converted by 1.7', () => {
    const repository = new Repository();
    const root = repository.add(dockerSchema1, { fsLayers: [], history: [], signatures: [{ protected: '' }] });

    expect(summary(repository.pull(root, pullers['1.7']))).toBe('pulled  converted-schema-1');
  });

  test('texts of a hostile registry are cut', () => {
    const repository = new Repository();
    const root = repository.index([{ ...repository.image(amd64), mediaType: 'x'.repeat(1_000_000), ...onAmd64 }]);

    const outcome = repository.pull(root, pullers['2.4 transfer']);

    expect(outcome.kind === 'fails' && outcome.error.length).toBeLessThan(1100);
  });

  test('size and digest of a document are not what its descriptor says: two descriptors, one of them right', () => {
    const repository = new Repository();
    const image = repository.image(amd64, onAmd64);
    const root = repository.index([{ ...image, size: image.size + 1 }, image]);

    expect(summary(repository.pull(root, pullers['2.4 transfer']))).toBe('pulled 0');
    expect(summary(repository.pull(root, pullers['2.4 local']))).toBe('size-mismatch');
  });
});

test('content that many entries name is looked at once', () => {
  const repository = new Repository();
  const thousand = (entry: DescriptorJson): DescriptorJson =>
    repository.index(
      Array.from({ length: 1000 }, () => entry),
      onAmd64,
    );
  const root = thousand(thousand(thousand(repository.image(amd64, onAmd64))));

  expect(summary(repository.pull(root, pullers['2.4 transfer']))).toBe('pulled 0/0/0');
});

test('what was downloaded is told by position', () => {
  const repository = new Repository();
  const entries = Array.from({ length: 11 }, () => repository.image(amd64, onAmd64));
  const root = repository.index([repository.index(entries, onAmd64), repository.image(amd64, onAmd64)]);
  const outcome = repository.pull(root, pullers['2.4 transfer']);

  const positions = outcome.kind === 'pulled' ? outcome.downloaded.map(({ position }) => position.join('/')) : [];

  expect(positions).toEqual(['0', ...entries.map((_, index) => `0/${index}`), '1']);
});

test.each([
  ['1.7', 'no-match'],
  ['2.0', 'pulled 0'],
] as const)(
  'the variant in a config counts for an entry without a platform from 2.0 on: %s',
  (generation, expected) => {
    const repository = new Repository();
    const armV6 = { os: 'linux', architecture: 'arm', variant: 'v6' };

    const outcome = repository.pull(repository.index([repository.image(armV6)]), { generation, path: 'local' }, armV6);

    expect(summary(outcome)).toBe(expected);
  },
);

test('1.7 wants the whole config to be one before it looks at its platform', () => {
  const repository = new Repository();
  const config = repository.add(ociConfig, { ...amd64, created: 'yesterday' });
  const root = repository.index([repository.manifest(config, [])]);

  expect(repository.pull(root, pullers['1.7'])).toMatchObject({
    cause: { kind: 'malformed-config' },
    error: 'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00"',
  });
});

function pullBesideChosen(generation: '2.2' | '2.3'): PullOutcome {
  const repository = new Repository();
  const config = repository.add(ociConfig, { ...amd64, created: 'yesterday', rootfs: { diff_ids: ['x'] } });
  const entries = [repository.image(amd64, onAmd64), repository.manifest(config, [repository.layer()], onAmd64)];
  return repository.pull(repository.index(entries), { generation, path: 'transfer' });
}

describe('of a config that is only unpacked', () => {
  test('2.2 reads everything', () => {
    expect(pullBesideChosen('2.2')).toMatchObject({
      cause: { kind: 'malformed-config' },
      error: 'unmarshal image config: parsing time "yesterday" as "2006-01-02T15:04:05Z07:00"',
    });
  });

  test('2.3 reads what it uses', () => {
    expect(summary(pullBesideChosen('2.3'))).toBe('pulled 0');
  });
});

test('a failure after the download tells what was downloaded', () => {
  const repository = new Repository();
  const root = repository.index([repository.image(amd64), repository.image({}, linux('s390x'))]);

  expect(repository.pull(root, pullers['2.4 transfer'])).toMatchObject({ downloaded: [{ position: [0] }] });
});

test.each([
  [undefined, 'could not fetch content descriptor'],
  [{ kind: 'absent' }, 'could not fetch content descriptor'],
  [{ kind: 'present' }, 'unexpected media type application/json for '],
] as const)('a type that containerd does not know, when its blob is %o', (content, error) => {
  const root = { mediaType: 'application/json', digest: `sha256:${'a'.repeat(64)}`, size: 1, hasUrls: false };

  expect(pullContent(root, () => content, amd64, pullers['1.7'])).toMatchObject({
    kind: 'fails',
    error: expect.stringContaining(error),
  });
});

describe('docker zstd layers and EROFS are layers to newer versions only', () => {
  test.each([
    ['application/vnd.docker.image.rootfs.diff.tar.zstd', '1.7', 'layers-mismatch'],
    ['application/vnd.docker.image.rootfs.diff.tar.zstd', '2.0', 'pulled'],
    ['application/vnd.erofs.layer.v1', '2.2', 'layers-mismatch'],
    ['application/vnd.erofs.layer.v1', '2.3', 'pulled'],
  ] as const)('%s in %s', (mediaType, generation, expected) => {
    const repository = new Repository();
    const root = repository.manifest(repository.config(amd64, 1), [repository.layer(mediaType)]);

    expect(summary(repository.pull(root, { generation, path: 'local' }))).toBe(expected);
  });
});
