/** What stands among manifests and is none (contract §4): it is skipped and counted, and never an error by itself. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { PullReport } from '../../../src/report/pull-report.ts';
import { aDeployment, aPod } from '../../support/api-objects.ts';
import { callCheck } from '../../support/check.ts';

/** `Upper:1` parses nowhere, so that no registry is asked. */
const web = aDeployment({ images: ['Upper:1'] });

async function directoryWith(files: Readonly<Record<string, string | object>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-skipped-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return directory;
}

async function check(files: Readonly<Record<string, string | object>>, ...args: readonly string[]) {
  const directory = await directoryWith(files);
  const { output, errors, exitCode } = await callCheck(['-o', 'json', ...args, directory]);
  const { skipped, unknownKinds, results, problems } = JSON.parse(output) as PullReport;
  const inShort = skipped.map(({ reason, count, directories }) =>
    [reason, count, ...directories.map((one) => `${one.directory.replace(directory, '.')} ${one.count}`)].join(' '),
  );
  return { inShort, unknownKinds, results, problems, exitCode, errors, directory };
}

test('everything that is no manifest is skipped by its reason, and the rest is checked', async () => {
  const { inShort, results, problems, exitCode } = await check({
    'web.yaml': web,
    'chart/Chart.yaml': 'apiVersion: v2\nname: web\n',
    'chart/values.yaml': 'image: nginx\n',
    'chart/templates/web.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: {{ .Release.Name }} }\n',
    'chart/templates/plain.yaml': aPod({ images: ['Upper:1'] }),
    'chart/charts/db/Chart.yaml': 'apiVersion: v2\nname: db\n',
    'chart/charts/db/templates/tests/db.yaml': '{{ include "db" . }}\n',
    'jinja.yaml': 'a: {{ b }}\n',
    'typed-jinja.yaml': 'apiVersion: apps/v1\nkind: Deployment\nspec: { replicas: "{{ replicas }}" }\n',
    'tsconfig.json': '{\n  "a": 1, // why: because\n  "b": "c",\n}\n',
    'data.json': '{rating: 5}\n{rating: 4}\n',
    'playbook.yaml': '- hosts: all\n',
    'package.json': '{"name": "web"}',
    '.github/workflows/test.yml': 'on: [push]\n',
    '.gitlab-ci.yml': 'test: !reference [.a, b]\n',
    'skaffold.yaml': 'apiVersion: skaffold/v4beta1\nkind: Config\n',
    'node.yaml': { apiVersion: 'v1', kind: 'Node', metadata: { name: '<node-name>' } },
  });

  expect(inShort).toEqual([
    'ci 2 ./.github/workflows 1 . 1',
    'untyped 3 ./chart 1 ./chart/charts/db 1 . 1',
    'helm-chart 3 ./chart/charts/db/templates/tests 1 ./chart/templates 2',
    'values 1 ./chart 1',
    'other-json 2 . 2',
    'template 2 . 2',
    'node-without-info 1 . 1',
    'list 1 . 1',
    'other-tool 1 . 1',
  ]);
  expect(problems).toEqual([]);
  expect(results.map(({ workload }) => workload.kind)).toEqual(['Deployment']);
  expect(exitCode).toBe(1);
});

test('objects of unknown kinds are counted by kind', async () => {
  const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', spec: {} };
  const kibana = { apiVersion: 'kibana.k8s.elastic.co/v1', kind: 'Kibana' };
  const known = ['apps/v1 ControllerRevision', 'networking.k8s.io/v1 Ingress', 'v1 ConfigMap'].map((type) => {
    const [apiVersion, kind] = type.split(' ');
    return { apiVersion, kind };
  });
  const items = [kibana, rollout, rollout, ...known];
  const { unknownKinds, exitCode } = await check({ 'all.json': { apiVersion: 'v1', kind: 'List', items } });

  expect(unknownKinds).toEqual([
    { kind: 'Rollout.argoproj.io', count: 2 },
    { kind: 'Kibana.kibana.k8s.elastic.co', count: 1 },
  ]);
  expect(exitCode).toBe(0);
});

