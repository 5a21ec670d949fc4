/**
 * What namespaces do not undo: a folder, cgroups of containers that were killed, and settings of the machine. The folder
 * says what there is to undo, so that the next program can do it for one that was killed.
 */
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

type Owner = {
  readonly pid: number;
  readonly sysctls: readonly (readonly [path: string, value: string])[];
  readonly madeFolders: readonly string[];
};

/** Folders at fixed places that containerd and the kubelet write to. */
export const fixedFolders = ['/run/containerd', '/var/log/containers', '/var/lib/kubelet'];

/** Set by every kubelet, for the whole machine. */
const kubeletSysctls = ['vm/overcommit_memory', 'kernel/panic', 'kernel/panic_on_oops'];
const prefix = '/tmp/pg-';
const ownerFile = 'owner.json';

export function makeRoot(): string {
  for (const owner of globSync(`${prefix}*/${ownerFile}`))
    if (!existsSync(`/proc/${ownerOf(dirname(owner)).pid}`)) tidyUp(dirname(owner), { keepsLogs: false });
  const root = mkdtempSync(prefix);
  const owner: Owner = {
    pid: process.pid,
    sysctls: kubeletSysctls.map((name) => [`/proc/sys/${name}`, readFileSync(`/proc/sys/${name}`, 'utf8')]),
    madeFolders: fixedFolders.filter((folder) => mkdirSync(folder, { recursive: true }) !== undefined),
  };
  writeFileSync(join(root, ownerFile), JSON.stringify(owner));
  mkdirSync(join(root, 'logs'));
  return root;
}

/** Nothing of it may run any more. */
export function tidyUp(root: string, { keepsLogs }: { readonly keepsLogs: boolean }): void {
  const { sysctls, madeFolders } = ownerOf(root);
  for (const [path, value] of sysctls) writeFileSync(path, value);
  removeCgroups(root);
  for (const folder of madeFolders) tryRmdir(folder);
  for (const path of globSync(join(root, '*')))
    if (!keepsLogs || basename(path) !== 'logs') rmSync(path, { recursive: true, force: true });
  if (!keepsLogs) rmdirSync(root);
}

function ownerOf(root: string): Owner {
  return JSON.parse(readFileSync(join(root, ownerFile), 'utf8')) as Owner;
}

/** The folder of a container's state is there as long as nobody has ended it properly. */
function removeCgroups(root: string): void {
  const containers = globSync(join(root, '*/state/io.containerd.runtime.v2.task/k8s.io/*')).map((path) =>
    basename(path),
  );
  for (const parent of globSync('/sys/fs/cgroup/{,*/}k8s.io')) {
    for (const container of containers) tryRmdir(join(parent, container));
    tryRmdir(parent);
  }
}

/** A folder that is in use or not there is left alone. */
function tryRmdir(path: string): void {
  try {
    rmdirSync(path);
  } catch {}
}
