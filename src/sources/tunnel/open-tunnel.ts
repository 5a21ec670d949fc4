/** Connections through a proxy (RFC 9110 section 9.3.6): it connects to the host, and carries bytes from then on. */
import type { Socket } from 'node:net';
import type { ProxyServer } from '../../core/egress/proxy.ts';

export type Tunnel =
  | { readonly kind: 'open'; readonly socket: Socket }
  /** The proxy does not want to, or cannot. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'timeout' };

type Asked = { readonly name: string; readonly port: number };

/** @param socket connected to the proxy; it is ended where there is no tunnel */
export function openTunnel(socket: Socket, proxy: ProxyServer, asked: Asked, timeoutMs: number): Promise<Tunnel> {
  const host = `${asked.name.includes(':') ? `[${asked.name}]` : asked.name}:${asked.port}`;
  return new Promise((resolve) => {
    // Not imported: for modules Node then loads its own `fetch` too, which is not needed here, at every start.
    const call = process.getBuiltinModule('node:http').request({
      method: 'CONNECT',
      path: host,
      headers: { host, ...authorizationOf(proxy) },
      createConnection: () => socket,
    });
    const end = (tunnel: Tunnel) => {
      clearTimeout(timer);
      if (tunnel.kind !== 'open') {
        call.destroy();
        socket.destroy();
      }
      resolve(tunnel);
    };
    const timer = setTimeout(() => end({ kind: 'timeout' }), Math.max(timeoutMs, 0));
    call.on('connect', (answer, _socket, head) => {
      if (answer.statusCode !== 200) return end({ kind: 'refused' });
      if (head.length > 0) socket.unshift(head);
      end({ kind: 'open', socket });
    });
    // Any other answer is none to CONNECT.
    call.on('response', () => end({ kind: 'refused' }));
    call.on('error', () => end({ kind: 'refused' }));
    call.end();
  });
}

function authorizationOf({ login }: ProxyServer): Readonly<Record<string, string>> {
  if (login === undefined) return {};
  const text = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  return { 'proxy-authorization': `Basic ${text}` };
}
