/** The command as users run it: output, errors and exit codes of a process. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aDeployment, aNode, aPod, aPullSecret } from '../../support/api-objects.ts';
import { callCheck, checkObjects, runPullgate } from '../../support/check.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };

let world: RegistryWorld;

beforeAll(async () => {
  const access = {
    kind: 'token',
    username: 'alice',
    password: 's3cret',
    publicRepositories: ['library/nginx', 'team/arm'],
  } as const;
  world = await startRegistryWorld({ names: ['docker.io', 'registry.test'], registry: { access } });
  world.registry.push('library/nginx', 'latest', buildMultiPlatform([amd64, arm64], 'latest'));
  world.registry.push('library/nginx', '1.27', buildMultiPlatform([amd64, arm64], '1.27'));
  world.registry.push('team/arm', '1', buildMultiPlatform([arm64], 'arm'));
  world.registry.push('team/private', '1', buildMultiPlatform([amd64], 'private'));
});

afterAll(async () => {
  await world.end();
});

const configured = (...args: readonly string[]) => ['--config', world.configPath, ...args];
const asInput = (...objects: readonly object[]) => ({
  input: objects.map((object) => JSON.stringify(object)).join('\n---\n'),
});

describe('what is found', () => {
  test('is told in text, with the line, the nearest tag and the way out', async () => {
    const file = join(world.directory, 'web.yaml');
    await writeFile(
      file,
      'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n  containers:\n    - name: web\n      image: nginx:latestt\n',
    );

    const { output, errors, exitCode } = await runPullgate(['check', ...configured(), file]);

    expect(output).toBe(
      `Pod default/web  ${file}:1  denied\n` +
        '  \u2717 nginx:latestt  container web, line 7\n' +
        `      manifest-not-found: docker.io/library/nginx has no tag latestt (nearest: latest; asked ${world.registry.host})\n` +
        '        -> Use nginx:latest, or push the missing tag\n' +
        '        ErrImagePull: certain, assuming mirrors=auto (nodes.hostsDir), preloaded=auto (no nodes known)\n\n' +
        '1 workload, 1 image: 1 denied\n' +
        'platforms were not checked: no Node objects and no --platform\n',
    );
    expect(errors).toBe('');
    expect(exitCode).toBe(1);
  });

  test('is nothing for what can be pulled', async () => {
    const { output, exitCode } = await callCheck(
      [...configured('--platform', 'linux/amd64', '-')],
      asInput(aPod({ images: ['nginx:1.27'] })),
    );

    expect(output).toBe('\u2713 1 workload, 1 image: nothing denied, nothing warned\n');
    expect(exitCode).toBe(0);
  });

  test('depends on the Nodes, Secrets and Namespaces among the input', async () => {
    const secret = aPullSecret({ registry: 'registry.test', username: 'alice', password: 's3cret' });
    const spec = { imagePullSecrets: [{ name: 'regcred' }] };
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { 'pullgate.dev/mode': 'warn' } },
    };
    const report = await checkObjects(
      [
        aDeployment({ images: ['registry.test/team/private:1', 'registry.test/team/arm:1'], spec }),
        secret,
        namespace,
        aNode(),
      ],
      configured(),
    );

    expect(report.summary).toEqual({
      workloads: 1,
      images: 2,
      examined: 2,
      denied: 1,
      warned: 0,
      unconfirmed: 0,
      complete: true,
      skipped: 0,
      outOfTime: 0,
      platformsJudged: true,
    });
    expect(report.results).toMatchObject([
      {
        workload: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          namespace: 'shop',
          name: 'web',
          source: { file: '-', document: 1, line: 1 },
        },
        mode: 'warn',
        verdict: 'deny',
        action: 'warn',
        images: [
          {
            outcome: 'pullable',
            credential: { source: 'secret', namespace: 'shop', name: 'regcred', key: 'registry.test' },
            findings: [],
          },
          {
            outcome: 'unpullable',
            findings: [
              {
                code: 'no-matching-platform',
                certainty: 'certain',
                nodes: { failing: 1, candidates: 1, names: ['node-1'] },
              },
            ],
          },
        ],
      },
    ]);
  });

  test('is likely where a Secret of the Pod is not among the input', async () => {
    const spec = { imagePullSecrets: [{ name: 'regcred' }] };
    const report = await checkObjects(
      [aPod({ images: ['registry.test/team/private:1', 'nginx:1.27'], spec })],
      configured(),
    );

    expect(report.results[0]?.images.map(({ outcome }) => outcome)).toEqual(['unpullable', 'pullable']);
    expect(report.results[0]?.images[0]?.findings[0]).toMatchObject({
      code: 'access-denied',
      certainty: 'likely',
      cappedBy: 'Secret regcred is not in the input; --assume facts=complete would make it certain',
    });
  });

  test.each([
    ['deny', 0],
    ['likely', 1],
    ['never', 0],
  ])('--fail-on %s makes of a likely finding exit code %i', async (failOn, expected) => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' } };
    const input = asInput(aPod({ images: ['registry.test/team/private:1'] }), account);
    const { exitCode, output } = await callCheck(
      [...configured('--assume', 'nodeCredentials=unknown', '--fail-on', failOn, '-')],
      input,
    );

    expect(output).toContain('(nodes may have their own credentials; nodeCredentials: none would make it certain)\n');
    expect(exitCode).toBe(expected);
  });
});

const manifest = (body: string) => `apiVersion: v1\n${body}`;

describe('bad input', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pullgate-bad-'));
  });

  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  /** The problem lines of a check of one file, and its exit code. */
  async function problemsOf(name: string, content: string | Uint8Array): Promise<readonly string[]> {
    const file = join(directory, name);
    await mkdir(directory, { recursive: true });
    await writeFile(file, content);
    const { output, exitCode, errors } = await callCheck(['-o', 'json', file]);
    expect(exitCode).toBe(2);
    const { problems } = JSON.parse(output) as {
      readonly problems: readonly { readonly line?: number; readonly reason: string }[];
    };
    // The last line is the summary.
    expect(errors.trimEnd().split('\n')).toHaveLength(problems.length + 1);
    return problems.map(({ line, reason }) => `${line ?? '-'}: ${reason}`);
  }

  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...['b', 'c', 'd', 'e', 'f'].map(
      (name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcde'[index]}`).join(',')}]`,
    ),
    '',
  ].join('\n');
  test.each<readonly [string, string | Uint8Array, readonly string[]]>([
    ['broken.yaml', 'a: [\n', ['1: is not valid YAML: a quote or bracket opens here and is never closed; close it']],
    [
      'bomb.yaml',
      bomb,
      ['4: expands aliases excessively (an alias bomb), which kubectl refuses too; write the values out'],
    ],
    [
      'binary.yaml',
      new Uint8Array([0x61, 0, 0xff]),
      ['1: contains a NUL byte and is not text; give a YAML or JSON file in UTF-8'],
    ],
    [
      'huge.yaml',
      `x: ${'a'.repeat(50 * 1024 * 1024)}\n`,
      [
        '1: is larger than pullgate reads as one YAML document (8 MiB, less if it is dense); put "---" between its objects, or give it as JSON',
      ],
    ],
    [
      'no-pod-spec.yaml',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: {}\n',
      ['4: has a wrong field: spec.template.spec is missing; write a pod spec there'],
    ],
    [
      'secret.yaml',
      manifest('kind: Secret\nmetadata: { name: s, labels: 3 }\ntype: 5\ndata: { a: 7 }\n'),
      [
        '3: has a wrong field: metadata.labels must be an object, but is a number; write a mapping of names to values',
        '4: has a wrong field: type must be a string, but is a number; put the value in quotes',
        '5: has a wrong field: data.a must be a string, but is a number; put the value in quotes',
      ],
    ],
    [
      'policy.yaml',
      manifest(
        'kind: Pod\nmetadata: { name: p }\nspec:\n  containers:\n    - { name: a, image: b, imagePullPolicy: Sometimes }\n',
      ),
      ['6: has a wrong field: spec.containers[0].imagePullPolicy is "Sometimes"; write Always, IfNotPresent or Never'],
    ],
    [
      'deep.json',
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
      ['1: is nested deeper than 1,000 levels; flatten it'],
    ],
  ])('%s is named with line, reason and remedy', async (name, content, expected) => {
    expect(await problemsOf(name, content)).toEqual(expected);
  });

  // In a process that has just been started the stack holds least.
  test.each([
    ['YAML of 699 levels', `${'{a: '.repeat(699)}1${'}'.repeat(699)}`],
    ['YAML of 700 brackets', `${'['.repeat(700)}${']'.repeat(700)}`],
    ['JSON of 1,000 levels', `${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}`],
  ])('%s is none', async (_what, input) => {
    expect(await callCheck(['-'], { input })).toMatchObject({ exitCode: 0, errors: '' });
  });

  test('does not keep the rest from being checked', async () => {
    const file = join(directory, 'mixed.yaml');
    await writeFile(file, `${JSON.stringify(aPod({ images: ['Upper:1'] }))}\n---\na: [\n`);

    const { output, exitCode } = await callCheck([file]);

    expect(output).toContain('Upper:1  container c0, line 1\n      invalid-image-name: is not a valid image name');
    expect(output).toContain(`${file}:3: is not valid YAML`);
    expect(exitCode).toBe(2);
  });

  test.each([
    ['a device', ['/dev/null'], '/dev/null: is a device; give a file, or pipe the text: COMMAND | pullgate check -\n'],
    [
      'a Helm template',
      ['-'],
      'skipped: 1 template (stdin); render them first, and pipe the result to pullgate check -\n',
    ],
    [
      'a long name',
      ['-'],
      `stdin:3: refers to *"${'n'.repeat(60)}..." with no anchor of this name before it; define it, or quote the text\n`,
    ],
  ])('is told in words that can be typed: %s', async (_what, paths, expected) => {
    const input = `{{ if .Values.a }}\n---\na: *${'n'.repeat(61)}\n`;
    const { output } = await callCheck(paths, { input });

    expect(output).toContain(expected);
  });

  test('a file that is not there is a problem, whatever else there is', async () => {
    const { output, exitCode } = await callCheck([join(directory, 'nothing.yaml')]);

    expect(output).toBe(
      `${join(directory, 'nothing.yaml')}: does not exist; check the path\n\nno workloads could be checked\nincomplete: 1 problem in the input\n`,
    );
    expect(exitCode).toBe(2);
  });
});

