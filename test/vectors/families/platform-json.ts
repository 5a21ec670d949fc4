import type { Platform } from '../../../src/core/image/platform.ts';

/** A platform as vectors, indexes and configs write it. */
export type PlatformJson = {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
};

export function platformOfJson(json: PlatformJson): Platform {
  const { os = '', architecture = '', variant } = json;
  const { 'os.version': osVersion, 'os.features': osFeatures } = json;
  return {
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(osVersion === undefined ? {} : { osVersion }),
    ...(osFeatures === undefined ? {} : { osFeatures }),
  };
}

export function jsonOfPlatform({ os, architecture, variant, osVersion, osFeatures }: Platform): PlatformJson {
  return {
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(osVersion === undefined ? {} : { 'os.version': osVersion }),
    ...(osFeatures === undefined ? {} : { 'os.features': osFeatures }),
  };
}
