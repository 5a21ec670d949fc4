/**
 * The ground on which scenes are played: real nodes and a network of scripted registries. It needs a sandbox, and ends
 * with it.
 */
import type { Asked } from '../../tools/embedded-registry/registry.ts';
import { writeCertsD } from './certs-d.ts';
import { openContainerdLane } from './lanes/containerd-lane.ts';
import { openKubeletLane } from './lanes/kubelet-lane.ts';
import type { Lane, LaneName, Outcome } from './lanes/lane.ts';
import { startContainerd } from './real-parts/containerd.ts';
import { type ControlPlane, startControlPlane } from './real-parts/control-plane.ts';
import { startKubelet } from './real-parts/kubelet.ts';
import type { Generation, Parts } from './real-parts/parts.ts';
import type { Sandbox } from './real-parts/sandbox.ts';
import type { Scene } from './scene.ts';
import { openNetwork } from './scene-network.ts';

export type Played = {
  readonly outcome: Outcome;
  /** What each host was asked during the pull. */
  readonly asked: Readonly<Record<string, readonly Asked[]>>;
  readonly ms: number;
};

export type Ground = {
  /** Scenes with a host in common are not to be played at the same time. */
  readonly play: (scene: Scene, lane: LaneName) => Promise<Played>;
};

export async function openGround(sandbox: Sandbox, parts: Parts, names: readonly LaneName[]): Promise<Ground> {
  const wantsKubelet = names.some((name) => laneParts(name).kind === 'kubelet');
  const controlPlane = wantsKubelet ? startControlPlane(sandbox, parts) : undefined;
  const [network, ...lanes] = await Promise.all([
    openNetwork(),
    ...names.map((name, index) => openLane(sandbox, parts, name, controlPlane, 10_250 + 2 * index)),
  ]);
  return {
    play: async (scene, name) => {
      const lane = lanes.find((candidate) => candidate.name === name);
      if (lane === undefined) throw new Error(`the lane ${name} is not open`);
      const hosts = await network.open(scene.hosts ?? {});
      const removeFiles = writeCertsD(lane.certsD, scene, network.ca);
      try {
        const started = performance.now();
        const outcome = await lane.play(scene);
        return { outcome, asked: hosts.asked(), ms: performance.now() - started };
      } finally {
        removeFiles();
        await hosts.close();
      }
    },
  };
}

/** Each lane has a containerd of its own, and so its own images. */
async function openLane(
  sandbox: Sandbox,
  parts: Parts,
  name: LaneName,
  controlPlane: Promise<ControlPlane> | undefined,
  port: number,
): Promise<Lane> {
  const { kind, generation } = laneParts(name);
  const containerd = await startContainerd(sandbox, parts, generation, name);
  if (kind === 'containerd' || controlPlane === undefined) return openContainerdLane(name, containerd);
  const plane = await controlPlane;
  const node = `node-${generation.replace('.', '-')}`;
  await startKubelet(sandbox, parts, plane, containerd, node, port);
  return openKubeletLane(name, plane.api, node, containerd.certsD);
}

function laneParts(name: LaneName): { readonly kind: 'containerd' | 'kubelet'; readonly generation: Generation } {
  switch (name) {
    case 'containerd-1.7':
      return { kind: 'containerd', generation: '1.7' };
    case 'containerd-2.4':
      return { kind: 'containerd', generation: '2.4' };
    case 'kubelet-1.7':
      return { kind: 'kubelet', generation: '1.7' };
    case 'kubelet-2.4':
      return { kind: 'kubelet', generation: '2.4' };
  }
}
