/** An API server on loopback, as far as a test scripts it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startServer, type TestServer } from './servers.ts';

export type ApiCall = {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** A text is sent as it is. */
  readonly reply: (status: number, body: unknown) => void;
  readonly response: ServerResponse;
};
/** What is not scripted stays unanswered. It ends with the test. */
export async function startApiServer(handle: (call: ApiCall) => void): Promise<TestServer> {
  return startServer(({ url, headers }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://api.test');
    handle({
      path: pathname,
      query: searchParams,
      headers,
      reply: (status, body) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      },
      response,
    });
  });
}

/** A file with one context, `test`. */
export function writeKubeconfig(cluster: object, user: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'pullgate-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'kubeconfig');
  writeFileSync(path, JSON.stringify(kubeconfigOf(cluster, user)));
  return path;
}

function kubeconfigOf(cluster: object, user: object): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  };
}

/** The Status that an API server answers with when it fails. */
export function aStatus(code: number, reason: string): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'no', reason, code };
}

export function aListPage(items: readonly unknown[], resourceVersion: string, token?: string): object {
  return { kind: 'List', metadata: { resourceVersion, ...(token !== undefined && { continue: token }) }, items };
}
