/** F4, F5: certificates that change under load, are half written, or have expired. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { allowed } from '../../src/entrypoints/serve/admission-response.ts';
import { makeApp } from '../../src/entrypoints/serve/app.ts';
import { readCertificates } from '../../src/entrypoints/serve/certificates.ts';
import { keepCertificates } from '../../src/entrypoints/serve/keep-certificates.ts';
import { openLog } from '../../src/telemetry/log.ts';
import { openMetrics } from '../../src/telemetry/metrics.ts';
import { aRequest } from '../entrypoints/serve/requests.ts';
import { type KeyPair, makeAuthority } from '../support/certificates.ts';
import { callServe, reviewText } from '../support/serve.ts';

const authority = await makeAuthority('F4');
const one = await authority.issue({ names: ['localhost'], commonName: 'one' });
const other = await authority.issue({ names: ['localhost'], commonName: 'other' });
const expired = await authority.issue({ names: ['localhost'], expired: true });

let directory: string;
let paths: { readonly certPath: string; readonly keyPath: string };
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pullgate-test-'));
  paths = { certPath: join(directory, 'tls.crt'), keyPath: join(directory, 'tls.key') };
});
afterAll(() => rm(directory, { recursive: true }));

async function put(cert: string, key: string): Promise<void> {
  await writeFile(paths.certPath, cert);
  await writeFile(paths.keyPath, key);
}

const putPair = ({ certificate, privateKey }: KeyPair) => put(certificate, privateKey);

async function start() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  await putPair(one);
  const read = await readCertificates(paths.certPath, paths.keyPath);
  if (!read.ok) throw new Error(read.reason);
  const { certificates } = read;
  const settings = { certificates, deadlineMsNow: () => 4000, isLeaving: () => false };
  const app = makeApp(async ({ uid }) => allowed(uid), settings);
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const log = openLog();
  log.level = 'silent';
  const warnings: unknown[] = [];
  vi.spyOn(log, 'warn').mockImplementation((said: unknown) => void warnings.push(said));
  const server = app.server as unknown as Parameters<typeof keepCertificates>[0];
  onTestFinished(keepCertificates(server, { ...paths, served: certificates, log, metrics: openMetrics('') }));
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const review = (itsAgent: Agent | false) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const tls = { ca: authority.certificate, agent: itsAgent };
      const call = request({ port, method: 'POST', path: '/validate', headers, ...tls }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode));
      });
      call.on('error', reject);
      call.end(reviewText(aRequest({})));
    });
  const served = () =>
    new Promise<unknown>((resolve, reject) => {
      const socket = connect({ port, ca: authority.certificate }, () => {
        resolve(socket.getPeerCertificate().subject.CN);
        socket.destroy();
      }).on('error', reject);
    });
  return { review, agent, served, warnings };
}

test('of a hundred changes under load no call fails, and each is served within ten seconds', async () => {
  const { review, agent, served } = await start();
  const statuses: (number | undefined)[] = [];
  for (let change = 1; change <= 100; change += 1) {
    await putPair(change % 2 === 0 ? one : other);
    const calls = [review(agent), review(agent), review(false)];
    vi.advanceTimersByTime(5000);
    statuses.push(...(await Promise.all(calls)));
  }

  expect(statuses).toEqual(Array<number>(300).fill(200));
  await expect.poll(served).toBe('one');
  await putPair(other);
  vi.advanceTimersByTime(5000);
  await expect.poll(served).toBe('other');
});

test('a pair that is none, or half written, is told once, and the one before stays', async () => {
  const { review, served, warnings } = await start();
  for (const [cert, key, why] of [
    [other.certificate, one.privateKey, /is not the key of/],
    [other.certificate.slice(0, 300), other.privateKey, /contains no PEM certificate/],
    [expired.certificate, expired.privateKey, /expired at/],
  ] as const) {
    await put(cert, key);
    const before = warnings.length;
    for (let look = 0; look < 3; look += 1) {
      vi.advanceTimersByTime(5000);
      await expect.poll(() => warnings.length).toBeGreaterThan(before);
    }
    expect(warnings).toHaveLength(before + 1);
    expect(warnings.at(-1)).toEqual({ reason: expect.stringMatching(why) });
    expect(await review(false)).toBe(200);
    expect(await served()).toBe('one');
  }
});

test.each([
  ['expired', () => putPair(expired), / expired at /],
  ['none', () => put('', ''), /contains no PEM certificate/],
])('a certificate that is %s at the start is never served', async (_what, write, why) => {
  await write();
  const facts = join(directory, 'facts.yaml');
  await writeFile(facts, '{"apiVersion":"v1","kind":"Node","metadata":{"name":"n"}}');
  const args = ['--facts', facts, '--tls-cert', paths.certPath, '--tls-key', paths.keyPath];
  const { exitCode, errors } = await callServe(args);

  expect(exitCode).toBe(2);
  expect(errors).toMatch(why);
});
