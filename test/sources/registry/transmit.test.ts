import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Exchange, Response } from '../../../src/core/registry/exchange.ts';
import type { CarrierSettings } from '../../../src/sources/registry/carrier.ts';
import { startCarrier, terms } from '../../support/carriers.ts';
import { aFailure, anEndpoint, anExchange, inShort, unconnected } from '../../support/exchanges.ts';
import { type Handle, startServer, startTcpServer } from '../../support/servers.ts';

const soon = { interval: 3 };

/** Sends to a server that answers HTTP by a function. */
async function asking(handle: Handle) {
  const server = await startServer(handle);
  const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);
  const { send } = startCarrier();
  return { server, endpoint, send: (part: Partial<Exchange> = {}) => send(anExchange(endpoint, part), terms()) };
}

/** Sends to a server that says these bytes, whatever it is asked. */
async function askingTcp(answer: string | ((socket: Socket) => void), settings: Partial<CarrierSettings> = {}) {
  const server = await startTcpServer((socket) =>
    socket.once('data', () => {
      if (typeof answer === 'function') answer(socket);
      else socket.write(answer, 'latin1');
    }),
  );
  const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);
  const { send } = startCarrier(settings);
  return {
    server,
    send: (part: Partial<Exchange> = {}) => send(anExchange(endpoint, { method: 'GET', ...part }), terms()),
  };
}

function responseOf(answer: unknown): Response {
  expect(answer).toMatchObject({ kind: 'response' });
  return answer as Response;
}

const textOf = ({ body }: Response) => Buffer.from(body).toString();

const dripping = (first: string, drop: string) => (socket: Socket) => {
  socket.write(first);
  const timer = setInterval(() => socket.write(drop), 10);
  socket.on('close', () => clearInterval(timer));
};

const sized =
  (size: number): Handle =>
  (_request, response) => {
    response.writeHead(200, { 'Content-Length': size });
    response.end(Buffer.alloc(Math.min(size, 1024 * 1024)));
  };

describe('what is sent', () => {
  test('the given headers, our name, and nothing else', async () => {
    const { server, send } = await asking((_request, response) => response.end());

    await send({ headers: { Accept: 'a/b', Authorization: 'Bearer t', 'X-Mirror': 'm' } });
    expect(server.requests).toEqual([
      {
        method: 'HEAD',
        url: '/v2/team/app/manifests/1',
        body: '',
        headers: {
          accept: 'a/b',
          'accept-encoding': 'identity',
          authorization: 'Bearer t',
          connection: 'keep-alive',
          host: `127.0.0.1:${server.port}`,
          'user-agent': 'pullgate/0.0.0-test',
          'x-mirror': 'm',
        },
      },
    ]);
  });

  test('a form', async () => {
    const { server, send } = await asking((_request, response) => response.end('{}'));

    await send({ purpose: 'token', method: 'POST', body: 'grant_type=password&password=%26' });
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      body: 'grant_type=password&password=%26',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '32' },
    });
  });

  test('the configuration may name another user agent, but no other encoding', async () => {
    const { server, send } = await asking((_request, response) => response.end());

    await send({ headers: { 'user-agent': 'containerd/2.3', 'ACCEPT-ENCODING': 'gzip' } });
    expect(server.requests[0]?.headers).toMatchObject({
      'user-agent': 'containerd/2.3',
      'accept-encoding': 'identity',
    });
  });

  test('cookies are not sent back', async () => {
    const { server, send } = await asking((_request, response) => {
      response.setHeader('Set-Cookie', ['sid=1', '_gorilla_csrf=2']).end();
    });

    expect(responseOf(await send()).headers.get('set-cookie')).toEqual(['sid=1', '_gorilla_csrf=2']);
    await send({ repository: 'other/app' });
    expect(server.requests.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined]);
  });

  test('environment variables for proxies mean nothing', async () => {
    const proxy = await startTcpServer(() => {});
    const before = { ...process.env };
    Object.assign(process.env, {
      HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
      http_proxy: `http://127.0.0.1:${proxy.port}`,
    });
    const { send } = await asking((_request, response) => response.end());

    expect(inShort(await send())).toBe('200');
    process.env = before;
    expect(proxy.connections()).toBe(0);
  });

  test.each([
    ['a header with a line break', { headers: { Authorization: 'Bearer a\r\nX-Evil: 1' } }],
    ['a header name that is none', { headers: { 'X Evil': '1' } }],
    ['a header of the connection', { headers: { Upgrade: 'h2c' } }],
    ['a blank in the URL', { url: 'http://127.0.0.1:1/v2/a b' }],
    ['a backslash in the URL', { url: 'http://127.0.0.1:1\\@evil.test/' }],
    ['a user in the URL', { url: 'http://user:secret@127.0.0.1:1/' }],
    ['another scheme', { url: 'ftp://127.0.0.1/' }],
    ['a token server that is no URL', { purpose: 'token' as const, url: 'nonsense' }],
  ])('never %s', async (_name, part) => {
    const { server, send } = await asking((_request, response) => response.end());

    expect(await send(part)).toEqual(aFailure('unacceptable-answer'));
    expect(server.requests).toEqual([]);
  });

  test('plain HTTP is not spoken for an endpoint that is https', async () => {
    const server = await startServer((_request, response) => response.end());
    const { send } = startCarrier();
    const exchange = anExchange(anEndpoint(`https://127.0.0.1:${server.port}`), {
      purpose: 'token',
      url: `http://127.0.0.1:${server.port}/token`,
    });

    expect(await send(exchange, terms())).toEqual(aFailure('unacceptable-answer'));
    expect(server.connections()).toBe(0);
  });

  test.each(['http://127.0.0.1:99999/v2/', 'http://[:]/v2/'])('nobody can connect to %s', async (url) => {
    const { send } = await asking((_request, response) => response.end());

    expect(await send({ url })).toEqual(aFailure('connection'));
  });
});

