/** A registry behind a token server of its own, which knows one login. It says yes to every repository but those of `forbidden`. */
import { type ReceivedRequest, startServer, type TestServer } from './servers.ts';

export type LoginRegistry = {
  readonly url: string;
  /** Of each request that presented one, in order. */
  readonly passwords: () => readonly string[];
};

const digest = `sha256:${'0f'.repeat(32)}`;

/** Ends with the test. */
export async function startLoginRegistry(password: string): Promise<LoginRegistry> {
  const server: TestServer = await startServer((request, response) => {
    const { url, headers, body } = request;
    if (url.startsWith('/token')) {
      const isRight = passwordIn(request) === password && !`${url}${body}`.includes('forbidden');
      response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' });
      response.end(isRight ? '{"token":"t","access_token":"t"}' : '{}');
      return;
    }
    if (headers.authorization === 'Bearer t') {
      const type = 'application/vnd.oci.image.manifest.v1+json';
      response.writeHead(200, { 'content-type': type, 'docker-content-digest': digest, 'content-length': 500 }).end();
      return;
    }
    response.writeHead(401, { 'www-authenticate': `Bearer realm="http://127.0.0.1:${server.port}/token",service="x"` });
    response.end();
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    passwords: () => server.requests.flatMap((request) => passwordIn(request) ?? []),
  };
}

function passwordIn({ headers, body }: ReceivedRequest): string | undefined {
  const [, encoded] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? [];
  if (encoded === undefined) return new URLSearchParams(body).get('password') ?? undefined;
  return Buffer.from(encoded, 'base64').toString().split(':')[1];
}
