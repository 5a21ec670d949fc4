/**
 * The report of an audit as one HTML file for a browser: it makes no external request, and every name in it is shown as
 * text. Without its script it is a table; with it the table can be sorted and filtered.
 */
import type { Certainty } from '../../core/finding/finding.ts';
import type { PullReport, ReportedFinding, ReportedImage, ReportedWorkload } from '../pull-report.ts';
import { auditSummaryOf, observationLine } from './audit-text.ts';
import { script, scriptHash, style, styleHash } from './html-page.ts';
import { dependencePicture, registryOf } from './html-picture.ts';
import { escaped, type Markup, textIn } from './html-text.ts';
import { fieldName, sentencesOf, workloadName } from './placed-finding.ts';
import { caveatsOf } from './summary-line.ts';

/** Of one image use, or of a workload. */
type Row = {
  readonly of: ReportedWorkload;
  readonly image?: ReportedImage;
  /** Absent where there is nothing to say. */
  readonly finding?: ReportedFinding;
};

const fates: Readonly<Record<Certainty | 'fine', string>> = {
  certain: 'would not come back',
  likely: 'might not come back',
  unconfirmed: 'could not be looked up',
  advice: 'would come back, with advice',
  fine: 'would come back',
};
const order: readonly (Certainty | 'fine')[] = ['certain', 'likely', 'unconfirmed', 'advice', 'fine'];

