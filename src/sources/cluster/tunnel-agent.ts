/** Connections to the API server through the proxy of a kubeconfig (`proxy-url`), kept as others are. */
import { Agent, type AgentOptions } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as startTls } from 'node:tls';
import type { ProxyServer } from '../../core/egress/proxy.ts';
import { openTunnel } from '../tunnel/open-tunnel.ts';

const timeoutMs = 10_000;

type ConnectionArguments = Parameters<Agent['createConnection']>;

export class TunnelAgent extends Agent {
  readonly #proxy: ProxyServer;

  constructor(proxy: ProxyServer, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(options: ConnectionArguments[0], callback?: ConnectionArguments[1]): undefined {
    this.#tunnelTo(options.host ?? '', Number(options.port)).then(
      (socket) => callback?.(null, super.createConnection({ ...options, socket } as ConnectionArguments[0]) as Socket),
      (error: unknown) => callback?.(error as Error, undefined as never),
    );
    return undefined;
  }

  async #tunnelTo(name: string, port: number): Promise<Socket> {
    const { scheme, host, port: proxyPort } = this.#proxy;
    const socket =
      scheme === 'http'
        ? connect({ host, port: proxyPort })
        : startTls({ host, port: proxyPort, servername: host, ALPNProtocols: ['http/1.1'] });
    const tunnel = await openTunnel(socket, this.#proxy, { name, port }, timeoutMs);
    if (tunnel.kind === 'open') return tunnel.socket;
    throw Object.assign(new Error('the proxy of the kubeconfig does not connect'), {
      code: 'the proxy does not connect',
    });
  }
}
