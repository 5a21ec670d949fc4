/** What `npm pack` makes, installed in an empty project and run as its users run it. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const pod = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: "Nginx:1" }
`;

type Ran = { readonly exitCode: number; readonly output: string; readonly errors: string };

/** Without what the npm that runs this test has set, and without the cache of whoever runs it. */
function run(program: string, args: readonly string[], cwd: string): Promise<Ran> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name));
  const env = { ...Object.fromEntries(inherited), HOME: join(directory, 'home'), XDG_CACHE_HOME: '' };
  return new Promise((resolve) => {
    execFile(program, [...args], { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, output, errors) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, output, errors });
    });
  });
}

let directory = '';
let project = '';
let packed: readonly string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pullgate-package-'));
  project = join(directory, 'project');
  await Promise.all([mkdir(project), mkdir(join(directory, 'home'))]);
  const { output, errors } = await run('npm', ['pack', '--json', '--pack-destination', directory], root);
  const [tarball] = JSON.parse(output) as { filename: string; files: { path: string }[] }[];
  if (tarball === undefined) throw new Error(`npm pack made nothing: ${errors}`);
  packed = tarball.files.map(({ path }) => path);
  await writeFile(join(project, 'package.json'), '{ "name": "shop", "private": true }\n');
  await writeFile(join(project, 'pod.yaml'), pod);
  const installed = await run('npm', ['install', '--offline', join(directory, tarball.filename)], project);
  if (installed.exitCode !== 0) throw new Error(installed.errors);
}, 180_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('the package', () => {
  test('holds the program, its licences and its schemas, and nothing else', () => {
    const rest = packed.filter((path) => !/^dist\/[\w-]+\.js$/.test(path));

    expect(rest.toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'bin/pullgate.mjs',
      'dist/LICENSE',
      'dist/THIRD-PARTY-LICENSES.txt',
      'dist/package.json',
      'docs/configuration.schema.json',
      'docs/pull-report.schema.json',
      'package.json',
    ]);
    expect(packed).toContain('dist/main.js');
  });

  test('brings no other package', async () => {
    const folders = await readdir(join(project, 'node_modules'));
    expect(folders.filter((name) => !name.startsWith('.'))).toEqual(['pullgate']);
  });

  test('checks manifests from an empty project', async () => {
    const { output, exitCode } = await run('npx', ['--offline', 'pullgate', 'check', 'pod.yaml'], project);

    expect(output).toContain('Pod default/web  pod.yaml:1  denied\n');
    expect(exitCode).toBe(1);
  });

  test('is a plugin of kubectl as well', async () => {
    const { output } = await run(join(project, 'node_modules/.bin/kubectl-pullgate'), ['--version'], project);
    expect(output).toMatch(/^pullgate \d+\.\d+\.\d+ \(commit [0-9a-f]{12}, Node v\d+\.\d+\.\d+\)\n$/);
  });

  test('keeps compiled code in the cache of the user alone', async () => {
    expect(await readdir(join(directory, 'home/.cache'))).toEqual(['pullgate']);
    expect((await readdir(join(project, 'node_modules/pullgate'))).toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'bin',
      'dist',
      'docs',
      'package.json',
    ]);
  });
});
