/** The scenes of the demonstration: a manifest in examples/workloads and what it is about. */
export const scenes = [
  ['mistyped-tag', 'A mistyped tag, in a namespace that enforces'],
  ['arm-only', 'An image for arm64 alone, and nodes of amd64'],
  ['rejected-credentials', 'A pull Secret whose login was revoked'],
  ['unreachable-registry', 'A registry that cannot be reached: said, and let through'],
  ['missing-secret', 'A pull Secret that does not exist, for an image that needs none'],
  ['mistyped-tag-in-sandbox', 'The same mistyped tag, in a namespace of mode "warn"'],
  ['everything-right', 'Nothing to say'],
] as const;