export function htmlOf(report: PullReport): string {
  const rows = rowsOf(report);
  const policy = `default-src 'none'; style-src '${styleHash}'; script-src '${scriptHash}'; base-uri 'none'; form-action 'none'`;
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<title>pullgate audit</title>',
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<a class="skip" href="#findings">Skip to the findings</a>',
    ...headOf(report),
    '<main>',
    ...dependencePicture(report),
    '<h2 id="list">Workloads and their images</h2>',
    ...filterOf(rows),
    ...tableOf(rows),
    '</main>',
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function headOf(report: PullReport): readonly Markup[] {
  const { metadata, summary, results } = report;
  const waiting = results.reduce((sum, { pods }) => sum + (pods?.waiting ?? 0), 0);
  return [
    '<header>',
    '<h1>Would it come back?</h1>',
    `<p>${textIn(auditSummaryOf(report))}</p>`,
    `<p class="dim">${textIn(metadata.tool)}, <time datetime="${escaped(metadata.creationTimestamp)}">${textIn(metadata.creationTimestamp)}</time></p>`,
    ...caveatsOf(report).map((caveat) => `<p class="dim">${textIn(caveat)}</p>`),
    '<ul class="figures">',
    figure(summary.workloads, 'workloads', ''),
    figure(summary.denied, 'would not come back', 'certain'),
    figure(summary.warned, 'might not', 'likely'),
    figure(summary.unconfirmed, 'images unconfirmed', 'unconfirmed'),
    figure(waiting, 'Pods wait for an image', waiting > 0 ? 'certain' : ''),
    '</ul>',
    '</header>',
  ];
}

function figure(count: number, said: string, kind: string): Markup {
  return `<li><b class="${kind}">${count}</b>${said}</li>`;
}

function rowsOf({ results }: PullReport): readonly Row[] {
  const rows = results.flatMap((of): readonly Row[] => [
    ...of.images.flatMap((image): readonly Row[] =>
      image.findings.length === 0 ? [{ of, image }] : image.findings.map((finding) => ({ of, image, finding })),
    ),
    ...of.findings.map((finding) => ({ of, finding })),
  ]);
  return rows.toSorted((one, other) => order.indexOf(kindOf(one)) - order.indexOf(kindOf(other)));
}

function kindOf({ finding, image }: Row): Certainty | 'fine' {
  if (finding !== undefined) return finding.certainty;
  return image?.outcome === 'unconfirmed' ? 'unconfirmed' : 'fine';
}

/** Hidden where no script runs: it would do nothing. */
function filterOf(rows: readonly Row[]): readonly Markup[] {
  return [
    '<form hidden aria-label="Filter">',
    ...choices(
      'namespace',
      'Namespace',
      rows.map(({ of }) => of.workload.namespace),
    ),
    ...choices(
      'registry',
      'Registry',
      rows.flatMap(({ image }) => (image ? [registryOf(image)] : [])),
    ),
    ...choices(
      'code',
      'Code',
      rows.flatMap(({ finding }) => (finding ? [finding.code] : [])),
    ),
    '<label>Certainty<select name="certainty"><option value="">all</option>',
    ...order.map((kind) => `<option value="${kind}">${fates[kind]}</option>`),
    '</select></label>',
    '<label>Text<input name="text" type="search"></label>',
    '<button type="reset">Show all</button>',
    '</form>',
  ];
}

function choices(name: string, said: string, values: readonly string[]): readonly Markup[] {
  return [
    `<label>${said}<select name="${name}"><option value="">all</option>`,
    ...[...new Set(values)].toSorted().map((value) => `<option value="${escaped(value)}">${textIn(value)}</option>`),
    '</select></label>',
  ];
}

const columns = ['Fate', 'Namespace', 'Workload', 'Image', 'Registry', 'What was found', 'Pods', 'Wait'] as const;

function tableOf(rows: readonly Row[]): readonly Markup[] {
  return [
    '<p id="count" class="dim" aria-live="polite"></p>',
    '<div class="scroll">',
    '<table id="findings" aria-labelledby="list">',
    '<thead><tr>',
    ...columns.map((column) => `<th scope="col"><button type="button">${column}</button></th>`),
    '</tr></thead>',
    '<tbody>',
    ...rows.map(rowMarkup),
    '</tbody>',
    '</table>',
    '</div>',
  ];
}

function rowMarkup(row: Row): Markup {
  const { of, image, finding } = row;
  const kind = kindOf(row);
  const registry = image === undefined ? '' : registryOf(image);
  const facets = { namespace: of.workload.namespace, code: finding?.code ?? '', certainty: kind, registry };
  const data = Object.entries(facets).map(([name, value]) => ` data-${name}="${escaped(value)}"`);
  const { owner, pods } = of;
  const above = owner === undefined ? '' : `<br><span class="dim">of ${textIn(`${owner.kind} ${owner.name}`)}</span>`;
  const place =
    image === undefined ? '' : `${textIn(image.image)}<br><span class="dim">${textIn(fieldName(image))}</span>`;
  const shortName = workloadName({ ...of, workload: { ...of.workload, namespace: '' } });
  return [
    `<tr${data.join('')}>`,
    `<td class="${kind}" data-sort="${order.indexOf(kind)}">${fates[kind]}</td>`,
    `<td class="name">${textIn(of.workload.namespace)}</td>`,
    `<td class="name">${textIn(shortName)}${above}</td>`,
    `<td class="name">${place}</td>`,
    `<td class="name">${textIn(registry)}</td>`,
    `<td>${foundMarkup(row)}</td>`,
    `<td class="number">${pods?.total ?? 0}</td>`,
    `<td class="number">${pods?.waiting ?? 0}</td>`,
    '</tr>',
  ].join('');
}

const longestWords = 2000;

function foundMarkup({ image, finding }: Row): Markup {
  const [message = '', ...steps] = finding === undefined ? [] : sentencesOf(finding);
  const observed = image?.observed;
  return [
    ...(finding === undefined ? [] : [`<code>${textIn(finding.code)}</code> ${escaped(message)}`]),
    ...steps.map((step) => `<p class="step">→ ${escaped(step)}</p>`),
    ...(observed === undefined
      ? []
      : [
          `<p class="dim">${textIn(observationLine(observed), longestWords)}</p>`,
          `<details><summary>What the kubelet says (${textIn(observed.meaning)})</summary><code>${textIn(observed.message, longestWords)}</code></details>`,
        ]),
  ].join('');
}
