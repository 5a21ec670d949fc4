/** Prints docs/rewriters.md, whose table is that of the code; a test holds the page to it. */
import { imageRewriters, type RewriterSign } from '../src/core/workload/image-rewriters.ts';

export function rewritersPage(): string {
  return [
    '# Rewriters of images',
    '',
    'Some clusters rewrite the images of Pods on their way in, mostly to a registry of their own. A Deployment keeps what was',
    'written, so an image in it that cannot be pulled may be one that is never pulled. What a Pod names when pullgate sees it has',
    'been rewritten already, and is judged as it is.',
    '',
    'Before pullgate denies an object with a pod template, it lists the MutatingWebhookConfigurations of the cluster, at most once',
    'a minute. Where one of these products is among them, findings about images of templates are `likely` at most: they warn. The',
    'webhook has to be sent new Pods; which namespaces and Pods it selects is not looked at.',
    '',
    ...tableOf([
      ['product', 'recognised by'],
      ...imageRewriters.map(({ product, sign }) => [product, signInWords(sign)] as const),
    ]),
    '',
    'The right to list them is part of the installation. Without it nothing is capped, and `assuming` of the finding says',
    '`imageRewriting=unchecked (grant pullgate list on mutatingwebhookconfigurations)`.',
    '',
    'A MutatingAdmissionPolicy for Pods names the fields that it changes: where it names images, findings about images of templates',
    'are `likely` at most, too. So they are where Pods were seen that run another image than their template names.',
    '',
    '`assume.imageRewriting`, where the configuration has it, decides instead, without a look at the cluster: `none` where a product of the',
    'table leaves the images of your workloads alone, `unknown` where something rewrites them that the table does not know.',
    '',
    '## What is not recognised',
    '',
    'Write `assume: { imageRewriting: unknown }` where one of these rewrites images:',
    '',
    '- Kyverno and Gatekeeper: they mutate by policies of any kind. If their presence were enough, no template could be denied',
    '  wherever they run.',
    '- A webhook of your own, and a product of the table whose chart was installed under another name (`nameOverride`,',
    '  `fullnameOverride`) where its configuration is what it is recognised by.',
    '- Admission plugins of the API server itself, such as the ImagePolicy of OpenShift.',
    '',
    'These need nothing: Connaisseur, Portieris and k8s-digester mutate templates as well as Pods, and before pullgate sees them.',
    'Spegel leaves names alone; where it is one of the hosts in `nodes.hostsDir`, it is known from there. The image `auto` of',
    'Istio is not examined.',
    '',
  ].join('\n');
}

function tableOf(rows: readonly (readonly [string, string])[]): readonly string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [heads = [], ...bodies] = rows;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...bodies.map(line)];
}

function signInWords(sign: RewriterSign): string {
  switch (sign.kind) {
    case 'webhook':
      return `webhook \`${sign.name}\``;
    case 'configuration':
      return `\`${sign.part}\` in the name of its configuration`;
  }
}

if (import.meta.main) process.stdout.write(rewritersPage());
