/** Webhooks in processes of their own, on the processor of what is measured: pullgate as its image starts it, and its references. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pinned } from '../machine.ts';
import { facts, registryName } from '../reviews.ts';

export type Webhook = {
  readonly url: string;
  readonly caPath: string;
  readonly pid: number;
  readonly end: () => Promise<void>;
};

export type Probed = {
  /** After garbage was collected. */
  readonly heapBytes: number;
  /** Since it was asked last. */
  readonly loopDelayMs: { readonly p99: number; readonly most: number };
};

export type Product = Webhook & {
  readonly probe: () => Promise<Probed>;
  /** Ends as in a cluster, with time to write what it has found out. */
  readonly leave: () => Promise<void>;
};

export const root = join(import.meta.dirname, '../..');
/** What `npm run build` makes. */
export const bundle = join(root, 'dist/main.js');
const anyPort = '127.0.0.1:0';

/** @param nodeFlags beside those of the image */
export async function startProduct(
  registryUrl: string,
  configuration: object = {},
  nodeFlags: readonly string[] = [],
): Promise<Product> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-bench-'));
  const { configPath, factsPath } = await writeWorld(directory, registryUrl, configuration);
  const caPath = join(directory, 'ca.crt');
  const args = ['--config', configPath, '--facts', factsPath, '--ca-out', caPath];
  return startWith(args, caPath, directory, nodeFlags);
}

/** @param directory removed with it */
export async function startWith(
  args: readonly string[],
  caPath: string,
  directory: string,
  nodeFlags: readonly string[] = [],
  opsListen = anyPort,
): Promise<Product> {
  const probe = ['--expose-gc', '--import', join(import.meta.dirname, 'probe.mjs')];
  // As in the image.
  const flags = ['--disable-proto=delete', '--max-semi-space-size=8', ...nodeFlags];
  const command = [process.execPath, ...probe, ...flags, bundle, 'serve', ...args];
  const webhook = await start([...command, '--listen', anyPort, '--ops-listen', opsListen], caPath, directory);
  return {
    ...webhook,
    leave: async () => {
      const ended = once(webhook.process, 'exit');
      webhook.process.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true });
    },
    probe: async () => {
      webhook.process.send({});
      const [probed] = (await once(webhook.process, 'message')) as [Probed];
      return probed;
    },
  };
}

/** Where pullgate finds the registry, and all facts about the cluster. */
export async function writeWorld(directory: string, registryUrl: string, configuration: object = {}) {
  const hosts = join(directory, 'certs.d', registryName);
  await mkdir(hosts, { recursive: true });
  await writeFile(join(hosts, 'hosts.toml'), `server = "${registryUrl}"\n`);
  const configPath = join(directory, 'configuration.yaml');
  const factsPath = join(directory, 'facts.yaml');
  const written = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'Configuration',
    mode: 'enforce',
    assume: { nodeCredentials: 'none' },
    fuse: { workloads: 0 },
    nodes: { hostsDir: 'certs.d' },
    egress: { allow: ['127.0.0.1'] },
    ...configuration,
  };
  await writeFile(configPath, JSON.stringify(written));
  await writeFile(factsPath, facts.map((fact) => JSON.stringify(fact)).join('\n---\n'));
  return { configPath, factsPath };
}

export async function startFloor(): Promise<Webhook> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-bench-'));
  const caPath = join(directory, 'ca.crt');
  return start([process.execPath, join(import.meta.dirname, 'floor.ts'), caPath], caPath, directory);
}

export const goIsMissing = spawnSync('go', ['version']).status === 0 ? undefined : 'go is not on the path';

export async function startReference(): Promise<Webhook> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-bench-'));
  const program = join(directory, 'reference');
  execFileSync('go', ['build', '-o', program, '.'], { cwd: join(root, 'bench/reference'), stdio: 'inherit' });
  const caPath = join(directory, 'ca.crt');
  return start([program, caPath], caPath, directory);
}

async function start(
  command: readonly string[],
  caPath: string,
  directory: string,
): Promise<Webhook & { readonly process: ChildProcess }> {
  const [program, ...args] = pinned(command);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const { stdout, pid } = child;
  if (stdout === null || pid === undefined) throw new Error(`${command[0]} cannot be started`);
  return {
    process: child,
    url: await urlIn(stdout),
    caPath,
    pid,
    end: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true });
    },
  };
}

/** Its log is read to the end of its life: a program whose log is not read waits for that, and answers nothing. */
function urlIn(output: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let log: string | undefined = '';
    output.setEncoding('utf8');
    output.on('data', (text: string) => {
      if (log === undefined) return;
      log += text;
      const [, url] = /"url":"(https:[^"]*)"/.exec(log) ?? [];
      if (url === undefined) return;
      log = undefined;
      resolve(url);
    });
    output.once('end', () => reject(new Error('a webhook ended before it listened')));
  });
}
