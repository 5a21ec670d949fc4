/** S6, S26: what a Pod creator is told of a host that the Pod names. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { buildImage } from '../../tools/embedded-registry/image.ts';
import { aPod, aPullSecret } from '../support/api-objects.ts';
import { callCheck } from '../support/check.ts';
import { startRegistryWorld } from '../support/registry-world.ts';
import { startServer, startTcpServer } from '../support/servers.ts';

const banner = 'SSH-2.0-OpenSSH_9.9 internal-host-17';
const page = '<title>Jenkins 2.426 on build-7.internal</title>';

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What `check` says of an image at a host whose endpoint is this port. */
async function saidOf(port: number): Promise<string> {
  const world = await startRegistryWorld({ names: [] });
  const config = await world.configured({
    nodes: {},
    registries: [{ match: `asked.example:${port}`, plainHttp: true }],
    egress: { allow: ['asked.example'], dnsServers: ['127.0.0.1:1'] },
  });
  const input = JSON.stringify(aPod({ images: [`asked.example:${port}/app:1`] }));
  const { output } = await callCheck(['--config', config, '--output', 'json', '-'], { input });
  await world.end();
  return output;
}

describe('no answer shows what is listening', () => {
  test.each([
    ['nothing', closedPort],
    ['another protocol', async () => (await startTcpServer((socket) => void socket.end(`${banner}\r\n`))).port],
    ['a page', async () => (await startServer((_request, response) => response.writeHead(500).end(page))).port],
    ['a page for 404', async () => (await startServer((_request, response) => response.writeHead(404).end(page))).port],
    [
      'a page behind a challenge',
      async () => {
        const headers = { 'www-authenticate': `Basic realm="${page}"`, server: banner };
        return (await startServer((_request, response) => response.writeHead(401, headers).end(page))).port;
      },
    ],
  ])('%s', async (_what, portOf) => {
    const said = await saidOf(await portOf());

    expect(said).toContain('asked.example');
    expect(said).not.toMatch(/OpenSSH|Jenkins|internal|ECONN|EHOSTUNREACH|ETIMEDOUT|errno|127\.0\.0\.1/);
  });
});

test('without a login that is taken, a private repository and none at all are told alike', async () => {
  const access = { kind: 'token', username: 'jo', password: 's3cret', publicRepositories: [] } as const;
  const world = await startRegistryWorld({ names: ['private.example'], registry: { access } });
  world.registry.push('team/exists', '1', buildImage({ os: 'linux', architecture: 'amd64' }, 'exists'));
  const saidTo = async (repository: string, password?: string) => {
    const secret = aPullSecret({ registry: 'private.example', username: 'jo', password: password ?? '' });
    const spec = password === undefined ? {} : { imagePullSecrets: [{ name: 'regcred' }] };
    const pod = aPod({ images: [`private.example/${repository}:1`], spec });
    const input = [...(password === undefined ? [] : [secret]), pod].map((object) => JSON.stringify(object)).join('\n');
    const { output } = await callCheck(['--config', world.configPath, '--platform', 'linux/amd64', '-'], { input });
    return output.replaceAll(repository, 'REPOSITORY');
  };

  expect(await saidTo('team/exists')).toBe(await saidTo('team/absent'));
  expect(await saidTo('team/exists', 'wrong')).toBe(await saidTo('team/absent', 'wrong'));
  expect(await saidTo('team/exists', 's3cret')).not.toBe(await saidTo('team/absent', 's3cret'));
  await world.end();
});
