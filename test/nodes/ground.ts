/**
 * The ground on which scenes are played: lanes of real nodes, each node with a network of scripted registries of its own.
 * It needs a sandbox, and ends with it.
 */
import { join } from 'node:path';
import pLimit from 'p-limit';
import { writeAnswers, writePlugins } from './credential-plugins.ts';
import { type LaneName, laneNames } from './lanes/lane.ts';
import { pullByContainerd } from './lanes/pull-by-containerd.ts';
import { pullByKubelet } from './lanes/pull-by-kubelet.ts';
import { startContainerd } from './real-parts/containerd.ts';
import { startControlPlane } from './real-parts/control-plane.ts';
import { type KubeletOptions, startKubelet } from './real-parts/kubelet.ts';
import type { Generation, Parts } from './real-parts/parts.ts';
import type { Sandbox } from './real-parts/sandbox.ts';
import type { Scene } from './scene.ts';
import { makeAuthorities } from './scene-authorities.ts';
import { openNetwork } from './scene-network.ts';
import { type Played, playOn, type Stage, type Surroundings, withRegistries } from './stage.ts';

/** How many nodes each lane has. A kubelet takes a second to report whatever it did, so a few of them are worth it. */
export type NodeCounts = Partial<Readonly<Record<LaneName, number>>>;

export type Ground = {
  /** May be called for all scenes at once: they wait for a free node of the lane. */
  readonly play: (scene: Scene, lane: LaneName) => Promise<Played>;
  /** The registries of a scene for whoever foretells what the nodes will say. Scenes wait for one another here too. */
  readonly withRegistries: <T>(scene: Scene, use: (surroundings: Surroundings) => Promise<T>) => Promise<T>;
};

export async function openGround(sandbox: Sandbox, parts: Parts, counts: NodeCounts): Promise<Ground> {
  const names = laneNames.flatMap((name) => Array<LaneName>(counts[name] ?? 0).fill(name));
  const common = { sandbox, parts };
  const authorities = await makeAuthorities();
  const controlPlane = names.some(hasKubelet) ? startControlPlane(sandbox, parts) : undefined;
  const stages = await Promise.all(
    names.map(async (lane, index) => {
      const network = await openNetwork(index + 1, authorities);
      const node = `node-${index + 1}`;
      const containerd = await startContainerd({
        ...common,
        generation: generationOf(lane),
        name: node,
        resolver: network.resolver,
      });
      const pull =
        controlPlane === undefined || !hasKubelet(lane)
          ? (scene: Scene) => pullByContainerd(containerd.images, scene)
          : await joinKubelet({
              ...common,
              controlPlane: await controlPlane,
              containerd,
              node,
              port: 10_250 + 2 * index,
            });
      return { lane, stage: { containerd, network, pull } };
    }),
  );
  const queues = new Map(
    laneNames.map((name) => [name, queueFor(stages.flatMap(({ lane, stage }) => (lane === name ? [stage] : [])))]),
  );
  const network = await openNetwork(names.length + 1, authorities);
  const oneAtATime = pLimit(1);
  return {
    withRegistries: (scene, use) => oneAtATime(() => withRegistries(network, scene, use)),
    play: async (scene, lane) => {
      const play = queues.get(lane);
      if (play === undefined) throw new Error(`the lane ${lane} has no nodes`);
      return play(scene);
    },
  };
}

async function joinKubelet(options: Omit<KubeletOptions, 'plugins'>): Promise<Stage['pull']> {
  const { controlPlane, containerd, node } = options;
  const plugins = writePlugins(join(containerd.folder, 'plugins'));
  const kubelet = await startKubelet({ ...options, plugins });
  let count = 0;
  return async (scene) => {
    count += 1;
    writeAnswers(plugins, scene.pluginAnswers);
    await kubelet.useDockerConfig(scene.nodeDockerConfig);
    return pullByKubelet(controlPlane.api, node, `${node}-scene-${count}`, scene);
  };
}

/** A node plays one scene at a time. */
function queueFor(idle: Stage[]): ((scene: Scene) => Promise<Played>) | undefined {
  if (idle.length === 0) return undefined;
  const limit = pLimit(idle.length);
  return (scene) =>
    limit(async () => {
      const stage = idle.pop();
      if (stage === undefined) throw new Error('more scenes are played than there are nodes');
      try {
        return await playOn(stage, scene);
      } finally {
        idle.push(stage);
      }
    });
}

function hasKubelet(lane: LaneName): boolean {
  return lane.startsWith('kubelet-');
}

function generationOf(lane: LaneName): Generation {
  return lane.endsWith('1.7') ? '1.7' : '2.4';
}
