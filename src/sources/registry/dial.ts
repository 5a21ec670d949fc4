/**
 * Opens the connections. The name is resolved here, every address of it is judged, one of them is dialled as a literal, and
 * the peer is compared with it: between the check and the connection nobody can change where the name leads.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as waitFor } from 'node:timers/promises';
import { checkServerIdentity, type PeerCertificate, connect as startTls, type TLSSocket } from 'node:tls';
import { LRUCache } from 'lru-cache';
import { type EgressRules, judgeAddress, judgeHost, type RefusalReason } from '../../core/egress/address-rules.ts';
import type { HostPattern } from '../../core/egress/host-pattern.ts';
import { type Leader, objectionToAddresses, objectionToName } from '../../core/egress/led-host.ts';
import { noProxies, type ProxyRules, type ProxyServer, proxyFor } from '../../core/egress/proxy.ts';
import { parseIp, unmapped } from '../../core/go/ip-address.ts';
import type { TlsSettings } from '../../core/registry/endpoint.ts';
import type { FailureCause } from '../../core/registry/exchange.ts';
import { openTunnel } from '../tunnel/open-tunnel.ts';
import { atMost } from './at-most.ts';
import type { ResolveName } from './names.ts';
import type { ContextOf } from './secure-contexts.ts';

export type Dial = (target: Target) => Promise<Dialled>;

export type Target = {
  readonly scheme: 'http' | 'https';
  /** A host name or an address, without brackets. */
  readonly name: string;
  readonly port: number;
  readonly tls: TlsSettings;
  /** The registry whose answer names this host. */
  readonly ledBy?: Leader['origin'] & { readonly name: string };
};

/** The socket's errors have a listener already. */
export type Dialled = { readonly kind: 'connected'; readonly socket: Socket } | Undialled;
type Undialled = { readonly kind: 'failed'; readonly cause: FailureCause };

export type DialSettings = {
  readonly resolveName: ResolveName;
  readonly egress: EgressRules;
  /** Where the API server is known to be now. */
  readonly apiServer?: () => Promise<readonly HostPattern[]>;
  readonly contextOf: ContextOf;
  readonly proxies?: ProxyRules;
  /** For TCP and TLS together, in milliseconds. */
  readonly connectTimeoutMs: number;
};

/** More addresses of one name are judged, but not tried. */
const mostAttempts = 4;
/** At which one registry is remembered to have answered. */
const mostAddresses = 16;

/** Behind a proxy the names of the outside are often known to the proxy alone; those that are known here are judged. */
const nameBehindProxyMs = 300;

export function makeDial(settings: DialSettings): Dial {
  const { resolveName, contextOf, proxies = noProxies, connectTimeoutMs } = settings;
  const answeredAt = new LRUCache<string, readonly string[]>(atMost(10_000));
  return async (target) => {
    const leader = target.ledBy && { origin: target.ledBy, answeredAt: answeredAt.get(target.ledBy.name) ?? [] };
    const egress = settings.apiServer ? { ...settings.egress, apiServer: await settings.apiServer() } : settings.egress;
    const early = objectionBefore(target, leader, egress);
    if (early !== undefined) return early;
    const proxy = proxyFor(target, proxies);
    const isLiteral = parseIp(target.name) !== undefined;
    const named = isLiteral ? [target.name] : resolveName(target.name);
    const addresses = await (proxy === undefined ? named : Promise.race([named, waitFor(nameBehindProxyMs, [])]));
    if (addresses.length === 0 && proxy === undefined) return failedBy('dns');
    const late = objectionAfter(target, addresses, leader, egress);
    if (late !== undefined) return late;
    const deadlineMs = performance.now() + connectTimeoutMs;
    const connected =
      proxy === undefined
        ? await connectToOneOf(addresses.slice(0, mostAttempts), target.port, deadlineMs)
        : await connectThrough(proxy, target, settings, deadlineMs);
    const dialled =
      connected.kind === 'failed' || target.scheme === 'http'
        ? connected
        : await secure(connected.socket, target, contextOf, deadlineMs);
    const isOwn = leader === undefined && proxy === undefined;
    const peer = dialled.kind === 'connected' && isOwn ? dialled.socket.remoteAddress : undefined;
    // DNS may say something else with each question. Here a connection was made, and over TLS it showed a certificate for the name.
    if (peer !== undefined)
      answeredAt.set(target.name, [...new Set([...(answeredAt.get(target.name) ?? []), peer])].slice(-mostAddresses));
    return dialled;
  };
}

function objectionBefore(target: Target, leader: Leader | undefined, egress: EgressRules): Undialled | undefined {
  const byName = judgeHost(target, egress);
  if (byName.kind === 'refused') return refusedFor(byName.reason);
  const objection = leader && objectionToName(target, leader, egress);
  return objection && failedBy(objection);
}

function objectionAfter(
  target: Target,
  addresses: readonly string[],
  leader: Leader | undefined,
  egress: EgressRules,
): Undialled | undefined {
  // One forbidden address among good ones is a name that somebody is playing with.
  for (const address of addresses) {
    const verdict = judgeAddress(target, address, egress);
    if (verdict.kind === 'refused') return refusedFor(verdict.reason);
  }
  const objection = leader && objectionToAddresses(target, addresses, leader, egress);
  return objection && failedBy(objection);
}

