/**
 * Manifests, indexes, configs and schema 1 documents as containerd reads them: what it would refuse is `malformed`, with
 * its words. Bytes come in verified against their digest. Whether anything named in them exists is not known here.
 */
import { decodeGoJson, goField, goInt64, goMap, goPointer, goRaw, goSlice, goString, goStruct } from '../go/decode.ts';
import { type GoJson, membersNamed, parseGoJson } from '../go/json.ts';
import { hasMoreValues } from '../go/json-values.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';
import { mediaKindOf } from '../image/media-type.ts';
import { type Descriptor, descriptorOf, goDescriptor } from './descriptor.ts';
import { errorText } from './error-text.ts';
import { type ImageConfig, parseImageConfig } from './image-config.ts';
import { faultOfSchema1 } from './schema1.ts';

export type Document =
  | { readonly kind: 'manifest'; readonly config: Descriptor; readonly layers: readonly Descriptor[] }
  | { readonly kind: 'index'; readonly entries: readonly Descriptor[] }
  | { readonly kind: 'config'; readonly config: ImageConfig }
  /** A schema 1 manifest that containerd 1.7 would convert. */
  | { readonly kind: 'schema-1' }
  | { readonly kind: 'malformed'; readonly error: string }
  /** Our limit, not containerd's: more values or descriptors than we are willing to look at. */
  | { readonly kind: 'too-large' };

/** As what a document is read: by the media type of the descriptor that led to it, whatever the document says of itself. */
export type DocumentRole = 'manifest' | 'index' | 'config' | 'schema-1';

export const descriptorLimit = 1000;
/** JSON values of one document: fifty for each descriptor. So many are read in a few milliseconds. */
export const valueLimit = 50_000;

const goManifest = goStruct('v1.Manifest', {
  schemaVersion: goField('schemaVersion', goInt64('int'), 'Versioned'),
  mediaType: goField('mediaType', goString),
  artifactType: goField('artifactType', goString),
  config: goField('config', goDescriptor),
  layers: goField('layers', goSlice(goDescriptor)),
  subject: goField('subject', goPointer(goDescriptor)),
  annotations: goField('annotations', goMap(goString)),
});

const goIndex = goStruct('v1.Index', {
  schemaVersion: goField('schemaVersion', goInt64('int'), 'Versioned'),
  mediaType: goField('mediaType', goString),
  artifactType: goField('artifactType', goString),
  manifests: goField('manifests', goSlice(goDescriptor)),
  subject: goField('subject', goPointer(goDescriptor)),
  annotations: goField('annotations', goMap(goString)),
});

/** `mediaType` and `digest` of the descriptor stand in containerd's texts. */
export function parseDocument(role: DocumentRole, bytes: Uint8Array, mediaType: string, digest: string): Document {
  if (hasMoreValues(bytes, valueLimit)) return { kind: 'too-large' };
  const text = decodeGoUtf8(bytes);
  switch (role) {
    case 'config':
      return { kind: 'config', config: parseImageConfig(text) };
    case 'schema-1': {
      const error = faultOfSchema1(text);
      return error === undefined ? { kind: 'schema-1' } : malformed(error);
    }
    case 'manifest':
    case 'index':
      return parseManifestOrIndex(role, text, mediaType, digest);
  }
}

function parseManifestOrIndex(role: 'manifest' | 'index', text: string, mediaType: string, digest: string): Document {
  const parsed = parseGoJson(text);
  const error = parsed.ok ? faultOfMediaType(role, parsed.value, mediaType) : parsed.error;
  if (error !== undefined || !parsed.ok) return malformed(`children: invalid desc ${digest}: ${error}`);
  if (countOfDescriptors(role, parsed.value) > descriptorLimit) return { kind: 'too-large' };
  return role === 'manifest' ? decodeManifest(parsed.value) : decodeIndex(parsed.value);
}

function decodeManifest(json: GoJson): Document {
  const decoded = decodeGoJson(goManifest, json);
  if (!decoded.ok) return malformed(decoded.error);
  const { config, layers } = decoded.value;
  return { kind: 'manifest', config: descriptorOf(config), layers: layers.map(descriptorOf) };
}

function decodeIndex(json: GoJson): Document {
  const decoded = decodeGoJson(goIndex, json);
  if (!decoded.ok) return malformed(decoded.error);
  return { kind: 'index', entries: decoded.value.manifests.map(descriptorOf) };
}

function malformed(error: string): Document {
  return { kind: 'malformed', error: errorText(error) };
}

/**
 * core/images/image.go, validateMediaType: neither kind of document may look like the other. A member counts however it
 * is spelled and whatever it holds, `null` too.
 */
function faultOfMediaType(role: 'manifest' | 'index', json: GoJson, mediaType: string): string | undefined {
  const decoded = decodeGoJson(goUnknownDocument, json);
  if (!decoded.ok) return decoded.error;
  const { fsLayers, manifests, config, layers } = decoded.value;
  const declared = mediaKindOf(decoded.value.mediaType);
  if (fsLayers) return 'media-type: schema 1 not supported';
  if (role === 'manifest' && (manifests || declared === 'index'))
    return `media-type: expected manifest but found index (${mediaType})`;
  if (role === 'index' && (config || layers || declared === 'manifest'))
    return `media-type: expected index but found manifest (${mediaType})`;
  return undefined;
}

const goUnknownDocument = goStruct('images.unknownDocument', {
  mediaType: goField('mediaType', goString),
  config: goField('config', goRaw),
  layers: goField('layers', goRaw),
  manifests: goField('manifests', goRaw),
  fsLayers: goField('fsLayers', goRaw),
});

/** Of a member that comes twice the longer list counts: both are decoded. */
function countOfDescriptors(role: 'manifest' | 'index', json: GoJson): number {
  if (json.kind !== 'object') return 0;
  const lists = membersNamed(json, role === 'manifest' ? 'layers' : 'manifests');
  return lists.reduce((count, list) => Math.max(count, list.kind === 'array' ? list.items.length : 0), 0);
}
