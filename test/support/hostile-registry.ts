import type { ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import { type ReceivedRequest, startServer, startTcpServer } from './servers.ts';

/** How one request is answered, or not. */
export type Behaviour = (response: ServerResponse, request: ReceivedRequest) => void;

export type HostileRegistry = {
  readonly url: string;
  /** `HEAD manifests/1`, in their order: paths below the repository, and those elsewhere as they are. */
  readonly asked: () => readonly string[];
  readonly requests: readonly ReceivedRequest[];
};

/** Answers by the first rule whose method and path, both from the left, are those of the request; else with an empty 404. */
export async function startHostile(
  rules: Readonly<Record<string, Behaviour>>,
  tls?: ServerOptions,
): Promise<HostileRegistry> {
  const server = await startServer((request, response) => {
    const line = lineOf(request);
    const [, behave = says(404)] = Object.entries(rules).find(([start]) => line.startsWith(start)) ?? [];
    behave(response, request);
  }, tls);
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${server.port}`;
  return { url, requests: server.requests, asked: () => server.requests.map(lineOf) };
}

/** Speaks on each connection as it likes, once something was heard on it. */
export async function startRaw(speak: (socket: Socket) => void): Promise<HostileRegistry> {
  const lines: string[] = [];
  const server = await startTcpServer((socket) => {
    socket.once('data', (heard: Buffer) => {
      const [method = '', url = ''] = heard.toString('latin1').split(' ', 2);
      lines.push(lineOf({ method, url }));
      speak(socket);
    });
  });
  return { url: `http://127.0.0.1:${server.port}`, requests: [], asked: () => lines };
}

function lineOf({ method, url }: Pick<ReceivedRequest, 'method' | 'url'>): string {
  return `${method} ${url.replace('/v2/team/app/', '').replace('?ns=registry.example.com', '')}`;
}

export function says(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Behaviour {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

export const silence: Behaviour = () => {};

/** Headers, and then bytes for as long as somebody listens. */
export function withoutEnd(
  status: number,
  headers: Readonly<Record<string, string>>,
  part: string | Buffer,
): Behaviour {
  return (response) => {
    response.writeHead(status, headers);
    const write = () => {
      while (!response.destroyed && response.write(part));
    };
    response.on('drain', write);
    write();
  };
}

/** A byte now and then. */
export function dripping(headers: Readonly<Record<string, string>>): Behaviour {
  return (response) => {
    response.writeHead(200, headers);
    const timer = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(timer));
  };
}

/** Says this much, and breaks off. */
export function breakingOff(headers: Readonly<Record<string, string>>, part: string): Behaviour {
  return (response) => {
    response.writeHead(200, headers);
    response.write(part, () => response.socket?.resetAndDestroy());
  };
}

export const reset: Behaviour = (response) => response.socket?.resetAndDestroy();
