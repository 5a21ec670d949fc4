import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/core/finding/catalogue.ts';
import type { PullReport } from '../../src/report/pull-report.ts';
import { hostile, image, mixed, notFound, report, workload } from './reports.ts';

type Schema = { readonly type?: unknown; readonly [member: string]: unknown };
const schema: Schema = JSON.parse(readFileSync(new URL('../../docs/pull-report.schema.json', import.meta.url), 'utf8'));
const ajv = () => new Ajv2020({ allErrors: true, formats: { 'date-time': true } });
const isValid = ajv().compile(schema);

/** Every member that a report can have. */
const full: PullReport = report(
  [
    workload('web', [
      image('nginx:latestt', [{ ...notFound, cappedBy: 'x' }], {
        volume: 'v',
        reference: 'docker.io/library/nginx:latestt',
        digest: `sha256:${'a'.repeat(64)}`,
        credential: { source: 'secret', namespace: 'shop', name: 'regcred', key: 'r.example' },
        line: 3,
      }),
      image('y', [], { credential: { source: 'node-config', path: '/config.json', key: 'r.example' } }),
      image('z', [], { credential: { source: 'plugin', name: 'ecr' } }),
    ]),
    workload('web-1', [image('nginx:latestt', [notFound])], { notDeniedBecause: 'deny.controlledPods is false' }),
    workload('web-2', [image('x', [], { isSilenced: true })], {
      notExaminedBecause: 'mirror Pod',
      ignoredCodes: ['unpinned-image'],
      workload: { source: { file: '-', document: 1, line: 1, template: 'web/templates/web.yaml' } },
    }),
    workload(
      'web-3',
      [
        image('x', [], {
          pod: 'web-3-a',
          observed: {
            pod: 'web-3-a',
            node: 'node-1',
            reason: 'ImagePullBackOff',
            message: 'Back-off pulling image "x"',
            meaning: 'reason-not-told',
            since: '2026-01-02T03:04:05Z',
            attempts: 2,
            nextAttempt: '2026-01-02T03:04:25Z',
          },
        }),
      ],
      {
        pods: { total: 3, waiting: 1 },
        owner: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web-3' },
        createdAt: '2026-01-02T03:04:05Z',
        createdBy: 'kubectl-client-side-apply',
      },
    ),
  ],
  [{ file: 'a.yaml', document: 1, line: 2, reason: 'broken' }],
  { platformsJudged: false, platformsNotJudgedBecause: 'x', interrupted: true, ignored: 1, known: 2, resolved: 3 },
  { unread: [{ resource: 'jobs.batch', namespace: 'shop', why: 'status 403', remedy: 'grant list on jobs.batch' }] },
);

describe('the published schema', () => {
  test.each([
    ['of everything', full],
    ['mixed', mixed],
    ['hostile', hostile],
    ['empty', report([])],
  ])('holds for a report: %s', (_, one) => {
    isValid(JSON.parse(JSON.stringify(one)));
    expect(isValid.errors).toBeNull();
  });

  test('describes every member', () => {
    const closed = ajv().compile({ ...closedSchema(schema), $id: 'closed' });
    closed(full);
    expect(closed.errors).toBeNull();
    expect(closed({ ...full, more: 1 })).toBe(false);
  });

  test('lets members be added', () => {
    expect(isValid({ ...full, more: 1, summary: { ...full.summary, more: 1 } })).toBe(true);
  });

  test.each([
    ['another kind', { ...full, kind: 'Report' }],
    ['no problems', { ...full, problems: undefined }],
    ['a negative count', { ...full, summary: { ...full.summary, denied: -1 } }],
    ['line 0', { ...full, problems: [{ file: 'a', line: 0, reason: 'x' }] }],
    ['an unknown verdict', { ...full, results: [{ ...workload('w', []), verdict: 'maybe' }] }],
    [
      'six names',
      report([
        workload('w', [
          image('x', [{ ...notFound, nodes: { failing: 6, candidates: 6, names: ['a', 'b', 'c', 'd', 'e', 'f'] } }]),
        ]),
      ]),
    ],
  ])('refuses %s', (_, one) => {
    expect(isValid(JSON.parse(JSON.stringify(one)))).toBe(false);
  });

  test.each(Object.entries(catalogue))('takes the code %s', (code, { reason }) => {
    expect(isValid(report([workload('w', [image('x', [{ ...notFound, code, reason }])])]))).toBe(true);
  });
});

/** The same, with no member allowed that is not described. */
function closedSchema(node: Schema): Schema {
  const entries = Object.entries(node).map(([key, value]) => [key, closedValue(value)] as const);
  const isObject = node.type === 'object';
  return { ...Object.fromEntries(entries), ...(isObject && { additionalProperties: false }) };
}

function closedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedValue);
  return typeof value === 'object' && value !== null ? closedSchema(value as Schema) : value;
}
