/** The recipes for CI systems, run as far as they can be without these systems: with the folders and variables that those lay out. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFile(join(root, path), 'utf8');
const pod = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: "Nginx:1" }
`;

type Action = {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly run?: string; readonly env?: Readonly<Record<string, string>> }[];
  };
};

let directory = '';
let workspace = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pullgate ci-'));
  workspace = join(directory, 'shop');
  await mkdir(join(workspace, 'k8s and more'), { recursive: true });
  await writeFile(join(workspace, 'k8s and more/pod.yaml'), pod);
  // Where npx finds a package that is installed, and asks no registry.
  await mkdir(join(workspace, 'node_modules/.bin'), { recursive: true });
  await writeFile(join(workspace, 'package.json'), '{ "name": "shop" }\n');
  await symlink(join(root, 'node_modules/.bin/node'), join(workspace, 'node_modules/.bin/node'));
  await writeFile(
    join(workspace, 'node_modules/.bin/npx'),
    `#!/bin/sh\nwhile [ "$1" != pullgate ]; do shift; done\nshift\nexec node '${join(root, 'src/main.ts')}' "$@"\n`,
    { mode: 0o755 },
  );
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** @param script as the runner calls it: `bash --noprofile --norc -eo pipefail` */
function runScript(script: string, variables: Readonly<Record<string, string>>) {
  const env = { PATH: `${join(workspace, 'node_modules/.bin')}:${process.env.PATH}`, HOME: directory, ...variables };
  const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script];
  return new Promise<{ readonly exitCode: unknown; readonly output: string }>((resolve) => {
    execFile('bash', args, { cwd: workspace, env }, (error, stdout, stderr) =>
      resolve({ exitCode: error === null ? 0 : error.code, output: stdout + stderr }),
    );
  });
}

async function runAction(given: Readonly<Record<string, string>>) {
  const { inputs, runs } = parse(await read('action.yml')) as Action;
  const step = runs.steps.find(({ run }) => run !== undefined);
  const inputOf = (expression: string) => {
    const name = /inputs\.([\w-]+)/.exec(expression)?.[1] ?? '';
    return given[name] ?? inputs[name]?.default ?? '';
  };
  const env = Object.entries(step?.env ?? {}).map(([name, expression]) => [name, inputOf(expression)]);
  const summary = join(directory, 'summary.md');
  return runScript(step?.run ?? '', {
    ...Object.fromEntries(env),
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: summary,
  });
}

describe('the GitHub Action', () => {
  test('annotates the lines of the manifests, and writes the summary and SARIF', async () => {
    const ran = await runAction({ paths: 'k8s and more\n', args: '--mode=enforce\n', sarif: 'pullgate.sarif' });

    expect(ran.output).toMatch(/^::error file=k8s and more\/pod\.yaml,line=6,title=/m);
    expect(ran.exitCode).toBe(1);
    expect(await readFile(join(directory, 'summary.md'), 'utf8')).toContain('### pullgate');
    expect(JSON.parse(await readFile(join(workspace, 'pullgate.sarif'), 'utf8'))).toHaveProperty('version', '2.1.0');
  });

  test('takes no input for a command of the shell', async () => {
    const ran = await runAction({ paths: '$(touch made)\n`touch made`; touch made' });

    expect(ran.exitCode).toBe(2);
    await expect(readFile(join(workspace, 'made'))).rejects.toThrow('ENOENT');
  });
});

test('the GitLab component writes both reports', async () => {
  const [header, job] = parseAllDocuments(await read('examples/ci/gitlab/pullgate.yml')).map(
    (one) => one.toJS() as unknown,
  );
  const { inputs } = (header as { spec: { inputs: Record<string, { default: string }> } }).spec;
  const { script } = (job as { pullgate: { script: readonly string[] } }).pullgate;
  const values: Record<string, string> = { paths: "'k8s and more'" };
  const filled = script.map((line) =>
    line.replaceAll(/\$\[\[ inputs\.(\w+) \]\]/g, (_, name: string) => values[name] ?? inputs[name]?.default ?? ''),
  );
  const { exitCode, output } = await runScript(filled.join('\n'), {});

  expect(output).toContain('Pod default/web  k8s and more/pod.yaml:1  denied');
  expect(exitCode).toBe(1);
  expect(JSON.parse(await readFile(join(workspace, 'gl-code-quality-report.json'), 'utf8'))).toMatchObject([
    { check_name: 'invalid-image-name', severity: 'critical', location: { path: 'k8s and more/pod.yaml' } },
  ]);
  expect(await readFile(join(workspace, 'pullgate.xml'), 'utf8')).toContain('failures="1"');
});

test.each([
  'action.yml',
  'examples/ci/gitlab/pullgate.yml',
  'examples/ci/argo-cd/pre-sync-job.yaml',
  'examples/ci/tekton/task.yaml',
  'examples/krew/pullgate.yaml',
])('%s names this version', async (path) => {
  const versions = [...(await read(path)).matchAll(/(?:pullgate[@:-]|version: v)(\d+\.\d+\.\d+)/g)].map(
    ([, version]) => version,
  );
  expect(new Set(versions)).toEqual(new Set([packageJson.version]));
});

test('the changelog has a part for this version', async () => {
  expect(await read('CHANGELOG.md')).toMatch(
    new RegExp(`^## ${packageJson.version.replaceAll('.', String.raw`\.`)}\\b`, 'm'),
  );
});

test('the hook of pre-commit starts a program of the package', async () => {
  const hooks = parse(await read('.pre-commit-hooks.yaml')) as readonly { readonly entry: string }[];
  expect(hooks.map(({ entry }) => entry.split(' ')[0])).toEqual(['pullgate']);
  expect(packageJson.bin).toHaveProperty('pullgate');
});

test.each([
  ['argo-cd/pre-sync-job.yaml', ['image'], 'spec.template.spec.containers.0'],
  ['tekton/task.yaml', ['check'], 'spec.steps.0'],
])('%s runs a command that there is', async (path, command, at) => {
  const document = parse(await read(`examples/ci/${path}`)) as object;
  const container = at.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document);
  expect((container as { args: readonly string[] }).args.slice(0, 1)).toEqual(command);
});
