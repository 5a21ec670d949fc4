import { decodeGoJson, goBool, goField, goMap, goSlice, goString, goStruct, goTime } from '../go/decode.ts';
import { parseGoJson } from '../go/json.ts';
import type { Platform } from '../image/platform.ts';
import { goDigest, goPlatform, platformFields, platformOf } from './descriptor.ts';
import { errorText } from './error-text.ts';

/**
 * What containerd reads of an image's config blob. It decodes it several times into different structures, so that one and
 * the same blob can do for finding out the platform and not for being recorded as an image.
 */
export type ImageConfig = {
  /** Absent where the members that name the platform are of wrong types, or the whole is no JSON object. */
  readonly platform?: Platform;
  /** Number of `rootfs.diff_ids`; absent as `platform` is, and where `rootfs` is of a wrong type. */
  readonly diffIds?: number;
  /** Why it is no image config as a whole (v1.Image); Go's text. */
  readonly error?: string;
};

const goEmptyStruct = goStruct('struct {}', {});

const goRootFs = goStruct('v1.RootFS', {
  type: goField('type', goString),
  diffIds: goField('diff_ids', goSlice(goDigest)),
});

const goHistory = goStruct('v1.History', {
  created: goField('created', goTime),
  createdBy: goField('created_by', goString),
  author: goField('author', goString),
  comment: goField('comment', goString),
  emptyLayer: goField('empty_layer', goBool),
});

const goContainerConfig = goStruct('v1.ImageConfig', {
  user: goField('User', goString),
  exposedPorts: goField('ExposedPorts', goMap(goEmptyStruct)),
  env: goField('Env', goSlice(goString)),
  entrypoint: goField('Entrypoint', goSlice(goString)),
  cmd: goField('Cmd', goSlice(goString)),
  volumes: goField('Volumes', goMap(goEmptyStruct)),
  workingDir: goField('WorkingDir', goString),
  labels: goField('Labels', goMap(goString)),
  stopSignal: goField('StopSignal', goString),
  argsEscaped: goField('ArgsEscaped', goBool),
});

/** core/unpack/unpacker.go, unpackConfig */
const goUnpackConfig = goStruct('unpack.unpackConfig', {
  ...platformFields('Platform'),
  rootfs: goField('rootfs', goRootFs),
});

/** image-spec config.go */
const goImage = goStruct('v1.Image', {
  ...platformFields('Platform'),
  created: goField('created', goTime),
  author: goField('author', goString),
  config: goField('config', goContainerConfig),
  rootfs: goField('rootfs', goRootFs),
  history: goField('history', goSlice(goHistory)),
});

export function parseImageConfig(text: string): ImageConfig {
  const parsed = parseGoJson(text);
  if (!parsed.ok) return { error: parsed.error };
  const platform = decodeGoJson(goPlatform, parsed.value);
  const unpacked = decodeGoJson(goUnpackConfig, parsed.value);
  const image = decodeGoJson(goImage, parsed.value);
  return {
    ...(platform.ok ? { platform: platformOf(platform.value) } : {}),
    ...(unpacked.ok ? { diffIds: unpacked.value.rootfs.diffIds.length } : {}),
    ...(image.ok ? {} : { error: errorText(image.error) }),
  };
}
