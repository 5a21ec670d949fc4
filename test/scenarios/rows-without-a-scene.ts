/** Pitfalls that no scene on a node stands for, each with the reason and with where it is tested instead. */
export const rowsWithoutAScene: Readonly<Record<string, string>> = {
  A12: 'a Pod without a candidate node pulls nothing: test/core/node, test/core/finding/judge-pull.test.ts',
  A23: 'an UPDATE or a deletion pulls nothing: test/entrypoints/serve/exemption.test.ts and serve.test.ts',
  A24: 'the kubelet runs static Pods whatever the API server says: test/entrypoints/serve/exemption.test.ts',
  A25: 'an image volume that nothing mounts keeps no container waiting: test/core/finding/judge-image.test.ts',
  A32: 'nodes without containerd are not among the parts: test/core/finding/certainty.test.ts, row C13',
  A33: 'no registry of today stores schema 1: the vectors, and test/sources/registry/hostile.test.ts',
  A34: 'a blob host that only pullgate does not reach needs two networks: test/core/registry/read-content.test.ts',
  B15: 'no registry of today stores schema 1: the vectors, and test/sources/registry/hostile.test.ts',
  B18: 'a quota that counts GETs alone: test/sources/registry/hostile.test.ts',
  B24: 'a node pulls every container alike: the places of images are in test/core/workload/image-use.test.ts',
  B25: 'containerd 1.7 refuses image volumes when it creates the container, not when it pulls',
  B30: 'what comes after the look: no scene can have an answer to it',
  B31: 'nodes of other architectures are not among the parts: test/core/finding/judge-pull.test.ts',
  B32: 'Windows nodes are not among the parts: the vectors',
  B33: 'a colon list as config_path is a setting of containerd that would break the other scenes: the vectors',
  B35: 'kubelets up to 1.31 are not among the parts: the vectors',
};
