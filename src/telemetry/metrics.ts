/** The metrics of contract §8. Labels are bounded: never an image, a repository, a name of an object. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Certainty, FindingCode } from '../core/finding/finding.ts';

export type Metrics = ReturnType<typeof openMetrics>;

export type ReviewLabels = {
  readonly operation: string;
  readonly kind: string;
  readonly verdict: string;
  readonly mode: string;
  readonly dry_run: 'true' | 'false';
};

export type RegistryRequestLabels = { readonly registry: string; readonly method: string; readonly status: string };

/** Anybody who may create a Pod chooses the names of registries. */
const mostRegistries = 100;

/** @param agesOfFacts asked whenever somebody reads the metrics; milliseconds by source */
export function openMetrics(version: string, agesOfFacts: () => ReadonlyMap<string, number> = () => new Map()) {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  const reviews = new Counter({
    name: 'pullgate_reviews_total',
    help: 'Admission reviews that were answered.',
    labelNames: ['door', 'operation', 'kind', 'verdict', 'mode', 'dry_run'],
    registers,
  });
  const reviewDuration = new Histogram({
    name: 'pullgate_review_duration_seconds',
    help: 'Time from the arrival of an admission review to its answer.',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8],
    registers,
  });
  const findings = new Counter({
    name: 'pullgate_findings_total',
    help: 'Findings by code and certainty.',
    labelNames: ['code', 'certainty', 'door'],
    registers,
  });
  const requests = new Counter({
    name: 'pullgate_registry_requests_total',
    help: 'Requests to registries and token servers that went to the network. status: a status code, or why there is none.',
    labelNames: ['registry', 'method', 'status'],
    registers,
  });
  const requestDuration = new Histogram({
    name: 'pullgate_registry_request_duration_seconds',
    help: 'Duration of requests to registries and token servers.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 3],
    registers,
  });
  const registryUp = new Gauge({
    name: 'pullgate_registry_up',
    help: '1 if the last request to the registry was answered.',
    labelNames: ['registry'],
    registers,
  });
  const demoted = new Gauge({
    name: 'pullgate_registry_demoted',
    help: '1 once the findings of a registry were taken down to warnings, and why.',
    labelNames: ['registry', 'cause'],
    registers,
  });
  register.registerMetric(
    new Gauge({
      name: 'pullgate_facts_age_seconds',
      help: 'Seconds since a source of facts was last heard of.',
      labelNames: ['source'],
      registers: [],
      collect() {
        for (const [source, ageMs] of agesOfFacts()) this.set({ source }, ageMs / 1000);
      },
    }),
  );
  const letThrough = new Counter({
    name: 'pullgate_controlled_pods_let_through_total',
    help: 'Pods with a certain finding that were let through because a controller owns them.',
    registers,
  });
  const certificateExpiry = new Gauge({
    name: 'pullgate_certificate_expiry_timestamp_seconds',
    help: 'When the certificate that is served expires.',
    registers,
  });
  new Gauge({
    name: 'pullgate_build_info',
    help: '1, with the version as a label.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  const registries = new Set<string>();
  const bounded = (registry: string): string => {
    if (registries.size < mostRegistries) registries.add(registry);
    return registries.has(registry) ? registry : 'other';
  };
  return {
    register,
    review: (labels: ReviewLabels, seconds: number) => {
      reviews.inc({ door: 'serve', ...labels });
      reviewDuration.observe(seconds);
    },
    finding: (code: FindingCode, certainty: Certainty) => {
      findings.inc({ code, certainty, door: 'serve' });
    },
    registryRequest: ({ registry, method, status }: RegistryRequestLabels, isAnswered: boolean, seconds: number) => {
      const host = bounded(registry);
      requests.inc({ registry: host, method, status });
      requestDuration.observe(seconds);
      registryUp.set({ registry: host }, isAnswered ? 1 : 0);
    },
    registryDemoted: (registry: string, cause: 'fuse') => {
      demoted.set({ registry: bounded(registry), cause }, 1);
    },
    controlledPodLetThrough: () => {
      letThrough.inc();
    },
    certificateExpires: (at: Date) => {
      certificateExpiry.set(at.getTime() / 1000);
    },
  };
}
