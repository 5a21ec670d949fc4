/** The webhook from its flags to its end. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startRegistry } from '../../../tools/embedded-registry/registry.ts';
import { aNode, aPod } from '../../support/api-objects.ts';
import { startApiServer, writeKubeconfig } from '../../support/api-server.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { runPullgate } from '../../support/check.ts';
import { callServe, reviewText, startServe } from '../../support/serve.ts';
import { heldAnswers, startServer, startTcpServer } from '../../support/servers.ts';

let directory: string;
let worldPath: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pullgate-life-'));
  worldPath = join(directory, 'world.yaml');
  await writeFile(worldPath, JSON.stringify(aNode()));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

const configuration = {
  mode: 'enforce',
  assume: { nodeCredentials: 'none', facts: 'complete' },
  egress: { allow: ['127.0.0.1'] },
};

function requestFor(image: string) {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  return { uid: 'u-1', kind, namespace: 'shop', name: 'web', operation: 'CREATE', object: aPod({ images: [image] }) };
}

function get(url: string) {
  return new Promise<{ readonly status: number; readonly body: string }>((resolve, reject) => {
    const call = request(url, { agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    call.on('error', reject);
    call.end();
  });
}

test('it says where it listens, answers for its health, and ends when told to', async () => {
  const registry = await startRegistry();
  const serve = await startServe({
    configuration,
    facts: [aNode()],
    registries: { 'registry.example.com': registry.url },
  });
  expect(serve.log.filter(({ msg }) => msg === 'listening')).toEqual([
    { level: 'info', time: expect.any(String) as string, msg: 'listening', url: serve.url },
    { level: 'info', time: expect.any(String) as string, msg: 'listening', url: serve.opsUrl },
  ]);
  expect([serve.url, serve.opsUrl]).toEqual([
    expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  ]);
  expect(await get(`${serve.opsUrl}/healthz`)).toEqual({ status: 200, body: 'ok\n' });
  expect(await get(`${serve.opsUrl}/readyz`)).toEqual({ status: 200, body: 'ok\n' });
  const body = 'only /healthz, /readyz and /metrics are served on this port\n';
  expect(await get(`${serve.opsUrl}/elsewhere`)).toEqual({ status: 404, body });
  expect(await get(`${serve.opsUrl}/%zz`)).toEqual({ status: 400, body });

  await serve.review(requestFor('registry.example.com/app:1'));
  const { body: metrics } = await get(`${serve.opsUrl}/metrics`);
  const lines = metrics.split('\n');
  const sampleOf = (name: string) =>
    lines
      .find((line) => line.startsWith(name))
      ?.slice(name.length)
      .trim();
  expect(
    sampleOf(
      'pullgate_reviews_total{door="serve",operation="CREATE",kind="Pod",verdict="deny",mode="enforce",dry_run="false",action="deny"}',
    ),
  ).toBe('1');
  expect(sampleOf('pullgate_review_duration_seconds_count')).toBe('1');
  expect(sampleOf('pullgate_findings_total{code="manifest-not-found",certainty="certain",door="serve"}')).toBe('1');
  const asked = `registry="${registry.host}"`;
  expect(Number(sampleOf(`pullgate_registry_requests_total{${asked},method="HEAD",status="404"}`))).toBeGreaterThan(0);
  expect(Number(sampleOf('pullgate_registry_request_duration_seconds_count'))).toBeGreaterThan(0);
  expect(sampleOf(`pullgate_registry_up{${asked}}`)).toBe('1');
  expect(sampleOf('pullgate_build_info{version="0.1.0"}')).toBe('1');
  const expiresAt = 1000 * Number(sampleOf('pullgate_certificate_expiry_timestamp_seconds'));
  expect(new Date(expiresAt).getTime()).toBeGreaterThan(Date.parse(String(serve.log[0]?.time)));

  expect(await serve.end()).toBe(0);
  expect(serve.log.slice(-2)).toMatchObject([{ msg: 'leaving', signal: 'SIGTERM' }, { msg: 'left' }]);
  await registry.close();
});

test('a review under way is answered before it ends, on a connection that closes', async () => {
  const { handle, waiting, release } = heldAnswers();
  const held = await startServer(handle);
  const serve = await startServe({
    configuration,
    facts: [aNode()],
    registries: { 'held.example.com': `http://127.0.0.1:${held.port}` },
  });
  const body = reviewText(requestFor('held.example.com/app:1'));
  const reply = serve.call({ path: '/validate?timeout=30s', body });
  await expect.poll(waiting).toBe(1);
  const exitCode = serve.end();
  await expect.poll(() => serve.log.some(({ msg }) => msg === 'leaving')).toBe(true);
  release();
  const { status, headers, body: answer } = await reply;
  expect({ status, connection: headers.connection }).toEqual({ status: 200, connection: 'close' });
  expect(answer).toContain('"allowed":true');
  expect(await exitCode).toBe(0);
});

test('after an error of its own it answers what is under way, and ends for a fresh process to take over', async () => {
  const { handle, waiting, release } = heldAnswers();
  const held = await startServer(handle);
  const serve = await startServe({
    configuration,
    facts: [aNode()],
    registries: { 'held.example.com': `http://127.0.0.1:${held.port}` },
    environment: {
      NODE_OPTIONS: '--import data:text/javascript,process.once(`SIGUSR2`,()=>{throw(new(Error)(`forced`))})',
    },
  });
  const body = reviewText(requestFor('held.example.com/app:1'));
  const reply = serve.call({ path: '/validate?timeout=30s', body });
  await expect.poll(waiting).toBe(1);
  serve.signal('SIGUSR2');
  await expect.poll(() => serve.log.some(({ msg }) => msg === 'leaving')).toBe(true);
  release();

  expect(JSON.parse((await reply).body)).toMatchObject({ response: { allowed: true } });
  expect(await serve.ended).toBe(3);
  await serve.end();
  expect(serve.log.find(({ msg }) => msg === 'internal error, please report it')).toMatchObject({
    level: 'fatal',
    error: expect.stringContaining('Error: forced'),
  });
});

describe('help', () => {
  test('names every flag, and nothing is started', async () => {
    let output = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      output += String(text);
      return true;
    });
    const ended = await callServe(['--help']).finally(() => write.mockRestore());
    expect(ended).toEqual({ exitCode: 0, errors: '' });
    for (const known of ['config', 'listen', 'ops-listen', 'tls-cert', 'tls-key', 'ca-out', 'facts'])
      expect(output).toContain(`--${known} `);
  });
});

const path = (name: string) => join(directory, name);

/** Of a start that fails before it listens. */
async function failed(args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  for (const [name, content] of Object.entries(files)) await writeFile(path(name), content);
  return callServe(args);
}

