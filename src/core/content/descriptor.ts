import {
  type GoFields,
  type GoType,
  goBytes,
  goField,
  goInt64,
  goMap,
  goPointer,
  goSlice,
  goString,
  goStringType,
  goStruct,
} from '../go/decode.ts';
import type { Platform } from '../image/platform.ts';

/** A reference to content by digest, as manifests and indexes hold it: the members that decide about a pull. */
export type Descriptor = {
  /** As written: empty where the document says nothing. */
  readonly mediaType: string;
  /** As written: not necessarily a digest. */
  readonly digest: string;
  readonly size: number;
  readonly platform?: Platform;
  /** The content itself. Only where it has the size that the descriptor names, else containerd does not look at it. */
  readonly data?: Uint8Array;
  /** It names other addresses, which containerd tries before the registry. */
  readonly hasUrls: boolean;
};

type GoPlatform = {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
  readonly osVersion: string;
  readonly osFeatures: readonly string[];
};

/** image-spec descriptor.go. These members stand in an image's config, too, where the struct is embedded. */
export function platformFields(embedded?: string): GoFields<GoPlatform> {
  return {
    os: goField('os', goString, embedded),
    architecture: goField('architecture', goString, embedded),
    variant: goField('variant', goString, embedded),
    osVersion: goField('os.version', goString, embedded),
    osFeatures: goField('os.features', goSlice(goString), embedded),
  };
}
export const goPlatform: GoType<GoPlatform> = goStruct('v1.Platform', platformFields());
export const goDigest = goStringType('digest.Digest');

export const goDescriptor = goStruct('v1.Descriptor', {
  mediaType: goField('mediaType', goString),
  digest: goField('digest', goDigest),
  size: goField('size', goInt64('int64')),
  urls: goField('urls', goSlice(goString)),
  annotations: goField('annotations', goMap(goString)),
  data: goField('data', goBytes),
  platform: goField('platform', goPointer(goPlatform)),
  artifactType: goField('artifactType', goString),
});
type GoDescriptor = typeof goDescriptor.zero;

export function descriptorOf(decoded: GoDescriptor): Descriptor {
  const { mediaType, digest, size, urls, data, platform } = decoded;
  return {
    mediaType: ownText(mediaType),
    digest: ownText(digest),
    size,
    ...(platform === undefined ? {} : { platform: platformOf(platform) }),
    ...(size > 0 && data.length === size ? { data } : {}),
    hasUrls: urls.length > 0,
  };
}

export function platformOf(decoded: GoPlatform): Platform {
  return {
    os: ownText(decoded.os),
    architecture: ownText(decoded.architecture),
    ...(decoded.variant === '' ? {} : { variant: ownText(decoded.variant) }),
    ...(decoded.osVersion === '' ? {} : { osVersion: ownText(decoded.osVersion) }),
    ...(decoded.osFeatures.length === 0 ? {} : { osFeatures: decoded.osFeatures.map(ownText) }),
  };
}

/** A text that does not keep the whole document alive of which it was cut. */
function ownText(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
