/** Which namespace depends on which registry: lines as thick as there are workloads, in the colour of the worst of them. */
import type { PullReport, ReportedImage, ReportedWorkload } from '../pull-report.ts';
import { escaped, type Markup, textIn } from './html-text.ts';
import { counted } from './summary-line.ts';

type Kind = 'certain' | 'likely' | 'unconfirmed' | 'fine';
type Link = { readonly namespace: string; readonly registry: string; readonly workloads: number; readonly kind: Kind };

const kinds: readonly Kind[] = ['certain', 'likely', 'unconfirmed', 'fine'];
const mostNamed = 14;
const others = 'others';
const rowHeight = 34;
const width = 900;
const left = 260;
const right = 640;

export function dependencePicture(report: PullReport): readonly Markup[] {
  const links = linksOf(report);
  if (links.length === 0) return [];
  const namespaces = sidesOf(links, ({ namespace }) => namespace);
  const registries = sidesOf(links, ({ registry }) => registry);
  const height = Math.max(namespaces.length, registries.length) * rowHeight + 10;
  const most = Math.max(...links.map(({ workloads }) => workloads));
  const yOf = (side: readonly string[], name: string) => (side.indexOf(name) + 0.5) * rowHeight + 5;
  return [
    '<h2 id="dependence">Who depends on which registry</h2>',
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="dependence dependence-text">`,
    `<desc id="dependence-text">${textIn(links.map(sentenceOf).join('; '), Number.POSITIVE_INFINITY)}</desc>`,
    ...links.map((link) => {
      const from = yOf(namespaces, link.namespace);
      const to = yOf(registries, link.registry);
      const middle = (left + right) / 2;
      const line = `M${left} ${from} C${middle} ${from} ${middle} ${to} ${right} ${to}`;
      const thickness = (2 + (18 * link.workloads) / most).toFixed(1);
      return `<path class="${link.kind}" d="${line}" stroke-width="${thickness}"><title>${textIn(sentenceOf(link))}</title></path>`;
    }),
    ...namespaces.map(
      (name) => `<text x="${left - 12}" y="${yOf(namespaces, name) + 4}" text-anchor="end">${textIn(name, 34)}</text>`,
    ),
    ...registries.map((name) => `<text x="${right + 12}" y="${yOf(registries, name) + 4}">${textIn(name, 34)}</text>`),
    '</svg>',
    '<details><summary>The same as a table</summary><div class="scroll"><table>',
    '<thead><tr><th scope="col">Namespace</th><th scope="col">Registry</th><th scope="col">Workloads</th><th scope="col">Worst</th></tr></thead><tbody>',
    ...links.map(
      ({ namespace, registry, workloads, kind }) =>
        `<tr><td class="name">${textIn(namespace)}</td><td class="name">${textIn(registry)}</td><td class="number">${workloads}</td><td class="${escaped(kind)}">${kind}</td></tr>`,
    ),
    '</tbody></table></div></details>',
  ];
}

function sentenceOf({ namespace, registry, workloads, kind }: Link): string {
  return `${namespace} has ${counted(workloads, 'workload')} with images of ${registry}, the worst of them ${kind}`;
}

/** The most frequent by name, the rest together. */
function linksOf({ results }: PullReport): readonly Link[] {
  const pairs = results.flatMap((result) =>
    [...kindByRegistry(result)].map(([registry, kind]) => ({ namespace: result.workload.namespace, registry, kind })),
  );
  const namespaces = mostFrequent(pairs.map(({ namespace }) => namespace));
  const registries = mostFrequent(pairs.map(({ registry }) => registry));
  const links = new Map<string, Link>();
  for (const pair of pairs) {
    const namespace = namespaces.has(pair.namespace) ? pair.namespace : others;
    const registry = registries.has(pair.registry) ? pair.registry : others;
    const key = JSON.stringify([namespace, registry]);
    const known = links.get(key);
    const kind = known === undefined ? pair.kind : worst(known.kind, pair.kind);
    links.set(key, { namespace, registry, kind, workloads: (known?.workloads ?? 0) + 1 });
  }
  return [...links.values()].toSorted((one, other) => other.workloads - one.workloads);
}

function mostFrequent(names: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].toSorted(([, one], [, other]) => other - one).map(([name]) => name);
  return new Set(sorted.slice(0, sorted.length > mostNamed ? mostNamed - 1 : mostNamed));
}

function kindByRegistry({ images }: ReportedWorkload): ReadonlyMap<string, Kind> {
  const found = new Map<string, Kind>();
  for (const image of images) {
    const registry = registryOf(image);
    if (registry === '') continue;
    const certainties = image.findings.map(({ certainty }) => certainty);
    const kind = kinds.find((one) => one !== 'fine' && certainties.includes(one)) ?? 'fine';
    found.set(registry, worst(found.get(registry) ?? 'fine', kind));
  }
  return found;
}

/** `docker.io`; empty where the image does not parse. */
export function registryOf({ reference = '' }: Pick<ReportedImage, 'reference'>): string {
  const slash = reference.indexOf('/');
  return slash < 0 ? '' : reference.slice(0, slash);
}

function worst(one: Kind, other: Kind): Kind {
  return kinds.indexOf(one) < kinds.indexOf(other) ? one : other;
}

function sidesOf(links: readonly Link[], nameOf: (link: Link) => string): readonly string[] {
  const names = [...new Set(links.map(nameOf))];
  return [...names.filter((name) => name !== others), ...names.filter((name) => name === others)];
}
