/** The registries of the demonstration: real names, answered by registries on loopback, as a node's certs.d tree would have it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildMultiPlatform } from '../embedded-registry/image.ts';
import { startRegistry } from '../embedded-registry/registry.ts';

export type DemoWorld = {
  readonly configPath: string;
  /** Scratch space, gone at the end. */
  readonly directory: string;
  readonly end: () => Promise<void>;
};

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };

export async function startWorld(): Promise<DemoWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-demo-'));
  const hub = await startRegistry({
    access: { kind: 'token', username: 'nobody', password: 'knows', publicRepositories: ['library/nginx'] },
  });
  hub.push('library/nginx', 'latest', buildMultiPlatform([amd64, arm64], 'nginx latest'));
  hub.push('library/nginx', '1.27', buildMultiPlatform([amd64, arm64], 'nginx 1.27'));
  const company = await startRegistry({
    access: { kind: 'token', username: 'shop-robot', password: 'renewed', publicRepositories: ['edge/agent'] },
  });
  company.push('edge/agent', '2.1', buildMultiPlatform([arm64], 'agent'));
  company.push('shop/checkout', '1.4', buildMultiPlatform([amd64], 'checkout'));
  const hosts = {
    'docker.io': hub.url,
    'registry.example.com': company.url,
    'old-registry.example.com': `http://127.0.0.1:${await closedPort()}`,
  };
  for (const [host, url] of Object.entries(hosts))
    await write(join(directory, 'certs.d', host, 'hosts.toml'), `server = "${url}"\n`);
  const configPath = join(directory, 'configuration.yaml');
  await write(configPath, configuration);
  return {
    configPath,
    directory,
    end: async () => {
      await Promise.all([hub.close(), company.close()]);
      await rm(directory, { recursive: true });
    },
  };
}

/** What this world's operator decided and knows. */
const configuration = `apiVersion: pullgate.dev/v1alpha1
kind: Configuration
mode: enforce
assume:
  nodeCredentials: none   # no plugins, no config.json on the nodes
  mirrors: none
  preloaded: none
  imageRewriting: none
  facts: complete         # a Secret that is not in examples/world does not exist
nodes:
  hostsDir: certs.d       # real names, answered on loopback
egress:
  allow: [127.0.0.1]      # where the embedded registries listen
`;

export { configuration as demoConfiguration };

async function write(path: string, content: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
}

/** A port at which nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const bound = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (bound === null || typeof bound === 'string') throw new Error('it listened on a TCP port');
  return bound.port;
}
