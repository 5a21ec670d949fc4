/** The token service that distribution trusts: GET and POST /token, RS256. A stranger gets a token without rights. */
import { createSign, generateKeyPairSync, randomUUID, webcrypto, X509Certificate } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as x509 from '@peculiar/x509';
import type { Authority } from '../support/certificates.ts';

export type Login = { readonly username: string; readonly password: string };
export type TokenServer = {
  readonly host: string;
  /** PEM of the key that signs tokens. */
  readonly certificate: string;
  readonly close: () => Promise<void>;
};

export async function startTokenServer(authority: Authority, login: Login): Promise<TokenServer> {
  const signer = await makeSigner();
  const { certificate: cert, privateKey: key } = await authority.issue({ names: ['127.0.0.1'] });
  const answer: RequestListener = (request, response) => {
    void answerToken(request, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const answerToken = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const isPost = request.method === 'POST';
    const asked = isPost ? new URLSearchParams(body) : new URL(request.url ?? '/', 'https://token').searchParams;
    const basic = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
    const presented = isPost ? `${asked.get('username')}:${asked.get('password')}` : basic;
    if (presented !== '' && presented !== `${login.username}:${login.password}`)
      return response.writeHead(401).end('{}');
    const scopes = asked.getAll('scope').flatMap((scope) => scope.split(' '));
    const access = presented === '' ? [] : scopes.map(pullOnly);
    const token = signer.sign({ aud: asked.get('service') ?? '', sub: login.username, access });
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify({ token, access_token: token, expires_in: 300 }));
  };
  const server = createServer({ cert, key }, answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate: signer.certificate,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function pullOnly(scope: string) {
  const [type = '', name = '', actions = ''] = scope.split(':');
  return { type, name, actions: actions.split(',').filter((action) => action === 'pull' || action === 'push') };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function makeSigner() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const keys = {
    privateKey: await webcrypto.subtle.importKey(
      'pkcs8',
      privateKey.export({ type: 'pkcs8', format: 'der' }),
      algorithm,
      true,
      ['sign'],
    ),
    publicKey: await webcrypto.subtle.importKey(
      'spki',
      publicKey.export({ type: 'spki', format: 'der' }),
      algorithm,
      true,
      ['verify'],
    ),
  };
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=tokens',
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 24 * 60 * 60 * 1000),
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const certificate = root.toString('pem');
  const header = { typ: 'JWT', alg: 'RS256', x5c: [new X509Certificate(certificate).raw.toString('base64')] };
  return {
    certificate,
    sign: (claims: object): string => {
      const now = Math.floor(Date.now() / 1000);
      const times = { iss: 'token.test', iat: now, nbf: now - 10, exp: now + 300, jti: randomUUID() };
      const text = `${encode(header)}.${encode({ ...times, ...claims })}`;
      return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
    },
  };
}
