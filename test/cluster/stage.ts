/** A control plane, registries under real names, the webhook behind a real API server, and pullgate's own rights. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { startWebhook, type Webhook } from '../../tools/demo/webhook.ts';
import { webhookConfiguration } from '../../tools/demo/webhook-configuration.ts';
import { type RegistryWorld, startRegistryWorld } from '../support/registry-world.ts';

const root = join(import.meta.dirname, '../..');

export type Stage = {
  readonly plane: ControlPlane;
  readonly world: RegistryWorld;
  readonly webhook: Webhook;
  /** Runs kubectl; what it prints on both streams, without the webhook's address. */
  readonly kubectl: (args: readonly string[], input?: string | object) => Promise<string>;
  readonly end: () => Promise<void>;
};

export async function openStage(): Promise<Stage> {
  const plane = await startControlPlane(process.env.KUBEBUILDER_ASSETS ?? '');
  const access = {
    kind: 'token',
    username: 'alice',
    password: 's3cret',
    publicRepositories: ['library/nginx', 'team/arm'],
  } as const;
  const world = await startRegistryWorld({
    names: ['docker.io', 'registry.test'],
    registry: { access },
    config: { fuse: { workloads: 0 }, assume: { nodeCredentials: 'none' } },
  });
  const kubectl = async (args: readonly string[], input?: string | object) => {
    const { output, errors } = await plane.kubectl(args, typeof input === 'object' ? JSON.stringify(input) : input);
    return `${errors}${output}`.replaceAll(world.registry.host, 'REGISTRY').trimEnd();
  };
  // The rights of the installation, and none beyond them.
  for (const path of [
    'manifests/base/namespace.yaml',
    'manifests/base/service-account.yaml',
    'manifests/base/cluster-role.yaml',
    'manifests/base/cluster-role-binding.yaml',
  ])
    await kubectl(['apply', '-f', join(root, path)]);
  await kubectl(['apply', '-k', join(root, 'manifests/components/secrets-cluster-wide')]);
  const webhook = await startWebhook({
    root,
    configPath: world.configPath,
    facts: ['--kubeconfig', plane.kubeconfigOf('pullgate')],
    directory: world.directory,
  });
  await kubectl(['apply', '-f', '-'], webhookConfiguration(webhook.url, await readFile(webhook.caPath)));
  await setTimeout(2_000);
  return {
    plane,
    world,
    webhook,
    kubectl,
    end: async () => {
      await webhook.end();
      await world.end();
      await plane.end();
    },
  };
}
