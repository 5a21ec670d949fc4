/** Which program pulls on a node. How it pulls is known for containerd only, and there it depends on the minor version. */
export type ContainerRuntime =
  | {
      readonly kind: 'containerd';
      readonly major: number;
      readonly minor: number;
      /** The build of k3s and RKE2 (`2.1.5-k3s1`), which follows the tables `rewrite` of a hosts.toml. */
      readonly followsRewrites?: true;
    }
  | { readonly kind: 'containerd-of-unknown-version' }
  /** CRI-O, Docker (cri-dockerd), …: another puller, by its CRI name. */
  | { readonly kind: 'other'; readonly name: string }
  | { readonly kind: 'unknown' };

/**
 * Reads `status.nodeInfo.containerRuntimeVersion`. The kubelet writes `<CRI runtime name>://<version>`, and "Unknown" as
 * the version when its runtime does not answer (pkg/kubelet/nodestatus/setters.go, VersionInfo).
 */
export function parseContainerRuntime(containerRuntimeVersion: string): ContainerRuntime {
  const end = containerRuntimeVersion.indexOf('://');
  if (end <= 0) return { kind: 'unknown' };
  const name = containerRuntimeVersion.slice(0, end);
  if (name !== 'containerd') return { kind: 'other', name };
  const version = /^v?([0-9]{1,6})\.([0-9]{1,6})(?![0-9])/.exec(containerRuntimeVersion.slice(end + 3));
  if (version === null) return { kind: 'containerd-of-unknown-version' };
  return {
    kind: 'containerd',
    major: Number(version[1]),
    minor: Number(version[2]),
    ...(containerRuntimeVersion.includes('-k3s') && { followsRewrites: true }),
  };
}
