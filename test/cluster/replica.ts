/** pullgate as one of its Pods runs it: certificates that it manages, its own namespace, a kubeconfig in place of the mounted token. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');

export type Replica = {
  readonly url: string;
  readonly opsUrl: string;
  /** Ends it, if it has not ended. */
  readonly kill: () => Promise<void>;
};

export type ReplicaSettings = {
  readonly kubeconfig: string;
  readonly configPath?: string;
  readonly listen?: string;
  /** Where the CA of a certificate goes that is made on the spot, instead of one that is managed. */
  readonly caPath?: string;
};

export async function startReplica(settings: ReplicaSettings): Promise<Replica> {
  const child = spawnReplica(settings);
  const ended = once(child, 'exit');
  if (child.stdout === null) throw new Error('its output is piped');
  const urls: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    const { msg, url = '' } = JSON.parse(line) as { readonly msg?: string; readonly url?: string };
    if (msg === 'listening') urls.push(url);
    if (urls.length === 2) break;
  }
  // What follows is not read, but it must not fill the pipe.
  child.stdout.resume();
  const [url, opsUrl] = urls;
  if (url === undefined || opsUrl === undefined) throw new Error('the replica ended before it listened');
  return {
    url,
    opsUrl,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Of one that is not able to start: what its last log line names. */
export async function failedStart(
  settings: ReplicaSettings,
): Promise<{ readonly exitCode: number; readonly problems: unknown }> {
  const child = spawnReplica(settings);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [exitCode] = (await once(child, 'close')) as [number];
  const { problems } = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as { readonly problems?: unknown };
  return { exitCode, problems };
}

function spawnReplica({ kubeconfig, configPath, caPath, listen = '127.0.0.1:0' }: ReplicaSettings): ChildProcess {
  const args = ['serve', '--kubeconfig', kubeconfig, '--listen', listen, '--ops-listen', '127.0.0.1:0'];
  if (configPath !== undefined) args.push('--config', configPath);
  if (caPath !== undefined) args.push('--ca-out', caPath);
  const env = { ...process.env, POD_NAMESPACE: 'pullgate' };
  return spawn(process.execPath, [join(root, 'src/main.ts'), ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
}
