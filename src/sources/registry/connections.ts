/** Connections that are kept for the next request: few, not for long, and never more than one request at a time on each. */
import type { Socket } from 'node:net';
import Client from 'undici/lib/dispatcher/client.js';
import type { TlsSettings } from '../../core/registry/endpoint.ts';
import type { FailureCause } from '../../core/registry/exchange.ts';
import type { Dial } from './dial.ts';
import type { Place } from './place.ts';

export type Connections = {
  /** An idle connection, or a new one. */
  readonly take: (place: Place) => Promise<Taken>;
  /** A new one that belongs to nobody else. */
  readonly open: (place: Place) => Promise<Taken>;
  /** For another request of anybody to the same place; only when nothing is under way on it. */
  readonly giveBack: (connection: Connection) => void;
  /** What is under way fails. */
  readonly close: () => void;
};

export type Connection = {
  readonly client: Client;
  /** Of the place, with its TLS settings. */
  readonly key: string;
  /** It has served a request already, so that the server may be about to close it. */
  readonly isUsed: boolean;
  readonly isOpen: () => boolean;
  readonly destroy: () => void;
};

export type Taken = { readonly kind: 'connected'; readonly connection: Connection } | Untaken;
type Untaken = { readonly kind: 'failed'; readonly cause: FailureCause };

const mostIdle = 128;
/** Shorter than what the usual load balancers allow, which close after 60 s. */
const idleTimeoutMs = 20_000;
/** quality.md, S17. */
const longestHeaders = 16 * 1024;

export function openConnections(dial: Dial, identityOf: (tls: TlsSettings) => string): Connections {
  const sockets = new Set<Socket>();
  /** Those used last at the end. */
  let idle: readonly Connection[] = [];
  let isClosed = false;

  const open = async (place: Place): Promise<Taken> => {
    if (isClosed) return { kind: 'failed', cause: 'connection' };
    const dialled = await dial(place);
    if (dialled.kind === 'failed') return dialled;
    const { socket } = dialled;
    const connection = connectionOver(socket, place.origin, keyOf(place));
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      idle = idle.filter(({ client }) => client !== connection.client);
    });
    if (isClosed) connection.destroy();
    return { kind: 'connected', connection };
  };

  /** What one registry may lead to, another may not. */
  const keyOf = ({ origin, tls, ledBy }: Place) =>
    JSON.stringify([origin, identityOf(tls), ledBy?.scheme ?? '', ledBy?.host ?? '']);

  return {
    open,
    take: async (place) => {
      const connection = idle.findLast(({ key, isOpen }) => key === keyOf(place) && isOpen());
      if (connection === undefined) return open(place);
      idle = idle.filter((other) => other !== connection);
      return { kind: 'connected', connection: { ...connection, isUsed: true } };
    },
    giveBack: (connection) => {
      if (connection.isOpen() && !isClosed) idle = [...idle, connection];
      else connection.destroy();
      for (const oldest of idle.slice(0, -mostIdle)) oldest.destroy();
    },
    close: () => {
      isClosed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** undici opens connections by itself; this one is over when its socket is. */
function connectionOver(socket: Socket, origin: string, key: string): Connection {
  let isHandedOver = false;
  const client = new Client(origin, {
    // Not before undici has returned from asking, or it does not see the connection.
    connect: (_options, callback) =>
      queueMicrotask(() => {
        if (isHandedOver || socket.destroyed) callback(new Error('the connection is closed'), null);
        else callback(null, socket);
        isHandedOver = true;
      }),
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: idleTimeoutMs,
    keepAliveMaxTimeout: idleTimeoutMs,
    maxHeaderSize: longestHeaders,
    // Deadlines are for whole phases, and undici's start anew with each byte of a body and each 1xx.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    client,
    key,
    isUsed: false,
    isOpen: () => !socket.destroyed,
    destroy: () => {
      socket.destroy();
      void client.destroy();
    },
  };
}
