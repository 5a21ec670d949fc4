import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/config/defaults.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { patternsOf } from '../core/egress/patterns.ts';
import { configWith, fileWith, head, locationOf, problemsOf } from './reading.ts';

describe('values', () => {
  test('a configuration that says nothing is the default', async () => {
    expect(await configWith('')).toEqual(defaultConfig());
  });

  test('every section is read', async () => {
    const config = await configWith(`
mode: enforce
exemptNamespaces: [infra]
assume: { nodeCredentials: none, mirrors: unknown, preloaded: unknown, imageRewriting: unknown, nodes: fixed, facts: complete }
inspect: full
findings: { unpinned-image: deny, rate-limited: off }
deny: { pods: false }
fuse: { references: 3, hold: 90s }
workloadKinds:
  - { group: argoproj.io, version: v1alpha1, kind: Rollout, podSpecPath: spec.template.spec, optional: true }
  - { group: ray.io, version: v1, kind: RayCluster, podSpecPath: "spec.workers[*].template.spec", partial: true }
  - { group: ray.io, version: v1, kind: RayCluster, podSpecPath: spec.head.spec, optional: false, partial: false }
limits: { deadline: 2.5s, inFlight: 9, cacheEntries: 7, pullShare: 0.5 }
egress: { privateRanges: deny, allow: ["10.0.0.0/8:5000"], deny: ["*.example.com"], trustedTokenServers: [auth.example.com], registriesOnly: true }
`);
    expect(config).toEqual({
      ...defaultConfig(),
      mode: 'enforce',
      exemptNamespaces: ['infra'],
      assume: {
        nodeCredentials: 'none',
        mirrors: 'unknown',
        preloaded: 'unknown',
        imageRewriting: 'unknown',
        nodes: 'fixed',
        facts: 'complete',
      },
      imageRewritingIsTold: true,
      inspect: 'full',
      levels: new Map([
        ['unpinned-image', 'deny'],
        ['rate-limited', 'off'],
      ]),
      deny: { workloads: true, pods: false, controlledPods: false },
      fuse: { kind: 'fuse', references: 3, windowMs: 300_000, holdMs: 90_000 },
      workloadKinds: [
        {
          group: 'argoproj.io',
          version: 'v1alpha1',
          kind: 'Rollout',
          podSpecPath: ['spec', 'template', 'spec'],
          podSpecIsOptional: true,
          missingImage: 'unknown',
        },
        {
          group: 'ray.io',
          version: 'v1',
          kind: 'RayCluster',
          podSpecPath: ['spec', 'workers', '[*]', 'template', 'spec'],
          missingImage: 'filled-in',
        },
        {
          group: 'ray.io',
          version: 'v1',
          kind: 'RayCluster',
          podSpecPath: ['spec', 'head', 'spec'],
          missingImage: 'unknown',
        },
      ],
      limits: { deadlineMs: 2500, inFlight: 9, perRegistryConcurrency: 16, cacheEntries: 7, pullShare: 0.5 },
      egress: {
        privateRanges: 'deny',
        allow: patternsOf('10.0.0.0/8:5000'),
        deny: patternsOf('*.example.com'),
        trustedTokenServers: patternsOf('auth.example.com'),
        registriesOnly: true,
      },
    });
  });

  test('registries keep their order, and match as keys of a docker config do', async () => {
    const { registries } = await configWith(`
registries:
  - match: "*.dkr.ecr.*.amazonaws.com"
    nodeCredentials: unknown
  - match: https://index.docker.io/v1/
    proxyCache: false
    mirrors: unknown
  - { match: registry.internal:5000/team, plainHttp: true, skip: true, inspect: resolve, proxyCache: auto }
`);
    expect(registries).toEqual([
      {
        written: '*.dkr.ecr.*.amazonaws.com',
        match: locationOf('*.dkr.ecr.*.amazonaws.com'),
        nodeCredentials: 'unknown',
      },
      { written: 'https://index.docker.io/v1/', match: locationOf('docker.io'), proxyCache: false, mirrors: 'unknown' },
      {
        written: 'registry.internal:5000/team',
        match: locationOf('registry.internal:5000/team'),
        plainHttp: true,
        skip: true,
        inspect: 'resolve',
        proxyCache: 'auto',
      },
    ]);
  });

  test('paths are relative to the file', async () => {
    const path = await fileWith(`${head}
registries: [{ match: a.example, ca: certs/ca.crt }]
nodes: { dockerConfig: config.json, hostsDir: "certs.d:/etc/docker/certs.d:", credentialProviderConfig: p.yaml, credentialProviderBinDir: bin }
examiner: { dockerConfig: ../examiner.json }
`);
    const read = await readConfig(path);
    const at = (name: string) => join(dirname(path), name);
    if (!read.ok) throw new Error(read.problems.join('\n'));
    expect(read.config.registries[0]?.caPath).toBe(at('certs/ca.crt'));
    expect(read.config.nodes).toEqual({
      dockerConfigPath: at('config.json'),
      hostsDir: `${at('certs.d')}:/etc/docker/certs.d`,
      credentialPlugins: { configPath: at('p.yaml'), binDir: at('bin') },
    });
    expect(read.config.examiner).toEqual({ dockerConfigPath: at('../examiner.json') });
  });

  test.each(['references', 'workloads'])('no %s are no fuse', async (name) => {
    expect((await configWith(`fuse: { ${name}: 0, hold: 2h }`)).fuse).toEqual({ kind: 'none' });
  });

  test('fuse.workloads is the old name of fuse.references', async () => {
    expect((await configWith('fuse: { workloads: 7 }')).fuse).toMatchObject({ references: 7 });
  });

  test('a timeout of requests is only there where it is written', async () => {
    expect((await configWith('limits: { requestTimeout: 1500ms }')).limits.requestTimeoutMs).toBe(1500);
    expect((await configWith('limits: {}')).limits).not.toHaveProperty('requestTimeoutMs');
  });

  test('aliases stand for what they name, the last one of a name', async () => {
    const config = await configWith(
      'egress: { allow: &a [10.0.0.1], deny: *a, trustedTokenServers: &a [b.example] }\nexemptNamespaces: *a',
    ).catch((error: Error) => error.message);
    expect(config).toMatch(/:3: exemptNamespaces\[0\]: write the name of a namespace, not "b\.example"$/);
  });

  test.each(['', '%YAML 1.1\n---\n'])('off is a word, whatever the version: %j', async (directive) => {
    const read = await readConfig(await fileWith(`${directive}${head}mode: off\n`));
    expect(read).toMatchObject({ ok: true, config: { mode: 'off' } });
  });

  test('JSON is YAML', async () => {
    const text = '{"apiVersion":"pullgate.dev/v1alpha1","kind":"Configuration","mode":"audit"}';
    expect(await readConfig(await fileWith(text))).toMatchObject({ ok: true, config: { mode: 'audit' } });
  });
});

