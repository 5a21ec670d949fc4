/**
 * A registry that has every repository and every tag, behind a token server, and counts what it is asked. Each tag is an
 * index of its own over two platforms; a tag that starts with `missing` is not there.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { buildImage, type Image, mediaTypes } from '../../tools/embedded-registry/image.ts';

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
};

export type Registry = {
  readonly url: string;
  /** Before each answer. */
  delayMs: number;
  /** `down`: connections end. `errors`: 503. `garbage`: 404 with a web page. */
  fault: 'down' | 'errors' | 'garbage' | undefined;
  /** `HEAD manifest` → how often, since they were taken last. */
  readonly takeCounts: () => Readonly<Record<string, number>>;
  /** From now on what is asked is kept. @returns what was, in order */
  readonly listenIn: () => () => readonly Asked[];
  /** Resolves when something is asked. */
  readonly nextRequest: () => Promise<void>;
  readonly close: () => void;
};

export async function startRegistry(): Promise<Registry> {
  const platform = buildImage({ os: 'linux', architecture: 'amd64' }, 'bench');
  const blobs = new Map([...platform.blobs, platform].map(({ digest, bytes }) => [digest, bytes]));
  /** Digest of an index that was resolved → what makes it different from others. */
  const marks = new Map<string, string>();
  let counts: Record<string, number> = {};
  let heard: Asked[] | undefined;
  let next = Promise.withResolvers<void>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request;
    const path = url.split('?', 1)[0] ?? '';
    request.resume();
    next.resolve();
    heard?.push({ method, path: url, headers: headersOf(request) });
    if (registry.delayMs > 0) await setTimeout(registry.delayMs);
    if (registry.fault === 'down') return void request.socket.destroy();
    if (registry.fault === 'errors') return void response.writeHead(503).end('upstream');
    if (registry.fault === 'garbage')
      return void response.writeHead(404, { 'content-type': 'text/html' }).end('<html>not found</html>');
    const say = (kind: string, status: number, headers: Record<string, string>, body: Buffer | string) => {
      counts[`${method} ${kind}`] = (counts[`${method} ${kind}`] ?? 0) + 1;
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      response.end(method === 'HEAD' ? undefined : body);
    };
    const json = { 'content-type': 'application/json' };
    if (path === '/token') return say('token', 200, json, '{"token":"t","expires_in":3600}');
    const [, repository = '', what = '', reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
    if (request.headers.authorization === undefined) {
      const challenge = `Bearer realm="${registry.url}/token",service="bench",scope="repository:${repository}:pull"`;
      return say('challenge', 401, { ...json, 'www-authenticate': challenge }, errorOf('UNAUTHORIZED'));
    }
    if (what === 'manifests' && reference.startsWith('missing'))
      return say('manifest 404', 404, json, errorOf('MANIFEST_UNKNOWN'));
    const kind = what === 'manifests' ? 'manifest' : 'blob';
    const mark = reference.startsWith('sha256:') ? marks.get(reference) : `${repository}:${reference}`;
    const bytes = blobs.get(reference) ?? (mark === undefined ? undefined : indexOf(mark, platform));
    if (bytes === undefined) return say(`${kind} 404`, 404, json, errorOf('MANIFEST_UNKNOWN'));
    const isIndex = mark !== undefined;
    const type = what === 'blobs' ? 'application/octet-stream' : isIndex ? mediaTypes.index : mediaTypes.manifest;
    const digest = digestOf(bytes);
    // Whoever reads a tag may go on by its digest.
    if (isIndex) marks.set(digest, mark);
    return say(kind, 200, { 'content-type': type, 'docker-content-digest': digest }, bytes);
  };
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  // Longer than anybody keeps a connection, so that none is closed under a request.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const registry: Registry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delayMs: 0,
    fault: undefined,
    takeCounts: () => {
      const taken = counts;
      counts = {};
      return taken;
    },
    listenIn: () => {
      heard = [];
      return () => {
        const taken = heard ?? [];
        heard = undefined;
        return taken;
      };
    },
    nextRequest: () => {
      next = Promise.withResolvers();
      return next.promise;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return registry;
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const { accept, authorization } = headers;
  return { ...(accept && { accept }), ...(authorization && { authorization }) };
}

function indexOf(mark: string, { digest, size, mediaType }: Image): Buffer {
  const manifests = ['amd64', 'arm64'].map((architecture) => ({
    mediaType,
    digest,
    size,
    platform: { os: 'linux', architecture },
  }));
  return Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, annotations: { mark }, manifests }),
  );
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function errorOf(code: string): string {
  return JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] });
}
