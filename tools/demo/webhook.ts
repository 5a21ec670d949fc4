/** The real webhook in a process of its own, and what the API server would send it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type Response = {
  readonly allowed: boolean;
  readonly status?: { readonly message: string };
  readonly warnings?: readonly string[];
};

export type Webhook = {
  readonly url: string;
  readonly caPath: string;
  readonly review: (body: string) => Promise<Response>;
  readonly end: () => Promise<void>;
};

export type WebhookSettings = {
  readonly root: string;
  readonly configPath: string;
  /** Where the facts come from: `--facts PATH` or `--kubeconfig PATH`. */
  readonly facts: readonly string[];
  /** Where the CA goes. */
  readonly directory: string;
};

export async function startWebhook({ root, configPath, facts, directory }: WebhookSettings): Promise<Webhook> {
  const caPath = join(directory, 'ca.crt');
  const anyPort = '127.0.0.1:0';
  const args = [
    'serve',
    '--config',
    configPath,
    ...facts,
    '--ca-out',
    caPath,
    '--listen',
    anyPort,
    '--ops-listen',
    anyPort,
  ];
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await listeningUrl(child);
  const ca = await readFile(caPath);
  return {
    url,
    caPath,
    review: (body) => post(`${url}/validate?timeout=5s`, ca, body),
    end: async () => {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => {
        child.once('exit', resolve);
      });
      // It waits for its callers after SIGTERM, as behind an API server; here nobody calls any more.
      child.kill('SIGINT');
      await ended;
    },
  };
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('its output is piped');
  for await (const line of createInterface(child.stdout)) {
    const { url } = JSON.parse(line) as { readonly url?: string };
    // What follows is not read, but it must not fill the pipe.
    if (url?.startsWith('https://')) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error('the webhook ended before it listened');
}

function post(url: string, ca: Buffer, body: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const call = request(url, { method: 'POST', ca, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (answer.statusCode !== 200) reject(new Error(`status ${answer.statusCode}: ${text}`));
        else resolve((JSON.parse(text) as { readonly response: Response }).response);
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}
