/** The same containerd in both languages of its configuration: version 2 for 1.7, version 3 for 2.x. */
import type { Parts } from './parts.ts';

const pauseImage = 'pullgate.test/pause:1';

function common(folder: string): string {
  return `root = '${folder}/root'
state = '${folder}/state'
disabled_plugins = ['io.containerd.nri.v1.nri', 'io.containerd.internal.v1.opt']
grpc.address = '${folder}/containerd.sock'
ttrpc.address = '${folder}/containerd.ttrpc'`;
}

/** Without CAP_SYS_RESOURCE runc may not lower the OOM score, hence the restriction. */
function runtime(folder: string, parts: Parts): string {
  return `disable_apparmor = true
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
containerd.runtimes.runc.runtime_type = 'io.containerd.runc.v2'
containerd.runtimes.runc.options = {BinaryName = '${parts.bin}/runc', Root = '${folder}/runc'}`;
}

export function configOf1(folder: string, parts: Parts): string {
  return `version = 2
${common(folder)}
[plugins.'io.containerd.grpc.v1.cri']
${runtime(folder, parts)}
sandbox_image = '${pauseImage}'
containerd.snapshotter = 'overlayfs'
registry.config_path = '${folder}/certs.d'
cni = {bin_dir = '${folder}/cni/bin', conf_dir = '${folder}/cni/net.d'}
`;
}

/** The transfer service unpacks with the snapshotter that it is told of here, not with the CRI plugin's. */
export function configOf2(folder: string, parts: Parts): string {
  return `version = 3
${common(folder)}
[plugins.'io.containerd.cri.v1.images']
snapshotter = 'overlayfs'
pinned_images.sandbox = '${pauseImage}'
registry.config_path = '${folder}/certs.d'
[plugins.'io.containerd.cri.v1.runtime']
${runtime(folder, parts)}
cni = {bin_dirs = ['${folder}/cni/bin'], conf_dir = '${folder}/cni/net.d'}
[[plugins.'io.containerd.transfer.v1.local'.unpack_config]]
platform = 'linux/amd64'
snapshotter = 'overlayfs'
differ = 'walking'
`;
}
