/** What a reference leads to: manifests, indexes, platforms, and parts that are missing. */
import {
  blobOf,
  buildImage,
  buildIndex,
  documentOf,
  type Image,
  mediaTypes,
} from '../../tools/embedded-registry/image.ts';
import type { SceneAnswer } from '../nodes/scene.ts';
import { amd64, anImage, anIndexOf, app, arm64, mark, registryWith } from './images.ts';
import { nothing, type Scenario } from './scenario.ts';

const noMatch = ['no-matching-platform certain'];
const incomplete = ['incomplete-image certain'];
const unsupported = ['unsupported-manifest certain'];
const unclear = ['registry-error unconfirmed'];

type Offered = readonly [name: string, image: Image, finds: Scenario['finds'], rows: readonly string[]];

const platform = (architecture: string, variant?: string, os = 'linux') => ({
  os,
  architecture,
  ...(variant !== undefined && { variant }),
});
const unknown = { os: 'unknown', architecture: 'unknown' };

/** An index whose entries say nothing of their platform. */
function withoutPlatforms(...images: readonly Image[]): Image {
  const manifests = images.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
  return documentOf(
    mediaTypes.index,
    { schemaVersion: 2, mediaType: mediaTypes.index, manifests },
    { children: images },
  );
}

function nested(inner: Image): Image {
  const { mediaType, digest, size } = inner;
  return documentOf(
    mediaTypes.index,
    { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [{ mediaType, digest, size }] },
    { children: [inner] },
  );
}

function without(image: Image, part: 'child' | 'config' | 'layer'): Image {
  if (part === 'child') return { ...image, children: [] };
  return { ...image, blobs: image.blobs.filter((_blob, index) => index !== (part === 'config' ? 0 : 1)) };
}

const dockerTypes = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar',
};

