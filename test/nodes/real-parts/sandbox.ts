/**
 * Real nodes, run where they can leave nothing behind: the program starts itself again in mount, process and network
 * namespaces of its own. When that copy ends, by whatever end, the kernel kills every process in there and unmounts
 * everything; when the first program is killed, the copy is killed too. The network is a loopback and nothing else, so
 * all addresses and ports are free and no packet leaves the machine.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixedFolders, makeRoot, tidyUp } from './leftovers.ts';

export type Sandbox = {
  /** A folder that is removed afterwards. Short, because the path of a socket ends at 107 characters. */
  readonly root: string;
  /** What is written here is kept when the program fails. */
  readonly logs: string;
};

/** On the loopback too. The API server and the kubelet refuse to be known by an address of 127.0.0.0/8. */
export const nodeAddress = '192.0.2.1';

const rootVariable = 'PULLGATE_NODES_ROOT';
const namespaces = ['--mount', '--pid', '--net', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
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
  const root = makeRoot();
  writeFileSync(join(root, 'hosts'), '127.0.0.1 localhost\n');
  const program = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const copy = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'unshare', ...namespaces, 'sh', '-c', inside, 'sh', ...program],
    { stdio: 'inherit', env: { ...process.env, [rootVariable]: root } },
  );
  let interrupted = false;
  const interrupt = () => {
    if (!interrupted) endNamespace(copy);
    interrupted = true;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  let keepsLogs = true;
  try {
    const [code] = (await once(copy, 'exit')) as [number | null];
    keepsLogs = code !== 0 && !interrupted;
    return interrupted ? 130 : (code ?? 137);
  } finally {
    tidyUp(root, { keepsLogs });
    if (keepsLogs) process.stderr.write(`logs are kept in ${join(root, 'logs')}\n`);
  }
}

/** The child of `unshare` is the first process in there: when it has been waited for, all the others are gone too. */
function endNamespace(unshare: ChildProcess): void {
  const children = readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8').trim();
  if (children === '') unshare.kill('SIGKILL');
  else process.kill(Number(children), 'SIGKILL');
}
