/** An API server on loopback, as far as a test scripts it, and pullgate's own way to it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Api, openApi } from '../../src/sources/cluster/api.ts';
import { startServer, type TestServer } from './servers.ts';

export type ApiCall = {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly isWatch: boolean;
  /** A text is sent as it is. */
  readonly reply: (status: number, body: unknown) => void;
  /** Begins a watch: each event is a line. */
  readonly stream: () => WatchStream;
  readonly response: ServerResponse;
};
export type WatchStream = {
  readonly send: (type: string, object: unknown) => void;
  readonly sendRaw: (text: string) => void;
  readonly end: () => void;
  /** As a machine that loses its power does. */
  readonly cut: () => void;
  readonly isOpen: () => boolean;
};

/** What is not scripted stays unanswered. It ends with the test. */
export async function startApiServer(handle: (call: ApiCall) => void): Promise<TestServer & { readonly api: Api }> {
  const server = await startServer(({ url, headers }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://api.test');
    handle({
      path: pathname,
      query: searchParams,
      headers,
      isWatch: searchParams.get('watch') === 'true',
      reply: (status, body) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      },
      stream: () => streamTo(response),
      response,
    });
  });
  return { ...server, api: openTestApi(`http://127.0.0.1:${server.port}`) };
}

function streamTo(response: ServerResponse): WatchStream {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  return {
    send: (type, object) => response.write(`${JSON.stringify({ type, object })}\n`),
    sendRaw: (text) => response.write(text),
    end: () => response.end(),
    cut: () => response.destroy(),
    isOpen: () => !response.destroyed && !response.writableEnded,
  };
}

/** It is closed with the test. */
export function openTestApi(server: string, cluster: object = {}, user: object = {}): Api {
  const api = openApi({ kubeconfigPath: writeKubeconfig({ server, ...withoutTls(server), ...cluster }, user) });
  onTestFinished(() => api.close());
  return api;
}

function withoutTls(server: string): object {
  return server.startsWith('http:') ? { 'insecure-skip-tls-verify': true } : {};
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

/** Aborted when the test ends. */
export function signalOfTest(): AbortSignal {
  const ends = new AbortController();
  onTestFinished(() => ends.abort());
  return ends.signal;
}