describe('bad usage ends it with code 2, and says why', () => {
  const hint = 'Run "pullgate serve --help" for its flags.';

  test.each([
    {
      args: ['--kubeconfig', 'nowhere'],
      problem:
        'pullgate serve: cannot locate the API server: cannot read nowhere (ENOENT); set --kubeconfig, or give files with --facts',
      hinted: true,
    },
    {
      args: ['--facts', 'world', '--listen', '8443'],
      problem: 'pullgate serve: --listen "8443" is not ADDR:PORT, such as 127.0.0.1:8443 or :8443',
      hinted: false,
    },
    {
      args: ['--facts', 'world', '--listn', ':8443'],
      problem: 'pullgate serve: unknown flag --listn; did you mean --listen?',
      hinted: true,
    },
    {
      args: ['--facts', 'world', '--tls-cert', 'tls.crt'],
      problem: 'pullgate serve: --tls-cert needs --tls-key',
      hinted: true,
    },
  ])('$args', async ({ args, problem, hinted }) => {
    expect(await failed(args)).toEqual({
      exitCode: 2,
      errors: hinted ? `${problem}\n${hint}\n` : `${problem}\n`,
    });
  });

  test('a configuration with a mistyped key', async () => {
    const config = 'apiVersion: pullgate.dev/v1alpha1\nkind: Configuration\nmod: warn\n';
    const { exitCode, errors } = await failed(['--facts', worldPath, '--config', path('config.yaml')], {
      'config.yaml': config,
    });
    expect(exitCode).toBe(2);
    expect(errors).toMatch(/^pullgate serve: .*config\.yaml.*\bmod\b.*mode/);
  });

  test('facts that are not there', async () => {
    const { exitCode, errors } = await failed(['--facts', path('nothing.yaml')]);
    expect({ exitCode, errors }).toEqual({
      exitCode: 2,
      errors: `pullgate serve: ${path('nothing.yaml')}: does not exist; check the path\n${hint}\n`,
    });
  });

  test('facts that do not parse', async () => {
    const { exitCode, errors } = await failed(['--facts', path('broken.yaml')], { 'broken.yaml': 'a: [' });
    expect(exitCode).toBe(2);
    expect(errors.startsWith(`pullgate serve: ${path('broken.yaml')}:1: `)).toBe(true);
  });

  test('a CA that cannot be written', async () => {
    const caPath = path('no-such-directory/ca.crt');
    expect(await failed(['--facts', worldPath, '--ca-out', caPath])).toEqual({
      exitCode: 2,
      errors: `pullgate serve: --ca-out: cannot write ${caPath} (ENOENT)\n${hint}\n`,
    });
  });

  test('a key of another certificate', async () => {
    const authority = await makeAuthority('test');
    const [one, other] = [await authority.issue({ names: ['a'] }), await authority.issue({ names: ['a'] })];
    const args = ['--facts', worldPath, '--tls-cert', path('tls.crt'), '--tls-key', path('tls.key')];
    expect(await failed(args, { 'tls.crt': one.certificate, 'tls.key': other.privateKey })).toEqual({
      exitCode: 2,
      errors: `pullgate serve: ${path('tls.key')} is not the key of ${path('tls.crt')}\n${hint}\n`,
    });
  });

  test.each([
    { taken: 'listen', other: 'ops-listen' },
    { taken: 'ops-listen', other: 'listen' },
  ])('a port for --$taken that is taken', async ({ taken, other }) => {
    const { port } = await startTcpServer(() => {});
    const args = ['--facts', worldPath, `--${taken}`, `127.0.0.1:${port}`, `--${other}`, '127.0.0.1:0'];
    const { exitCode, output } = await runPullgate(['serve', ...args]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(output.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      level: 'fatal',
      problems: [`--${taken}: cannot listen on 127.0.0.1 port ${port} (EADDRINUSE)`],
      msg: 'cannot start',
    });
  });
});

