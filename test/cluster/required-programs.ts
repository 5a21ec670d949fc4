import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** A missing program fails the suite; it is never a reason to skip it. */
export function setup(): void {
  const assets = process.env.KUBEBUILDER_ASSETS;
  if (!assets)
    throw new Error(
      'KUBEBUILDER_ASSETS must name a folder with kube-apiserver, etcd, kube-controller-manager and kubectl',
    );
  for (const program of ['kube-apiserver', 'etcd', 'kube-controller-manager', 'kubectl'])
    accessSync(join(assets, program), constants.X_OK);
}
