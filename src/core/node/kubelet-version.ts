/** The kubelet's minor version: what it does with secrets and present images changed between minors of Kubernetes 1. */
export type KubeletVersion = { readonly kind: 'known'; readonly minor: number } | { readonly kind: 'unknown' };

/** Reads `status.nodeInfo.kubeletVersion`: `v1.35.2`, `v1.34.1-eks-113cf36`, `v1.33.4+k3s1`. */
export function parseKubeletVersion(kubeletVersion: string): KubeletVersion {
  const version = /^v?1\.([0-9]{1,6})(?![0-9])/.exec(kubeletVersion);
  return version === null ? { kind: 'unknown' } : { kind: 'known', minor: Number(version[1]) };
}
