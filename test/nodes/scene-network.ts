/** The hosts of a scene: a name, a loopback address of its own, and a registry or something worse listening there. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Asked, startRegistry } from '../../tools/embedded-registry/registry.ts';
import { type Authority, makeAuthority } from '../support/certificates.ts';
import { openDns } from '../support/dns-socket.ts';
import { resolverAddress } from './real-parts/sandbox.ts';
import type { SceneHost, SceneRegistry } from './scene.ts';

export type SceneNetwork = {
  /** The certificate of the authority that issued all good certificates. */
  readonly ca: string;
  readonly open: (hosts: Readonly<Record<string, SceneHost>>) => Promise<OpenHosts>;
};

export type OpenHosts = {
  /** What each registry was asked so far. */
  readonly asked: () => Readonly<Record<string, readonly Asked[]>>;
  readonly close: () => Promise<void>;
};

type Open = { readonly asked: readonly Asked[]; readonly close: () => Promise<void> };
type Address = { readonly address: string; readonly port: number };

export async function openNetwork(): Promise<SceneNetwork> {
  const addressOf = new Map<string, string>();
  let count = 0;
  await openDns(
    ({ name }) => {
      const address = addressOf.get(name);
      if (address === undefined) return { kind: 'code', code: 'NXDOMAIN' };
      return { kind: 'addresses', addresses: [address], ttl: 0 };
    },
    resolverAddress,
    53,
  );
  const tlsFor = certificatesOf(await makeAuthority('scenes'), await makeAuthority('nobody knows'));

  async function openHost(host: string, what: SceneHost): Promise<readonly [string, Open]> {
    const [name = '', port] = host.split(':');
    if (addressOf.has(name)) throw new Error(`${name} is in use by another scene or has two ports`);
    count += 1;
    const address = `127.${100 + (count >> 16)}.${(count >> 8) & 255}.${count & 255}`;
    addressOf.set(name, address);
    const scheme = what.kind === 'registry' ? (what.scheme ?? 'https') : 'https';
    const listen = { address, port: Number(port ?? (scheme === 'http' ? 80 : 443)) };
    const open = await openWhat(host, what, listen, tlsFor);
    const close = async () => {
      addressOf.delete(name);
      await open.close();
    };
    return [host, { asked: open.asked, close }];
  }

  return {
    ca: tlsFor.ca,
    open: async (hosts) => {
      const opened = new Map<string, Open>();
      for (const [host, what] of Object.entries(hosts)) opened.set(...(await openHost(host, what)));
      return {
        asked: () => Object.fromEntries([...opened].map(([host, { asked }]) => [host, [...asked]])),
        close: async () => {
          await Promise.all([...opened.values()].map(({ close }) => close()));
        },
      };
    },
  };
}

async function openWhat(host: string, what: SceneHost, listen: Address, tlsFor: TlsFor): Promise<Open> {
  switch (what.kind) {
    case 'registry':
      return openRegistry(host, what, listen, tlsFor);
    case 'refuses':
      return { asked: [], close: async () => {} };
    case 'silent':
      return openSilence(listen);
  }
}

async function openRegistry(host: string, what: SceneRegistry, listen: Address, tlsFor: TlsFor): Promise<Open> {
  const { scheme = 'https', certificate = 'good', repositories = {}, answers = [], access } = what;
  const registry = await startRegistry({
    knownAs: host,
    listen,
    ...(access && { access }),
    accessOf: (repository) => repositories[repository]?.access,
    script: ({ method, path, headers }) =>
      answers.find(
        (answer) =>
          (answer.method ?? method) === method &&
          answer.path.test(path) &&
          (answer.authorization?.test(headers.authorization ?? '') ?? true),
      ),
    ...(scheme === 'https' && { tls: await tlsFor.host(host, certificate) }),
  });
  for (const [repository, { tags }] of Object.entries(repositories))
    for (const [tag, image] of Object.entries(tags)) registry.push(repository, tag, image);
  return registry;
}

async function openSilence({ address, port }: Address): Promise<Open> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(port, address);
  await once(server, 'listening');
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { asked: [], close };
}

type Tls = { readonly cert: string; readonly key: string };
type TlsFor = {
  readonly ca: string;
  readonly host: (host: string, certificate: NonNullable<SceneRegistry['certificate']>) => Promise<Tls>;
};

/** A certificate is made once for each name and kind. */
function certificatesOf(good: Authority, unknown: Authority): TlsFor {
  const made = new Map<string, Promise<Tls>>();
  return {
    ca: good.certificate,
    host: (host, kind) => {
      const name = kind === 'other-name' ? 'other.test' : host.replace(/:\d+$/, '');
      const key = `${kind} ${name}`;
      const authority = kind === 'unknown-authority' ? unknown : good;
      const tls =
        made.get(key) ??
        authority
          .issue({ names: [name], expired: kind === 'expired' })
          .then(({ certificate, privateKey }) => ({ cert: certificate, key: privateKey }));
      made.set(key, tls);
      return tls;
    },
  };
}
