/** The certs.d folder of a node, as a scene wants it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Scene } from './scene.ts';

/** Returns what removes the files again. */
export function writeCertsD(folder: string, scene: Scene, ca: string): () => void {
  const files = Object.entries(scene.certsD ?? defaultFiles(scene));
  const folders = new Set(files.map(([path]) => join(folder, dirname(path))));
  for (const host of folders) {
    mkdirSync(host, { recursive: true });
    writeFileSync(join(host, 'ca.pem'), ca);
  }
  for (const [path, content] of files) writeFileSync(join(folder, path), content);
  return () => {
    for (const host of folders) rmSync(host, { recursive: true, force: true });
  };
}

/** containerd reads the path of a CA relative to the folder of the hosts.toml. */
function defaultFiles({ hosts = {} }: Scene): Record<string, string> {
  return Object.fromEntries(
    Object.entries(hosts).map(([host, what]) => {
      const scheme = what.kind === 'registry' ? (what.scheme ?? 'https') : 'https';
      return [`${host}/hosts.toml`, `server = '${scheme}://${host}'\nca = 'ca.pem'\n`];
    }),
  );
}
