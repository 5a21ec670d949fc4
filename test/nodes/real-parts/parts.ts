/** The real programs: unpacked Kubernetes and containerd binaries, in the folder that PULLGATE_PARTS names. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

export type Generation = '1.7' | '2.4';

export type Parts = {
  /** etcd, kube-apiserver, kubelet, runc */
  readonly bin: string;
  /** containerd, its shim and ctr */
  readonly containerd: Readonly<Record<Generation, string>>;
  /** An archive with the image `pullgate.test/pause:1`. */
  readonly pause: string;
};

export function findParts(folder = process.env.PULLGATE_PARTS): Parts {
  if (folder === undefined) throw new Error('PULLGATE_PARTS must name the folder of the unpacked Kubernetes parts');
  const parts: Parts = {
    bin: join(folder, 'bin'),
    containerd: { '1.7': join(folder, 'containerd-1.7'), '2.4': join(folder, 'containerd-2') },
    pause: join(folder, 'pause/pause.tar'),
  };
  for (const program of ['etcd', 'kube-apiserver', 'kubelet', 'runc'])
    accessSync(join(parts.bin, program), constants.X_OK);
  for (const generation of Object.values(parts.containerd)) accessSync(join(generation, 'containerd'), constants.X_OK);
  accessSync(parts.pause);
  return parts;
}
