/**
 * Real nodes, run where they can leave nothing behind: the program starts itself again in mount, process and network
 * namespaces of its own. When that copy ends, by whatever end, the kernel kills every process in there and unmounts
 * everything; when the first program is killed, the copy is killed too. The network is a loopback and nothing else, so
 * all addresses and ports are free and no packet leaves the machine.
 */
import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export type Sandbox = {
  /** A folder that is removed afterwards. Short, because the path of a socket ends at 107 characters. */
  readonly root: string;
  /** What is written here is kept when the program fails. */
  readonly logs: string;
};

/** On the loopback too. The API server and the kubelet refuse to be known by an address of 127.0.0.0/8. */
export const nodeAddress = '192.0.2.1';

const rootVariable = 'PULLGATE_NODES_ROOT';
/** Folders at fixed places that containerd and the kubelet write to; in the sandbox they are empty and its own. */
const fixedFolders = ['/run/containerd', '/var/log/containers', '/var/lib/kubelet'];
/** Set by every kubelet for the whole machine, and set back afterwards. */
const kubeletSysctls = ['vm/overcommit_memory', 'kernel/panic', 'kernel/panic_on_oops'].map((name) =>
  join('/proc/sys', name),
);
/** The shell stays as the first process of the namespace, because somebody has to reap orphans there. */
const inside = `
set -eu
ip link set lo up
ip addr add ${nodeAddress}/32 dev lo
mount --bind "$${rootVariable}/hosts" "$(realpath /etc/hosts)"
for folder in ${fixedFolders.join(' ')}; do mount -t tmpfs none "$folder"; done
"$@"
exit $?`;

/** Returns in the copy only. The first program waits for it, tidies up and exits as the copy did. */
export async function enterSandbox(): Promise<Sandbox> {
  const root = process.env[rootVariable];
  if (root !== undefined) return { root, logs: join(root, 'logs') };
  if (process.getuid?.() !== 0) throw new Error('real nodes need root, for namespaces and mounts');
  process.exit(await runCopy());
}

async function runCopy(): Promise<number> {
  const root = mkdtempSync('/tmp/pg-');
  mkdirSync(join(root, 'logs'));
  writeFileSync(join(root, 'hosts'), '127.0.0.1 localhost\n');
  const missing = fixedFolders.filter((folder) => mkdirSync(folder, { recursive: true }) !== undefined);
  const sysctls = kubeletSysctls.map((path) => [path, readFileSync(path)] as const);
  const namespaces = [
    '--mount',
    '--pid',
    '--net',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--propagation',
    'private',
  ];
  const program = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const options: SpawnOptions = { stdio: 'inherit', env: { ...process.env, [rootVariable]: root } };
  const copy = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'unshare', ...namespaces, 'sh', '-c', inside, 'sh', ...program],
    options,
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => copy.kill('SIGKILL'));
  try {
    const [code] = (await once(copy, 'exit')) as [number | null];
    return code ?? 130;
  } finally {
    for (const [path, value] of sysctls) writeFileSync(path, value);
    removeCgroups(root);
    for (const folder of missing) tryRmdir(folder);
    keepLogsOrRemove(root, copy.exitCode === 0);
  }
}

/** Of containers that were killed together with their runtime; one that was ended properly has none any more. */
function removeCgroups(root: string): void {
  const containers = globSync(join(root, '*/state/io.containerd.runtime.v2.task/k8s.io/*')).map((path) =>
    basename(path),
  );
  for (const controller of globSync('/sys/fs/cgroup/{,*/}k8s.io')) {
    for (const container of containers) tryRmdir(join(controller, container));
    tryRmdir(controller);
  }
}

function keepLogsOrRemove(root: string, succeeded: boolean): void {
  for (const path of globSync(join(root, '*')))
    if (succeeded || basename(path) !== 'logs') rmSync(path, { recursive: true });
  if (succeeded) rmdirSync(root);
  else process.stderr.write(`logs are kept in ${join(root, 'logs')}\n`);
}

/** A folder that is in use or not there is left alone. */
function tryRmdir(path: string): void {
  try {
    if (existsSync(path)) rmdirSync(path);
  } catch {}
}
