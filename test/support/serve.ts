/** `pullgate serve` as a cluster runs it: a process of its own, real sockets, real certificates. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UsageError } from '../../src/cli/command.ts';
import type { AdmissionResponse } from '../../src/entrypoints/serve/admission-response.ts';
import { runServe } from '../../src/entrypoints/serve/run.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

export type ServeWorld = {
  /** Beside apiVersion and kind. */
  readonly configuration?: object;
  /** Objects of the cluster. */
  readonly facts: readonly object[];
  /** Where the registries of these names are answered. */
  readonly registries: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
};

export type Reply = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };
export type Call = {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type RunningServe = {
  readonly url: string;
  readonly opsUrl: string;
  /** What was logged so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  readonly call: (call: Call) => Promise<Reply>;
  /** Sends the request of a review, and has its response. */
  readonly review: (request: object, query?: string) => Promise<AdmissionResponse>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** Has it end by SIGTERM. @returns the exit code */
  readonly end: () => Promise<number | null>;
};

export async function startServe(world: ServeWorld): Promise<RunningServe> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-serve-'));
  const { configPath, factsPath } = await writeWorld(directory, world);
  const caPath = join(directory, 'ca.crt');
  const anyPort = '127.0.0.1:0';
  const args = ['--config', configPath, '--facts', factsPath, '--ca-out', caPath];
  const child = spawn(process.execPath, [main, 'serve', ...args, '--listen', anyPort, '--ops-listen', anyPort], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...world.environment },
  });
  const log: Readonly<Record<string, unknown>>[] = [];
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  const { url, opsUrl } = await listening(child, log);
  const ca = await readFile(caPath);
  const call = (made: Call) => send(url, ca, made);
  return {
    url,
    opsUrl,
    log,
    call,
    review: async (itsRequest, query = '?timeout=10s') => {
      const { status, body } = await call({ path: `/validate${query}`, body: reviewText(itsRequest) });
      if (status !== 200) throw new Error(`status ${status}: ${body}`);
      return (JSON.parse(body) as { readonly response: AdmissionResponse }).response;
    },
    signal: (name) => child.kill(name),
    ended,
    end: async () => {
      child.kill('SIGTERM');
      const exitCode = await ended;
      await rm(directory, { recursive: true });
      return exitCode;
    },
  };
}

/** A start that fails before it listens, as a call: a process takes ten times as long. @returns as `main.ts` ends */
export async function callServe(
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly errors: string }> {
  try {
    return { exitCode: await runServe(args, { version: '0.0.0-test' }), errors: '' };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { exitCode: 2, errors: `${error.message.trimEnd()}\n` };
  }
}

export function reviewText(itsRequest: object): string {
  return JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: itsRequest });
}

async function writeWorld(directory: string, { configuration, facts, registries }: ServeWorld) {
  for (const [name, url] of Object.entries(registries)) {
    const hosts = join(directory, 'certs.d', name);
    await mkdir(hosts, { recursive: true });
    await writeFile(join(hosts, 'hosts.toml'), `server = "${url}"\n`);
  }
  const configPath = join(directory, 'configuration.yaml');
  const factsPath = join(directory, 'facts.yaml');
  const whole = { apiVersion: 'pullgate.dev/v1alpha1', kind: 'Configuration', ...configuration };
  await writeFile(configPath, JSON.stringify({ nodes: { hostsDir: 'certs.d' }, ...whole }));
  await writeFile(factsPath, facts.map((fact) => JSON.stringify(fact)).join('\n---\n'));
  return { configPath, factsPath };
}

/** Both addresses, as the log tells them; every further line goes to the log, too. */
function listening(child: ChildProcess, log: Readonly<Record<string, unknown>>[]) {
  return new Promise<{ readonly url: string; readonly opsUrl: string }>((resolve, reject) => {
    if (child.stdout === null) throw new Error('its output is piped');
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => {
      log.push(JSON.parse(line) as Readonly<Record<string, unknown>>);
      const urls = log.filter(({ msg }) => msg === 'listening').map(({ url }) => String(url));
      const url = urls.find((one) => one.startsWith('https://'));
      const opsUrl = urls.find((one) => one.startsWith('http://'));
      if (url !== undefined && opsUrl !== undefined) resolve({ url, opsUrl });
    });
    lines.on('close', () => {
      reject(new Error('it ended before it listened'));
    });
  });
}

/** POST of JSON to /validate by default. */
function send(origin: string, ca: Buffer, { method = 'POST', path = '/validate', headers, body }: Call) {
  return new Promise<Reply>((resolve, reject) => {
    const sent = { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers };
    const call = request(`${origin}${path}`, { method, ca, headers: sent, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}
