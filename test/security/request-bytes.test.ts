/** S5, S8, S13: what a registry receives is a request that pullgate composed, with nothing of its own identity. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPod } from '../support/api-objects.ts';
import { startApiServer } from '../support/api-server.ts';
import { callCheck } from '../support/check.ts';
import { startTcpServer } from '../support/servers.ts';

const marker = 'MarkerOfOurOwn';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pullgate-test-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** A registry that records each byte, and answers as it is told. */
async function startRecorder(answer: (heard: string) => string) {
  const heard: string[] = [];
  const server = await startTcpServer((socket) => {
    socket.on('data', (bytes: Buffer) => {
      heard.push(bytes.toString('latin1'));
      socket.write(answer(bytes.toString('latin1')));
    });
  });
  return { port: server.port, heard };
}

async function configFor(port: number): Promise<string> {
  const hosts = join(directory, `certs-${port}.d`, 'evil.example');
  await mkdir(hosts, { recursive: true });
  await writeFile(join(hosts, 'hosts.toml'), `server = "http://127.0.0.1:${port}"\n`);
  const path = join(directory, `configuration-${port}.yaml`);
  const head = { apiVersion: 'pullgate.dev/v1alpha1', kind: 'Configuration' };
  const nodes = { hostsDir: `certs-${port}.d` };
  await writeFile(path, JSON.stringify({ ...head, nodes, egress: { allow: ['127.0.0.1'] } }));
  return path;
}

const nothing = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n';

const tricks = [
  'app:1\r\nX-Injected: 1',
  'app:1%0d%0aX-Injected:%201',
  'app/../../v2/_catalog:1',
  'app//../token:1',
  'app:1?x=y',
  'app:1#x',
  'app\\..\\x:1',
  'app:1 HTTP/1.1',
  'app@sha256:../../x',
  'app:../../_catalog',
  'é:1',
];

test.each(tricks)('the reference %j puts nothing of its own into a request', async (name) => {
  const { port, heard } = await startRecorder(() => nothing);
  const args = ['--config', await configFor(port), '--platform', 'linux/amd64', '-'];
  await callCheck(args, { input: JSON.stringify(aPod({ images: [`evil.example/${name}`] })) });

  const lines = heard.flatMap((bytes) => bytes.split('\r\n').slice(0, 1));
  const ours = /^(?:HEAD|GET) \/v2\/[a-z\d._/-]+\/(?:manifests|tags)\/[\w.:-]+(?:\?[\w=&%.-]*)? HTTP\/1\.1$/;
  expect(lines.filter((line) => !ours.test(line) || line.includes('..'))).toEqual([]);
  expect(heard.filter((bytes) => /x-injected/i.test(bytes))).toEqual([]);
});

// containerd asks for the scopes of the challenge beside its own; the token goes to nobody but the registry that wrote them.
test('a challenge adds no parameters to the request for a token', async () => {
  const { port, heard } = await startRecorder((bytes) =>
    bytes.startsWith('GET /token')
      ? 'HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{"token":"t"}'
      : `HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nwww-authenticate: Bearer realm="http://127.0.0.1:${port}/token",service="s&account=root#x",scope="repository:other/app:push,pull,delete registry:catalog:*"\r\n\r\n`,
  );
  const args = ['--config', await configFor(port), '-'];
  await callCheck(args, { input: JSON.stringify(aPod({ images: ['evil.example/app:1'] })) });

  const tokens = new Set(heard.filter((bytes) => bytes.startsWith('GET /token')).map((bytes) => bytes.split(' ')[1]));
  expect([...tokens]).toHaveLength(1);
  const { searchParams } = new URL([...tokens][0] ?? '', 'http://token.test');
  expect(searchParams.get('service')).toBe('s&account=root#x');
  expect([...new Set(searchParams.keys())].toSorted((one, other) => (one < other ? -1 : 1))).toEqual([
    'scope',
    'service',
  ]);
});

test('our credentials for the API server, of the environment and of other registries go to no registry', async () => {
  const { port, heard } = await startRecorder(
    () =>
      `HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nset-cookie: ${'a'.repeat(9)}=1\r\nwww-authenticate: Basic realm="x"\r\n\r\n`,
  );
  const secret = Buffer.from(JSON.stringify({ auths: { 'other.example': { auth: btoa(`u:${marker}`) } } }));
  const { port: apiPort } = await startApiServer(({ path, reply }) => {
    if (path === '/api/v1/nodes') reply(200, { items: [], metadata: { resourceVersion: '1' } });
    else if (path.endsWith('/secrets/regcred'))
      reply(200, {
        metadata: { name: 'regcred', namespace: 'shop' },
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': secret.toString('base64') },
      });
    else reply(404, {});
  });
  const kubeconfig = join(directory, 'kubeconfig');
  const cluster = { server: `http://127.0.0.1:${apiPort}`, 'insecure-skip-tls-verify': true };
  await writeFile(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user: { token: marker } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
  const pod = aPod({
    namespace: 'shop',
    images: ['evil.example/app:1'],
    spec: { imagePullSecrets: [{ name: 'regcred' }] },
  });
  const args = ['--cluster', '--kubeconfig', kubeconfig, '--config', await configFor(port), '-'];
  const { output, errors } = await callCheck(args, {
    input: JSON.stringify(pod),
    environment: { HTTP_PROXY: `http://u:${marker}@127.0.0.1:1`, HTTPS_PROXY: `http://u:${marker}@127.0.0.1:1` },
  });

  expect(heard.length).toBeGreaterThan(0);
  for (const text of [...heard, output, errors]) {
    expect(text).not.toContain(marker);
    expect(text).not.toContain(btoa(`u:${marker}`));
    expect(text).not.toMatch(/^(?:authorization|cookie|proxy-authorization):/im);
  }
});
