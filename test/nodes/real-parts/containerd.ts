/** A containerd with a root, state, sockets and registry configuration of its own. */
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ImageService, openImageService } from '../cri/image-service.ts';
import { startDaemon, waitFor } from './daemon.ts';
import type { Generation, Parts } from './parts.ts';
import { runProgram } from './program.ts';
import type { Sandbox } from './sandbox.ts';

export type Containerd = {
  readonly generation: Generation;
  readonly folder: string;
  readonly socket: string;
  /** `HOST/hosts.toml` in here is read at every pull. */
  readonly certsD: string;
  readonly images: ImageService;
  readonly collectGarbage: () => Promise<void>;
  /** Puts a command before it where containerd sees the machine from: with a resolver of its own. */
  readonly beside: (command: readonly string[]) => readonly string[];
};

const pauseImage = 'pullgate.test/pause:1';

/** A mount namespace in which another file is /etc/resolv.conf. */
const withResolver = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" "$1" && shift && exec "$@"'];

/** An answer for CNI's sake: Pods get a network namespace with nothing in it. Without one the Node is never Ready. */
const cniPlugin = `#!/bin/sh
case $CNI_COMMAND in
ADD) printf '{"cniVersion":"1.0.0","interfaces":[{"name":"%s","sandbox":"%s"}],"ips":[{"address":"10.254.%d.%d/32","interface":0}]}' \\
  "$CNI_IFNAME" "$CNI_NETNS" $(($$ / 256 % 256)) $(($$ % 256)) ;;
VERSION) printf '{"cniVersion":"1.0.0","supportedVersions":["0.3.1","0.4.0","1.0.0"]}' ;;
esac
`;

export async function startContainerd(
  sandbox: Sandbox,
  parts: Parts,
  generation: Generation,
  name: string,
  resolver: string,
): Promise<Containerd> {
  const folder = join(sandbox.root, name);
  const socket = join(folder, 'containerd.sock');
  const certsD = join(folder, 'certs.d');
  const programs = parts.containerd[generation];
  mkdirSync(certsD, { recursive: true });
  writeCni(folder);
  const config = join(folder, 'containerd.toml');
  writeFileSync(config, generation === '1.7' ? configOf1(folder, parts) : configOf2(folder, parts));

  const resolvConf = join(folder, 'resolv.conf');
  writeFileSync(resolvConf, `nameserver ${resolver}\n`);
  const daemon = startDaemon({
    name,
    command: [
      ...withResolver,
      resolvConf,
      realpathSync('/etc/resolv.conf'),
      join(programs, 'containerd'),
      '--config',
      config,
    ],
    logs: sandbox.logs,
    path: [programs],
    home: folder,
  });
  const images = await waitFor(daemon, 'its image service', async () => {
    const service = openImageService(socket);
    const answer = await service.listImages();
    if (answer.ok) return service;
    service.close();
    return undefined;
  });
  const ctr = (...args: string[]) => runProgram(join(programs, 'ctr'), ['-a', socket, '-n', 'k8s.io', ...args]);
  await ctr('images', 'import', parts.pause);
  return {
    generation,
    folder,
    socket,
    certsD,
    images,
    // Whoever deletes a lease can wait until everything is gone that nothing refers to.
    collectGarbage: async () => {
      await ctr('leases', 'create', '--id', 'garbage');
      await ctr('leases', 'delete', '--sync', 'garbage');
    },
    beside: (command) => {
      const enter = ['nsenter', '--target', String(daemon.process.pid), '--mount'];
      return [...enter, 'sh', '-c', 'cd "$HOME" && exec "$@"', 'sh', ...command];
    },
  };
}

function writeCni(folder: string): void {
  mkdirSync(join(folder, 'cni/bin'), { recursive: true });
  mkdirSync(join(folder, 'cni/net.d'));
  writeFileSync(join(folder, 'cni/bin/none'), cniPlugin);
  chmodSync(join(folder, 'cni/bin/none'), 0o755);
  symlinkSync('none', join(folder, 'cni/bin/loopback'));
  const network = { cniVersion: '1.0.0', name: 'none', plugins: [{ type: 'none' }] };
  writeFileSync(join(folder, 'cni/net.d/10-none.conflist'), JSON.stringify(network));
}

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

function configOf1(folder: string, parts: Parts): string {
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
function configOf2(folder: string, parts: Parts): string {
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
