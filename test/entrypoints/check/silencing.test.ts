/** Findings that do not count: by an annotation, by a baseline. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PullReport } from '../../../src/report/pull-report.ts';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aDeployment } from '../../support/api-objects.ts';
import { callCheck } from '../../support/check.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';

let world: RegistryWorld;

beforeAll(async () => {
  world = await startRegistryWorld({ names: ['registry.test'] });
  world.registry.push('team/app', '1', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], '1'));
});
afterAll(() => world.end());

const check = (objects: readonly object[], ...args: readonly string[]) =>
  callCheck(['--config', world.configPath, '--platform', 'linux/amd64', ...args, '-'], {
    input: objects.map((object) => JSON.stringify(object)).join('\n---\n'),
  });

function annotated(name: string, tag: string, codes?: string): object {
  const deployment = aDeployment({ images: [`registry.test/team/app:${tag}`] });
  const annotations = codes === undefined ? {} : { 'pullgate.dev/ignore': codes };
  return { ...deployment, metadata: { name, namespace: 'shop', annotations } };
}

describe('the annotation pullgate.dev/ignore', () => {
  test('silences its codes on its workload alone', async () => {
    const objects = [annotated('web', 'gone', 'unpinned-image, manifest-not-found'), annotated('api', 'gone')];
    const { output, errors, exitCode } = await check(objects, '-o', 'json');
    const { summary, results } = JSON.parse(output) as PullReport;

    expect(summary).toMatchObject({ denied: 1, ignored: 1 });
    expect(results.map(({ verdict, images }) => [verdict, images[0]?.findings.length])).toEqual([
      ['allow', 0],
      ['deny', 1],
    ]);
    expect(errors).toBe('pullgate check: 2 workloads, 2 images: 1 denied\n');
    expect(exitCode).toBe(1);
  });

  test('leaves a workload without a failure', async () => {
    const ran = await check([annotated('web', 'gone', 'manifest-not-found')], '-o', 'junit');

    expect(ran.output).toContain('<testsuites name="pullgate" tests="1" failures="0" errors="0" skipped="0">');
    expect(ran.exitCode).toBe(0);
  });

  test('says that there is no such code', async () => {
    const { errors, exitCode } = await check([annotated('web', '1', 'manifest-missing')]);

    expect(errors).toBe(
      'pullgate check: stdin:1: the annotation pullgate.dev/ignore of Deployment shop/web names no code of a finding: manifest-missing\n',
    );
    expect(exitCode).toBe(0);
  });
});

describe('a baseline', () => {
  test('is known from then on; only what is new counts', async () => {
    const path = join(world.directory, 'baseline.json');
    const before = [annotated('web', 'gone'), annotated('job', 'gone')];
    const written = await check(before, '--write-baseline', path);
    expect(written.exitCode).toBe(0);
    expect(written.output).toContain('2 workloads, 2 images: 2 denied');
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      apiVersion: 'pullgate.dev/v1alpha1',
      kind: 'Baseline',
      findings: [
        { code: 'manifest-not-found', workload: { kind: 'Deployment', namespace: 'shop', name: 'web' } },
        { code: 'manifest-not-found', workload: { kind: 'Deployment', namespace: 'shop', name: 'job' } },
      ],
    });

    const known = await check(before, '--baseline', path);
    expect(known.output).toBe(
      '\u2713 2 workloads, 2 images: nothing denied, nothing warned\nknown from the baseline: 2 findings\n',
    );
    expect(known.exitCode).toBe(0);

    const later = await check([annotated('web', 'gone'), annotated('new', 'gone')], '--baseline', path);
    expect(later.output).not.toContain('Deployment shop/web');
    expect(later.output).toContain(
      '2 workloads, 2 images: 1 denied\n' +
        'known from the baseline: 1 finding\n' +
        '1 finding of the baseline is gone; write it again with --write-baseline\n',
    );
    expect(later.exitCode).toBe(1);
  });

  test.each([
    ['{', 'is not JSON'],
    ['{"kind":"PullReport"}', 'is not a Baseline of pullgate.dev'],
    ['{"apiVersion":"pullgate.dev/v1alpha1","kind":"Baseline","findings":[{}]}', 'has a finding without a fingerprint'],
  ])('must be one: %s', async (text, problem) => {
    const path = join(world.directory, 'broken.json');
    await writeFile(path, text);
    const { errors, exitCode } = await check([annotated('web', '1')], '--baseline', path);

    expect(errors).toBe(
      `pullgate check: --baseline ${path}: ${problem}; write it with --write-baseline\nRun "pullgate check --help" for its flags.\n`,
    );
    expect(exitCode).toBe(2);
  });
});
