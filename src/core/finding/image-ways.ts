/**
 * Ways by which nodes get images that lead around what registries say to us: mirrors, other nodes, images that were loaded
 * (contract §3, C17 to C19). What was seen of them, and what it means for the certainty of one finding, in words.
 */
import { mirrorFor } from '../node/mirror-seen.ts';
import type { Node } from '../node/node.ts';
import type { ClusterImages } from '../pull/cluster-images.ts';
import type { Assumptions } from '../pull/settings.ts';

/** What was seen in the cluster, before it is asked for one image. */
export type ClusterSeen = {
  /** All nodes, candidates or not; undefined where nothing is known of them. */
  readonly nodes: readonly Node[] | undefined;
  readonly candidates: readonly Node[];
  /** Absent where nobody has looked: nothing would be denied so far. */
  readonly images?: ClusterImages;
};

/** What matters for one image. */
export type ImageWays = {
  /** A mirror that may serve it. */
  readonly mirror?: string;
  /** Why not everything that shows mirrors could be looked at. */
  readonly unseenMirrors?: string;
  /** The nodes' host configuration was given: their mirrors are known. */
  readonly hostsAreGiven: boolean;
  /** Host of a mirror on the loopback of the node, which is asked first, and cannot be asked by us. */
  readonly mirrorOnNode?: string;
  /** Why some node has it, or may have it. */
  readonly holding?: string;
  /** `node kind-control-plane is one of kind`: images are usually loaded into such nodes. */
  readonly loading?: string;
  /** `ReplicaSet shop/web-5d4 names the image`: nodes may have got it some time. */
  readonly naming?: string;
  /** Candidates that may have more images than they report. */
  readonly cutLists: { readonly cut: number; readonly candidates: number };
  readonly nodesAreKnown: boolean;
  /** Of what could not be looked up, a line each. */
  readonly unseen: readonly string[];
};

export type WaysWanted = {
  /** `docker.io/library/nginx` */
  readonly repository: string;
  readonly pulled: string;
  readonly hostsAreGiven: boolean;
  readonly mirrorOnNode?: string;
  /** pullgate admitted it before. */
  readonly admitted?: string;
  /**
   * Kinds of nodes (`kindKey`) on which what the registry has fails: that others have it tells nothing. Absent where the
   * registry gives it to nobody.
   */
  readonly failingKinds?: ReadonlySet<string>;
};

export function imageWaysIn(
  { nodes, candidates, images }: ClusterSeen,
  { repository, pulled, hostsAreGiven, mirrorOnNode, admitted, failingKinds }: WaysWanted,
): ImageWays {
  const known = nodes ?? [];
  const mirror = mirrorFor(repository, known, images?.mirrors ?? []);
  const isKnownWay = ({ kindKey }: Node) => failingKinds !== undefined && !failingKinds.has(kindKey);
  const holder = firstByName(known.filter((node) => node.imageNames.has(pulled) && !isKnownWay(node)));
  const running = failingKinds === undefined ? runningIn(images, pulled) : undefined;
  const holding = holder === undefined ? running : `node ${holder.name} reports the image${unseenWay}`;
  const loading = loadingIn(known);
  const namer = images?.namerOf(pulled);
  const naming = admitted ?? (namer === undefined ? undefined : `${namer} names the image`);
  const cut = candidates.filter(({ signs }) => signs.mayHaveMoreImages).length;
  return {
    hostsAreGiven,
    cutLists: { cut, candidates: candidates.length },
    nodesAreKnown: nodes !== undefined,
    unseen: images?.unseen ?? [],
    ...(mirror !== undefined && { mirror }),
    ...(images?.unseenMirrors !== undefined && { unseenMirrors: images.unseenMirrors }),
    ...(mirrorOnNode !== undefined && { mirrorOnNode }),
    ...(holding !== undefined && { holding }),
    ...(loading !== undefined && { loading }),
    ...(naming !== undefined && { naming }),
  };
}

function runningIn(images: ClusterImages | undefined, pulled: string): string | undefined {
  const runner = images?.runnerOf(pulled);
  return runner === undefined ? images?.doubt : `${runner} runs the image${unseenWay}`;
}

const unseenWay = ' and got it from a source that pullgate does not know';

function loadingIn(nodes: readonly Node[]): string | undefined {
  const node = firstByName(nodes.filter(({ signs }) => signs.localCluster !== undefined));
  return node && `node ${node.name} is one of ${node.signs.localCluster}`;
}

/** Whatever order they come in, the same world is told in the same words. */
function firstByName(nodes: readonly Node[]): Node | undefined {
  return nodes.reduce<Node | undefined>((first, node) => (first && first.name <= node.name ? first : node), undefined);
}

/** Why the registry's answer may not be that of the nodes, for findings about what is there and who may have it. */
export function mirrorDoubt(mirrors: Assumptions['mirrors'], { mirror, hostsAreGiven }: ImageWays): string | undefined {
  if (mirrors !== 'auto' || hostsAreGiven || mirror === undefined) return undefined;
  return `nodes may get the image from another source: ${mirror}; mirrors: none would make it certain`;
}

export function loadingDoubt(
  preloaded: Assumptions['preloaded'],
  { loading, naming, cutLists }: ImageWays,
): string | undefined {
  if (preloaded !== 'auto') return undefined;
  const certain = 'preloaded: none would make it certain';
  if (loading !== undefined) return `${loading}, where images are often loaded without a registry; ${certain}`;
  return naming === undefined || cutLists.cut === 0 ? undefined : `${naming}, and ${cutText(cutLists)}; ${certain}`;
}

function cutText({ cut, candidates }: ImageWays['cutLists']): string {
  return `${cut} of ${candidates} candidate nodes may not report all their images`;
}

/** `mirrors=auto (none seen)`: what was assumed of mirrors, and what it rests on. */
export function assumedOfMirrors(mirrors: Assumptions['mirrors'], ways: ImageWays): string | undefined {
  if (mirrors !== 'auto') return mirrors === 'none' ? 'mirrors=none' : undefined;
  const { hostsAreGiven, mirror, nodesAreKnown, unseenMirrors } = ways;
  if (hostsAreGiven) return 'mirrors=auto (nodes.hostsDir)';
  const seen = mirror ?? (nodesAreKnown ? 'none seen' : 'no nodes known');
  return `mirrors=auto (${[seen, ...(unseenMirrors === undefined ? [] : [unseenMirrors])].join('; ')})`;
}

export function assumedOfLoading(preloaded: Assumptions['preloaded'], ways: ImageWays): string | undefined {
  if (preloaded !== 'auto') return preloaded === 'none' ? 'preloaded=none' : undefined;
  const { loading, nodesAreKnown, cutLists } = ways;
  const seen = loading ?? (nodesAreKnown ? 'none seen' : 'no nodes known');
  return `preloaded=auto (${[seen, ...(cutLists.cut === 0 ? [] : [cutText(cutLists)])].join('; ')})`;
}

/** Of a finding that no registry has to do with. */
export function waysWithoutRegistry({ nodes, candidates }: ClusterSeen): ImageWays {
  return imageWaysIn({ nodes, candidates }, { repository: '', pulled: '', hostsAreGiven: false });
}
