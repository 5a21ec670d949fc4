/** Scripts that take paths read them where the command was typed, however npm is called. */
import { exec } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const pod = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: "Nginx:1" }
`;

let directory = '';
let checkout = '';

/** A repository with manifests, a checkout of pullgate in `.pullgate`, and manifests of the same name in that checkout. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pullgate-scripts '));
  checkout = join(directory, '.pullgate');
  await mkdir(join(checkout, 'k8s/base'), { recursive: true });
  for (const name of await readdir(root)) await symlink(join(root, name), join(checkout, name));
  await mkdir(join(directory, 'k8s'));
  await writeFile(join(directory, 'k8s/pod.yaml'), pod);
  await writeFile(join(checkout, 'k8s/base/pod.yaml'), pod.replace('"Nginx:1"', '"Nginx:2"'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Without what the npm that runs this test has set. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name)));

async function typed(command: string, cwd: string): Promise<string> {
  return new Promise((resolve) => {
    exec(command, { cwd, env: environment }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

test('the CI step of the README checks the manifests of the repository', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, step = ''] = /^- run: (npm --prefix .*)$/m.exec(readme) ?? [];

  expect(await typed(step, directory)).toMatch(/^::error file=k8s\/pod\.yaml,line=6,.*Nginx:1/);
});

test('a check from a subfolder reads paths of that subfolder', async () => {
  expect(await typed('npm run -s pullgate -- check base/', join(checkout, 'k8s'))).toContain(
    'Pod default/web  base/pod.yaml:1  denied',
  );
});

test('golden vectors are read from a subfolder', async () => {
  await mkdir(join(checkout, 'k8s/vectors'));
  await copyFile(join(root, 'test/vectors/pull-policy.json'), join(checkout, 'k8s/vectors/pull-policy.json'));

  expect(await typed('npm run -s test:vectors -- vectors', join(checkout, 'k8s'))).toMatch(
    /^pull-policy: \d+ passed, 0 failed$/m,
  );
});
