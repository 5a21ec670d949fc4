/**
 * A registry in memory that speaks as much of the distribution specification as a pull needs: for the demonstration, for
 * tests that want an ordinary registry, and for benchmarks. It counts what it is asked.
 */
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Blob, Image } from './image.ts';

export type Access =
  | { readonly kind: 'open' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** A token server of its own at `/token`. Without a login it gives tokens for public repositories only. */
  | {
      readonly kind: 'token';
      readonly username: string;
      readonly password: string;
      readonly publicRepositories: readonly string[];
    };

/** What a script says instead of the registry. Without a body the answer is empty. */
export type ScriptedAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};

export type RegistrySettings = {
  readonly access?: Access;
  /** Repositories that are guarded otherwise than the rest. */
  readonly accessOf?: (repository: string) => Access | undefined;
  /** Asked before the registry answers for itself. */
  readonly script?: (request: Omit<Asked, 'status'>) => ScriptedAnswer | undefined;
  /** Further headers of what the registry answers for itself. */
  readonly headersFor?: (request: Omit<Asked, 'status'>) => Readonly<Record<string, string>>;
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly delayMs?: number;
  /** Without it a free port of 127.0.0.1. */
  readonly listen?: { readonly address: string; readonly port: number };
  /** The name that clients know it by, `registry.test`; without it the address. */
  readonly knownAs?: string;
};

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly kind: 'manifest' | 'blob' | 'tags' | 'token' | 'other';
  readonly headers: IncomingHttpHeaders;
  readonly status: number;
};

export type EmbeddedRegistry = {
  /** `127.0.0.1:41234` */
  readonly host: string;
  readonly url: string;
  readonly push: (repository: string, tag: string, image: Image) => void;
  readonly asked: readonly Asked[];
  readonly forgetAsked: () => void;
  readonly close: () => Promise<void>;
};

type Repository = {
  readonly tags: Map<string, Image>;
  readonly manifests: Map<string, Image>;
  readonly blobs: Map<string, Blob>;
};

