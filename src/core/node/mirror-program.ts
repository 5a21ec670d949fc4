/** Programs that run on nodes as DaemonSets and serve them images, be it from each other. */
export type MirrorProgram = 'Spegel' | 'Dragonfly' | 'Kraken';

/**
 * By the name of an image that it runs from. Registries differ, since clusters mirror these images too; the ends of the
 * names are those of ghcr.io/spegel-org/spegel, dragonflyoss/client (before 2.1: dfdaemon) and uber/kraken.
 */
export function mirrorProgramOf(image: string): MirrorProgram | undefined {
  // Most images are none of them, and a cluster has hundreds of thousands of names.
  if (!marks.some((mark) => image.includes(mark))) return undefined;
  const path = `/${image.replace(/@.*$/, '').replace(/:[^/]*$/, '')}`;
  if (path.endsWith('/spegel')) return 'Spegel';
  if (/\/dragonflyoss\/(?:client|dfdaemon|dfclient|dfinit)$/.test(path)) return 'Dragonfly';
  return path.endsWith('/kraken-agent') ? 'Kraken' : undefined;
}

const marks = ['spegel', 'dragonflyoss', 'kraken-agent'];

/** By the name of a DaemonSet, as the charts of these programs give it. */
export function mirrorProgramNamed(name: string): MirrorProgram | undefined {
  if (/(?:^|-)spegel(?:-|$)/.test(name)) return 'Spegel';
  if (/dragonfly.*-client(?:-|$)|(?:^|-)dfdaemon(?:-|$)/.test(name)) return 'Dragonfly';
  return /(?:^|-)kraken-agent(?:-|$)/.test(name) ? 'Kraken' : undefined;
}
