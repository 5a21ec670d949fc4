/** The certs.d folder of a node, as a scene wants it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Scene } from './scene.ts';

/** Content by relative path, `registry.test/hosts.toml`. */
export function certsDFilesOf(scene: Scene, ca: string): ReadonlyMap<string, string> {
  const files = Object.entries(scene.certsD ?? workingFilesOf(scene));
  return new Map([...files.map(([path]) => [join(dirname(path), 'ca.pem'), ca] as const), ...files]);
}

/** Returns what removes the files again. */
export function writeCertsD(folder: string, files: ReadonlyMap<string, string>): () => void {
  for (const [path, content] of files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return () => {
    for (const path of files.keys()) rmSync(join(folder, dirname(path)), { recursive: true, force: true });
  };
}

/** containerd reads the path of a CA relative to the folder of the hosts.toml. */
function workingFilesOf({ hosts = {} }: Scene): Record<string, string> {
  return Object.fromEntries(
    Object.entries(hosts).map(([host, what]) => {
      const scheme = what.kind === 'registry' ? (what.scheme ?? 'https') : 'https';
      return [`${host}/hosts.toml`, `server = '${scheme}://${host}'\nca = 'ca.pem'\n`];
    }),
  );
}
