/** The metrics of contract §8. Labels are bounded: never an image, a repository, a name of an object other than a namespace. */
import { LRUCache } from 'lru-cache';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Certainty, FindingCode } from '../core/finding/finding.ts';

export type Metrics = ReturnType<typeof openMetrics>;

export type ReviewLabels = {
  readonly operation: string;
  readonly kind: string;
  readonly verdict: string;
  readonly mode: string;
  readonly dry_run: 'true' | 'false';
  readonly action: string;
};

const unexaminedReasons = ['deadline', 'overload', 'error'] as const;
const lookups = ['uses', 'growth', 'pods'] as const;

export type RegistryRequestLabels = { readonly registry: string; readonly method: string; readonly status: string };

type Series = { readonly method: string; readonly status: string; readonly count: number };

const cacheLookupResults = ['hit', 'shared', 'miss'] as const;
type CacheLookup = (typeof cacheLookupResults)[number];

/** Anybody who may create a Pod chooses the names of registries: those asked last have series of their own. */
const mostRegistries = 100;

/** Counters may not be forgotten: the first ones have series of their own, all others one together. */
const mostNamespaces = 200;

/** Gauges by the names of counters, which linters complain of; the same is known by type of handle, request and resource. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/**
 * What is counted for each review or image. prom-client sorts and joins the labels for each increment; here that happens
 * when somebody reads the metrics.
 */
class Tally<Labels extends Readonly<Record<string, string>>> {
  readonly #counts = new Map<string, { readonly labels: Labels; count: number }>();

  /** `key`: the values of the labels. */
  add(key: string, labels: Labels): void {
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { labels, count: 1 });
    else known.count += 1;
  }

  moveTo(counter: Counter): void {
    for (const { labels, count } of this.#counts.values()) counter.inc(labels, count);
    this.#counts.clear();
  }
}

