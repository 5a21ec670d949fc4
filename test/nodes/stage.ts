/** One real node with a network of its own, on which one scene after the other is played. */
import type { Asked } from '../../tools/embedded-registry/registry.ts';
import { certsDFilesOf, writeCertsD } from './certs-d.ts';
import type { Outcome } from './lanes/lane.ts';
import type { Containerd } from './real-parts/containerd.ts';
import type { Scene } from './scene.ts';
import type { SceneNetwork } from './scene-network.ts';

export type Played = {
  readonly outcome: Outcome;
  /** What each registry was asked during the pull, by the host's name. */
  readonly asked: Readonly<Record<string, readonly Asked[]>>;
  /** Of the pull alone, without what was prepared and tidied up. */
  readonly ms: number;
};

export type Stage = {
  readonly containerd: Containerd;
  readonly network: SceneNetwork;
  readonly pull: (scene: Scene) => Promise<Outcome>;
};

export async function playOn({ containerd, network, pull }: Stage, scene: Scene): Promise<Played> {
  const hosts = await network.open(scene.hosts ?? {});
  const removeFiles = writeCertsD(containerd.certsD, certsDFilesOf(scene, network.ca));
  try {
    if (scene.isPresent === true) await preload(containerd, scene);
    hosts.forgetAsked();
    const started = performance.now();
    const outcome = await pull(scene);
    return { outcome, asked: hosts.asked(), ms: performance.now() - started };
  } finally {
    removeFiles();
    await hosts.close();
    await forgetImage(containerd, scene);
  }
}

/** What somebody needs who wants to reach the registries of a scene as a node would. */
export type Surroundings = {
  /** The address of the DNS server, port 53. */
  readonly resolver: string;
  readonly certsD: ReadonlyMap<string, string>;
  /** The certificate of the authority that issued all good certificates. */
  readonly ca: string;
  readonly asked: () => Played['asked'];
};

/** The registries of a scene without a node. */
export async function withRegistries<T>(
  network: SceneNetwork,
  scene: Scene,
  use: (surroundings: Surroundings) => Promise<T>,
): Promise<T> {
  const hosts = await network.open(scene.hosts ?? {});
  try {
    return await use({
      resolver: network.resolver,
      certsD: certsDFilesOf(scene, network.ca),
      ca: network.ca,
      asked: hosts.asked,
    });
  } finally {
    await hosts.close();
  }
}

async function preload({ images }: Containerd, { name, image, logins = [] }: Scene): Promise<void> {
  const pulled = await images.pullImage(image, logins[0]);
  if (!pulled.ok) throw new Error(`${name}: the image cannot be made present: ${pulled.message}`);
}

/** The next scene finds neither the image nor what an unfinished pull of it has left. */
async function forgetImage({ images, collectGarbage }: Containerd, { image }: Scene): Promise<void> {
  await images.removeImage(image);
  await collectGarbage();
}
