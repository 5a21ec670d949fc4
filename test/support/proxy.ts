/** A proxy that knows CONNECT, counts, and may end TLS itself. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';

type Keys = { readonly certificate: string; readonly privateKey: string };

export type ProxyOptions = {
  /** Where every host is, on this machine. */
  readonly port: number;
  /** Of the proxy's own port. */
  readonly tls?: Keys;
  /** It ends TLS with this certificate and answers by itself. */
  readonly intercept?: Keys;
  readonly status?: number;
};

/** It ends with the test. */
export async function startProxy({ port, tls, intercept, status = 200 }: ProxyOptions) {
  const asked: { readonly host: string; readonly authorization: string | undefined }[] = [];
  const server = tls === undefined ? createServer() : createTlsServer({ cert: tls.certificate, key: tls.privateKey });
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  };
  server.on('connection', keep);
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    asked.push({ host: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (intercept !== undefined) {
      const opened = new TLSSocket(socket, { isServer: true, cert: intercept.certificate, key: intercept.privateKey });
      keep(opened);
      opened.on('data', () => opened.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok'));
      return;
    }
    const target = connect({ host: '127.0.0.1', port });
    keep(target);
    if (head.length > 0) target.write(head);
    socket.pipe(target).pipe(socket);
    socket.on('close', () => target.destroy());
    target.on('close', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}