/** @param agesOfFacts asked whenever somebody reads the metrics; milliseconds by source */
export function openMetrics(version: string, agesOfFacts: () => ReadonlyMap<string, number> = () => new Map()) {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  for (const name of misnamed) register.removeSingleMetric(name);
  const reviews = new Tally<ReviewLabels & { readonly door: string }>();
  register.registerMetric(
    new Counter({
      name: 'pullgate_reviews_total',
      help: 'Admission reviews that were answered.',
      labelNames: ['door', 'operation', 'kind', 'verdict', 'mode', 'dry_run', 'action'],
      registers: [],
      collect() {
        reviews.moveTo(this);
      },
    }),
  );
  const namespaces = new Set<string>();
  const reviewsWithFindings = new Counter({
    name: 'pullgate_reviews_with_findings_total',
    help: 'Admission reviews with a finding, by namespace.',
    labelNames: ['namespace', 'verdict', 'mode', 'action', 'dry_run'],
    registers,
  });
  const unexamined = new Counter({
    name: 'pullgate_reviews_not_examined_total',
    help: 'Admission reviews whose images were not examined, although they should have been.',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of unexaminedReasons) unexamined.inc({ reason }, 0);
  const lookupsGivenUp = new Counter({
    name: 'pullgate_lookups_given_up_total',
    help: 'Look-ups before a denial that the API server refused, that took too long, or that would have been too large.',
    labelNames: ['lookup'],
    registers,
  });
  for (const lookup of lookups) lookupsGivenUp.inc({ lookup }, 0);
  const reviewDuration = new Histogram({
    name: 'pullgate_review_duration_seconds',
    help: 'Time from the arrival of an admission review to its answer.',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8],
    registers,
  });
  const findings = new Tally<{ readonly code: string; readonly certainty: string; readonly door: string }>();
  register.registerMetric(
    new Counter({
      name: 'pullgate_findings_total',
      help: 'Findings by code and certainty.',
      labelNames: ['code', 'certainty', 'door'],
      registers: [],
      collect() {
        findings.moveTo(this);
      },
    }),
  );
  const requests = new Counter({
    name: 'pullgate_registry_requests_total',
    help: 'Requests to registries and token servers that went to the network.',
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
  const demotions = new LRUCache<string, { readonly cause: 'fuse'; readonly isDemoted: () => boolean }>({
    max: mostRegistries,
  });
  register.registerMetric(
    new Gauge({
      name: 'pullgate_registry_demoted',
      help: '1 while the findings of a registry are taken down to warnings, 0 once that is over.',
      labelNames: ['registry', 'cause'],
      registers: [],
      collect() {
        this.reset();
        for (const [registry, { cause, isDemoted }] of demotions.entries())
          this.set({ registry, cause }, isDemoted() ? 1 : 0);
      },
    }),
  );
  const rateLimitRemaining = new Gauge({
    name: 'pullgate_registry_rate_limit_remaining',
    help: 'What the registry last said to be left of its rate limit. Absent where it announces none.',
    labelNames: ['registry'],
    registers,
  });
  const cacheLookups = new Tally<{ readonly result: string }>();
  const cacheLookupsTotal = new Counter({
    name: 'pullgate_cache_lookups_total',
    help: 'Questions about images, and to registries and token servers, by whether they led to requests.',
    labelNames: ['result'],
    registers: [],
    collect() {
      cacheLookups.moveTo(this);
    },
  });
  register.registerMetric(cacheLookupsTotal);
  for (const result of cacheLookupResults) cacheLookupsTotal.inc({ result }, 0);
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
  const eventsRefused = new Counter({
    name: 'pullgate_events_refused_total',
    help: 'Events that the API server refused, or that were not sent because it refused one of the namespace before.',
    registers,
  });
  const renewalsFailed = new Counter({
    name: 'pullgate_certificate_renewal_failures_total',
    help: 'Looks at the certificate that failed. The certificate before is served.',
    registers,
  });
  const certificateExpiry = new Gauge({
    name: 'pullgate_certificate_expiry_timestamp_seconds',
    help: 'When the certificate that is served expires.',
    registers,
  });
  const configurationInfo = new Gauge({
    name: 'pullgate_config_info',
    help: '1, with the digest of the configuration file in use as a label; empty where there is no file.',
    labelNames: ['digest'],
    registers,
  });
  const configurationIsUsed = new Gauge({
    name: 'pullgate_config_last_reload_successful',
    help: '1 if the configuration file as it is now is in use, 0 if it was refused and the one before stays in use.',
    registers,
  });
  new Gauge({
    name: 'pullgate_build_info',
    help: '1, with the version as a label.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  // A registry that is asked no more makes room: names that somebody invented must not push real ones out for good.
  const registries = new LRUCache<string, true>({
    max: mostRegistries,
    dispose: (_kept, registry, why) => {
      if (why !== 'evict') return;
      // What was counted moves, so that the sum never falls.
      for (const { method, status, count } of seriesOf.get(registry)?.values() ?? []) {
        requests.remove({ registry, method, status });
        requests.inc({ registry: 'other', method, status }, count);
      }
      seriesOf.delete(registry);
      registryUp.remove({ registry });
      rateLimitRemaining.remove({ registry });
    },
  });
  const seriesOf = new Map<string, Map<string, Series>>();
  const inUse = (registry: string): string => {
    registries.set(registry, true);
    return registry;
  };
  return {
    register,
    review: (labels: ReviewLabels, seconds: number) => {
      const { operation, kind, verdict, mode, dry_run, action } = labels;
      reviews.add(`${operation} ${kind} ${verdict} ${mode} ${dry_run} ${action}`, { door: 'serve', ...labels });
      reviewDuration.observe(seconds);
    },
    finding: (code: FindingCode, certainty: Certainty) => {
      findings.add(`${code} ${certainty}`, { code, certainty, door: 'serve' });
    },
    registryRequest: ({ registry, method, status }: RegistryRequestLabels, isAnswered: boolean, seconds: number) => {
      const host = inUse(registry);
      const series = seriesOf.get(host) ?? new Map<string, Series>();
      const key = `${method} ${status}`;
      seriesOf.set(host, series.set(key, { method, status, count: (series.get(key)?.count ?? 0) + 1 }));
      requests.inc({ registry: host, method, status });
      requestDuration.observe(seconds);
      registryUp.set({ registry: host }, isAnswered ? 1 : 0);
    },
    rateLimitRemains: (registry: string, remaining: number) => {
      rateLimitRemaining.set({ registry: inUse(registry) }, remaining);
    },
    cacheLookup: (result: CacheLookup) => {
      cacheLookups.add(result, { result });
    },
    /** @param isDemoted asked whenever somebody reads the metrics */
    registryDemoted: (registry: string, cause: 'fuse', isDemoted: () => boolean) => {
      demotions.set(registry, { cause, isDemoted });
    },
    controlledPodLetThrough: () => {
      letThrough.inc();
    },
    configurationUsed: (digest = '') => {
      configurationInfo.reset();
      configurationInfo.set({ digest }, 1);
      configurationIsUsed.set(1);
    },
    configurationRefused: () => {
      configurationIsUsed.set(0);
    },
    reviewWithFindings: (namespace: string, { verdict, mode, action, dry_run }: ReviewLabels) => {
      if (namespaces.size < mostNamespaces) namespaces.add(namespace);
      const bounded = namespaces.has(namespace) ? namespace : '';
      reviewsWithFindings.inc({ namespace: bounded, verdict, mode, action, dry_run });
    },
    reviewNotExamined: (reason: (typeof unexaminedReasons)[number]) => {
      unexamined.inc({ reason });
    },
    lookupGivenUp: (lookup: (typeof lookups)[number]) => {
      lookupsGivenUp.inc({ lookup });
    },
    eventRefused: () => {
      eventsRefused.inc();
    },
    certificateNotRenewed: () => {
      renewalsFailed.inc();
    },
    certificateExpires: (at: Date) => {
      certificateExpiry.set(at.getTime() / 1000);
    },
  };
}