test('what fails after the cluster was opened ends the process, although the cluster is watched', async () => {
  const { port } = await startApiServer(({ isWatch, reply, stream }) => {
    if (isWatch) stream();
    else reply(200, { kind: 'List', metadata: { resourceVersion: '1' }, items: [] });
  });
  const kubeconfig = writeKubeconfig({ server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true });
  const weak = await (await makeAuthority('test')).issue({ names: ['a'], key: 'RSA-1024' });
  const [cert, key] = [join(directory, 'weak.crt'), join(directory, 'weak.key')];
  await writeFile(cert, weak.certificate);
  await writeFile(key, weak.privateKey);
  const anyPort = ['--listen', '127.0.0.1:0', '--ops-listen', '127.0.0.1:0'];
  const args = ['serve', '--kubeconfig', kubeconfig, '--tls-cert', cert, '--tls-key', key, ...anyPort];
  const { exitCode, output, errors } = await runPullgate(args);

  // A collector of logs reads them: what ends the start is a line like the others.
  const lines = output.trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    level: 'fatal',
    msg: 'cannot start',
    problems: [expect.stringMatching(/weak\.crt cannot be served: .*key too small$/)],
  });
  expect({ exitCode, errors }).toEqual({ exitCode: 2, errors: '' });
});

test('the log begins with the version and the digest of the configuration', async () => {
  const serve = await startServe({ facts: [aNode()], registries: { 'registry.example.com': 'http://127.0.0.1:1' } });
  expect(serve.log[0]).toMatchObject({
    level: 'info',
    msg: 'starting',
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  });
  await serve.end();
});
