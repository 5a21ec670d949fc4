import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ApiError, openApi } from '../../../src/sources/cluster/api.ts';
import {
  type ApiCall,
  aStatus,
  openTestApi,
  signalOfTest,
  startApiServer,
  writeKubeconfig,
} from '../../support/api-server.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { startProxy } from '../../support/proxy.ts';
import { startServer, startTcpServer } from '../../support/servers.ts';

describe('one object', () => {
  test('is asked for as JSON, with the credentials of the kubeconfig', async () => {
    const server = await startServer((_request, response) => response.end('{"kind":"Secret"}'));
    const api = openTestApi(`http://127.0.0.1:${server.port}`, {}, { token: 'of-the-user' });

    expect(await api.get('/api/v1/x?limit=1', signalOfTest())).toEqual({ kind: 'ok', value: { kind: 'Secret' } });
    expect(server.requests).toMatchObject([
      {
        method: 'GET',
        url: '/api/v1/x?limit=1',
        headers: {
          accept: 'application/json',
          authorization: 'Bearer of-the-user',
          'user-agent': expect.stringMatching(/^pullgate \(linux\/\w+\)$/),
        },
      },
    ]);
    expect(api).toMatchObject({ host: '127.0.0.1', port: server.port });
  });

  test('is asked for through the proxy of the kubeconfig, on one connection', async () => {
    const authority = await makeAuthority('Test CA');
    const leaf = await authority.issue({ names: ['api.test'] });
    const keys = { cert: leaf.certificate, key: leaf.privateKey };
    const server = await startServer((_request, response) => response.end('{"kind":"Secret"}'), keys);
    const proxy = await startProxy({ port: server.port });
    const api = openTestApi('https://api.test', {
      'certificate-authority-data': btoa(authority.certificate),
      'proxy-url': `http://jo:s3cret@127.0.0.1:${proxy.port}`,
    });

    expect(await api.get('/api/v1/x', signalOfTest())).toEqual({ kind: 'ok', value: { kind: 'Secret' } });
    expect(await api.get('/api/v1/y', signalOfTest())).toEqual({ kind: 'ok', value: { kind: 'Secret' } });
    expect(proxy.asked).toEqual([{ host: 'api.test:443', authorization: `Basic ${btoa('jo:s3cret')}` }]);
    expect(server.connections()).toBe(1);
  });

  test('is not asked for where the proxy of the kubeconfig does not connect', async () => {
    const proxy = await startProxy({ port: 1, status: 407 });
    const api = openTestApi('https://api.test', { 'proxy-url': `http://127.0.0.1:${proxy.port}` });
    expect(await api.get('/api/v1/x', signalOfTest())).toEqual({
      kind: 'unreachable',
      reason: 'the proxy does not connect',
    });
  });

  test('is found below the path of the server', async () => {
    const server = await startServer((_request, response) => response.end('{}'));
    const api = openTestApi(`http://127.0.0.1:${server.port}/k8s/clusters/c-1/`);

    await api.get('/api/v1/nodes', signalOfTest());
    expect(server.requests[0]?.url).toBe('/k8s/clusters/c-1/api/v1/nodes');
  });

  test.each([
    ['a 404', 404, aStatus(404, 'NotFound'), { kind: 'absent' }],
    ['a 403', 403, aStatus(403, 'Forbidden'), { kind: 'refused', status: 403 }],
    ['a 500 of a proxy', 500, '<html>', { kind: 'refused', status: 500 }],
    ['a redirect', 302, '', { kind: 'refused', status: 302 }],
    ['no JSON', 200, '{"data":"hunter2', { kind: 'unreachable', reason: 'the answer is not JSON' }],
    ['nothing', 200, '', { kind: 'unreachable', reason: 'the answer is not JSON' }],
  ])('%s', async (_name, status, body, expected) => {
    const { api } = await startApiServer(({ reply }) => reply(status, body));
    expect(await api.get('/api/v1/x', signalOfTest())).toEqual(expected);
  });

  test('larger than any object can be is not read to its end, unless the caller expects it', async () => {
    const { api, openConnections } = await startApiServer(({ reply }) => reply(200, { data: 'x'.repeat(5_000_000) }));

    expect(await api.get('/', signalOfTest())).toEqual({ kind: 'unreachable', reason: 'the answer is too large' });
    await expect.poll(openConnections).toBe(0);
    expect(await api.get('/', signalOfTest(), 6_000_000)).toMatchObject({ kind: 'ok' });
  });

  test('without end', async () => {
    const { api, openConnections } = await startApiServer(({ response }) => {
      const drip = setInterval(() => response.write('[['.repeat(50_000)), 1);
      response.on('close', () => clearInterval(drip));
    });
    expect(await api.get('/', signalOfTest())).toEqual({ kind: 'unreachable', reason: 'the answer is too large' });
    await expect.poll(openConnections).toBe(0);
  });

  test.each([
    ['never answers', () => {}],
    ['stops in the middle', ({ response }: ApiCall) => void response.write('{"a":')],
  ])('of a server that %s', async (_name, handle) => {
    const { api, openConnections } = await startApiServer(handle);
    expect(await api.get('/', AbortSignal.timeout(100))).toEqual({ kind: 'unreachable', reason: 'no answer in time' });
    await expect.poll(openConnections).toBe(0);
  });

  test('of a server that hangs up', async () => {
    const { port } = await startTcpServer((socket) => socket.destroy());
    const api = openTestApi(`http://127.0.0.1:${port}`);
    expect(await api.get('/', signalOfTest())).toEqual({ kind: 'unreachable', reason: 'ECONNRESET' });
  });

  test('of a server that is not there', async () => {
    const api = openTestApi('http://127.0.0.1:1');
    expect(await api.get('/', signalOfTest())).toEqual({ kind: 'unreachable', reason: 'ECONNREFUSED' });
  });

  test('is asked for on the same connection again', async () => {
    const { api, connections } = await startApiServer(({ reply }) => reply(200, {}));
    for (let count = 0; count < 5; count += 1) await api.get('/', signalOfTest());
    expect(connections()).toBe(1);
  });

  test('is written with PUT', async () => {
    const { api, requests } = await startApiServer(({ reply }) => reply(409, aStatus(409, 'Conflict')));

    expect(await api.put('/api/v1/x', { a: 1 }, signalOfTest())).toEqual({ kind: 'refused', status: 409 });
    expect(requests).toMatchObject([
      { method: 'PUT', body: '{"a":1}', headers: { 'content-type': 'application/json' } },
    ]);
  });
});

