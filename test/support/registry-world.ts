/** A registry in memory under a real name, and the configuration by which pullgate finds it, as nodes would by their certs.d. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedRegistry, type RegistrySettings, startRegistry } from '../../tools/embedded-registry/registry.ts';

export type RegistryWorld = {
  readonly registry: EmbeddedRegistry;
  readonly configPath: string;
  readonly directory: string;
  /** Writes another configuration, with these sections in place of those of the world; its path. */
  readonly configured: (sections: object) => Promise<string>;
  readonly end: () => Promise<void>;
};

export type WorldOptions = {
  readonly names: readonly string[];
  readonly registry?: RegistrySettings;
  readonly config?: object;
};

/** `names`: hosts in images that this registry answers, such as `docker.io`. */
export async function startRegistryWorld({
  names,
  registry: settings = {},
  config = {},
}: WorldOptions): Promise<RegistryWorld> {
  const registry = await startRegistry(settings);
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-world-'));
  for (const name of names) {
    await mkdir(join(directory, 'certs.d', name), { recursive: true });
    await writeFile(join(directory, 'certs.d', name, 'hosts.toml'), `server = "${registry.url}"\n`);
  }
  const configPath = join(directory, 'configuration.yaml');
  const written = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'Configuration',
    mode: 'enforce',
    assume: { nodeCredentials: 'none' },
    nodes: { hostsDir: 'certs.d' },
    egress: { allow: ['127.0.0.1'] },
    ...config,
  };
  await writeFile(configPath, JSON.stringify(written));
  let others = 0;
  return {
    registry,
    configPath,
    directory,
    configured: async (sections) => {
      others += 1;
      const path = join(directory, `configuration-${others}.yaml`);
      await writeFile(path, JSON.stringify({ ...written, ...sections }));
      return path;
    },
    end: async () => {
      await registry.close();
      await rm(directory, { recursive: true });
    },
  };
}
