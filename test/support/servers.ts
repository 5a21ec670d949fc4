import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export type ReceivedRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

export type TestServer = {
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Connections that were ever opened. */
  readonly connections: () => number;
  readonly openConnections: () => number;
};

export type Handle = (request: ReceivedRequest, response: ServerResponse, raw: IncomingMessage) => void;

/** An HTTP or HTTPS server on a free port of 127.0.0.1, which remembers what it was asked. It ends with the test. */
export async function startServer(handle: Handle, tls?: ServerOptions, address = '127.0.0.1'): Promise<TestServer> {
  const requests: ReceivedRequest[] = [];
  const listener: RequestListener = (raw, response) => {
    const chunks: Buffer[] = [];
    raw.on('data', (chunk: Buffer) => chunks.push(chunk));
    raw.on('end', () => {
      const { method = '', url = '', headers } = raw;
      const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(request);
      handle(request, response, raw);
    });
  };
  const server = tls === undefined ? createHttp(listener) : createHttps(tls, listener);
  server.on('tlsClientError', () => {});
  return { requests, ...(await listen(server, address)) };
}

/** Answers nothing until it is told to, and from then on all at once. */
export function heldAnswers(): {
  readonly handle: Handle;
  readonly waiting: () => number;
  readonly release: () => void;
} {
  const held: ServerResponse[] = [];
  let isReleased = false;
  return {
    handle: (_request, response) => {
      if (isReleased) response.end();
      else held.push(response);
    },
    waiting: () => held.length,
    release: () => {
      isReleased = true;
      for (const response of held) response.end();
    },
  };
}

/** A server of which only the connections are known. */
export function startTcpServer(onConnection: (socket: Socket) => void, address = '127.0.0.1', port = 0) {
  const server = createTcp((socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  return listen(server, address, port);
}

/** Must never be connected to. */
export async function startCanary(address: string, port = 0): Promise<{ port: number; contacts: () => number }> {
  const { connections, port: bound } = await startTcpServer(() => {}, address, port);
  return { port: bound, contacts: connections };
}

async function listen(server: Server, address: string, port = 0) {
  const sockets = new Set<Socket>();
  let count = 0;
  server.on('connection', (socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, address);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const bound = server.address() as AddressInfo;
  return { port: bound.port, connections: () => count, openConnections: () => sockets.size };
}