test.each([
  ['a template', { 'a.yaml': 'a: {{ b }}\n' }],
  ['an unknown kind', { 'a.json': { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' } }],
])('--strict makes it exit 2: %s', async (_what, files) => {
  expect((await check(files)).exitCode).toBe(0);
  const strict = await check(files, '--strict');
  expect(strict.exitCode).toBe(2);
  expect(strict.errors).toContain(
    'pullgate check: --strict: the exit code is 2 because input was skipped or has an unknown kind\n',
  );
  expect((await check({ 'a.json': { apiVersion: 'v1', kind: 'ConfigMap' } }, '--strict')).exitCode).toBe(0);
});

test('a list of objects is a mistake, not a list of something else', async () => {
  const { problems, exitCode } = await check({ 'a.json': [web] });

  expect(problems).toMatchObject([
    { reason: 'is a list, not a Kubernetes object; put "---" between its objects, or make them the items of a List' },
  ]);
  expect(exitCode).toBe(2);
});

test('a broken manifest in JSON is a problem', async () => {
  const { problems, inShort } = await check({ 'a.json': '{"apiVersion": "v1", "kind": "Pod", /* spec */ }' });

  expect(problems).toHaveLength(1);
  expect(inShort).toEqual([]);
});

test.each([
  ['nothing', ''],
  ['comments', '# nothing\n---\n'],
])('no input at all is exit 2: %s', async (_what, input) => {
  const { output, exitCode } = await callCheck(['-'], { input });

  expect(output).toBe(
    'stdin: contains nothing to check; check the command that writes it\n\nno workloads could be checked\nincomplete: 1 problem in the input\n',
  );
  expect(exitCode).toBe(2);
});

const base = aDeployment({ images: ['Upper'] });
const patch = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { template: { spec: { containers: [{ name: 'c0', env: [] }] } } },
};

test('patches of kustomize are skipped, and what a kustomization builds of its sources is open', async () => {
  const { inShort, results, exitCode, directory } = await check({
    'base/deployment.yaml': base,
    'base/other.yaml': aPod({ images: ['Other:1'] }),
    'base/kustomization.yaml': 'resources: [deployment.yaml, other.yaml]\n',
    'base/alone.yaml': aPod({ name: 'alone', images: ['Upper:1'] }),
    'overlay/kustomization.yaml':
      'resources: [../base]\npatches: [{ path: env.yaml }, { path: replicas.json }]\nimages: [{ name: Upper, newTag: "1" }]\n',
    'overlay/env.yaml': patch,
    'overlay/replicas.json': [{ op: 'replace', path: '/spec/replicas', value: 3 }],
    'overlay/unused.yaml': { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { spec: {} } } },
    'overlay/delete.yaml': { ...patch, $patch: 'delete' },
    'component/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{ path: p.yaml }]\n',
    'component/p.yaml': 'spec: [\n',
  });

  expect(
    results.map(({ workload, images }) => [workload.name, images[0]?.outcome, images[0]?.findings[0]?.message]),
  ).toEqual([
    [
      'alone',
      'unpullable',
      'Upper:1: is not a valid image name: Upper must be in lower case (invalid reference format: repository name (library/Upper) must be lowercase)',
    ],
    ['web', 'unconfirmed', `Upper: not examined: ${directory}/overlay/kustomization.yaml replaces this image`],
    [
      'pod',
      'unconfirmed',
      `Other:1: is not a valid image name: Other must be in lower case (invalid reference format: repository name (library/Other) must be lowercase; ${directory}/base/kustomization.yaml may change it before it is applied)`,
    ],
  ]);
  expect(results[2]?.images[0]?.findings[0]).toMatchObject({ certainty: 'unconfirmed', cause: 'not-rendered' });
  expect(inShort).toEqual([
    'kustomization 3 ./base 1 ./component 1 ./overlay 1',
    'kustomize-patch 5 ./component 1 ./overlay 4',
  ]);
  expect(exitCode).toBe(1);
});

test('of a file that is named itself, the kustomization beside it says what it is, and is not counted', async () => {
  const directory = await directoryWith({
    'deployment.yaml': web,
    'patch.yaml': { ...web, spec: {} },
    'kustomization.yaml': 'resources: [deployment.yaml]\npatches: [{ path: patch.yaml }]\n',
    'plain/deployment.yaml': web,
    'plain/kustomization.yaml': 'a: [\n',
  });
  const checked = async (...names: readonly string[]) => {
    const paths = names.map((name) => join(directory, name));
    const { output, exitCode } = await callCheck(['-o', 'json', '--strict', ...paths]);
    const { results, skipped, problems } = JSON.parse(output) as PullReport;
    return [results.map(({ verdict }) => verdict), skipped.map(({ reason }) => reason), problems, exitCode];
  };

  expect(await checked('deployment.yaml')).toEqual([['warn'], [], [], 0]);
  expect(await checked('patch.yaml')).toEqual([[], ['kustomize-patch'], [], 2]);
  expect(await checked('plain/deployment.yaml')).toEqual([['deny'], [], [], 1]);
});

test('a kustomization may come after its patch', async () => {
  const directory = await directoryWith({
    'a.yaml': patch,
    'b.yaml': 'kind: [\n',
    'overlay/kustomization.yaml': 'patches: [{ path: ../a.yaml }, { path: ../b.yaml }]\n',
  });
  const paths = ['a.yaml', 'b.yaml', 'overlay/kustomization.yaml'].map((name) => join(directory, name));
  const { output, exitCode } = await callCheck(paths);

  expect(output).toBe(
    `no workloads in the input\nskipped: 1 kustomization (${directory}/overlay); run: kubectl kustomize DIR | pullgate check -\n` +
      `skipped: 2 patches and parts of kustomizations (${directory})\n`,
  );
  expect(exitCode).toBe(0);
});

test('several outputs are written at once, and one line goes to standard error', async () => {
  const directory = await directoryWith({ 'web.json': web });
  const [json, junit] = [join(directory, 'report.out'), join(directory, 'a=b.xml')];
  const file = join(directory, 'web.json');
  const both = await callCheck(['-o', `json=${json}`, '-o', `junit=${junit}`, '-o', 'text', file]);

  expect(both).toMatchObject({ output: expect.stringMatching(/^Deployment shop\/web /), errors: '', exitCode: 1 });
  expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ kind: 'PullReport' });
  expect(await readFile(junit, 'utf8')).toMatch(/^<\?xml /);
  expect(await callCheck(['-o', `sarif=${json}`, file])).toEqual({
    output: '',
    errors: 'pullgate check: 1 workload, 1 image: 1 denied\n',
    exitCode: 1,
  });
  expect((await callCheck(['-o', 'json', file])).errors).toBe('pullgate check: 1 workload, 1 image: 1 denied\n');
});

