/** F17: callers that hold connections, handshakes and large bodies. */
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { allowed } from '../../src/entrypoints/serve/admission-response.ts';
import { type DoorLimits, makeApp } from '../../src/entrypoints/serve/app.ts';
import { makeOpsApp } from '../../src/entrypoints/serve/ops-app.ts';
import { makeSelfSigned, type SelfSigned } from '../../src/entrypoints/serve/self-signed.ts';
import { openMetrics } from '../../src/telemetry/metrics.ts';
import { aRequest } from '../entrypoints/serve/requests.ts';
import { reviewText } from '../support/serve.ts';

let certificates: SelfSigned;
beforeAll(async () => {
  certificates = await makeSelfSigned(new Date(), 1);
});

const bodies = { mostBytes: 3000, freeBytes: 1000, unknownBytes: 5000 };

async function start(limits: Partial<DoorLimits>) {
  const answers: (() => void)[] = [];
  const app = makeApp(({ uid }) => new Promise((resolve) => void answers.push(() => resolve(allowed(uid)))), {
    certificates,
    deadlineMsNow: () => 4000,
    isLeaving: () => false,
    limits: { connections: 100, bodies, handshakeMs: 60_000, ...limits },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  /** A review whose body has about so many bytes. @returns its status */
  const review = (padding = 0, headers: Readonly<Record<string, string>> = {}) =>
    new Promise<number | undefined>((resolve, reject) => {
      const text = reviewText(aRequest({ padding: 'x'.repeat(padding) }));
      const length = 'transfer-encoding' in headers ? {} : { 'content-length': `${text.length}` };
      const call = request(
        {
          port,
          ca: certificates.ca,
          agent,
          method: 'POST',
          path: '/validate',
          headers: { 'content-type': 'application/json', ...length, ...headers },
        },
        (answer) => {
          answer.resume();
          answer.on('end', () => resolve(answer.statusCode));
        },
      );
      call.on('error', reject);
      call.end(text);
    });
  const silent = async () => {
    const socket = connectTcp(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket.on('error', () => {});
  };
  return { port, answers, review, silent, server: app.server };
}

const closed = (socket: Socket) => (socket.closed ? Promise.resolve() : once(socket, 'close'));

test('a handshake that never ends is ended', async () => {
  const { silent } = await start({ handshakeMs: 20 });

  const socket = (await silent()).resume();
  await closed(socket);

  expect(socket.destroyed).toBe(true);
});

test('beyond the limit the oldest connection without a request makes room, and reviews are answered', async () => {
  const { silent, review, answers, server } = await start({ connections: 3 });
  const first = (await silent()).resume();
  const others = [(await silent()).resume(), (await silent()).resume()];
  const answered = review();
  await expect.poll(() => answers).toHaveLength(1);
  answers[0]?.();

  expect(await answered).toBe(200);
  await closed(first);
  expect(others.map(({ destroyed }) => destroyed)).toEqual([false, false]);
  await expect.poll(() => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))).toBe(3);
});

test('an idle connection goes only where none is without a request', async () => {
  const { silent, review, answers } = await start({ connections: 2 });
  const answered = review();
  await expect.poll(() => answers).toHaveLength(1);
  answers[0]?.();
  expect(await answered).toBe(200);
  const unused = (await silent()).resume();
  const next = (await silent()).resume();
  await closed(unused);

  expect(next.destroyed).toBe(false);
});

test('connections that keep their requests incomplete make room, too', async () => {
  const { port, review, answers } = await start({ connections: 2 });
  const open = async () => {
    const socket = connect({ port, ca: certificates.ca }).on('error', () => {});
    onTestFinished(() => void socket.destroy());
    await once(socket, 'secureConnect');
    socket.write(
      'POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{',
    );
    return socket.resume();
  };
  const first = await open();
  await open();
  const answered = review();
  await expect.poll(() => answers).toHaveLength(1);
  answers[0]?.();

  expect(await answered).toBe(200);
  await closed(first);
});

test('where all connections are answering a new one ends', async () => {
  const { silent, review, answers } = await start({ connections: 1 });
  const answered = review();
  await expect.poll(() => answers).toHaveLength(1);

  await closed((await silent()).resume());
  answers[0]?.();
  expect(await answered).toBe(200);
});

test('large bodies are held one after the other, usual ones at once, and all are answered', async () => {
  const { review, answers } = await start({});
  const large = [review(2000), review(2000), review(2000)];
  await expect.poll(() => answers).toHaveLength(1);
  const usual = review();
  await expect.poll(() => answers).toHaveLength(2);
  answers[1]?.();
  expect(await usual).toBe(200);
  expect(answers).toHaveLength(2);
  answers[0]?.();
  await expect.poll(() => answers).toHaveLength(3);
  answers[2]?.();
  await expect.poll(() => answers).toHaveLength(4);
  answers[3]?.();

  expect(await Promise.all(large)).toEqual([200, 200, 200]);
});

test('a body of unknown length counts as the largest', async () => {
  const { review, answers } = await start({});
  const first = review(2000);
  await expect.poll(() => answers).toHaveLength(1);
  const chunked = review(10, { 'transfer-encoding': 'chunked' });
  const usual = review();
  await expect.poll(() => answers).toHaveLength(2);
  answers[1]?.();
  expect(await usual).toBe(200);
  expect(answers).toHaveLength(2);
  answers[0]?.();
  await expect.poll(() => answers).toHaveLength(3);
  answers[2]?.();

  expect(await Promise.all([first, chunked])).toEqual([200, 200]);
});

test('who leaves while others wait gives its bytes back', async () => {
  const { port, review, answers } = await start({});
  const leaving = connect({ port, ca: certificates.ca });
  await once(leaving, 'secureConnect');
  leaving.write(
    'POST /validate HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 2500\r\n\r\n{',
  );
  const waiting = review(2000);
  leaving.destroy();
  await expect.poll(() => answers).toHaveLength(1);
  answers[0]?.();

  expect(await waiting).toBe(200);
});

test('a silent connection to the port of health and metrics ends after ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const ops = makeOpsApp({ metrics: openMetrics(''), notReadyBecause: () => undefined });
  const accepted: Socket[] = [];
  ops.server.on('connection', (socket: Socket) => void accepted.push(socket));
  await ops.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => ops.close());
  const socket = connectTcp((ops.server.address() as AddressInfo).port, '127.0.0.1').resume();
  onTestFinished(() => void socket.destroy());
  await expect.poll(() => accepted).toHaveLength(1);
  vi.advanceTimersByTime(8000);
  expect(accepted[0]?.destroyed).toBe(false);
  vi.advanceTimersByTime(2000);

  await closed(socket);
});
