/** CNCF distribution on loopback, as Debian packages it: open over HTTP, with htpasswd, and with a token server over TLS. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Authority, makeAuthority } from '../support/certificates.ts';
import { startTokenServer } from './token-server.ts';

export const login = { username: 'alice', password: 's3cret' };

export type Distribution = {
  /** As images name it: `open.test`. */
  readonly name: string;
  /** `127.0.0.1:41234` */
  readonly host: string;
  readonly url: string;
  /** Where it keeps what was pushed. */
  readonly storage: string;
};

export type Registries = {
  readonly directory: string;
  readonly open: Distribution;
  readonly basic: Distribution;
  readonly token: Distribution;
  /** PEM file that certifies the registry with tokens and its token server. */
  readonly caPath: string;
  /** `127.0.0.1:41235` */
  readonly tokenServer: string;
  readonly end: () => Promise<void>;
};

export async function startRegistries(): Promise<Registries> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-registry-'));
  const ends: (() => Promise<void>)[] = [];
  const authority = await makeAuthority('registry suite');
  const caPath = await written(directory, 'ca.pem', authority.certificate);
  const tls = await certificateFiles(directory, authority);
  const tokens = await startTokenServer(authority, login);
  ends.push(tokens.close);
  const start = async (name: string, auth: object, withTls: boolean): Promise<Distribution> => {
    const port = await freePort();
    const storage = join(directory, name);
    const config = {
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}`, secret: 'test', ...(withTls && { tls }) },
      auth,
    };
    const child = spawn('docker-registry', ['serve', await written(directory, `${name}.yml`, JSON.stringify(config))]);
    ends.push(async () => stop(child));
    await listening(port);
    return {
      name: `${name}.test`,
      host: `127.0.0.1:${port}`,
      url: `${withTls ? 'https' : 'http'}://127.0.0.1:${port}`,
      storage,
    };
  };
  const htpasswd = execFileSync('htpasswd', ['-Bbn', login.username, login.password], { encoding: 'utf8' });
  const rootcertbundle = await written(directory, 'token.pem', tokens.certificate);
  return {
    directory,
    caPath,
    tokenServer: tokens.host,
    open: await start('open', {}, false),
    basic: await start(
      'basic',
      { htpasswd: { realm: 'test', path: await written(directory, 'htpasswd', htpasswd) } },
      false,
    ),
    token: await start(
      'token',
      {
        token: {
          realm: `https://${tokens.host}/token`,
          service: 'registry.test',
          issuer: 'token.test',
          rootcertbundle,
        },
      },
      true,
    ),
    end: async () => {
      await Promise.all(ends.map((end) => end()));
      await rm(directory, { recursive: true });
    },
  };
}

async function certificateFiles(directory: string, authority: Authority) {
  const pair = await authority.issue({ names: ['127.0.0.1'] });
  return {
    certificate: await written(directory, 'server.pem', pair.certificate),
    key: await written(directory, 'server.key', pair.privateKey),
  };
}

async function written(directory: string, name: string, content: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const isOpen = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen === true) return;
    await setTimeout(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGKILL');
  await ended;
}