test('a file of --output that cannot be written is exit 3', async () => {
  const file = join(await directoryWith({ 'web.json': web }), 'web.json');

  expect(await callCheck(['-o', `json=${file}/report.json`, file])).toEqual({
    output: '',
    errors: `pullgate check: cannot write "${file}/report.json" of --output: ENOTDIR; name another file\n`,
    exitCode: 3,
  });
});

test.each([
  ['xml=a', '--output "xml" is not one of text, json, sarif, junit, github, gitlab'],
  ['json=', '--output json= has no file; write json=FILE, or json alone'],
])('-o %s is bad usage', async (output, problem) => {
  expect(await callCheck(['-o', output, '-'])).toEqual({
    output: '',
    errors: `pullgate check: ${problem}\nRun "pullgate check --help" for its flags.\n`,
    exitCode: 2,
  });
});

test.each([
  [['json', 'text'], '--output json and text both go to standard output; give a file for one of them: text=FILE'],
  [['json=a', 'text=a'], '--output names "a" twice; name another file'],
])('-o %j is bad usage', async (outputs, problem) => {
  const { errors, exitCode } = await callCheck([...outputs.flatMap((output) => ['-o', output]), '-']);

  expect(errors).toContain(`pullgate check: ${problem}\n`);
  expect(exitCode).toBe(2);
});
