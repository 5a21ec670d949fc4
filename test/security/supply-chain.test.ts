/** S29, S30: what is in the program, and how the image starts it. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { dependencies } = JSON.parse(read('package.json')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
type Locked = {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: true;
  readonly dev?: true;
  readonly link?: true;
};
const { packages } = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };

test('few packages are named, each in one version', () => {
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(14);
  expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('all that is in the program comes from the registry of npm by its hash, and runs no scripts at run time', () => {
  const fetched = Object.entries(packages).filter(
    ([path, { link, dev }]) => path.startsWith('node_modules/') && !link && !dev,
  );
  const odd = fetched.filter(
    ([, { integrity, resolved }]) =>
      !integrity?.startsWith('sha512-') ||
      (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')),
  );

  expect(odd.map(([path]) => path)).toEqual([]);
  expect(fetched.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
  expect(read('.npmrc')).toContain('ignore-scripts=true');
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

test('in the image no user is root, no signal opens the inspector, and nobody reaches prototypes by __proto__', () => {
  const lines = read('Dockerfile').split('\n');
  const entrypoint = lines.find((line) => line.startsWith('ENTRYPOINT'));

  expect(lines).toContain('USER 65532:65532');
  expect(entrypoint).toContain('"--disable-sigusr1"');
  expect(entrypoint).toContain('"--disable-proto=delete"');
  expect(lines.filter((line) => /npm (?:ci|install)/.test(line) && !line.includes('--ignore-scripts'))).toEqual([]);
});
