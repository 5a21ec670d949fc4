/**
 * How long a client may take for one request. The time starts with the first byte of the request: an API server opens
 * connections that it uses much later (quality.md §1 and §2), and Node's own `headersTimeout` and `requestTimeout` count the first
 * request of a connection from the moment the connection was opened.
 */
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { Server } from 'node:https';
import type { Socket } from 'node:net';

/** In ticks: a process that had no time to read must not count that time against its clients. */
export type RequestTimes = {
  /** From the first byte of a request to the last one of its body. */
  readonly request: number;
  /** For a new connection without a byte. Later idle times are Node's `keepAliveTimeout`. */
  readonly idle: number;
};

type Connection = {
  /** Since the connection was opened or the first byte of a request was noticed. */
  ticks: number;
  /** Bytes that came before the request that is read now, or comes next. */
  bytesBefore: number;
  isReading: boolean;
  /** Once its headers are read, until its body is. */
  request?: IncomingMessage | undefined;
};

/**
 * Nothing is done for a request that comes at once: connections are looked at from outside, so that a first byte is
 * noticed at most one tick late. Replaces Node's own timeouts.
 * @returns the tick, to be called at an interval; it ends what takes too long
 */
export function limitRequestTimes(server: Server | HttpServer, times: RequestTimes): () => void {
  server.headersTimeout = 0;
  server.requestTimeout = 0;
  const connections = new Map<Socket, Connection>();

  server.on(server instanceof Server ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections.set(socket, { ticks: 0, bytesBefore: 0, isReading: false });
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', (request: IncomingMessage) => {
    const connection = connections.get(request.socket);
    if (connection === undefined) return;
    // A request before it that is still there ended since the last tick, and this one came after it.
    if (!connection.isReading || connection.request !== undefined) connection.ticks = 0;
    connection.isReading = true;
    connection.request = request;
  });

  return () => {
    for (const [socket, connection] of connections) {
      const { bytesRead } = socket;
      connection.ticks += 1;
      if (connection.request?.complete) {
        connection.request = undefined;
        connection.isReading = false;
        connection.bytesBefore = bytesRead;
      } else if (!connection.isReading && bytesRead > connection.bytesBefore) {
        connection.isReading = true;
        connection.ticks = 0;
      } else if (connection.isReading && connection.ticks >= times.request)
        server.emit('clientError', Object.assign(new Error('the request takes too long'), { code: tooSlow }), socket);
      else if (!connection.isReading && connection.bytesBefore === 0 && connection.ticks >= times.idle)
        socket.destroy();
    }
  };
}

/** As Node names it; it is answered with 408. */
const tooSlow = 'ERR_HTTP_REQUEST_TIMEOUT';
