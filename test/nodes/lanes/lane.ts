export type Outcome =
  | { readonly outcome: 'pulled' }
  /** The kubelet's reason, `ErrImagePull`; from containerd alone the name of the gRPC status, `NotFound`. */
  | { readonly outcome: 'failed'; readonly reason: string; readonly message: string };

/** A way to let a real node pull: by its containerd alone, or by the kubelet on it. */
export const laneNames = ['containerd-1.7', 'containerd-2.4', 'kubelet-1.7', 'kubelet-2.4'] as const;
export type LaneName = (typeof laneNames)[number];
