import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openApi } from '../../../src/sources/cluster/api.ts';
import { rewritersIn } from '../../../src/sources/cluster/rewriters.ts';
import { startServer } from '../../support/servers.ts';

const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' };
const zarf = { metadata: { name: 'zarf' }, webhooks: [{ name: 'agent-pod.zarf.dev', rules: [rule] }] };
const istio = { metadata: { name: 'istio-sidecar-injector' }, webhooks: [{ name: 'istio.io', rules: [rule] }] };
const denied = { unseenRewriters: 'grant pullgate list on mutatingwebhookconfigurations' };

type Reply = (response: ServerResponse) => void;

function listing(...items: readonly unknown[]): Reply {
  return (response) => response.end(JSON.stringify({ kind: 'MutatingWebhookConfigurationList', items }));
}

function failing(status: number): Reply {
  return (response) => response.writeHead(status).end(JSON.stringify({ kind: 'Status', code: status }));
}

/** An API server that answers with each of the replies in turn, and with the last one from then on. */
async function scene(...replies: readonly Reply[]) {
  const server = await startServer((_request, response) => {
    (replies[server.requests.length - 1] ?? replies.at(-1))?.(response);
  });
  const clock = { ms: 0 };
  const seen = rewritersIn(await apiAt(server.port), () => clock.ms);
  return { seen: (signal = AbortSignal.timeout(10_000)) => seen(signal), clock, requests: server.requests };
}

async function apiAt(port: number) {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-rewriters-'));
  const kubeconfigPath = join(directory, 'kubeconfig');
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'test', user: {} }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  };
  await writeFile(kubeconfigPath, JSON.stringify(kubeconfig));
  const api = openApi({ kubeconfigPath });
  onTestFinished(async () => {
    api.close();
    await rm(directory, { recursive: true });
  });
  return api;
}

describe('what is installed', () => {
  test('is named after one list', async () => {
    const { seen, requests } = await scene(listing(istio, zarf));

    expect(await seen()).toEqual({ rewriter: 'Zarf' });
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([`GET ${path}?limit=500`]);
  });

  test('may be no rewriter, or nothing at all', async () => {
    expect(await (await scene(listing(istio))).seen()).toEqual({});
    expect(await (await scene(listing())).seen()).toEqual({});
  });

  test('is seen beside objects that cannot be understood', async () => {
    const { seen } = await scene(listing('x', undefined, { metadata: {} }, { ...zarf, webhooks: {} }, zarf));

    expect(await seen()).toEqual({ rewriter: 'Zarf' });
  });
});

describe('what cannot be seen', () => {
  test.each<readonly [string, Reply, string]>([
    ['without the right', failing(403), denied.unseenRewriters],
    ['at a server that fails', failing(500), 'the API server answers 500'],
    ['at a server without the resource', failing(404), 'the API server answers 404'],
    ['on a connection that breaks', (response) => response.destroy(), 'the API server does not answer: ECONNRESET'],
    [
      'in a list that is none',
      (response) => response.end('{"kind":"Status","items":"none"}'),
      'the list of mutatingwebhookconfigurations is invalid',
    ],
  ])('%s', async (_name, reply, unseenRewriters) => {
    expect(await (await scene(reply)).seen()).toEqual({ unseenRewriters });
  });

  test('in an answer that does not come: after a second and a half', async () => {
    const { seen } = await scene(() => {});
    const { signal } = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
    onTestFinished(() => timeout.mockRestore());

    expect((await seen(signal)).unseenRewriters).toMatch(/^the API server does not answer: /);
    expect(timeout).toHaveBeenCalledWith(1_500);
  });
});

describe('it is asked', () => {
  test('once a minute, whatever it said', async () => {
    const { seen, clock, requests } = await scene(listing(zarf), listing());

    await seen();
    clock.ms = 59_999;
    expect(await seen()).toEqual({ rewriter: 'Zarf' });
    expect(requests).toHaveLength(1);
    clock.ms = 60_000;
    expect(await seen()).toEqual({});
    expect(requests).toHaveLength(2);
  });

  test('again after ten seconds where it could not be seen', async () => {
    const { seen, clock, requests } = await scene(failing(403), listing(zarf));

    expect(await seen()).toEqual(denied);
    clock.ms = 9_999;
    expect(await seen()).toEqual(denied);
    expect(requests).toHaveLength(1);
    clock.ms = 10_000;
    expect(await seen()).toEqual({ rewriter: 'Zarf' });
  });

  test('once for all who wait', async () => {
    const { seen, requests } = await scene(listing(zarf));

    expect(await Promise.all([seen(), seen()])).toEqual([{ rewriter: 'Zarf' }, { rewriter: 'Zarf' }]);
    expect(requests).toHaveLength(1);
  });
});

test('who cannot wait has an answer at once, and the others theirs', async () => {
  const waiting: ServerResponse[] = [];
  const { seen, requests } = await scene((response) => {
    waiting.push(response);
  });
  const hurried = new AbortController();
  const patient = seen();
  const impatient = seen(hurried.signal);
  hurried.abort();

  const late = { unseenRewriters: 'the API server does not answer before the deadline' };
  expect(await impatient).toEqual(late);
  expect(await seen(hurried.signal)).toEqual(late);
  await expect.poll(() => waiting.length).toBeGreaterThan(0);
  for (const response of waiting) listing(zarf)(response);
  expect(await patient).toEqual({ rewriter: 'Zarf' });
  expect(await seen(hurried.signal)).toEqual({ rewriter: 'Zarf' });
  expect(requests).toHaveLength(1);
});
