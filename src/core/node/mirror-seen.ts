/** Sources of images beside their registries, as nodes and objects of the cluster show them (contract §3, C17). */

import type { ImageMirrorSet } from '../object/image-mirror-set.ts';
import type { PodController } from '../object/pod-controller.ts';
import { mirrorProgramNamed, mirrorProgramOf } from './mirror-program.ts';
import type { Node } from './node.ts';
import type { MirrorSign } from './node-signs.ts';

export type MirrorSeen = {
  /** `DaemonSet spegel/spegel runs Spegel` */
  readonly what: string;
  /** The repositories that it may serve, each as a prefix of whole parts; absent: all of them. */
  readonly sources?: readonly string[];
};

export function mirrorOfDaemonSet({ namespace, name, images }: PodController): MirrorSeen | undefined {
  const program = images.map(mirrorProgramOf).find((found) => found !== undefined) ?? mirrorProgramNamed(name);
  const place = namespace === '' ? name : `${namespace}/${name}`;
  return program && { what: `DaemonSet ${place} runs ${program}` };
}

export function mirrorOfSet({ kind, name, sources }: ImageMirrorSet): MirrorSeen {
  return { what: `${kind} ${name} gives nodes a mirror`, sources };
}

function mirrorOfNode(sign: MirrorSign, { name }: Node): MirrorSeen {
  switch (sign.kind) {
    case 'k3s-embedded-registry':
      return { what: `node ${name} has the label p2p.k3s.cattle.io/enabled=true` };
    case 'program':
      return { what: `node ${name} reports the image ${sign.image} of ${sign.program}` };
    case 'gke':
      return { what: `node ${name} is one of GKE, whose nodes ask mirror.gcr.io`, sources: ['docker.io'] };
  }
}

/**
 * What was seen of a mirror that may serve a repository, whatever node has it: the first in a fixed order, objects first.
 * @param repository `docker.io/library/nginx`
 */
export function mirrorFor(
  repository: string,
  nodes: readonly Node[],
  listed: readonly MirrorSeen[],
): string | undefined {
  const serves = ({ sources }: MirrorSeen) =>
    sources === undefined || sources.some((source) => isBelow(repository, source));
  const ofObjects = listed.find(serves);
  if (ofObjects !== undefined) return ofObjects.what;
  let first: { readonly name: string; readonly what: string } | undefined;
  for (const node of nodes) {
    if (node.signs.mirrors.length === 0 || (first !== undefined && node.name >= first.name)) continue;
    const seen = node.signs.mirrors.map((sign) => mirrorOfNode(sign, node)).find(serves);
    if (seen !== undefined) first = { name: node.name, what: seen.what };
  }
  return first?.what;
}

/** As the `source` of OpenShift's objects: a host, with a path or without, or `*.` and the end of hosts. */
function isBelow(repository: string, source: string): boolean {
  if (!source.startsWith('*.')) return repository === source || repository.startsWith(`${source}/`);
  const [host = ''] = repository.split('/');
  return host.endsWith(source.slice(1));
}
