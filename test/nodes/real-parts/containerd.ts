/** A containerd with a root, state, sockets and registry configuration of its own. */
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ImageService, openImageService } from '../cri/image-service.ts';
import { writeCni } from './cni.ts';
import { configOf1, configOf2 } from './containerd-config.ts';
import { startDaemon, waitFor } from './daemon.ts';
import { openGarbage } from './garbage.ts';
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

/** A mount namespace in which another file is /etc/resolv.conf. Before a command, with both files. */
export const withResolver = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" "$1" && shift && exec "$@"'];

export type ContainerdOptions = {
  readonly sandbox: Sandbox;
  readonly parts: Parts;
  readonly generation: Generation;
  /** Of its folder and log. */
  readonly name: string;
  /** The address of the DNS server that it asks. */
  readonly resolver: string;
};

export async function startContainerd(options: ContainerdOptions): Promise<Containerd> {
  const { sandbox, parts, generation, name, resolver } = options;
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
  await runProgram(join(programs, 'ctr'), ['-a', socket, '-n', 'k8s.io', 'images', 'import', parts.pause]);
  return {
    generation,
    folder,
    socket,
    certsD,
    images,
    collectGarbage: openGarbage(socket),
    beside: (command) => {
      const enter = ['nsenter', '--target', String(daemon.process.pid), '--mount'];
      return [...enter, 'sh', '-c', 'cd "$HOME" && exec "$@"', 'sh', ...command];
    },
  };
}
