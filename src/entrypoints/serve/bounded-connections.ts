/** How many connections a port holds. Whoever reaches it can open them, before any certificate is looked at. */
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';

type Peer = Pick<Socket, 'remoteAddress' | 'remotePort'>;

/**
 * At the limit a new connection takes the place of the oldest one without a request, else of the one that is idle for longest, else
 * of the oldest one whose request is not complete: an API server sends a review at once and whole, so that connections that
 * others hold open keep no review out. Where all are answering, the new one ends.
 */
export function boundConnections(server: Server | HttpServer, most: number): void {
  // Maps remember who came first. A TLS socket and the TCP socket below it share the address of the peer.
  const silent = new Map<string, Socket>();
  const idle = new Map<string, Socket>();
  const sending = new Map<string, Socket>();
  const answered = new Map<string, Socket>();
  const states = [silent, idle, sending, answered];

  const move = (key: string, socket: Socket, to: Map<string, Socket>): void => {
    // The address may be that of a later connection by now.
    if (!states.some((state) => state.get(key) === socket)) return;
    for (const state of states) state.delete(key);
    to.set(key, socket);
  };

  server.on('connection', (socket: Socket) => {
    const key = peerOf(socket);
    const held = states.reduce((sum, { size }) => sum + size, 0);
    const [replaced] = [silent, idle, sending].flatMap((state) => {
      const [oldest] = state.values();
      return oldest === undefined ? [] : [oldest];
    });
    if (held >= most && replaced === undefined) {
      socket.destroy();
      return;
    }
    silent.set(key, socket);
    socket.once('close', () => {
      for (const state of states) if (state.get(key) === socket) state.delete(key);
    });
    if (held < most || replaced === undefined) return;
    for (const state of states) state.delete(peerOf(replaced));
    replaced.destroy();
  });

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const key = peerOf(request.socket);
    const socket = states.map((state) => state.get(key)).find((known) => known !== undefined);
    if (socket === undefined) return;
    move(key, socket, sending);
    request.once('end', () => move(key, socket, answered));
    response.once('close', () => move(key, socket, idle));
  });
}

function peerOf({ remoteAddress = '', remotePort = 0 }: Peer): string {
  return `${remoteAddress} ${remotePort}`;
}
