import { describe, expect, test } from 'vitest';
import { sarifOf } from '../../../src/report/format/sarif.ts';
import type { PullReport } from '../../../src/report/pull-report.ts';
import { denied, image, mixed, notFound, report, workload } from '../reports.ts';

const runOf = (one: PullReport) => JSON.parse(sarifOf(one)).runs[0];

describe('SARIF', () => {
  test('of one finding, in full', () => {
    expect(JSON.parse(sarifOf(report([workload('web', [image('nginx:latestt', [notFound], { line: 21 })])])))).toEqual({
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'pullgate',
              version: '0.1.0',
              informationUri: 'https://github.com/pullgate/pullgate',
              rules: [
                {
                  id: 'manifest-not-found',
                  name: 'ManifestNotFound',
                  shortDescription: { text: 'Image does not exist' },
                  fullDescription: {
                    text: 'Every endpoint answered twice that the tag, digest or repository does not exist. A registry that asks for authentication and does not list its tags may hide the image from pullgate; the finding is then likely, unless all credentials are known.',
                  },
                  help: {
                    text: 'Every endpoint answered twice that the tag, digest or repository does not exist. A registry that asks for authentication and does not list its tags may hide the image from pullgate; the finding is then likely, unless all credentials are known. Each result says what to do. More: https://github.com/pullgate/pullgate/blob/main/docs/findings.md#manifest-not-found',
                  },
                  helpUri: 'https://github.com/pullgate/pullgate/blob/main/docs/findings.md#manifest-not-found',
                  defaultConfiguration: { level: 'error' },
                },
              ],
            },
          },
          columnKind: 'utf16CodeUnits',
          invocations: [{ executionSuccessful: true, toolExecutionNotifications: [] }],
          results: [
            {
              ruleId: 'manifest-not-found',
              ruleIndex: 0,
              level: 'error',
              message: { text: 'nginx:latestt does not exist in docker.io.. Write nginx:latest.' },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'k8s/web.yaml', uriBaseId: '%SRCROOT%' },
                    region: { startLine: 21 },
                  },
                  logicalLocations: [
                    {
                      fullyQualifiedName: 'shop/Deployment/web/spec.template.spec.containers[0].image',
                      kind: 'member',
                    },
                  ],
                },
              ],
              partialFingerprints: { 'pullgate/v1': '595dc37a55fc256a' },
            },
          ],
        },
      ],
    });
  });

  test('each code is one rule, to which its results point', () => {
    const { tool, results } = runOf(mixed);
    expect(results.map((result: { ruleIndex: number }) => tool.driver.rules[result.ruleIndex].id)).toEqual(
      results.map((result: { ruleId: string }) => result.ruleId),
    );
    expect(results.map((result: { level: string }) => result.level)).toEqual([
      'error',
      'warning',
      'note',
      'warning',
      'warning',
    ]);
    expect(tool.driver.rules).toHaveLength(4);
  });

  test('a code of a newer version is a rule as well', () => {
    const finding = { ...denied, code: '__proto__', reason: 'NewThing' };
    const [rule] = runOf(report([workload('web', [image('x', [finding])])])).tool.driver.rules;
    expect(rule).toMatchObject({ id: '__proto__', name: 'NewThing', shortDescription: { text: 'NewThing' } });
  });

  test.each([
    ['a b/ü#1%.yaml', { uri: 'a%20b/%C3%BC%231%25.yaml', uriBaseId: '%SRCROOT%' }],
    ['./k8s/x.yaml', { uri: 'k8s/x.yaml', uriBaseId: '%SRCROOT%' }],
    ['c:x.yaml', { uri: 'c%3Ax.yaml', uriBaseId: '%SRCROOT%' }],
    ['/tmp/x y.yaml', { uri: 'file:///tmp/x%20y.yaml' }],
    ['\ud800.yaml', { uri: '%EF%BF%BD.yaml', uriBaseId: '%SRCROOT%' }],
  ])('the file %j', (file, artifactLocation) => {
    const one = workload('web', [image('x', [notFound])], { workload: { source: { file, document: 1, line: 4 } } });
    expect(runOf(report([one])).results[0].locations[0].physicalLocation).toEqual({
      artifactLocation,
      region: { startLine: 4 },
    });
  });

  test('what was read from a cluster has a logical place only', () => {
    const { source: _, ...bare } = workload('web', []).workload;
    const fromCluster = { ...workload('web', [image('x', [notFound])]), workload: bare };
    expect(Object.keys(runOf(report([fromCluster])).results[0].locations[0])).toEqual(['logicalLocations']);
  });

  test.each([
    [{ template: 'web/templates/web.yaml' }, 'web/templates/web.yaml', 1],
    [{}, 'stdin', 7],
  ])('what was piped in is in a file: %j', (template, uri, startLine) => {
    const piped = workload('web', [image('x', [notFound])], {
      workload: { source: { file: '-', document: 1, line: 7, ...template } },
    });
    expect(runOf(report([piped])).results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
      region: { startLine },
    });
  });

  test('input that could not be used is a notification of a run without success', () => {
    const [invocation] = runOf(
      report(
        [],
        [
          { file: 'bad.yaml', line: 7, reason: 'broken' },
          { file: '-', reason: 'empty' },
        ],
      ),
    ).invocations;
    expect(invocation).toEqual({
      executionSuccessful: false,
      toolExecutionNotifications: [
        {
          level: 'error',
          message: { text: 'broken' },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: 'bad.yaml', uriBaseId: '%SRCROOT%' },
                region: { startLine: 7 },
              },
            },
          ],
        },
        { level: 'error', message: { text: 'empty' } },
        { level: 'note', message: { text: 'incomplete: 2 problems in the input' } },
      ],
    });
  });
});