describe('TLS', () => {
  test('trusts the authority of the kubeconfig alone, and shows the certificate of the user', async () => {
    const [authority, other] = [await makeAuthority('cluster'), await makeAuthority('other')];
    const server = await authority.issue({ names: ['127.0.0.1'] });
    const user = await authority.issue({ names: [], commonName: 'pullgate' });
    const tls = {
      cert: server.certificate,
      key: server.privateKey,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    };
    const { port } = await startServer((_request, response) => response.end('{}'), tls);
    const openWith = (ca: string) =>
      openTestApi(
        `https://127.0.0.1:${port}`,
        { 'certificate-authority-data': base64(ca) },
        { 'client-certificate-data': base64(user.certificate), 'client-key-data': base64(user.privateKey) },
      );

    expect(await openWith(authority.certificate).get('/', signalOfTest())).toEqual({ kind: 'ok', value: {} });
    expect(await openWith(other.certificate).get('/', signalOfTest())).toMatchObject({ kind: 'unreachable' });
  });
});

async function* byteByByte(sent: Buffer): AsyncGenerator<Buffer, void> {
  for (const byte of sent) {
    await setImmediate();
    yield Buffer.of(byte);
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

async function eventsOf(handle: (call: ApiCall) => void): Promise<readonly unknown[]> {
  const { api } = await startApiServer(handle);
  const events: unknown[] = [];
  for await (const event of await api.watch('/?watch=true', signalOfTest())) events.push(event);
  return events;
}

describe('a watch', () => {
  test('gives each line, however it was cut into pieces', async () => {
    const sent = Buffer.from('{"type":"é"}\n\n{"type":"B"}\n{"type":"C"');
    const events = await eventsOf(({ response }) => void pipeline(byteByByte(sent), response));
    // The last line has no end: it never came whole.
    expect(events).toEqual([{ type: 'é' }, { type: 'B' }]);
  });

  test('ends with undefined after what is no JSON', async () => {
    expect(await eventsOf(({ response }) => void response.end('{"a":1}\n{"b"\n{"c":1}\n'))).toEqual([
      { a: 1 },
      undefined,
    ]);
  });

  test('ends with undefined after a line that is too long', async () => {
    const line = 'x'.repeat(1_000_000);
    const events = await eventsOf(({ response }) => {
      response.write('{"a":1}\n');
      const flood = setInterval(() => response.write(line), 1);
      response.on('close', () => clearInterval(flood));
    });
    expect(events).toEqual([{ a: 1 }, undefined]);
  });

  test('ends where the connection breaks', async () => {
    const events = await eventsOf(({ response }) => {
      response.write('{"a":1}\n');
      setTimeout(() => response.destroy(), 50);
    });
    expect(events).toEqual([{ a: 1 }]);
  });

  test('that is refused says with which status', async () => {
    const { api } = await startApiServer(({ reply }) => reply(403, aStatus(403, 'Forbidden')));
    const refused: unknown = await api.watch('/', signalOfTest()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ message: 'status 403', status: 403 });
  });

  test('that cannot be begun', async () => {
    const begun = openTestApi('http://127.0.0.1:1').watch('/', signalOfTest());
    await expect(begun).rejects.toThrow(new ApiError('ECONNREFUSED'));
  });

  test('is closed when nobody reads on', async () => {
    const { api, openConnections } = await startApiServer(({ stream }) => stream().send('ADDED', {}));
    const events = await api.watch('/', signalOfTest());
    await events.next();
    await events.return();
    await expect.poll(openConnections).toBe(0);
  });
});

describe('the kubeconfig', () => {
  test('is the one that KUBECONFIG names, where no path is given', () => {
    vi.stubEnv('KUBECONFIG', writeKubeconfig({ server: 'https://[fd00::1]' }));
    onTestFinished(() => void vi.unstubAllEnvs());
    const api = openApi({});
    expect(api).toMatchObject({ host: 'fd00::1', port: 443 });
    api.close();
  });

  test('has the context that is asked for, or says which it has', () => {
    const kubeconfigPath = writeKubeconfig({ server: 'https://api.test:6443' });
    expect(openApi({ kubeconfigPath, context: 'test' })).toMatchObject({ host: 'api.test', port: 6443 });
    expect(() => openApi({ kubeconfigPath, context: 'other' })).toThrow(
      'the kubeconfig has no context "other"; it has test',
    );
  });

  test('must mean it where the server has no TLS', () => {
    const kubeconfigPath = writeKubeconfig({ server: 'http://api.test' });
    expect(() => openApi({ kubeconfigPath })).toThrow(
      'the cluster of the kubeconfig has no TLS; set insecure-skip-tls-verify if that is meant',
    );
  });

  test('may name a program that does not give credentials: its output is not repeated', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', 'echo hunter2 >&2; exit 1'],
      interactiveMode: 'Never',
    };
    const api = openTestApi('https://127.0.0.1:1', {}, { exec });
    expect(await api.get('/', signalOfTest())).toEqual({
      kind: 'unreachable',
      reason: 'the credentials of the kubeconfig are not available',
    });
  });
});
