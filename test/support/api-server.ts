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
  readonly reply: (status: number, body: unknown, headers?: Readonly<Record<string, string>>) => void;
  readonly response: ServerResponse;
};

/** What an API server would answer; all that the tests do not script stays unanswered. It ends with the test. */
export async function startApiServer(handle: (call: ApiCall) => void): Promise<TestServer> {
  return startServer(({ url, headers }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://api.test');
    handle({
      path: pathname,
      query: searchParams,
      headers,
      reply: (status, body, more = {}) => {
        response.writeHead(status, { 'content-type': 'application/json', ...more });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      },
      response,
    });
  });
}

/** A file with one context, `test`. */
export function writeKubeconfig(cluster: object, user: object = {}, context: object = {}): string {
  return writeTestFile(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster }],
      users: [{ name: 'test', user }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', ...context } }],
      'current-context': 'test',
    }),
  );
}

function writeTestFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pullgate-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file');
  writeFileSync(file, text);
  return file;
}

/** The Status that an API server answers with when it fails. */
export function aStatus(code: number, reason: string, message = `${reason} of the server`): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

export function aListPage(items: readonly unknown[], resourceVersion: string, token?: string): object {
  return { kind: 'List', metadata: { resourceVersion, ...(token && { continue: token }) }, items };
}
