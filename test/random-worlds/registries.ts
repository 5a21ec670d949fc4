/** One server for the registries of all worlds, each under a host name of its own. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Image } from '../../tools/embedded-registry/image.ts';
import { type Answer, type Asker, type Behaviour, errorOf, type Request } from './behaviours.ts';

export const rightLogin = { username: 'alice', password: 's3cret' } as const;
export const wrongLogin = { username: 'alice', password: 'mistyped' } as const;

export type Registry = {
  readonly behaviour: Behaviour;
  /** Under the tag `1` of each repository. */
  readonly images: Readonly<Record<string, Image | undefined>>;
};

export type Registries = {
  readonly port: number;
  readonly add: (name: string, registry: Registry) => void;
  readonly close: () => Promise<void>;
};

type Open = Registry & { readonly counts: Map<string, number> };

export async function startRegistries(): Promise<Registries> {
  const open = new Map<string, Open>();
  let connections = 0;
  const server = createServer((request, response) => {
    const registry = open.get(request.headers.host?.split(':')[0] ?? '');
    if (registry === undefined) return say(request, response, { status: 421 });
    void bodyOf(request).then((body) => {
      const answer = answerOf(registry, request, body);
      say(request, response, { ...answer, headers: { ...registry.behaviour.headers, ...answer.headers } });
    });
  });
  server.on('connection', (socket) => {
    connections += 1;
    replicas.set(socket, connections % 2);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    add: (name, registry) => open.set(name, { ...registry, counts: new Map() }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Which of two replicas a connection leads to. */
const replicas = new WeakMap<Socket, number>();

function answerOf(registry: Open, request: IncomingMessage, body: string): Answer & { readonly bytes?: Buffer } {
  const { behaviour, images, counts } = registry;
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://registry');
  const replica = behaviour.hasTwoKeys === true ? replicas.get(request.socket) : 0;
  if (path === '/token') {
    const form = new URLSearchParams(body);
    const repository = (query.get('scope') ?? form.get('scope') ?? '').split(':')[1] ?? '';
    const asker = basicAsker(request.headers.authorization) ?? formAsker(form);
    const gives = behaviour.givesToken?.(asker, repository, counted(counts, 'token')) ?? true;
    return gives ? json({ token: `${asker}.${replica}`, access_token: `${asker}.${replica}` }) : errorOf(401, 'DENIED');
  }
  const [, repository = '', what = '', reference = ''] =
    /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(path) ?? [];
  const kind = kinds[what] ?? 'other';
  const { method = 'GET', headers } = request;
  const hasAuthorization = headers.authorization !== undefined;
  const asked: Request = { method, path, kind, repository, hasAuthorization, before: counted(counts, kind) };
  const said = behaviour.says?.(asked);
  if (said !== undefined) return said;
  const asker = askerOf(behaviour, headers.authorization, replica);
  if (typeof asker !== 'string') return challengeOf(behaviour, repository, headers.host, asker.error);
  const shown = kind === 'other' ? 'content' : behaviour.shows(asker, repository);
  if (shown === 'refused') return challengeOf(behaviour, repository, headers.host, 'insufficient_scope');
  if (shown === 'hidden') return errorOf(404, 'NAME_UNKNOWN');
  return contentOf(kind, images[repository], repository, reference);
}

const kinds: Readonly<Record<string, Request['kind']>> = { manifests: 'manifest', blobs: 'blob', tags: 'tags' };

function counted(counts: Map<string, number>, what: string): number {
  const before = counts.get(what) ?? 0;
  counts.set(what, before + 1);
  return before;
}

function basicAsker(header = ''): Asker | undefined {
  if (!header.startsWith('Basic ')) return undefined;
  const [, password] = Buffer.from(header.slice(6), 'base64').toString().split(':');
  return password === rightLogin.password ? 'right' : 'wrong';
}

function formAsker(form: URLSearchParams): Asker {
  if (!form.has('password')) return 'nobody';
  return form.get('password') === rightLogin.password ? 'right' : 'wrong';
}

/** Whom the header stands for; otherwise he has to say who he is, and what was wrong with what he said. */
function askerOf(
  { guard }: Behaviour,
  header: string | undefined,
  replica: number | undefined,
): Asker | { readonly error?: string } {
  if (guard === 'open') return 'nobody';
  if (guard === 'basic') return basicAsker(header) ?? {};
  const [, asker, key] = /^Bearer (right|wrong|nobody)\.(\d)$/.exec(header ?? '') ?? [];
  if (asker === undefined) return {};
  return key === String(replica) ? (asker as Asker) : { error: 'invalid_token' };
}

function challengeOf(
  { guard, page }: Behaviour,
  repository: string,
  host: string | undefined,
  error: string | undefined,
): Answer {
  const bearer = `Bearer realm="http://${host}/token",service="random",scope="repository:${repository}:pull"`;
  const challenge =
    guard === 'basic' ? 'Basic realm="x"' : `${bearer}${error === undefined ? '' : `,error="${error}"`}`;
  const refusal: Answer =
    page === true
      ? { status: 401, headers: { 'content-type': 'text/html' }, body: '<html>401</html>' }
      : errorOf(401, 'UNAUTHORIZED');
  return { ...refusal, headers: { ...refusal.headers, 'www-authenticate': challenge } };
}

function contentOf(kind: Request['kind'], image: Image | undefined, name: string, reference: string) {
  if (kind === 'other') return json({});
  if (kind === 'tags') return image === undefined ? json({ name, tags: ['2'] }) : json({ name, tags: ['1', '2'] });
  const all = image === undefined ? [] : [image, ...image.children];
  const found =
    kind === 'manifest'
      ? all.find(({ digest }, index) => digest === reference || (index === 0 && reference === '1'))
      : all.flatMap(({ blobs }) => blobs).find(({ digest }) => digest === reference);
  if (found === undefined) return errorOf(404, kind === 'manifest' ? 'MANIFEST_UNKNOWN' : 'BLOB_UNKNOWN');
  const type = 'mediaType' in found ? (found.mediaType as string) : 'application/octet-stream';
  const headers = { 'content-type': type, 'docker-content-digest': found.digest };
  return { status: 200, headers, bytes: found.bytes };
}

function json(content: object): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}

function say(request: IncomingMessage, response: ServerResponse, answer: Answer & { readonly bytes?: Buffer }): void {
  const bytes = answer.bytes ?? Buffer.from(answer.body ?? '');
  response.writeHead(answer.status, { 'content-length': bytes.length, ...answer.headers });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