export async function startRegistry(settings: RegistrySettings = {}): Promise<EmbeddedRegistry> {
  const repositories = new Map<string, Repository>();
  const asked: Asked[] = [];
  const listener: RequestListener = (request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const server = settings.tls === undefined ? createHttpServer(listener) : createHttpsServer(settings.tls, listener);
  await new Promise<void>((resolve) => {
    server.listen(settings.listen?.port ?? 0, settings.listen?.address ?? '127.0.0.1', resolve);
  });
  const bound = server.address() as AddressInfo;
  const host = settings.knownAs ?? `${bound.address}:${bound.port}`;
  const url = `${settings.tls === undefined ? 'http' : 'https'}://${host}`;
  const guardFor = (repository: string) =>
    guardOf(settings.accessOf?.(repository) ?? settings.access ?? { kind: 'open' }, url);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', url);
    const method = request.method ?? 'GET';
    if (settings.delayMs !== undefined) await setTimeout(settings.delayMs);
    const kind = kindOf(path);
    const { headers } = request;
    response.once('close', () => asked.push({ method, path, kind, headers, status: response.statusCode }));
    const heard = { method, path, kind, headers };
    const scripted = settings.script?.(heard);
    if (scripted !== undefined) return sayScripted(response, scripted);
    response.setHeaders(new Map(Object.entries(settings.headersFor?.(heard) ?? {})));
    if (kind === 'token') {
      const form = new URLSearchParams(await bodyOf(request));
      return guardFor(repositoryIn(query.get('scope') ?? form.get('scope'))).answerToken(form, request, response);
    }
    const [, name = '', what = '', reference = ''] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(path) ?? [];
    const guard = guardFor(name);
    if (!guard.admits(request, name)) return guard.challenge(name, response);
    if (path === '/v2/') return sayJson(response, 200, {});
    const repository = repositories.get(name);
    if (repository === undefined) return sayError(response, 404, 'NAME_UNKNOWN');
    if (what === 'tags') return sayJson(response, 200, { name, tags: [...repository.tags.keys()] });
    if (what === 'blobs') return sayBlob(method, response, repository.blobs.get(reference));
    return sayManifest(method, response, repository.tags.get(reference) ?? repository.manifests.get(reference));
  }

  return {
    host,
    url,
    asked,
    push: (name, tag, image) => {
      const repository = repositories.get(name) ?? { tags: new Map(), manifests: new Map(), blobs: new Map() };
      repositories.set(name, repository);
      repository.tags.set(tag, image);
      store(repository, image);
    },
    forgetAsked: () => {
      asked.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function store(repository: Repository, image: Image): void {
  repository.manifests.set(image.digest, image);
  for (const blob of image.blobs) repository.blobs.set(blob.digest, blob);
  for (const child of image.children) store(repository, child);
}

/** `repository:team/app:pull` → `team/app` */
function repositoryIn(scope: string | null): string {
  return scope?.split(':')[1] ?? '';
}

function kindOf(path: string): Asked['kind'] {
  if (path === '/token') return 'token';
  if (path.includes('/manifests/')) return 'manifest';
  if (path.includes('/blobs/')) return 'blob';
  return path.endsWith('/tags/list') ? 'tags' : 'other';
}

type Guard = {
  readonly admits: (request: IncomingMessage, repository: string) => boolean;
  readonly challenge: (repository: string, response: ServerResponse) => void;
  readonly answerToken: (form: URLSearchParams, request: IncomingMessage, response: ServerResponse) => void;
};

function guardOf(access: Access, url: string): Guard {
  switch (access.kind) {
    case 'open':
      return {
        admits: () => true,
        challenge: () => {},
        answerToken: (_form, _request, response) => sayError(response, 404, 'UNSUPPORTED'),
      };
    case 'basic': {
      const expected = basicOf(access);
      return {
        admits: ({ headers }) => headers.authorization === expected,
        challenge: (_repository, response) => refuse(response, 'Basic realm="embedded"'),
        answerToken: (_form, _request, response) => sayError(response, 404, 'UNSUPPORTED'),
      };
    }
    case 'token': {
      const isKnown = (form: URLSearchParams, { headers }: IncomingMessage) =>
        headers.authorization === basicOf(access) ||
        (form.get('username') === access.username && form.get('password') === access.password);
      return {
        admits: ({ headers }, repository) =>
          headers.authorization === 'Bearer of-a-user' ||
          (headers.authorization === 'Bearer of-nobody' && access.publicRepositories.includes(repository)),
        challenge: (repository, response) =>
          refuse(response, `Bearer realm="${url}/token",service="embedded",scope="repository:${repository}:pull"`),
        answerToken: (form, request, response) => {
          const presentsLogin = request.headers.authorization !== undefined || form.has('username');
          if (presentsLogin && !isKnown(form, request)) return sayError(response, 401, 'UNAUTHORIZED');
          const token = presentsLogin ? 'of-a-user' : 'of-nobody';
          return sayJson(response, 200, { token, access_token: token, expires_in: 300 });
        },
      };
    }
  }
}

function basicOf({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function refuse(response: ServerResponse, challenge: string): void {
  response.setHeader('www-authenticate', challenge);
  sayError(response, 401, 'UNAUTHORIZED');
}

function sayScripted(response: ServerResponse, { status, headers = {}, body = '' }: ScriptedAnswer): void {
  const length = 'transfer-encoding' in headers ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...length, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function sayManifest(method: string, response: ServerResponse, image: Image | undefined): void {
  if (image === undefined) sayError(response, 404, 'MANIFEST_UNKNOWN');
  else say(method, response, { 'content-type': image.mediaType, 'docker-content-digest': image.digest }, image.bytes);
}

function sayBlob(method: string, response: ServerResponse, blob: Blob | undefined): void {
  const type = { 'content-type': 'application/octet-stream' };
  if (blob === undefined) sayError(response, 404, 'BLOB_UNKNOWN');
  else say(method, response, { ...type, 'docker-content-digest': blob.digest }, blob.bytes);
}

function say(method: string, response: ServerResponse, headers: Record<string, string>, bytes: Buffer): void {
  response.writeHead(200, { ...headers, 'content-length': bytes.length });
  response.end(method === 'HEAD' ? undefined : bytes);
}

function sayError(response: ServerResponse, status: number, code: string): void {
  sayJson(response, status, { errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] });
}

function sayJson(response: ServerResponse, status: number, content: object): void {
  const body = JSON.stringify(content);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
