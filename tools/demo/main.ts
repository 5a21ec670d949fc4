/** `npm run demo`: the main job on embedded registries; prints what a user of kubectl would see. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubectlText } from './kubectl-text.ts';
import { startWebhook } from './webhook.ts';
import { demoConfiguration, startWorld } from './world.ts';

const root = join(import.meta.dirname, '../..');

const scenes = [
  ['mistyped-tag', 'A mistyped tag, in a namespace that enforces'],
  ['arm-only', 'An image for arm64 alone, and nodes of amd64'],
  ['rejected-credentials', 'A pull Secret whose login was revoked'],
  ['unreachable-registry', 'A registry that cannot be reached: said, and let through'],
  ['missing-secret', 'A pull Secret that does not exist, for an image that needs none'],
  ['mistyped-tag-in-sandbox', 'The same mistyped tag, in a namespace of mode "warn"'],
  ['everything-right', 'Nothing to say'],
] as const;

type Review = {
  readonly request: { readonly name: string; readonly kind: { readonly group: string; readonly kind: string } };
};

const world = await startWorld();
const webhook = await startWebhook({
  root,
  configPath: world.configPath,
  factsPath: join(root, 'examples/world'),
  directory: world.directory,
});
try {
  say(`The webhook runs at ${webhook.url}, with this configuration:\n\n${indented(demoConfiguration)}`);
  for (const [scene, title] of scenes) {
    const file = `examples/workloads/${scene}.yaml`;
    const body = await readFile(join(root, 'examples/reviews', `${scene}.json`), 'utf8');
    const { name, kind } = (JSON.parse(body) as Review).request;
    const resource = `${kind.kind.toLowerCase()}${kind.group === '' ? '' : `.${kind.group}`}`;
    const response = await webhook.review(body);
    say(`# ${title}\n$ kubectl apply -f ${file}\n${kubectlText({ file, resource, name, response })}\n`);
  }
} finally {
  await webhook.end();
  await world.end();
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}