/** Whom the proxy is, an operator decides: its address is not judged. */
async function connectThrough(
  proxy: ProxyServer,
  target: Target,
  { resolveName, contextOf }: DialSettings,
  deadlineMs: number,
): Promise<Dialled> {
  const addresses = parseIp(proxy.host) === undefined ? await resolveName(proxy.host) : [proxy.host];
  const reached = await connectToOneOf(addresses.slice(0, mostAttempts), proxy.port, deadlineMs);
  if (reached.kind === 'failed') return failedBy('proxy');
  const ofProxy = { scheme: proxy.scheme, name: proxy.host, port: proxy.port };
  const tls = { ...target.tls, verifiesCertificate: true, clientCertificates: [] };
  const connected =
    proxy.scheme === 'http' ? reached : await secure(reached.socket, { ...ofProxy, tls }, contextOf, deadlineMs);
  if (connected.kind === 'failed') return failedBy('proxy');
  const tunnel = await openTunnel(connected.socket, proxy, target, deadlineMs - performance.now());
  if (tunnel.kind === 'open') return { kind: 'connected', socket: tunnel.socket };
  return failedBy(tunnel.kind === 'timeout' ? 'timeout' : 'proxy');
}

function refusedFor(reason: RefusalReason): Undialled {
  return failedBy(reason === 'unused-port' ? 'refused-port' : 'refused-address');
}

/** In turn; each may take its share of the time that is left. */
async function connectToOneOf(addresses: readonly string[], port: number, deadlineMs: number): Promise<Dialled> {
  let last: Dialled = failedBy('connection');
  for (const [index, address] of addresses.entries()) {
    const shareMs = (deadlineMs - performance.now()) / (addresses.length - index);
    last = await connectTo(address, port, shareMs);
    if (last.kind === 'connected') return last;
  }
  return last;
}

function connectTo(address: string, port: number, timeoutMs: number): Promise<Dialled> {
  const socket = connect({ host: address, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 15_000 });
  return settled(socket, 'connect', timeoutMs, () => 'connection').then((dialled) => {
    if (dialled.kind === 'failed' || isPeer(socket, address)) return dialled;
    socket.destroy();
    return failedBy('refused-address');
  });
}

function isPeer(socket: Socket, address: string): boolean {
  const [peer, meant] = [socket.remoteAddress, address].map((text) => parseIp(text ?? ''));
  return peer !== undefined && meant !== undefined && Buffer.compare(unmapped(peer), unmapped(meant)) === 0;
}

function secure(raw: Socket, target: Target, contextOf: ContextOf, deadlineMs: number): Promise<Dialled> {
  const secureContext = contextOf(target.tls);
  if (secureContext === undefined) {
    raw.destroy();
    return Promise.resolve(failedBy('tls'));
  }
  const isLiteral = parseIp(target.name) !== undefined;
  const socket = startTls({
    socket: raw,
    secureContext,
    // RFC 6066 section 3: an address is not sent as a server name. It is looked for in the certificate all the same.
    ...(isLiteral ? { host: target.name } : { servername: target.name.replace(/\.$/, '') }),
    rejectUnauthorized: target.tls.verifiesCertificate,
    checkServerIdentity: identityFault,
    ALPNProtocols: ['http/1.1'],
  });
  return settled(socket, 'secureConnect', deadlineMs - performance.now(), causeOfTlsError);
}

/** Go, and so containerd, does not read the subject's common name (crypto/x509, since Go 1.15). */
function identityFault(name: string, certificate: PeerCertificate): Error | undefined {
  if (certificate.subjectaltname === undefined) return new Error('the certificate has no alternative names');
  return checkServerIdentity(name, certificate);
}

/**
 * Whatever is not TLS has a "wrong version number" to OpenSSL. Go looks for `HTTP/` there; servers that speak neither are
 * taken for plain HTTP here, and fail as that.
 */
function causeOfTlsError(error: NodeJS.ErrnoException): FailureCause {
  if (/^ERR_SSL_(?:WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG)$/.test(error.code ?? ''))
    return 'plain-http';
  return /^E(?:CONNRESET|PIPE|CONNABORTED|TIMEDOUT)$/.test(error.code ?? '') ? 'connection' : 'tls';
}

function settled(
  socket: Socket | TLSSocket,
  success: 'connect' | 'secureConnect',
  timeoutMs: number,
  causeOf: (error: NodeJS.ErrnoException) => FailureCause,
): Promise<Dialled> {
  return new Promise((resolve) => {
    const fail = (cause: FailureCause) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(failedBy(cause));
    };
    const timer = setTimeout(() => fail('timeout'), Math.max(timeoutMs, 0));
    socket.on('error', (error) => fail(causeOf(error)));
    socket.once('close', () => fail('connection'));
    socket.once(success, () => {
      clearTimeout(timer);
      resolve({ kind: 'connected', socket });
    });
  });
}

function failedBy(cause: FailureCause): Undialled {
  return { kind: 'failed', cause };
}
