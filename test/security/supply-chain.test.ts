/** S29, S30: what is in the program, and how the image starts it. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { devDependencies } = JSON.parse(read('package.json')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};
/** The program is one bundle, so that whoever installs it installs nothing else: what is in it is what its sources import. */
const imported = new Set(
  globSync('src/**/*.ts', { cwd: root }).flatMap((file) =>
    [...read(file).matchAll(/(?:from|import) '((?:@[^/']+\/)?[^./'][^/']*)/g)].map(([, name = '']) => name),
  ),
);
const dependencies = Object.fromEntries(Object.entries(devDependencies).filter(([name]) => imported.has(name)));
type Locked = {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: true;
  readonly dependencies?: Readonly<Record<string, string>>;
};
const { packages } = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };

/** With all that they need, each as Node finds it. */
function programPackages(): readonly (readonly [path: string, Locked])[] {
  const found = new Map<string, Locked>();
  const visit = (name: string, from: string): void => {
    const folders = [...from.matchAll(/node_modules\//g)].map(({ index }) => from.slice(0, index)).toReversed();
    const path = [`${from}/`, ...folders].map((folder) => `${folder}node_modules/${name}`).find((one) => packages[one]);
    const locked = path === undefined ? undefined : packages[path];
    if (path === undefined || locked === undefined || found.has(path)) return;
    found.set(path, locked);
    for (const needed of Object.keys(locked.dependencies ?? {})) visit(needed, path);
  };
  for (const name of Object.keys(dependencies)) visit(name, 'node_modules/.');
  return [...found];
}

test('few packages are named, each in one version', () => {
  expect(Object.keys(dependencies)).toContain('fastify');
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(14);
  expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('all that is in the program comes from the registry of npm by its hash, and runs no scripts at run time', () => {
  const fetched = programPackages();
  expect(fetched.length).toBeGreaterThan(50);
  const odd = fetched.filter(
    ([, { integrity, resolved }]) =>
      !integrity?.startsWith('sha512-') ||
      (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')),
  );

  expect(odd.map(([path]) => path)).toEqual([]);
  expect(fetched.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
  // Not in .npmrc, where it would keep npm pack from building.
  expect(read('tools/setup.mjs')).toContain("'ci', '--ignore-scripts'");
});

test('no text becomes a program', () => {
  const dynamic = /\beval\s*\(|new Function\s*\(|\bvm\b'|node:vm|import\((?!'[^']*'\))|createRequire/;
  const files = globSync('src/**/*.ts', { cwd: root });

  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => dynamic.test(read(join(file))))).toEqual([]);
});

test('certificates are never left unverified for all', () => {
  const files = globSync('src/**/*.ts', { cwd: root });

  expect(files.filter((file) => /rejectUnauthorized:\s*false|NODE_TLS_REJECT/.test(read(file)))).toEqual([]);
});

test('the image says where it comes from, and brings no package manager', () => {
  const [, last = ''] = read('Dockerfile').split(/^FROM .*(?<! AS build)$/m);
  const labels = [...last.matchAll(/^LABEL org\.opencontainers\.image\.(\w+)=/gm)].map(([, label]) => label);

  expect(labels).toEqual(['title', 'description', 'source', 'licenses', 'version', 'revision', 'created']);
  expect(last).toMatch(/^RUN rm -rf .*\/npm .*\/npx .*\/corepack .*yarn/m);
});

test('in the image no user is root, no signal opens the inspector, and nobody reaches prototypes by __proto__', () => {
  const lines = read('Dockerfile').split('\n');
  const entrypoint = lines.find((line) => line.startsWith('ENTRYPOINT'));

  expect(lines).toContain('USER 65532:65532');
  expect(entrypoint).toContain('"--disable-sigusr1"');
  expect(entrypoint).toContain('"--disable-proto=delete"');
  expect(lines.filter((line) => /npm (?:ci|install)/.test(line) && !line.includes('--ignore-scripts'))).toEqual([]);
});