describe('what a cluster would let through', () => {
  const pod = aPod({ images: ['Upper:1'] });
  const marked = (metadata: object) => ({ ...pod, metadata: { name: 'web-1', namespace: 'shop', ...metadata } });
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true }];

  test.each([
    ['a mirror Pod', { annotations: { 'kubernetes.io/config.mirror': 'x' } }, 'mirror Pod'],
    ['a Pod being deleted', { deletionTimestamp: '2030-01-01T00:00:00Z' }, 'being deleted'],
  ])('%s is not examined', async (_what, metadata, because) => {
    const { output, exitCode } = await callCheck(['--fail-on', 'unconfirmed', '-'], asInput(marked(metadata)));

    expect(output).toContain(`\n1 workload not examined: ${because}\n`);
    expect(output).not.toContain('Upper:1');
    expect(exitCode).toBe(0);
  });

  test('the Pod of a controller has its verdict, but is denied only where the configuration says so', async () => {
    const input = asInput(marked({ ownerReferences }));
    const { output, exitCode } = await callCheck(['-'], input);

    expect(output).toMatch(/^Pod shop\/web-1 {2}stdin:1 {2}not denied because deny\.controlledPods is false\n/);
    expect(output).toContain('1 workload, 1 image: 1 let through\n');
    expect(exitCode).toBe(0);
    expect((await callCheck(['--fail-on', 'likely', '-'], input)).exitCode).toBe(1);
    expect((await checkObjects([marked({ ownerReferences })])).results).toMatchObject([
      { mode: 'enforce', verdict: 'deny', action: 'warn', notDeniedBecause: 'deny.controlledPods is false' },
    ]);
  });

  test.each([
    ['deny: { controlledPods: true }', marked({ ownerReferences }), 1],
    ['deny: { pods: false }', pod, 0],
    ['deny: { pods: false }', aDeployment({ images: ['Upper:1'] }), 1],
    ['deny: { workloads: false }', aDeployment({ images: ['Upper:1'] }), 0],
    ['deny: { workloads: false }', pod, 1],
  ])('with %s the exit code of %j is %d', async (rules, object, exitCode) => {
    const directory = await mkdtemp(join(tmpdir(), 'pullgate-deny-'));
    try {
      const file = join(directory, 'pullgate.yaml');
      await writeFile(file, `apiVersion: pullgate.dev/v1alpha1\nkind: Configuration\n${rules}\n`);
      expect((await callCheck(['--config', file, '-'], asInput(object))).exitCode).toBe(exitCode);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('bad usage ends with 2 and says the remedy', () => {
  test.each([
    [['check'], 'pullgate check: name a file, a directory, or - for standard input'],
    [['check', '--outptu', 'json', '-'], 'pullgate check: unknown flag --outptu; did you mean --output?'],
    [
      ['check', '-o', 'yaml', '-'],
      'pullgate check: --output "yaml" is not one of text, json, sarif, junit, github, gitlab',
    ],
    [['check', '--timeout', '5', '-'], 'pullgate check: --timeout "5" is not a duration above 0, such as 90s or 5m'],
    [
      ['check', '--platform', 'linux', '-'],
      'pullgate check: --platform: "linux" is not os/arch or os/arch/variant, such as linux/arm64/v8',
    ],
    [
      ['check', '--platform', 'linux/amd65', '-'],
      'pullgate check: --platform: "linux/amd65" names an unknown architecture "amd65"; did you mean amd64?',
    ],
    [
      ['check', '--assume', 'mirrors=maybe', '-'],
      'pullgate check: --assume "mirrors=maybe": mirrors is auto, none or unknown, not "maybe"',
    ],
    [['check', '--config', 'nothing.yaml', '-'], 'pullgate check: nothing.yaml: does not exist'],
    [['check', '--concurrency', '0', '-'], 'pullgate check: --concurrency "0" is not a number from 1 to 1024'],
    [
      ['check', '-n', 'Upper', '-'],
      'pullgate check: --namespace "Upper" is not a valid namespace name; use lower case letters, digits and dashes',
    ],
  ])('%j', async (args, expected) => {
    const { errors, exitCode, output } = await callCheck(args.slice(1));

    expect(errors).toBe(`${expected}\nRun "pullgate check --help" for its flags.\n`);
    expect(output).toBe('');
    expect(exitCode).toBe(2);
  });

  test('--platform beside Nodes', async () => {
    const { errors, exitCode } = await callCheck(['--platform', 'linux/amd64', '-'], asInput(aNode()));

    expect(errors).toContain('--platform is given and the input has Node objects; use only one of them');
    expect(exitCode).toBe(2);
  });

  test('an unknown command', async () => {
    const { errors, exitCode } = await runPullgate(['chek']);

    expect(errors.split('\n')[0]).toBe('pullgate: unknown command "chek"');
    expect(exitCode).toBe(2);
  });
});

test('what is not finished in time is said to be not examined', async () => {
  const slow = await startRegistryWorld({ names: ['registry.test'], registry: { delayMs: 5_000 } });
  try {
    const { output, exitCode } = await callCheck(
      ['--config', slow.configPath, '--timeout', '300ms', '-'],
      asInput(aPod({ images: ['registry.test/a:1'] })),
    );

    expect(output).toContain('registry-not-examined: not examined: no answer before the deadline\n');
    expect(output).toContain('incomplete: the time limit was reached, 1 image was not examined\n');
    expect(exitCode).toBe(2);
  } finally {
    await slow.end();
  }
});

test('a job summary that cannot be written is a warning, and the verdict stands', async () => {
  const { exitCode, output, errors } = await callCheck([...configured('-o', 'github', '-')], {
    ...asInput(aPod({ images: ['nginx:latestt'] })),
    environment: { GITHUB_STEP_SUMMARY: join(world.directory, 'nowhere/summary.md') },
  });

  expect(exitCode).toBe(1);
  expect(output).toContain('1 workload, 1 image: 1 denied');
  expect(errors).toBe(
    'pullgate check: cannot write the job summary to GITHUB_STEP_SUMMARY (ENOENT)\n' +
      'pullgate check: 1 workload, 1 image: 1 denied\n',
  );
});

test('the summary of a GitHub job is appended to the file that is named for it', async () => {
  const summary = join(world.directory, 'summary.md');
  await writeFile(summary, 'before\n');
  const { output } = await callCheck([...configured('-o', 'github', '-')], {
    ...asInput(aPod({ images: ['nginx:latestt'] })),
    environment: { GITHUB_STEP_SUMMARY: summary },
  });

  expect(output).toMatch(
    /^::error title=Image does not exist \(manifest-not-found\)::nginx:latestt: docker\.io\/library\/nginx has no tag latestt/,
  );
  const { readFile } = await import('node:fs/promises');
  expect(await readFile(summary, 'utf8')).toMatch(/^before\n### pullgate\n\n1 workload, 1 image: 1 denied\n/);
});