describe('what comes back', () => {
  test('status, kept headers by lower-case name with each line, body and digest', async () => {
    const { send } = await asking((_request, response) => {
      response.setHeader('Content-Type', 'text/plain').setHeader('X-Unknown', 'x');
      response.setHeader('WWW-Authenticate', ['Basic realm="a"', 'Bearer realm="b"']);
      response.writeHead(203, { 'Content-Length': 5 }).end('hello');
    });

    const answer = responseOf(await send({ method: 'GET', digestAlgorithm: 'sha512' }));
    expect({ ...answer, body: textOf(answer), headers: Object.fromEntries(answer.headers) }).toEqual({
      kind: 'response',
      status: 203,
      headers: {
        'content-type': ['text/plain'],
        'content-length': ['5'],
        'www-authenticate': ['Basic realm="a"', 'Bearer realm="b"'],
      },
      body: 'hello',
      bodyIncomplete: false,
      bodyDigest: `sha512:${createHash('sha512').update('hello').digest('hex')}`,
      ageMs: 0,
    });
  });

  test('header bytes as characters, whatever they are', async () => {
    const { send } = await askingTcp('HTTP/1.1 200 OK\r\nServer: \xff\xfe\t[31m\r\nContent-Length: 0\r\n\r\n');

    expect(responseOf(await send()).headers.get('server')).toEqual(['\xff\xfe\t[31m']);
  });

  test('of a HEAD no body, though one is announced, or even sent', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n';
    for (const bytes of [head, `${head}hello`, `${head}HTTP/1.1 200 OK\r\nServer: evil\r\n\r\n`]) {
      const { send } = await askingTcp(bytes);
      const answer = responseOf(await send({ method: 'HEAD', digestAlgorithm: 'sha256' }));
      expect([inShort(answer), textOf(answer), answer.bodyDigest]).toEqual(['200', '', undefined]);
      expect(answer.headers.get('content-length')).toEqual(['5']);
    }
  });

  test('a body of exactly the limit', async () => {
    const { send } = await asking(sized(8));

    const answer = responseOf(await send({ method: 'GET', bodyLimit: 8, digestAlgorithm: 'sha256' }));
    expect([inShort(answer), answer.body.length, answer.bodyDigest?.length]).toEqual(['200', 8, 7 + 64]);
  });

  test.each([9, 100 * 1024 * 1024])(
    'a longer one, of %s bytes, up to the limit, and its connection is closed',
    async (size) => {
      const { server, send } = await asking(sized(size));

      const answer = responseOf(await send({ method: 'GET', bodyLimit: 8, digestAlgorithm: 'sha256' }));
      expect([inShort(answer), answer.body.length, answer.bodyDigest]).toEqual(['200 incomplete', 8, undefined]);
      await expect.poll(server.openConnections, soon).toBe(0);
    },
  );

  test('chunks without end are read up to the limit', async () => {
    const { server, send } = await askingTcp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const more = () => {
        while (!socket.destroyed && socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    });

    const before = process.memoryUsage().rss;
    expect(inShort(await send({ bodyLimit: 4 * 1024 * 1024 }))).toBe('200 incomplete');
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    await expect.poll(server.openConnections, soon).toBe(0);
  });

  test.each([
    ['shorter than announced', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello'],
    ['without its last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
    ['with a broken chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n'],
  ])('a body %s is incomplete', async (_name, bytes) => {
    const { send } = await askingTcp((socket) => socket.end(bytes));

    const answer = responseOf(await send({ digestAlgorithm: 'sha256' }));
    expect([inShort(answer), textOf(answer), answer.bodyDigest]).toEqual(['200 incomplete', 'hello', undefined]);
  });

  test('a body that goes on after its announced length ends there', async () => {
    const { send } = await askingTcp('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\n');

    const answer = responseOf(await send());
    expect([inShort(answer), textOf(answer)]).toEqual(['200', 'hello']);
  });

  test('a body that ends with the connection is whole', async () => {
    const { send } = await askingTcp((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'));

    const answer = responseOf(await send());
    expect([inShort(answer), textOf(answer)]).toEqual(['200', 'hello']);
  });
});

describe('what is not an answer', () => {
  const bomb = gzipSync(Buffer.alloc(1024 * 1024)).toString('latin1');

  test.each([
    ['gzip', `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n${bomb}`],
    ['several encodings', 'HTTP/1.1 200 OK\r\nContent-Encoding: identity, br\r\nContent-Length: 1\r\n\r\nx'],
    ['an encoded error', 'HTTP/1.1 404 Not Found\r\nContent-Encoding: zstd\r\nContent-Length: 1\r\n\r\nx'],
    ['an encoded transfer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['TLS', '\x15\x03\x03\x00\x02\x02\x28'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['a continuation that nobody waited for', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
    ['a long header', `HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(17 * 1024)}\r\n\r\n`],
    ['many headers', `HTTP/1.1 200 OK\r\n${'X-Many: x\r\n'.repeat(3000)}\r\n`],
  ])('%s', async (_name, bytes) => {
    const { server, send } = await askingTcp(bytes);

    expect(await send()).toEqual(aFailure('unacceptable-answer'));
    await expect.poll(server.openConnections, soon).toBe(0);
  });

  test('encoding is of no matter where there is no body', async () => {
    const { send } = await askingTcp('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n');

    expect(inShort(await send({ method: 'HEAD' }))).toBe('200');
  });

  test('a connection that ends without a word', async () => {
    const { server, send } = await askingTcp((socket) => socket.end());

    expect(await send()).toEqual(aFailure('connection'));
    expect(server.connections()).toBe(1);
  });
});

describe('slow servers', () => {
  test.each([
    ['silence', () => {}],
    ['headers that drip', dripping('HTTP/1.1 200 OK\r\nX-Drip: ', 'x')],
    ['1xx without end', dripping('', 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n')],
    ['a body that drips', dripping('HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n', 'x')],
    ['a body that stops', (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx')],
  ])('%s is timeout, and the connection is closed', async (_name, answer) => {
    const { server, send } = await askingTcp(answer, { requestTimeoutMs: 60 });

    expect(await send()).toEqual(aFailure('timeout'));
    await expect.poll(server.openConnections, soon).toBe(0);
  });

  test('a 1xx before the answer is passed over', async () => {
    const { send } = await askingTcp('HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n');

    expect(inShort(await send())).toBe('204');
  });
});

describe('connections', () => {
  test('are used again, after HEAD too', async () => {
    const { server, send } = await asking((_request, response) => response.setHeader('Content-Length', 0).end());

    for (const repository of ['a', 'b', 'c']) await send({ repository });
    await send({ method: 'GET' });
    await send({ purpose: 'token', method: 'POST', body: 'a=b' });
    expect([server.requests.length, server.connections()]).toEqual([5, 1]);
  });

  test('that the server closes are not', async () => {
    const { server, send } = await asking((_request, response) => response.setHeader('Connection', 'close').end());

    for (const repository of ['a', 'b', 'c']) expect(inShort(await send({ repository }))).toBe('200');
    expect(server.connections()).toBe(3);
  });

  test('that the server has closed meanwhile do not fail a request', async () => {
    const sockets: Socket[] = [];
    const { server, send } = await asking((request, response, raw) => {
      sockets.push(raw.socket);
      if (request.url.includes('second') && sockets.length === 2) raw.socket.destroy();
      else response.end();
    });

    await send();
    expect(inShort(await send({ repository: 'second' }))).toBe('200');
    expect([server.requests.length, server.connections()]).toEqual([3, 2]);
  });

  test('a form is not sent twice', async () => {
    const { server, send } = await asking((request, response, raw) => {
      if (request.method === 'POST') raw.socket.destroy();
      else response.end();
    });

    await send();
    expect(await send({ purpose: 'token', method: 'POST', body: 'password=x' })).toEqual(aFailure('connection'));
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'POST']);
  });

  test('are not shared between TLS settings', async () => {
    const server = await startServer((_request, response) => response.end());
    const { send } = startCarrier();
    for (const clientCertificates of [[], [{ certificates: 'a', privateKey: 'b' }]]) {
      const tls = { verifiesCertificate: true, clientCertificates };
      await send(anExchange(anEndpoint(`http://127.0.0.1:${server.port}`, { tls })), terms());
    }
    expect([server.requests.length, server.connections()]).toEqual([2, 2]);
  });

  test('end when the carrier is closed, and so does what is under way', async () => {
    const server = await startServer(() => {});
    const carrier = startCarrier();
    const answer = carrier.send(anExchange(anEndpoint(`http://127.0.0.1:${server.port}`)), terms());
    await expect.poll(() => server.requests.length, soon).toBe(1);

    carrier.close();
    expect(await answer).toEqual(aFailure('connection'));
    await expect.poll(server.openConnections, soon).toBe(0);
    const later = await carrier.send(anExchange(anEndpoint('http://127.0.0.1:1')), terms());
    expect(later).toEqual(unconnected('connection'));
  });
});
