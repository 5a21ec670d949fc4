import { expect, test } from 'vitest';
import { type Metrics, openMetrics } from '../../src/telemetry/metrics.ts';

/** Lines of the metrics whose name starts so, comments left out. */
async function samples({ register }: Metrics, start: string): Promise<readonly string[]> {
  const text = await register.metrics();
  return text.split('\n').filter((line) => line.startsWith(start));
}

test('the names and labels are those that dashboards rely on', async () => {
  const metrics = openMetrics('1.2.3', () => new Map([['nodes', 1500]]));
  const labels = {
    operation: 'CREATE',
    kind: 'Pod',
    verdict: 'deny',
    mode: 'warn',
    dry_run: 'false',
    action: 'warn',
  } as const;
  metrics.review(labels, 0.25);
  metrics.reviewWithFindings('shop', labels);
  metrics.reviewNotExamined('deadline');
  metrics.lookupGivenUp('uses');
  metrics.eventRefused();
  metrics.certificateNotRenewed();
  metrics.finding('rate-limited', 'unconfirmed');
  metrics.registryRequest({ registry: 'registry.test', method: 'GET', status: '429' }, true, 0.5);
  metrics.registryRequest({ registry: 'gone.test', method: 'HEAD', status: 'dns' }, false, 0.5);
  metrics.rateLimitRemains('registry.test', 76);
  metrics.cacheLookup('hit');
  metrics.registryDemoted('registry.test', 'fuse', () => true);
  metrics.controlledPodLetThrough();
  metrics.configurationUsed('sha256:ab');
  metrics.certificateExpires(new Date('2030-01-01T00:00:00Z'));

  const lines = await samples(metrics, 'pullgate_');
  expect(lines.filter((line) => !line.includes('_bucket'))).toEqual([
    'pullgate_reviews_total{door="serve",operation="CREATE",kind="Pod",verdict="deny",mode="warn",dry_run="false",action="warn"} 1',
    'pullgate_reviews_with_findings_total{namespace="shop",verdict="deny",mode="warn",action="warn",dry_run="false"} 1',
    'pullgate_reviews_not_examined_total{reason="deadline"} 1',
    'pullgate_reviews_not_examined_total{reason="overload"} 0',
    'pullgate_reviews_not_examined_total{reason="error"} 0',
    'pullgate_lookups_given_up_total{lookup="uses"} 1',
    'pullgate_lookups_given_up_total{lookup="growth"} 0',
    'pullgate_lookups_given_up_total{lookup="pods"} 0',
    'pullgate_review_duration_seconds_sum 0.25',
    'pullgate_review_duration_seconds_count 1',
    'pullgate_findings_total{code="rate-limited",certainty="unconfirmed",door="serve"} 1',
    'pullgate_registry_requests_total{registry="registry.test",method="GET",status="429"} 1',
    'pullgate_registry_requests_total{registry="gone.test",method="HEAD",status="dns"} 1',
    'pullgate_registry_request_duration_seconds_sum 1',
    'pullgate_registry_request_duration_seconds_count 2',
    'pullgate_registry_up{registry="registry.test"} 1',
    'pullgate_registry_up{registry="gone.test"} 0',
    'pullgate_registry_demoted{registry="registry.test",cause="fuse"} 1',
    'pullgate_registry_rate_limit_remaining{registry="registry.test"} 76',
    'pullgate_cache_lookups_total{result="hit"} 1',
    'pullgate_cache_lookups_total{result="shared"} 0',
    'pullgate_cache_lookups_total{result="miss"} 0',
    'pullgate_facts_age_seconds{source="nodes"} 1.5',
    'pullgate_controlled_pods_let_through_total 1',
    'pullgate_events_refused_total 1',
    'pullgate_certificate_renewal_failures_total 1',
    'pullgate_certificate_expiry_timestamp_seconds 1893456000',
    'pullgate_config_info{digest="sha256:ab"} 1',
    'pullgate_config_last_reload_successful 1',
    'pullgate_build_info{version="1.2.3"} 1',
  ]);
});

test('two hundred namespaces have series of their own, the others one together', async () => {
  const metrics = openMetrics('');
  const labels = {
    operation: 'CREATE',
    kind: 'Pod',
    verdict: 'warn',
    mode: 'warn',
    dry_run: 'false',
    action: 'warn',
  } as const;
  for (let number = 0; number < 300; number += 1) metrics.reviewWithFindings(`n${number}`, labels);
  const lines = await samples(metrics, 'pullgate_reviews_with_findings_total');
  expect(lines).toHaveLength(201);
  expect(lines.find((line) => line.includes('namespace=""'))).toMatch(/ 100$/);
});

test('a registry is demoted for as long as it is', async () => {
  let isDemoted = true;
  const metrics = openMetrics('');
  metrics.registryDemoted('registry.test', 'fuse', () => isDemoted);
  const line = 'pullgate_registry_demoted{registry="registry.test",cause="fuse"}';

  expect(await samples(metrics, line)).toEqual([`${line} 1`]);
  isDemoted = false;
  expect(await samples(metrics, line)).toEqual([`${line} 0`]);
});

test.each<[string, (metrics: Metrics, registry: string) => void]>([
  [
    'pullgate_registry_requests_total',
    (metrics, registry) => metrics.registryRequest({ registry, method: 'HEAD', status: '200' }, true, 0),
  ],
  ['pullgate_registry_rate_limit_remaining', (metrics, registry) => metrics.rateLimitRemains(registry, 1)],
  ['pullgate_registry_demoted', (metrics, registry) => metrics.registryDemoted(registry, 'fuse', () => true)],
])('%s names the hundred registries that were asked last, and no more', async (name, mention) => {
  const metrics = openMetrics('');
  mention(metrics, 'real.test');
  for (let number = 0; number < 150; number += 1) mention(metrics, `r${number}.test`);
  mention(metrics, 'real.test');
  const lines = (await samples(metrics, name)).filter((line) => !line.includes('"other"'));

  expect(lines).toHaveLength(100);
  expect(lines.filter((line) => line.includes('"real.test"'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('"r149.test"'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('"r50.test"'))).toEqual([]);
});

test('requests to registries that lost their series are still counted', async () => {
  const metrics = openMetrics('');
  for (let number = 0; number < 150; number += 1)
    metrics.registryRequest({ registry: `r${number}.test`, method: 'HEAD', status: '200' }, true, 0);

  expect(await samples(metrics, 'pullgate_registry_requests_total{registry="other"')).toEqual([
    'pullgate_registry_requests_total{registry="other",method="HEAD",status="200"} 50',
  ]);
});

test('gauges do not bear the names of counters', async () => {
  const text = await openMetrics('').register.metrics();
  const totals = [...text.matchAll(/^# TYPE (\w+_total) (\w+)$/gm)];

  expect(totals.length).toBeGreaterThan(5);
  expect(totals.filter(([, , type]) => type !== 'counter')).toEqual([]);
});
