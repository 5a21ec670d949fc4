/** What the image would hold, run where nothing else of the project is. */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);

let directory = '';
let image = '';
let helps = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pullgate-build-'));
  const out = join(directory, 'image');
  const empty = join(directory, 'empty');
  await Promise.all([mkdir(out), mkdir(empty)]);
  const modules = await realpath(join(root, 'node_modules'));
  const env = { PATH: process.env.PATH, MODULES: modules, OUT: out };
  helps = (await run(process.execPath, [join(root, 'tools/try-dockerfile')], { env })).stdout;
  image = join(out, 'opt/pullgate');
}, 60_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

const argsOf = (...args: readonly string[]) => ['--disable-proto=delete', join(image, 'main.js'), ...args];

/** The files of the bundle that one of them imports, and those that they import. */
async function loadedBy(entry: string): Promise<readonly string[]> {
  const files = new Set([entry]);
  for (const file of files) {
    const text = await readFile(join(image, file), 'utf8');
    for (const [, imported = ''] of text.matchAll(/^(?:import|export) (?:[^'"(]*from )?"\.\/([^"]+)"/gm))
      files.add(imported);
  }
  return [...files];
}

/** rolldown's own code has no source map. */
async function sourcesOf(out: string, files: readonly string[]): Promise<readonly string[]> {
  const mapped = await readdir(out);
  const maps = files.map((file) => `${file}.map`).filter((map) => mapped.includes(map));
  const texts = await Promise.all(maps.map((map) => readFile(join(out, map), 'utf8')));
  return texts.flatMap((text) => (JSON.parse(text) as { readonly sources: readonly string[] }).sources);
}

function packageIn(source: string): readonly string[] {
  const [, name] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source) ?? [];
  return name === undefined ? [] : [name];
}

describe('the bundle', () => {
  test('runs the entrypoint from an empty folder', () => {
    expect(helps).toContain('Usage: pullgate check ');
    expect(helps).toContain('Usage: pullgate serve ');
  });

  test('knows its version', async () => {
    const { stdout } = await run(process.execPath, argsOf('--version'), { cwd: join(directory, 'empty'), env: {} });
    expect(stdout).toMatch(/^pullgate \d+\.\d+\.\d+ \(commit unknown, Node v\d+\.\d+\.\d+\)\n$/);
  });

  test('keeps compiled code in the cache directory of the user, and nothing beside itself', async () => {
    const home = join(directory, 'home');
    await run(process.execPath, argsOf('check', '--help'), { env: { HOME: home } });
    expect(await readdir(join(home, '.cache/pullgate'))).not.toEqual([]);

    await run(process.execPath, argsOf('check', '--help'), { env: { HOME: '/dev/null' } });
    expect(await readdir(join(directory, 'image/opt'))).toEqual(['pullgate']);
    expect(await readdir(join(directory, 'image'))).toEqual(['opt']);
    expect(await readdir(join(directory, 'empty'))).toEqual([]);
  });

  test('has no source maps, which would tell who looks into it more than it needs', async () => {
    expect((await readdir(image)).filter((file) => file.endsWith('.map'))).toEqual([]);
  });

  test('loads for a check without a registry only what reads files and judges', async () => {
    const out = join(directory, 'mapped');
    await run('rolldown', ['--config', 'rolldown.config.ts', '--sourcemap', '--dir', out], { cwd: root });
    const packages = new Set((await sourcesOf(out, await loadedBy('check.js'))).flatMap(packageIn));

    expect([...packages].toSorted()).toEqual([
      'eslint-visitor-keys',
      'fastest-levenshtein',
      'p-limit',
      'toml-eslint-parser',
      'yocto-queue',
      'zod',
    ]);
  });

  test('names the licence of each package that is in it', async () => {
    const notices = await readFile(join(image, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['fastify', 'pino', 'undici', 'yaml', 'zod'] as const)
      expect(notices).toContain(`\n${name} ${packageJson.devDependencies[name]}, `);
    expect(await readFile(join(image, 'LICENSE'), 'utf8')).toBe(await readFile(join(root, 'LICENSE'), 'utf8'));
  });

  test('answers a review over TLS', async () => {
    const facts = join(directory, 'facts.yaml');
    const caPath = join(directory, 'ca.crt');
    await writeFile(facts, 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n');
    const listening = ['--listen', '127.0.0.1:0', '--ops-listen', '127.0.0.1:0'];
    const child = spawn(process.execPath, argsOf('serve', '--facts', facts, '--ca-out', caPath, ...listening), {
      cwd: join(directory, 'empty'),
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    let url = '';
    for await (const line of createInterface({ input: child.stdout })) {
      const said = JSON.parse(line) as { readonly url?: string };
      if (said.url?.startsWith('https:')) {
        url = said.url;
        break;
      }
    }
    const response = await reviewed(url, await readFile(caPath, 'utf8'));
    expect(response).toMatchObject({ uid: 'one', allowed: true });
    expect(JSON.stringify(response)).toContain('invalid-image-name');
  });
});

/** A Pod whose image needs no registry to be judged. */
async function reviewed(url: string, ca: string): Promise<unknown> {
  const pods = { group: '', version: 'v1' };
  const review = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'one',
      kind: { ...pods, kind: 'Pod' },
      resource: { ...pods, resource: 'pods' },
      name: 'web',
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'alice' },
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { containers: [{ name: 'web', image: 'Nginx:1' }] },
      },
    },
  };
  const call = request(`${url}/validate?timeout=5s`, {
    ca,
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json' },
  });
  call.end(JSON.stringify(review));
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    call.once('response', resolve).once('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return (JSON.parse(Buffer.concat(chunks).toString()) as { readonly response: unknown }).response;
}
