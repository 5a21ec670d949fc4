/** The demonstration behind a real API server: what kubectl itself prints. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { scenes } from './scenes.ts';
import { startWebhook } from './webhook.ts';
import { webhookConfiguration } from './webhook-configuration.ts';
import { demoConfiguration, startWorld } from './world.ts';

export async function showCluster(root: string, say: (text: string) => void): Promise<void> {
  const assets = process.env.KUBEBUILDER_ASSETS;
  if (!assets)
    throw new Error(
      'KUBEBUILDER_ASSETS must name a folder with kube-apiserver, etcd, kube-controller-manager and kubectl',
    );
  const ends: (() => Promise<void>)[] = [];
  try {
    const plane = await startControlPlane(assets);
    ends.unshift(plane.end);
    await applied(plane, ['apply', '-f', join(root, 'examples/world')]);
    const world = await startWorld();
    ends.unshift(world.end);
    const { configPath, directory } = world;
    const webhook = await startWebhook({ root, configPath, facts: ['--kubeconfig', plane.kubeconfig], directory });
    ends.unshift(webhook.end);
    await applied(plane, ['apply', '-f', '-'], webhookConfiguration(webhook.url, await readFile(webhook.caPath)));
    // The API server learns of the configuration a moment later.
    await setTimeout(2_000);
    say(
      `A real API server, and the webhook at ${webhook.url} with this configuration:\n\n${demoConfiguration.replaceAll(/^(?=.)/gm, '    ')}`,
    );
    for (const [scene, title] of scenes) {
      const file = `examples/workloads/${scene}.yaml`;
      const { output, errors } = await plane.kubectl(['apply', '-f', join(root, file)]);
      say(`# ${title}\n$ kubectl apply -f ${file}\n${`${errors}${output}`.replaceAll(`${root}/`, '').trimEnd()}\n`);
    }
  } finally {
    for (const end of ends) await end();
  }
}

async function applied({ kubectl }: ControlPlane, args: readonly string[], input?: string): Promise<void> {
  const { exitCode, errors } = await kubectl(args, input);
  if (exitCode !== 0) throw new Error(`kubectl ${args.join(' ')}: ${errors}`);
}
