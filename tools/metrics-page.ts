/** Prints docs/metrics.md, which is the register of metrics for people; a test holds the page to it. */
import { openMetrics } from '../src/telemetry/metrics.ts';

/** What each label may say. */
const labelWords: Readonly<Record<string, string>> = {
  door: '`serve`',
  operation: 'Of the review: `CREATE`, `UPDATE`',
  kind: 'Of the workload, such as `Deployment`; `other` for one that is not known',
  verdict: '`deny`, `warn`, `allow`: what the findings ask for, whatever the mode makes of it',
  mode: 'Of the namespace: `enforce`, `warn`, `audit`',
  dry_run: '`true`, `false`',
  action: '`deny`, `warn`, `allow`: what the mode of the namespace made of the verdict',
  namespace: 'Of the workload. The first 200 have their own name, all others are empty',
  reason: '`deadline`: no answer in time; `overload`: too many reviews at a time; `error`: an internal error',
  lookup:
    'What was looked for before a denial. `uses`: in the namespace; `growth`: whether nodes may come; `pods`: what becomes of the Pods of templates',
  code: 'Of the finding, see [findings](findings.md)',
  certainty: '`certain`, `likely`, `unconfirmed`, `advice`',
  registry:
    'Host that was asked, with its port where it is not the usual one; for `pullgate_registry_demoted` the host in the name of the image. The 100 hosts asked last have their own name. What was counted for others is `other`',
  method: '`HEAD`, `GET`, `POST`',
  status:
    'Status code of the answer, or why there is none: `dns`, `connection`, `tls`, `plain-http`, `timeout`, `refused-address`, `refused-port`, `foreign-address`, `unlisted-host`, `unacceptable-answer`',
  cause: '`fuse`: too many different images were denied because of the registry, in one namespace or everywhere',
  result:
    '`hit`: answered by what was heard before; `shared`: by the answer to a request that was under way; `miss`: by neither, so that the network was turned to',
  source: 'Of facts that are watched: `nodes`, `namespaces`',
  version: 'Of pullgate',
  digest: 'Of the configuration file: `sha256:…`',
};

type Described = {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
};

/** Those of the process and of Node.js are prom-client's. */
export function ownMetrics(): readonly Described[] {
  return openMetrics('')
    .register.getMetricsAsArray()
    .filter(({ name }) => name.startsWith('pullgate_'))
    .map((metric) => ({
      name: metric.name,
      type: String(metric.type),
      help: metric.help,
      labels: 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : [],
    }));
}

export function metricsPage(): string {
  const metrics = ownMetrics();
  const labels = [...new Set(metrics.flatMap((metric) => metric.labels))];
  return [
    '# Metrics',
    '',
    '`pullgate serve` has them at `/metrics` of `--ops-listen`, in the text format of Prometheus, together with those of the',
    'process and of Node.js (`process_…`, `nodejs_…`). No label ever holds an image, a repository, or the name of an object other than a namespace.',
    '',
    ...tableOf(
      ['metric', 'type', 'labels', 'meaning'],
      metrics.map(({ name, type, labels: its, help }) => [
        `\`${name}\``,
        type,
        its.map((label) => `\`${label}\``).join(', ') || '–',
        help,
      ]),
    ),
    '',
    '## Labels',
    '',
    ...tableOf(
      ['label', 'values'],
      labels.map((label) => [`\`${label}\``, wordsOf(label)]),
    ),
    '',
    'A registry that limits pulls announces what is left with its answers (`RateLimit-Limit`, `RateLimit-Remaining`). While less',
    'than a quarter is left images are looked at by HEAD alone, which Docker Hub does not count, and the finding',
    '[`rate-limit-low`](findings.md#rate-limit-low) says so. After a 429 a registry is not asked again before the time that its',
    '`Retry-After` names (10 s where it names none, 15 min at most).',
    '',
  ].join('\n');
}

function wordsOf(label: string): string {
  const words = labelWords[label];
  if (words === undefined) throw new Error(`nothing is written about the label ${label}`);
  return words;
}

function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

if (import.meta.main) process.stdout.write(metricsPage());
