/** As much of an API server as `serve` cannot do without: Nodes, Namespaces, accounts. It has no other rights to give. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { facts } from '../reviews.ts';

export type ApiServer = {
  readonly kubeconfig: string;
  /** Nobody is answered, and connections end. */
  setDown: (isDown: boolean) => void;
  readonly close: () => void;
};

export async function startApiServer(): Promise<ApiServer> {
  let isDown = false;
  const nodes = facts.filter((fact) => 'kind' in fact && fact.kind === 'Node');
  const objectAt = (path: string): object | undefined => {
    if (path === '/api/v1/nodes') return listOf(nodes);
    if (path === '/api/v1/namespaces') return listOf([]);
    const [, namespace, resource, name] = /^\/api\/v1\/namespaces\/([^/]+)(?:\/([^/]+)\/([^/]+))?$/.exec(path) ?? [];
    if (namespace !== undefined && resource === undefined) return { kind: 'Namespace', metadata: { name: namespace } };
    return resource === 'serviceaccounts' ? { kind: 'ServiceAccount', metadata: { name, namespace } } : undefined;
  };
  const answer = ({ url = '', socket }: IncomingMessage, response: ServerResponse): void => {
    if (isDown) return void socket.destroy();
    const { pathname, searchParams } = new URL(url, 'http://api.test');
    const object = objectAt(pathname);
    response.writeHead(object === undefined ? 403 : 200, { 'content-type': 'application/json' });
    if (object !== undefined && searchParams.has('watch')) {
      response.flushHeaders();
      return;
    }
    response.end(JSON.stringify(object ?? { kind: 'Status', code: 403 }));
  };
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = {
    clusters: [{ name: 'bench', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'bench', user: { token: 'bench' } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  };
  return {
    kubeconfig: JSON.stringify(kubeconfig),
    setDown: (down) => {
      isDown = down;
      if (down) server.closeAllConnections();
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function listOf(items: readonly object[]): object {
  return { kind: 'List', metadata: { resourceVersion: '1' }, items };
}
