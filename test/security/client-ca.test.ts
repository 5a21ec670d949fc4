/** S15: with `--client-ca` only clients with a certificate of it are answered. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { allowed } from '../../src/entrypoints/serve/admission-response.ts';
import { makeApp } from '../../src/entrypoints/serve/app.ts';
import { keepClientCa, readClientCa } from '../../src/entrypoints/serve/client-ca.ts';
import { makeSelfSigned, type SelfSigned } from '../../src/entrypoints/serve/self-signed.ts';
import { openLog } from '../../src/telemetry/log.ts';
import { aRequest } from '../entrypoints/serve/requests.ts';
import { aNode } from '../support/api-objects.ts';
import { type KeyPair, makeAuthority } from '../support/certificates.ts';
import { callServe, reviewText } from '../support/serve.ts';

const authority = await makeAuthority('api server');
const client = await authority.issue({ names: [], commonName: 'kube-apiserver' });
const expired = await authority.issue({ names: [], expired: true });
const otherAuthority = await makeAuthority('other');
const other = await otherAuthority.issue({ names: [] });

let certificates: SelfSigned;
let caPath: string;
beforeAll(async () => {
  certificates = await makeSelfSigned(new Date(), 1);
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-test-'));
  caPath = join(directory, 'client-ca.crt');
  await writeFile(caPath, authority.certificate);
  return () => rm(directory, { recursive: true });
});

async function start(clientCa: string) {
  const reviewed: string[] = [];
  const app = makeApp(
    async ({ uid }) => {
      reviewed.push(uid);
      return allowed(uid);
    },
    { certificates, clientCa, deadlineMsNow: () => 4000, isLeaving: () => false },
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  /** @returns the status, or that there was none */
  const ask = (pair?: KeyPair) =>
    new Promise<number | 'refused' | undefined>((resolve) => {
      const tls = pair && { cert: pair.certificate, key: pair.privateKey };
      const headers = { 'content-type': 'application/json' };
      const call = request(
        { port, ca: certificates.ca, agent: false, method: 'POST', path: '/validate', headers, ...tls },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      call.on('error', () => resolve('refused'));
      call.end(reviewText(aRequest({})));
    });
  return { server: app.server, reviewed, ask };
}

test('of these clients one is answered', async () => {
  const { ask, reviewed } = await start(authority.certificate);

  expect(await ask()).toBe('refused');
  expect(await ask(other)).toBe('refused');
  expect(await ask(expired)).toBe('refused');
  expect(reviewed).toEqual([]);
  expect(await ask(client)).toBe(200);
});

test('the file is watched, and a renewed certificate of the server keeps the authority', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { ask, server } = await start(authority.certificate);
  const https = server as unknown as Parameters<typeof keepClientCa>[0];
  const log = openLog();
  log.level = 'silent';
  const keeping = keepClientCa(https, { path: caPath, ca: authority.certificate, certificates, log });
  onTestFinished(keeping.stop);
  keeping.server.setSecureContext({ cert: certificates.cert, key: certificates.key });
  expect(await ask()).toBe('refused');
  expect(await ask(client)).toBe(200);

  await writeFile(caPath, 'half a fi');
  vi.advanceTimersByTime(5000);
  expect(await ask(client)).toBe(200);
  await writeFile(caPath, otherAuthority.certificate);
  vi.advanceTimersByTime(5000);
  await expect.poll(() => ask(other)).toBe(200);
  expect(await ask(client)).toBe('refused');
});

test('a file without certificates', async () => {
  const path = `${caPath}.empty`;
  await writeFile(path, '');

  expect(await readClientCa(path)).toEqual({ ok: false, reason: `${path} contains no PEM certificates` });
  expect(await readClientCa(`${path}.absent`)).toEqual({ ok: false, reason: `cannot read ${path}.absent (ENOENT)` });
});

test('a server that is given no authority of clients does not start', async () => {
  const facts = `${caPath}.facts.yaml`;
  await writeFile(facts, JSON.stringify(aNode()));
  const { exitCode, errors } = await callServe(['--facts', facts, '--client-ca', `${caPath}.absent`]);

  expect(exitCode).toBe(2);
  expect(errors).toContain(`--client-ca: cannot read ${caPath}.absent (ENOENT)`);
});
