/** Reports to make formats of. */
import type {
  PullReport,
  ReportedFinding,
  ReportedImage,
  ReportedProblem,
  ReportedWorkload,
  ReportSummary,
} from '../../src/report/pull-report.ts';

export const notFound: ReportedFinding = {
  code: 'manifest-not-found',
  reason: 'ManifestNotFound',
  certainty: 'certain',
  verdict: 'deny',
  assuming: ['mirrors=none'],
  predictedReason: 'ErrImagePull',
  message: 'nginx:latestt does not exist in docker.io.',
  nextStep: 'Write nginx:latest.',
  nodes: { failing: 3, candidates: 3, names: ['a', 'b', 'c'] },
};
export const denied: ReportedFinding = {
  code: 'access-denied',
  reason: 'AccessDenied',
  certainty: 'likely',
  verdict: 'warn',
  assuming: [],
  cappedBy: 'nodes may have their own credentials',
  predictedReason: 'ErrImagePull',
  message: 'r.example/app:1 is missing, or not visible without credentials.',
  nextStep: 'Add imagePullSecrets.',
};
export const unreachable: ReportedFinding = {
  code: 'registry-unreachable',
  reason: 'RegistryUnreachable',
  certainty: 'unconfirmed',
  verdict: 'warn',
  assuming: [],
  predictedReason: 'ErrImagePull',
  message: 'down.example did not answer for down.example/x:1.',
  nextStep: '',
};
export const noSecret: ReportedFinding = {
  code: 'pull-secret-not-found',
  reason: 'PullSecretNotFound',
  certainty: 'advice',
  verdict: 'allow',
  assuming: [],
  message: 'Secret shop/regcred does not exist.',
  nextStep: 'kubectl create secret docker-registry regcred -n shop',
};

export function image(
  written: string,
  findings: readonly ReportedFinding[] = [],
  more: Partial<ReportedImage> = {},
): ReportedImage {
  const certainties = findings.map(({ certainty }) => certainty);
  const fails = certainties.includes('certain') || certainties.includes('likely');
  const outcome = certainties.includes('unconfirmed') ? 'unconfirmed' : 'pullable';
  return {
    path: 'spec.template.spec.containers[0].image',
    container: 'web',
    image: written,
    pullPolicy: 'IfNotPresent',
    outcome: fails ? 'unpullable' : outcome,
    findings,
    ...more,
  };
}

export function workload(
  name: string,
  images: readonly ReportedImage[],
  more: Partial<Omit<ReportedWorkload, 'workload'>> & {
    readonly workload?: Partial<ReportedWorkload['workload']>;
  } = {},
): ReportedWorkload {
  const certainties = [...images.flatMap(({ findings }) => findings), ...(more.findings ?? [])].map(
    ({ certainty }) => certainty,
  );
  const isWarned = certainties.some((certainty) => certainty !== 'advice');
  const verdict = certainties.includes('certain') ? 'deny' : isWarned ? 'warn' : 'allow';
  return {
    mode: 'enforce',
    verdict,
    action: verdict,
    images,
    findings: [],
    ...more,
    workload: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'shop',
      name,
      source: { file: 'k8s/web.yaml', document: 1, line: 12 },
      ...more.workload,
    },
  };
}

export function report(
  results: readonly ReportedWorkload[],
  problems: readonly ReportedProblem[] = [],
  summary: Partial<ReportSummary> = {},
  beside: Partial<Pick<PullReport, 'skipped' | 'unknownKinds' | 'unread'>> = {},
): PullReport {
  const images = results.flatMap((result) => result.images);
  return {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'PullReport',
    metadata: { creationTimestamp: '2026-01-02T03:04:05Z', tool: 'pullgate/0.1.0' },
    summary: {
      workloads: results.length,
      images: images.length,
      examined: images.length,
      denied: results.filter(({ verdict }) => verdict === 'deny').length,
      warned: results.filter(({ verdict }) => verdict === 'warn').length,
      unconfirmed: images.filter(({ outcome }) => outcome === 'unconfirmed').length,
      complete: problems.length === 0,
      skipped: 0,
      outOfTime: 0,
      platformsJudged: true,
      ...summary,
    },
    results,
    problems,
    skipped: [],
    unknownKinds: [],
    ...beside,
  };
}

/** One of everything. */
export const mixed: PullReport = report(
  [
    workload('web', [
      image('nginx:latestt', [notFound], { line: 21 }),
      image('redis:7', [], { container: 'cache', path: 'spec.template.spec.containers[1].image' }),
    ]),
    workload('api', [image('r.example/app:1', [denied])], { findings: [noSecret] }),
    workload('job', [image('down.example/x:1', [unreachable], { container: 'main' })], {
      workload: { kind: 'CronJob', source: { file: '-', document: 2, line: 40 } },
    }),
    workload('copy', [image('nginx:latestt', [notFound], { line: 33 })], { mode: 'warn', action: 'warn' }),
  ],
  [{ file: 'k8s/bad.yaml', document: 2, line: 7, reason: 'a mapping has the key "a" twice' }],
  { platformsJudged: false, skipped: 1 },
  { skipped: [{ reason: 'untyped', count: 1, directories: [{ directory: 'k8s', count: 1 }] }] },
);

const nasty = '"><b>|`x`\n::error::\u001b[31m\u202e,%0A&\uffff';
/** Every foreign text is out to break a format. */
export const hostile: PullReport = report(
  [
    workload(
      nasty,
      [image(nasty, [{ ...notFound, message: 'bad', nextStep: '', cappedBy: nasty }], { container: nasty })],
      {
        workload: { kind: '__proto__', namespace: nasty, source: { file: `a b/${nasty}.yaml`, document: 1, line: 1 } },
      },
    ),
  ],
  [{ file: nasty, reason: nasty }],
);

/** Thousands of findings in as many workloads, all of them different. */
export const vast: PullReport = report(
  Array.from({ length: 3_000 }, (_, index) =>
    workload(`w${index}`, [image(`nginx:${index}`, [{ ...notFound, message: `nginx:${index} does not exist.` }])]),
  ),
);

/** Thousands of findings in one workload. */
export const wide: PullReport = report([
  workload(
    'wide',
    Array.from({ length: 3_000 }, (_, index) => image(`nginx:${index}`, [notFound])),
    { findings: Array.from({ length: 3_000 }, () => noSecret) },
  ),
]);
