/** How many connections a port holds. Whoever reaches it can open them, before any certificate is looked at. */
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';

type Peer = Pick<Socket, 'remoteAddress' | 'remotePort'>;

/**
 * At the limit a new connection takes the place of the oldest one without a request, else of the one that is idle for longest: an
 * API server that connects sends its review at once, so that connections that others hold open keep no review out. Where all
 * are answering, the new one ends.
 */
export function boundConnections(server: Server | HttpServer, most: number): void {
  // Maps remember who came first. A TLS socket and the TCP socket below it share the address of the peer.
  const silent = new Map<string, Socket>();
  const idle = new Map<string, Socket>();
  const busy = new Map<string, Socket>();

  server.on('connection', (socket: Socket) => {
    const key = peerOf(socket);
    if (silent.size + idle.size + busy.size >= most) {
      const [oldest] = silent.size > 0 ? silent : idle;
      if (oldest === undefined) {
        socket.destroy();
        return;
      }
      const [before, replaced] = oldest;
      silent.delete(before);
      idle.delete(before);
      replaced.destroy();
    }
    silent.set(key, socket);
    socket.once('close', () => {
      // The address may be that of a later connection by now.
      for (const held of [silent, idle, busy]) if (held.get(key) === socket) held.delete(key);
    });
  });

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const key = peerOf(request.socket);
    const socket = silent.get(key) ?? idle.get(key);
    if (socket === undefined) return;
    silent.delete(key);
    idle.delete(key);
    busy.set(key, socket);
    response.once('close', () => {
      if (busy.get(key) !== socket) return;
      busy.delete(key);
      if (!socket.destroyed) idle.set(key, socket);
    });
  });
}

function peerOf({ remoteAddress = '', remotePort = 0 }: Peer): string {
  return `${remoteAddress} ${remotePort}`;
}
