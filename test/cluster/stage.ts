/** A control plane, registries under real names, the webhook behind a real API server, and pullgate's own rights. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { startWebhook, type Webhook } from '../../tools/demo/webhook.ts';
import { webhookConfiguration } from '../../tools/demo/webhook-configuration.ts';
import { type RegistryWorld, startRegistryWorld } from '../support/registry-world.ts';
import { aNamespace, until } from './objects.ts';

const root = join(import.meta.dirname, '../..');

export type Stage = {
  readonly plane: ControlPlane;
  readonly world: RegistryWorld;
  readonly webhook: Webhook;
  /** Runs kubectl; what it prints on both streams, without the address of the registry. */
  readonly kubectl: (args: readonly string[], input?: string | object) => Promise<string>;
  readonly end: () => Promise<void>;
};

export type StageSettings = {
  /** Sections of the configuration. */
  readonly config?: object;
  /** Hosts in images, and the addresses of other registries than that of the stage. */
  readonly elsewhere?: Readonly<Record<string, string>>;
};

export async function openStage({ config = {}, elsewhere = {} }: StageSettings = {}): Promise<Stage> {
  const plane = await startControlPlane(process.env.KUBEBUILDER_ASSETS ?? '');
  const world = await openWorld(config);
  for (const [host, url] of Object.entries(elsewhere)) {
    await mkdir(join(world.directory, 'certs.d', host));
    await writeFile(join(world.directory, 'certs.d', host, 'hosts.toml'), `server = "${url}"\n`);
  }
  const kubectl = kubectlOf(plane, world);
  // The rights of the installation, and none beyond them.
  await kubectl(['apply', '-k', join(root, 'manifests')]);
  const webhook = await startWebhook({
    root,
    configPath: world.configPath,
    facts: ['--kubeconfig', await plane.kubeconfigOfAccount('pullgate', 'pullgate')],
    directory: world.directory,
  });
  await kubectl(['apply', '-f', '-'], webhookConfiguration(webhook.url, await readFile(webhook.caPath)));
  // The API server learns of the configuration a moment later.
  await until(async () =>
    (await kubectl(['create', '--dry-run=server', '-f', '-'], aNamespace('asked', 'none'))).startsWith(
      'Warning: pullgate',
    ),
  );
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

/** A registry with public repositories, and others that `alice` may pull from. */
export async function openWorld(config: object = {}): Promise<RegistryWorld> {
  const access = {
    kind: 'token',
    username: 'alice',
    password: 's3cret',
    publicRepositories: ['library/nginx', 'team/arm', 'team/s390x'],
  } as const;
  return startRegistryWorld({
    names: ['docker.io', 'registry.test'],
    registry: { access },
    config: { fuse: { references: 0 }, ...config },
  });
}

export function kubectlOf({ kubectl }: ControlPlane, { registry }: RegistryWorld): Stage['kubectl'] {
  return async (args, input) => {
    const { output, errors } = await kubectl(args, typeof input === 'object' ? JSON.stringify(input) : input);
    return `${errors}${output}`.replaceAll(registry.host, 'REGISTRY').trimEnd();
  };
}