/** The same image in the words of Docker. */
function dockerImage(architecture = 'amd64'): Image {
  const layer = blobOf(Buffer.concat([Buffer.alloc(1024), Buffer.from(mark())]));
  const config = blobOf({
    os: 'linux',
    architecture,
    config: { Cmd: ['/true'] },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  return documentOf(
    dockerTypes.manifest,
    {
      schemaVersion: 2,
      mediaType: dockerTypes.manifest,
      config: { mediaType: dockerTypes.config, digest: config.digest, size: config.bytes.length },
      layers: [{ mediaType: dockerTypes.layer, digest: layer.digest, size: layer.bytes.length }],
    },
    { blobs: [config, layer] },
  );
}

function dockerList(): Image {
  const image = dockerImage();
  const { mediaType, digest, size } = image;
  return documentOf(
    dockerTypes.list,
    { schemaVersion: 2, mediaType: dockerTypes.list, manifests: [{ mediaType, digest, size, platform: amd64 }] },
    { children: [image] },
  );
}

type Parts = {
  readonly configType?: string;
  readonly config?: object;
  readonly layerType?: string;
  readonly layers?: number;
  readonly diffIds?: number;
  readonly artifactType?: string;
  readonly annotation?: string;
};

function made({
  configType = mediaTypes.config,
  config,
  layerType = mediaTypes.layer,
  layers = 1,
  diffIds = layers,
  artifactType,
  annotation,
}: Parts): Image {
  const contents = Array.from({ length: Math.max(layers, diffIds) }, () =>
    blobOf(Buffer.concat([Buffer.alloc(1024), Buffer.from(mark())])),
  );
  const configBlob = blobOf(
    config ?? {
      ...amd64,
      config: {},
      rootfs: { type: 'layers', diff_ids: contents.slice(0, diffIds).map(({ digest }) => digest) },
    },
  );
  return documentOf(
    mediaTypes.manifest,
    {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      ...(artifactType !== undefined && { artifactType }),
      config: { mediaType: configType, digest: configBlob.digest, size: configBlob.bytes.length },
      layers: contents
        .slice(0, layers)
        .map(({ digest, bytes }) => ({ mediaType: layerType, digest, size: bytes.length })),
      ...(annotation !== undefined && { annotations: { a: annotation } }),
    },
    { blobs: [configBlob, ...contents] },
  );
}

function indexOfMissing(part: 'config' | 'layer'): Image {
  return buildIndex([[amd64, without(anImage(), part)]]);
}

const offered: readonly Offered[] = [
  ['an index for the node', anIndexOf(amd64), nothing, ['A15']],
  ['an index with an attestation', anIndexOf(amd64, unknown), nothing, ['A15']],
  ['an index whose entries name no platform', withoutPlatforms(anImage()), nothing, ['A15']],
  [
    'an index whose only entry names no platform and is built for arm64',
    withoutPlatforms(buildImage(arm64, mark())),
    noMatch,
    ['A15'],
  ],
  ['an index with entries of which one names no platform', buildIndexWithBare(), noMatch, ['A15']],
  ['an index for arm64 alone', anIndexOf(arm64), noMatch, ['A11']],
  ['an index for windows alone', anIndexOf(platform('amd64', undefined, 'windows')), noMatch, ['A11']],
  ['an index for amd64/v2 alone', anIndexOf(platform('amd64', 'v2')), noMatch, ['B13']],
  ['an index for amd64/v1', anIndexOf(platform('amd64', 'v1')), nothing, ['A16']],
  ['an index for x86_64', anIndexOf(platform('x86_64')), nothing, ['A16']],
  ['an index for AMD64 in upper case', anIndexOf(platform('AMD64')), nothing, ['A16']],
  ['an index for Linux in upper case', anIndexOf(platform('amd64', undefined, 'Linux')), nothing, ['A16']],
  [
    'an index for 386 alone',
    anIndexOf(platform('386')),
    { '1.7': nothing, '2.4': ['no-matching-platform likely'] },
    ['A14', 'B14'],
  ],
  ['an index for 386 and amd64', anIndexOf(platform('386'), amd64), nothing, ['A14']],
  [
    'an index without entries',
    documentOf(mediaTypes.index, { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] }),
    noMatch,
    ['A11'],
  ],
  ['an index within an index', nested(anIndexOf(amd64)), nothing, ['A15']],
  ['an index within an index, for arm64 alone', nested(anIndexOf(arm64)), noMatch, ['A15']],
  ['two entries for the node, the first of them lost', buildTwice('first'), incomplete, ['B11']],
  [
    'two entries for the node, the second of them lost',
    buildTwice('second'),
    { '1.7': nothing, '2.4': ['incomplete-image likely'] },
    ['B11'],
  ],
  ['an index that has lost the manifest of the node', without(anIndexOf(amd64), 'child'), incomplete, ['B11']],
  ['an index that has lost the manifest of another platform', withLost(arm64), nothing, ['B11']],
  ['an image that has lost its config', without(anImage(), 'config'), ['incomplete-image likely'], ['B12']],
  ['an index whose image has lost its config', indexOfMissing('config'), ['incomplete-image likely'], ['B12']],
  ['a manifest of Docker', dockerImage(), nothing, ['A15']],
  ['a manifest list of Docker', dockerList(), nothing, ['A15']],
  [
    'a config with an empty platform',
    made({ config: { config: {}, rootfs: { type: 'layers', diff_ids: [] } }, layers: 0 }),
    nothing,
    ['A13'],
  ],
  [
    'a helm chart',
    made({
      configType: 'application/vnd.cncf.helm.config.v1+json',
      config: { name: 'chart' },
      layerType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
    }),
    ['unsupported-manifest advice'],
    ['B26'],
  ],
  [
    'an artifact with an empty config',
    made({
      configType: 'application/vnd.oci.empty.v1+json',
      config: {},
      layerType: 'text/plain',
      artifactType: 'application/vnd.example',
    }),
    ['unsupported-manifest advice'],
    ['B26'],
  ],
  ['a manifest of 4.4 MB', made({ annotation: 'a'.repeat(4_400_000) }), unsupported, ['B29']],
  ['a manifest of 4.1 MB', made({ annotation: 'a'.repeat(4_100_000) }), nothing, ['B29']],
  [
    'a manifest that is no JSON',
    { ...documentOf(mediaTypes.manifest, {}), ...blobOf('this is text'), size: 12 },
    unsupported,
    ['B28'],
  ],
  [
    'a manifest without a config',
    documentOf(mediaTypes.manifest, { schemaVersion: 2, mediaType: mediaTypes.manifest, layers: [] }),
    unsupported,
    ['B28'],
  ],
  ['a config that is no JSON', madeWithConfig('no json'), unsupported, ['B28']],
  ['fewer layers than diff ids', made({ layers: 1, diffIds: 2 }), unsupported, ['B28']],
  ['more layers than diff ids', made({ layers: 2, diffIds: 1 }), unsupported, ['B28']],
];

function buildIndexWithBare(): Image {
  const bare = anImage();
  const arm = buildImage(arm64, mark());
  const manifests = [{ ...described(arm), platform: arm64 }, described(bare)];
  return documentOf(
    mediaTypes.index,
    { schemaVersion: 2, mediaType: mediaTypes.index, manifests },
    { children: [arm, bare] },
  );
}

function described({ mediaType, digest, size }: Image) {
  return { mediaType, digest, size };
}

function buildTwice(lost: 'first' | 'second'): Image {
  const images = [anImage(), anImage()];
  const index = buildIndex(images.map((image) => [amd64, image]));
  return { ...index, children: images.filter((_image, place) => place !== (lost === 'first' ? 0 : 1)) };
}

function withLost(lost: typeof amd64): Image {
  const index = anIndexOf(amd64, lost);
  return { ...index, children: index.children.slice(0, 1) };
}

function madeWithConfig(text: string): Image {
  const config = blobOf(text);
  const layer = blobOf(Buffer.concat([Buffer.alloc(1024), Buffer.from(mark())]));
  return documentOf(
    mediaTypes.manifest,
    {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: { mediaType: mediaTypes.config, digest: config.digest, size: config.bytes.length },
      layers: [{ mediaType: mediaTypes.layer, digest: layer.digest, size: layer.bytes.length }],
    },
    { blobs: [config, layer] },
  );
}

type Typed = readonly [contentType: string | undefined, finds: Scenario['finds']];

/** Content-Type is taken literally. */
const typed: readonly Typed[] = [
  [undefined, unsupported],
  ['application/json', unsupported],
  ['text/plain', unsupported],
  ['text/html', unsupported],
  ['application/octet-stream', unsupported],
  [`${mediaTypes.manifest}; charset=utf-8`, nothing],
  [dockerTypes.manifest, nothing],
];

function typedScene([contentType, finds]: Typed): Scenario {
  const image = anImage();
  const headers = {
    ...(contentType !== undefined && { 'content-type': contentType }),
    'docker-content-digest': image.digest,
  };
  const answers: readonly SceneAnswer[] = [{ path: /manifests/, status: 200, headers, body: image.bytes }];
  return {
    name: `a manifest served as ${contentType ?? 'nothing'}`,
    image: app,
    hosts: registryWith(image, { answers }),
    rows: ['B10'],
    finds,
  };
}

export const contentScenes: readonly Scenario[] = [
  ...offered.map(
    ([name, image, finds, rows]): Scenario => ({ name, image: app, hosts: registryWith(image), rows, finds }),
  ),
  ...typed.map(typedScene),
  {
    name: 'a login page in place of a manifest',
    image: app,
    hosts: registryWith(anImage(), {
      answers: [
        { path: /manifests/, status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' },
      ],
    }),
    rows: ['B10'],
    finds: unclear,
    undecidable: 'something before the registry may have answered',
  },
];
