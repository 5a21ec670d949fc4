import type { Scene } from '../scene.ts';

export type Outcome =
  | { readonly outcome: 'pulled' }
  /** The kubelet's reason, `ErrImagePull`; from containerd alone the name of the gRPC status, `NotFound`. */
  | { readonly outcome: 'failed'; readonly reason: string; readonly message: string };

/** One way to let a real node pull. */
export type Lane = {
  readonly name: LaneName;
  readonly certsD: string;
  readonly play: (scene: Scene) => Promise<Outcome>;
};

export const laneNames = ['containerd-1.7', 'containerd-2.4', 'kubelet-1.7', 'kubelet-2.4'] as const;
export type LaneName = (typeof laneNames)[number];
