/** `--render`: what charts and kustomizations make, with programs that stand for helm and kubectl. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runPullgate } from '../../support/check.ts';

const pod = (name: string, image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [{ name: c, image: "${image}" }] }\n`;

let directory = '';
let programs = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pullgate-render-'));
  programs = join(directory, 'bin');
  const files = {
    'src/charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
    'src/charts/web/templates/pod.yaml': '{{ .Values }}\n',
    'src/charts/web/charts/inner/Chart.yaml': 'apiVersion: v2\nname: inner\nversion: 0.1.0\n',
    'src/charts/common/Chart.yaml': 'apiVersion: v2\nname: common\nversion: 0.1.0\ntype: library\n',
    'src/base/kustomization.yaml': 'resources: [pod.yaml]\n',
    'src/base/pod.yaml': pod('app', 'Base:1'),
    'src/overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
    'src/part/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n',
    'src/raw.yaml': pod('raw', 'Raw:1'),
    'broken/charts/bad/Chart.yaml': 'apiVersion: v2\nname: bad\nversion: 0.1.0\n',
    'bin/helm': `#!/bin/sh
[ "$2" = bad ] && { echo 'WARNING: x' >&2; echo 'Error: missing in charts/ directory: redis' >&2; exit 1; }
echo "# called: helm $*" >> '${join(directory, 'calls')}'
printf -- '---\\n# Source: web/templates/pod.yaml\\n%s\\n---\\n# Source: web/charts/packed/templates/pod.yaml\\n%s\\n' '${pod('web', 'Web:1').trimEnd()}' '${pod('packed', 'Packed:1').trimEnd()}'
`,
    'bin/kubectl': `#!/bin/sh\nprintf '%s\\n' '${pod('prod-app', 'Prod:1').trimEnd()}'\n`,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  for (const program of ['helm', 'kubectl']) await chmod(join(programs, program), 0o755);
});
afterAll(() => rm(directory, { recursive: true }));

const check = (PATH: string, ...args: readonly string[]) =>
  runPullgate(['check', '--render', ...args], { directory, environment: { PATH } });

test('each chart and each outermost kustomization is checked as it comes out, at the place that it was made of', async () => {
  const { output, errors, exitCode } = await check(`${programs}:/usr/bin:/bin`, 'src');

  expect(output.split('\n').filter((line) => line.startsWith('Pod '))).toEqual([
    'Pod default/raw  src/raw.yaml:1  denied',
    'Pod default/web  src/charts/web/templates/pod.yaml:1  denied',
    'Pod default/packed  src/charts/web/Chart.yaml:1  denied',
    'Pod default/prod-app  src/overlays/prod/kustomization.yaml:1  denied',
  ]);
  expect(errors).toBe('');
  expect(exitCode).toBe(1);
});

test('what cannot be rendered is a problem that says why', async () => {
  const { output, exitCode } = await check(`${programs}:/usr/bin:/bin`, 'broken');

  expect(output).toContain(
    'broken/charts/bad/Chart.yaml: helm template fails: Error: missing in charts/ directory: redis; if a dependency is missing, run helm dependency build bad\n',
  );
  expect(exitCode).toBe(2);
});

test('a program that is missing is named', async () => {
  const { output, exitCode } = await check('/nowhere', 'src');

  expect(output).toContain(
    'src/charts/web/Chart.yaml: cannot be rendered: helm is not on the PATH; install it, or leave out --render\n',
  );
  expect(output).toContain(
    'src/overlays/prod/kustomization.yaml: cannot be rendered: kubectl is not on the PATH; install it, or leave out --render\n',
  );
  expect(output).toContain('Pod default/raw  src/raw.yaml:1  denied');
  expect(exitCode).toBe(2);
});

test('a chart may be named itself', async () => {
  const { output } = await check(`${programs}:/usr/bin:/bin`, 'src/charts/web');
  expect(output).toContain('Pod default/web  src/charts/web/templates/pod.yaml:1  denied');
});