describe('what is wrong is said with file, line and remedy', () => {
  const keys =
    'keys are apiVersion, kind, mode, exemptNamespaces, assume, inspect, findings, deny, fuse, workloadKinds, registries, nodes, examiner, limits, egress, log, audit';

  test.each([
    ['exemptNamespace: [a]', `f:3: there is no key "exemptNamespace"; did you mean exemptNamespaces? ${keys}`],
    ['zzzzzz: 1', `f:3: there is no key "zzzzzz"; ${keys}`],
    ['__proto__: { mode: enforce }', `f:3: there is no key "__proto__"; ${keys}`],
    ['"a\\nb": 1', `f:3: there is no key "a\\u{a}b"; ${keys}`],
    [
      'deny:\n  Pods: true',
      'f:4: deny: there is no key "Pods"; did you mean pods? keys are workloads, pods, controlledPods',
    ],
    ['mode: enforced', 'f:3: mode: write enforce, warn, audit or off, not "enforced"'],
    ['mode:', 'f:3: mode: write enforce, warn, audit or off, not nothing'],
    ['mode: warn\nmode: off', 'f:4: the key "mode" is given twice; remove one of them'],
    ['assume: none', 'f:3: assume: write a mapping, not "none"'],
    ['assume: { facts: all }', 'f:3: assume.facts: write partial or complete, not "all"'],
    ['exemptNamespaces: kube-system', 'f:3: exemptNamespaces: write a list, not "kube-system"'],
    ['exemptNamespaces:\n  - a\n  - B', 'f:5: exemptNamespaces[1]: write the name of a namespace, not "B"'],
    ['deny: { pods: yes }', 'f:3: deny.pods: write true or false, not "yes"'],
    ['fuse: { references: 1.5 }', 'f:3: fuse.references: write a whole number from 0 to 1000, not 1.5'],
    ['fuse: { references: 3, workloads: 4 }', 'f:3: fuse.workloads: is the old name of references; remove this'],
    ['fuse: { window: 5 }', 'f:3: fuse.window: write a duration from 1ms to 168h, such as 5m, not 5'],
    ['limits: { pullShare: 20% }', 'f:3: limits.pullShare: write a number from 0 to 1, such as 0.2, not "20%"'],
    ['limits: { pullShare: 20 }', 'f:3: limits.pullShare: write a number from 0 to 1, such as 0.2, not 20'],
    ['limits: { deadline: 31s }', 'f:3: limits.deadline: write a duration from 1ms to 30s, such as 4s, not "31s"'],
    ['limits: { deadline: 100us }', 'f:3: limits.deadline: write a duration from 1ms to 30s, such as 4s, not "100us"'],
    [
      'findings: { unpinned-image: error }',
      'f:3: findings.unpinned-image: write off, report, warn or deny, not "error"',
    ],
    ['registries: [{}]', 'f:3: registries[0].match: is missing; write a registry such as registry.example.com:5000'],
    [
      'registries:\n  - match: docker.io\n  - match: https://index.docker.io/v1/\n  - match: docker.io',
      'f:6: registries[2].match: registries[0] has the same match and wins; merge the two entries',
    ],
    [
      'registries: [{ match: a.example, ca: ca.crt, plainHttp: true }]',
      'f:3: registries[0].plainHttp: plainHttp and ca exclude each other; remove one of them',
    ],
    [
      'nodes:\n  hostsDir: /a\n  credentialProviderBinDir: /b',
      'f:5: nodes.credentialProviderBinDir: goes with credentialProviderConfig; write both or none',
    ],
    [
      'nodes: { hostsDir: ":" }',
      'f:3: nodes.hostsDir: write the path of a directory, or several separated by colons, not ":"',
    ],
    ['nodes: { dockerConfig: "" }', 'f:3: nodes.dockerConfig: write the path of a file, not ""'],
    [
      'egress: { allow: [https://a.example] }',
      'f:3: egress.allow[0]: "https://a.example" is a URL; write its host alone, such as registry.example.com:5000',
    ],
    ['egress: { deny: [10] }', 'f:3: egress.deny[0]: write a CIDR block, an address or a host name, not 10'],
    [
      'workloadKinds: [{ group: a.io, version: v1, kind: K, podSpecPath: spec..template }]',
      'f:3: workloadKinds[0].podSpecPath: write the path of the pod spec, such as spec.template.spec or spec.workers[*].template.spec, not "spec..template"',
    ],
    [
      'mode: [',
      'f:4: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'audit:\n  interval: 15m',
      'f:4: audit.interval: pullgate serve does not audit running workloads yet; remove this key',
    ],
    [
      'audit: { registryBudgetPerHour: 600 }',
      'f:3: audit.registryBudgetPerHour: pullgate serve does not audit running workloads yet; remove this key',
    ],
    ['---\nmode: warn', 'f:3: a second document starts here; a configuration is one document'],
    ['mode: *m', 'f:3: no anchor before this alias has the name "m"'],
    ['? [a]\n: b', 'f:3: a key must be a plain string'],
  ])('%s', async (text, problem) => {
    expect(await problemsOf(`${head}${text}\n`)).toEqual([problem]);
  });

  test('a finding code that does not exist, with the one that was meant', async () => {
    const [problem] = await problemsOf(`${head}findings:\n  manifest-notfound: warn`);
    expect(problem).toMatch(
      /^f:4: findings: there is no key "manifest-notfound"; did you mean manifest-not-found\? keys are invalid-image-name, /,
    );
  });

  test('apiVersion and kind are needed', async () => {
    expect(await problemsOf('kind: Config')).toEqual([
      'f:1: apiVersion: is missing; write pullgate.dev/v1alpha1',
      'f:1: kind: write Configuration, not "Config"',
    ]);
  });

  test('all problems at once, in the order of the text', async () => {
    expect(await problemsOf(`${head}limits: { deadline: 1 }\nmode: x\nmode: y\ndeny: { nods: 1, pods: 2 }`)).toEqual([
      'f:3: limits.deadline: write a duration from 1ms to 30s, such as 4s, not 1',
      'f:4: mode: write enforce, warn, audit or off, not "x"',
      'f:5: the key "mode" is given twice; remove one of them',
      'f:6: deny: there is no key "nods"; did you mean pods? keys are workloads, pods, controlledPods',
      'f:6: deny.pods: write true or false, not 2',
    ]);
  });

  test.each([
    ['', 'f:1: is empty; a configuration has an apiVersion and a kind'],
    ['# nothing\n', 'f:1: is empty; a configuration has an apiVersion and a kind'],
    ['- a', 'f:1: write a mapping, not a list'],
    [Uint8Array.of(0x61, 0xff), 'f: is not UTF-8 text'],
  ])('no configuration: %j', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  test('too long a file', async () => {
    expect(await problemsOf('#'.repeat(1024 * 1024))).toEqual([
      'f:1: is empty; a configuration has an apiVersion and a kind',
    ]);
    expect(await problemsOf('#'.repeat(1024 * 1024 + 1))).toEqual(['f: is larger than 1 MiB']);
  });

  test('no file', async () => {
    expect(await readConfig('/nowhere/pullgate.yaml')).toEqual({
      ok: false,
      problems: ['/nowhere/pullgate.yaml: does not exist'],
    });
  });
});

describe('hostile text costs little', () => {
  const bomb = [
    'a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]',
    ...'bcdefghi'.split('').map((name, index) => {
      const before = 'abcdefgh'[index];
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
    }),
  ].join('\n');

  test.each([
    ['aliases of aliases', bomb, 'f:5: aliases expand to more than 10000 values; write them out'],
    ['an alias inside its own anchor', 'a: &a [*a]', 'f:1: the configuration is nested too deep'],
    ['deep nesting', '['.repeat(1_000_000), 'f:1: the configuration is nested too deep'],
    ['a million values', `a: [${'1,'.repeat(500_000)}]`, 'f:1: the configuration is too large'],
  ])('%s', async (_, text, problem) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  test('problems are told up to a hundred', async () => {
    const problems = await problemsOf(
      `${head}${Array.from({ length: 3000 }, (_, index) => `k${index}: 1\n`).join('')}`,
    );
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe('f: has 2900 more problems');
  });
});
