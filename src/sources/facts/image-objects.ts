/** What objects among files show of how images come to nodes: programs that serve them, mirrors, Pods that run. */
import { type MirrorSeen, mirrorOfDaemonSet, mirrorOfSet } from '../../core/node/mirror-seen.ts';
import { imageMirrorKindOf, parseImageMirrorSet } from '../../core/object/image-mirror-set.ts';
import { parsePodController } from '../../core/object/pod-controller.ts';
import type { ClusterImages } from '../../core/pull/cluster-images.ts';
import { imagesOfPod } from '../../core/workload/images-in-use.ts';

export class ImageObjects {
  /** Of objects that name no namespace. */
  readonly #namespace: string;
  readonly #mirrors: MirrorSeen[] = [];
  readonly #runners = new Map<string, string>();

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** True for what is nothing else: a DaemonSet and a Pod are workloads besides. */
  add(object: Readonly<Record<string, unknown>>): boolean {
    const { apiVersion, kind } = object;
    if (apiVersion === 'apps/v1' && kind === 'DaemonSet') this.#addDaemonSet(object);
    if (apiVersion === 'v1' && kind === 'Pod') this.#addPod(object);
    const mirrorKind = imageMirrorKindOf(apiVersion, kind);
    const set = mirrorKind && parseImageMirrorSet(object, mirrorKind);
    if (set !== undefined) this.#mirrors.push(mirrorOfSet(set));
    return mirrorKind !== undefined;
  }

  get seen(): ClusterImages {
    return {
      mirrors: this.#mirrors,
      runnerOf: (pulled) => this.#runners.get(pulled),
      // That manifests name an image says that it is to be used.
      namerOf: () => undefined,
      unseen: [],
    };
  }

  #addDaemonSet(object: object): void {
    const daemonSet = parsePodController(object);
    const mirror = daemonSet && mirrorOfDaemonSet({ ...daemonSet, namespace: daemonSet.namespace || this.#namespace });
    if (mirror !== undefined) this.#mirrors.push(mirror);
  }

  #addPod(object: Readonly<Record<string, unknown>>): void {
    // A manifest has none, and a dump of a cluster does.
    if (object.status === undefined) return;
    const pod = imagesOfPod(object);
    for (const reference of pod?.running ?? [])
      this.#runners.set(reference, `Pod ${pod?.namespace || this.#namespace}/${pod?.name}`);
  }
}
