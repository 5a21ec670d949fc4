import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An answer for CNI's sake: Pods get a network namespace with nothing in it. Without one the Node is never Ready. */
const plugin = `#!/bin/sh
case $CNI_COMMAND in
ADD) printf '{"cniVersion":"1.0.0","interfaces":[{"name":"%s","sandbox":"%s"}],"ips":[{"address":"10.254.%d.%d/32","interface":0}]}' \\
  "$CNI_IFNAME" "$CNI_NETNS" $(($$ / 256 % 256)) $(($$ % 256)) ;;
VERSION) printf '{"cniVersion":"1.0.0","supportedVersions":["0.3.1","0.4.0","1.0.0"]}' ;;
esac
`;

export function writeCni(folder: string): void {
  mkdirSync(join(folder, 'cni/bin'), { recursive: true });
  mkdirSync(join(folder, 'cni/net.d'));
  writeFileSync(join(folder, 'cni/bin/none'), plugin);
  chmodSync(join(folder, 'cni/bin/none'), 0o755);
  symlinkSync('none', join(folder, 'cni/bin/loopback'));
  const network = { cniVersion: '1.0.0', name: 'none', plugins: [{ type: 'none' }] };
  writeFileSync(join(folder, 'cni/net.d/10-none.conflist'), JSON.stringify(network));
}
