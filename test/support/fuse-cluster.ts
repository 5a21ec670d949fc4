/** A real HTTP server that keeps the ConfigMap of the fuse as an API server does, for replicas of pullgate that share it. */
import { type FuseObject, fuseObjectIn } from '../../src/sources/cluster/fuse-object.ts';
import { aStatus, openTestApi } from './api-server.ts';
import { startServer } from './servers.ts';

type ConfigMap = {
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
  readonly data?: Readonly<Record<string, string>>;
};

const collection = '/api/v1/namespaces/pullgate/configmaps';
const path = `${collection}/pullgate-fuse`;

export type FuseCluster = {
  /** What is kept; may be edited and deleted by a test. */
  readonly stored: { object: ConfigMap | undefined };
  /** Methods for which the right is missing. */
  readonly refused: Set<string>;
  readonly aReplica: () => FuseObject;
  readonly methods: () => readonly string[];
};

/** It ends with the test. */
export async function startFuseCluster(...refuses: readonly string[]): Promise<FuseCluster> {
  const stored: { object: ConfigMap | undefined } = { object: undefined };
  let version = 0;
  const refused = new Set(refuses);
  const store = (object: ConfigMap): ConfigMap => {
    version += 1;
    stored.object = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    return stored.object;
  };
  const answerTo = (method: string, url: string, body: string): readonly [status: number, value: unknown] => {
    if (refused.has(method)) return [403, aStatus(403, 'Forbidden')];
    if (method === 'POST' && url === collection)
      return stored.object === undefined
        ? [201, store(JSON.parse(body) as ConfigMap)]
        : [409, aStatus(409, 'AlreadyExists')];
    if (url !== path || stored.object === undefined) return [404, aStatus(404, 'NotFound')];
    if (method === 'GET') return [200, stored.object];
    const written = JSON.parse(body) as ConfigMap;
    return written.metadata.resourceVersion === String(version)
      ? [200, store(written)]
      : [409, aStatus(409, 'Conflict')];
  };
  const server = await startServer(({ method, url, body }, response) => {
    const [status, value] = answerTo(method, url, body);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  });
  return {
    stored,
    refused,
    aReplica: () => fuseObjectIn(openTestApi(`http://127.0.0.1:${server.port}`), 'pullgate'),
    methods: () => server.requests.map(({ method }) => method),
  };
}
