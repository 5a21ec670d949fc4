import { describe, expect, test } from 'vitest';
import { textOf } from '../../../src/report/format/text.ts';
import { denied, hostile, image, mixed, noSecret, notFound, report, workload } from '../reports.ts';

const plain = { color: false };

const directories = (...names: readonly string[]) => names.map((directory) => ({ directory, count: 2 }));

describe('text', () => {
  test('tells by workload what fails, why, and what to do', () => {
    expect(textOf(mixed, plain)).toBe(`Deployment shop/web  k8s/web.yaml:12  denied
  ✗ nginx:latestt  container web, line 21
      manifest-not-found: nginx:latestt does not exist in docker.io.
        -> Write nginx:latest.
        ErrImagePull on 3 of 3 nodes (a, b, c): certain, assuming mirrors=none

Deployment shop/api  k8s/web.yaml:12  warned
  ✗ r.example/app:1  container web
      access-denied: r.example/app:1 is missing, or not visible without credentials.
        -> Add imagePullSecrets.
        ErrImagePull: likely
  · pull-secret-not-found: Secret shop/regcred does not exist.. kubectl create secret docker-registry regcred -n shop

CronJob shop/job  stdin:40  warned
  ? down.example/x:1  container main
      registry-unreachable: down.example did not answer for down.example/x:1.
        ErrImagePull: unconfirmed

Deployment shop/copy  k8s/web.yaml:12  would be denied
  ✗ nginx:latestt  container web, line 33
      manifest-not-found, as for Deployment shop/web above

k8s/bad.yaml:7: a mapping has the key "a" twice

4 workloads, 5 images: 1 denied, 1 would be denied, 2 warned, 1 image unconfirmed
platforms were not checked: no Node objects and no --platform
incomplete: 1 problem in the input
skipped: 1 object without apiVersion or kind (k8s)
`);
  });

  test('a clean run is one line, green where colours are wanted', () => {
    const clean = report([workload('web', [image('nginx:1'), image('redis:7')])]);
    expect(textOf(clean, plain)).toBe('✓ 1 workload, 2 images: nothing denied, nothing warned\n');
    expect(textOf(clean, { color: true })).toBe(
      '\u001b[32m✓ 1 workload, 2 images: nothing denied, nothing warned\u001b[0m\n',
    );
  });

  test('says so where there was nothing to check', () => {
    expect(textOf(report([], [], { platformsJudged: false }), plain)).toBe('no workloads in the input\n');
    expect(
      textOf(report([], [{ file: 'a.yaml', document: 3, reason: 'not an object' }]), plain),
    ).toBe(`a.yaml (document 3): not an object

no workloads could be checked
incomplete: 1 problem in the input
`);
  });

  test('says which setting lets through what is certain to fail', () => {
    const letThrough = { action: 'warn', notDeniedBecause: 'deny.controlledPods is false' } as const;
    const text = textOf(
      report([
        workload('web', [image('nginx:latestt', [notFound])]),
        workload('web-1', [image('nginx:latestt', [notFound])], letThrough),
      ]),
      plain,
    );
    expect(text).toMatch(/ shop\/web-1 .* not denied because deny\.controlledPods is false\n/);
    expect(text).toContain('\n2 workloads, 2 images: 1 denied, 1 let through\n');
  });

  test('says what was not looked at', () => {
    const off = report([workload('web', [image('nginx:1')], { mode: 'off', notExaminedBecause: 'mode off' })], [], {
      complete: false,
    });
    expect(textOf(off, plain)).toBe(`1 workload, 1 image: nothing denied, nothing warned
1 workload not examined: mode off
incomplete: the time limit was reached before everything was looked up
`);
    const late = report([workload('web', [image('nginx:1')])], [], { complete: false, outOfTime: 2 });
    expect(textOf(late, plain)).toBe(`1 workload, 1 image: nothing denied, nothing warned
incomplete: the time limit was reached, 2 images were not examined
`);
    const exempt = report([
      workload('a', [image('x')], { notExaminedBecause: 'mirror Pod' }),
      workload('b', [image('x')], { notExaminedBecause: 'being deleted' }),
      workload('c', [image('x')], { notExaminedBecause: 'mirror Pod' }),
    ]);
    expect(textOf(exempt, plain)).toBe(`✓ 3 workloads, 3 images: nothing denied, nothing warned
2 workloads not examined: mirror Pod
1 workload not examined: being deleted
`);
    const platformsNotJudgedBecause = 'the nodes cannot be listed (status 403)';
    const blind = report([workload('web', [image('nginx:1')])], [], {
      platformsJudged: false,
      platformsNotJudgedBecause,
    });
    expect(textOf(blind, plain)).toBe(`✓ 1 workload, 1 image: nothing denied, nothing warned
platforms were not checked: the nodes cannot be listed (status 403)
`);
  });

  test('says what was skipped and what is of an unknown kind', () => {
    const skipped = [
      { reason: 'helm-chart', count: 2, directories: directories('charts/web/templates') },
      { reason: 'kustomization', count: 8, directories: directories('a', 'b', 'c', 'd') },
      { reason: 'kustomize-patch', count: 1, directories: directories('k8s') },
      { reason: 'template', count: 2, directories: directories('-') },
      { reason: 'node-without-info', count: 1, directories: directories('docs'), names: ['<node-name>'] },
      { reason: 'of-a-newer-version', count: 1, directories: directories('k8s') },
    ];
    const unknownKinds = [
      { kind: 'Rollout.argoproj.io', count: 43 },
      ...Array.from({ length: 9 }, (_, index) => ({ kind: `Kind${index}.example.com`, count: 1 })),
    ];
    expect(textOf(report([], [], {}, { skipped, unknownKinds }), plain)).toBe(`no workloads in the input
not examined: Rollout.argoproj.io 43, Kind0.example.com 1, Kind1.example.com 1, Kind2.example.com 1, Kind3.example.com 1, Kind4.example.com 1, Kind5.example.com 1, Kind6.example.com 1, 2 more kinds, see workloadKinds
skipped: 2 templates of Helm charts (charts/web/templates); run: helm template CHART | pullgate check -
skipped: 8 kustomizations (a 2, b 2, c 2, 1 more); run: kubectl kustomize DIR | pullgate check -
skipped: 1 patch or part of a kustomization (k8s)
skipped: 2 templates (stdin); render them first, and pipe the result to pullgate check -
skipped: 1 Node without status.nodeInfo: <node-name> (docs)
skipped: 1 of-a-newer-version (k8s)
`);
  });

  test('colours come from the table alone', () => {
    const escapes = new Set(textOf(mixed, { color: true }).match(/\u001b\[\d+m/g));
    expect(escapes).toEqual(new Set(['0', '1', '2', '31', '33'].map((code) => `\u001b[${code}m`)));
    expect(textOf(mixed, { color: true }).replaceAll(/\u001b\[\d+m/g, '')).toBe(textOf(mixed, plain));
    expect(textOf(hostile, { color: true }).replaceAll(/\u001b\[\d+m/g, '')).toBe(textOf(hostile, plain));
  });

  test('advice that denies is told in full, as it is the only reason', () => {
    const policy = report([
      workload('web', [image('nginx:1')], { verdict: 'deny', action: 'deny', findings: [noSecret] }),
    ]);
    expect(textOf(policy, plain)).toBe(`Deployment shop/web  k8s/web.yaml:12  denied
  ! pull-secret-not-found: Secret shop/regcred does not exist.
        -> kubectl create secret docker-registry regcred -n shop
        advice

1 workload, 1 image: 1 denied
`);
  });

  test('another certainty, or another node, is told in full again', () => {
    const [first, second] = ['a', 'b'].map((name) =>
      workload(name, [image('r.example/app:1', [{ ...denied, cappedBy: name }], { container: name })]),
    );
    if (first === undefined || second === undefined) throw new Error('two workloads were made');
    expect(textOf(report([first, second]), plain)).not.toContain('above');
  });

  test('names of nodes are cut with a sign of it, and a volume is named as one', () => {
    const { container: _, ...inVolume } = image('m:1', [
      { ...notFound, nodes: { failing: 9, candidates: 12, names: ['a'] } },
    ]);
    const text = textOf(report([workload('web', [{ ...inVolume, volume: 'model' }])]), plain);
    expect(text).toContain('  ✗ m:1  volume model\n');
    expect(text).toContain('ErrImagePull on 9 of 12 nodes (a, …): certain');
  });

  test('workloads of which the same is to be told are a group', () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      workload(`web-${index}`, [image('nginx:latestt', [notFound]), image('r.example/app:1', [denied])], {
        workload: { source: { file: `k8s/web-${index}.yaml`, document: 1, line: 1 } },
      }),
    );
    const lines = textOf(report(many), { color: false }).split('\n');

    expect(lines.length).toBeLessThan(20);
    expect(lines[0]).toBe('Deployment shop/web-0  k8s/web-0.yaml:1  denied');
    expect(lines).toContain(
      '  the same in 199 more workloads: Deployment shop/web-1 (k8s/web-1.yaml:1), Deployment shop/web-2 (k8s/web-2.yaml:1), Deployment shop/web-3 (k8s/web-3.yaml:1), Deployment shop/web-4 (k8s/web-4.yaml:1), Deployment shop/web-5 (k8s/web-5.yaml:1), and 194 more',
    );
    expect(lines).toContain('200 workloads, 400 images: 200 denied');
  });

  test('lines are broken at the width of a terminal, where escape sequences take no room', () => {
    const bare = textOf(mixed, { color: false, columns: 60 });
    const colored = textOf(mixed, { color: true, columns: 60 });

    expect(bare.split('\n').filter((line) => line.length > 60)).toEqual([]);
    expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(bare);
    expect(bare.replaceAll(/\n +/g, ' ').replaceAll(/ +/g, ' ')).toBe(
      textOf(mixed, { color: false }).replaceAll(/\n +/g, ' ').replaceAll(/ +/g, ' '),
    );
    expect(textOf(mixed, { color: false, columns: 20 })).toContain('manifest-not-found: ');
  });
});
