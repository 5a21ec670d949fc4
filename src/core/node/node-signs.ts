/**
 * What a Node object shows of ways by which images come to nodes beside their registries: programs that pass images from
 * node to node, a mirror of the provider, nodes on a laptop into which images are loaded (contract §3, C17 and C19); and of
 * programs that bring nodes (C21).
 */
import { type MirrorProgram, mirrorProgramOf } from './mirror-program.ts';
import { type ScaledNode, type Scaler, scalerOfNode } from './scaler.ts';

export type NodeSigns = {
  readonly mirrors: readonly MirrorSign[];
  /** `kind`: by what program the node was made, where images are usually loaded into it. */
  readonly localCluster?: string;
  /** A program that brings nodes and takes them away. */
  readonly scaler?: Scaler;
  /** The kubelet reports the 50 largest images, and five names of each (`nodeStatusMaxImages`): there may be more. */
  readonly mayHaveMoreImages: boolean;
};

export type MirrorSign =
  | { readonly kind: 'k3s-embedded-registry' }
  | { readonly kind: 'program'; readonly program: MirrorProgram; readonly image: string }
  /** Asked for images of Docker Hub alone. */
  | { readonly kind: 'gke' };

export type SignedNode = {
  readonly name: string;
  readonly providerId: string;
  readonly kubeletVersion: string;
} & ScaledNode;

/** `nodeStatusMaxImages` where nobody sets it, and `maxNamesPerImageInNodeStatus` (pkg/kubelet/nodestatus/setters.go). */
const mostImages = 50;
const mostNames = 5;

export function nodeSignsOf(node: SignedNode): NodeSigns {
  const { images } = node;
  const localCluster = localClusters.find(([, isOf]) => isOf(node))?.[0];
  const mayHaveMoreImages = images.length >= mostImages || images.some(({ names }) => names.length >= mostNames);
  const mirrors = mirrorsOf(node);
  const scaler = scalerOfNode(node);
  return mirrors.length === 0 && localCluster === undefined && scaler === undefined
    ? plainSigns[mayHaveMoreImages ? 'cut' : 'whole']
    : { mirrors, mayHaveMoreImages, ...(localCluster !== undefined && { localCluster }), ...(scaler && { scaler }) };
}

/** Most nodes have no other, and of 5,000 each would be an object of its own. */
const plainSigns = {
  whole: { mirrors: [], mayHaveMoreImages: false },
  cut: { mirrors: [], mayHaveMoreImages: true },
} as const satisfies Readonly<Record<string, NodeSigns>>;

function mirrorsOf({ labels, kubeletVersion, images }: SignedNode): readonly MirrorSign[] {
  const mirrors: MirrorSign[] = [];
  // k3s and RKE2 set it where `embedded-registry` is on (k3s-io/k3s, pkg/spegel).
  if (labels.get('p2p.k3s.cattle.io/enabled') === 'true') mirrors.push({ kind: 'k3s-embedded-registry' });
  if (kubeletVersion.includes('-gke.')) mirrors.push({ kind: 'gke' });
  const seen = new Set<MirrorProgram>();
  for (const { names } of images)
    for (const image of names) {
      const program = mirrorProgramOf(image);
      if (program === undefined || seen.has(program)) continue;
      seen.add(program);
      mirrors.push({ kind: 'program', program, image });
    }
  return mirrors;
}

/** Provider IDs, labels and names that these programs give their nodes. */
const localClusters: readonly (readonly [name: string, isOf: (node: SignedNode) => boolean])[] = [
  ['kind', ({ providerId }) => providerId.startsWith('kind://')],
  ['minikube', ({ labels }) => labels.has('minikube.k8s.io/name')],
  ['k3d', ({ name, providerId }) => name.startsWith('k3d-') || providerId.startsWith('k3s://k3d-')],
  ['Docker Desktop', ({ name }) => name === 'docker-desktop'],
  ['OrbStack', ({ name, kubeletVersion }) => name === 'orbstack' || kubeletVersion.includes('+orb')],
  ['MicroK8s', ({ labels }) => labels.has('microk8s.io/cluster')],
  ['Rancher Desktop', ({ name }) => name === 'lima-rancher-desktop'],
  ['Colima', ({ name, kubeletVersion }) => /^colima(?:-|$)/.test(name) && kubeletVersion.includes('+k3s')],
];
