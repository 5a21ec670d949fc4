/**
 * `npm run demo`: the main job on embedded registries; prints what a user of kubectl would see.
 * `npm run demo -- --cluster`: the same with a real API server and a real kubectl.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { showCluster } from './cluster.ts';
import { kubectlText } from './kubectl-text.ts';
import { scenes } from './scenes.ts';
import { startWebhook } from './webhook.ts';
import { demoConfiguration, startWorld } from './world.ts';

const root = join(import.meta.dirname, '../..');

type Review = {
  readonly request: { readonly name: string; readonly kind: { readonly group: string; readonly kind: string } };
};

if (process.argv.includes('--cluster')) await showCluster(root, say);
else await showReviews();

async function showReviews(): Promise<void> {
  const world = await startWorld();
  const webhook = await startWebhook({
    root,
    configPath: world.configPath,
    facts: ['--facts', join(root, 'examples/world')],
    directory: world.directory,
  });
  try {
    say(
      `The webhook runs at ${webhook.url}, with this configuration:\n\n${demoConfiguration.replaceAll(/^(?=.)/gm, '    ')}`,
    );
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
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
