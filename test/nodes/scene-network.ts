/** The hosts of a scene: a name, a loopback address of its own, and a registry or something worse listening there. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Asked, type EmbeddedRegistry, startRegistry } from '../../tools/embedded-registry/registry.ts';
import { openDns } from '../support/dns-socket.ts';
import type { SceneAnswer, SceneHost, SceneRegistry } from './scene.ts';
import type { Authorities } from './scene-authorities.ts';

export type SceneNetwork = {
  /** The certificate of the authority that issued all good certificates. */
  readonly ca: string;
  /** The address of the server that knows the names of the open hosts, and says of all others that they do not exist. */
  readonly resolver: string;
  readonly open: (hosts: Readonly<Record<string, SceneHost>>) => Promise<OpenHosts>;
};

export type OpenHosts = {
  /** What each registry was asked so far. */
  readonly asked: () => Readonly<Record<string, readonly Asked[]>>;
  readonly forgetAsked: () => void;
  readonly close: () => Promise<void>;
};

type Open = Pick<EmbeddedRegistry, 'asked' | 'forgetAsked' | 'close'>;
const unasked = { asked: [], forgetAsked: () => {} };
type Address = { readonly address: string; readonly port: number };

/** `number`, from 1 to 100, keeps the addresses of several networks apart. */
export async function openNetwork(number: number, authorities: Authorities): Promise<SceneNetwork> {
  const addressOf = new Map<string, string>();
  let count = 0;
  const resolver = `127.${number}.0.53`;
  await openDns(
    ({ name }) => {
      const address = addressOf.get(name);
      if (address === undefined) return { kind: 'code', code: 'NXDOMAIN' };
      return { kind: 'addresses', addresses: [address], ttl: 0 };
    },
    resolver,
    53,
  );

  /** `own`: names of the same scene, which may have several ports. */
  async function openHost(host: string, what: SceneHost, own: Set<string>): Promise<readonly [string, Open]> {
    const [name = '', port] = host.split(':');
    const known = addressOf.get(name);
    if (known !== undefined && !own.has(name)) throw new Error(`${name} is in use by another scene`);
    if (known === undefined) count += 1;
    const address = known ?? `127.${number}.${1 + (count >> 8)}.${count & 255}`;
    addressOf.set(name, address);
    own.add(name);
    const scheme = what.kind === 'registry' ? (what.scheme ?? 'https') : 'https';
    const listen = { address, port: Number(port ?? (scheme === 'http' ? 80 : 443)) };
    const open = await openWhat(host, what, listen, authorities);
    const close = async () => {
      addressOf.delete(name);
      await open.close();
    };
    return [host, { ...open, close }];
  }

  return {
    ca: authorities.ca,
    resolver,
    open: async (hosts) => {
      const opened = new Map<string, Open>();
      const own = new Set<string>();
      const close = async () => {
        await Promise.all([...opened.values()].map((open) => open.close()));
      };
      try {
        for (const [host, what] of Object.entries(hosts)) opened.set(...(await openHost(host, what, own)));
      } catch (error) {
        await close();
        throw error;
      }
      return {
        asked: () => Object.fromEntries([...opened].map(([host, { asked }]) => [host, [...asked]])),
        forgetAsked: () => {
          for (const { forgetAsked } of opened.values()) forgetAsked();
        },
        close,
      };
    },
  };
}

async function openWhat(host: string, what: SceneHost, listen: Address, authorities: Authorities): Promise<Open> {
  switch (what.kind) {
    case 'registry':
      return openRegistry(host, what, listen, authorities);
    case 'refuses':
      return { ...unasked, close: async () => {} };
    case 'silent':
      return openSilence(listen);
  }
}

async function openRegistry(
  host: string,
  what: SceneRegistry,
  listen: Address,
  authorities: Authorities,
): Promise<Open> {
  const { scheme = 'https', certificate = 'good', repositories = {}, answers = [], access } = what;
  const given = new Map<SceneAnswer, number>();
  const isLeft = (answer: SceneAnswer) => (given.get(answer) ?? 0) < (answer.times ?? Number.POSITIVE_INFINITY);
  const registry = await startRegistry({
    knownAs: host,
    listen,
    ...(access && { access }),
    accessOf: (repository) => repositories[repository]?.access,
    script: ({ method, path, headers }) => {
      const answer = answers.find(
        (candidate) =>
          (candidate.method ?? method) === method &&
          candidate.path.test(path) &&
          (candidate.host?.test(headers.host ?? '') ?? true) &&
          (candidate.authorization?.test(headers.authorization ?? '') ?? true) &&
          isLeft(candidate),
      );
      if (answer !== undefined) given.set(answer, (given.get(answer) ?? 0) + 1);
      return answer;
    },
    ...(scheme === 'https' && { tls: await authorities.issue(host, certificate) }),
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
  return { ...unasked, close };
}
