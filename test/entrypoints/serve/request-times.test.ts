import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { allowed } from '../../../src/entrypoints/serve/admission-response.ts';
import { makeApp } from '../../../src/entrypoints/serve/app.ts';
import { makeSelfSigned, type SelfSigned } from '../../../src/entrypoints/serve/self-signed.ts';
import { reviewText } from '../../support/serve.ts';
import { aRequest } from './requests.ts';

const body = reviewText(aRequest({}));
const whole = `POST /validate HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\ncontent-type: application/json\r\n\r\n${body}`;

let certificates: SelfSigned;
beforeAll(async () => {
  certificates = await makeSelfSigned(new Date(), 1);
});

/** The webhook and a client that is connected to it. Its time passes by `seconds` alone. */
async function start({ answersAtOnce = true } = {}) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const answered = Promise.withResolvers<void>();
  if (answersAtOnce) answered.resolve();
  const deadlines: number[] = [];
  const app = makeApp(
    async ({ uid }, deadlineMs) => {
      deadlines.push(deadlineMs);
      await answered.promise;
      return allowed(uid);
    },
    { certificates, deadlineMsNow: () => 4000, isLeaving: () => false },
  );
  const accepted: TLSSocket[] = [];
  app.server.on('secureConnection', (socket: TLSSocket) => void accepted.push(socket));
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());

  const client = connect({ port: (app.server.address() as AddressInfo).port, ca: certificates.ca });
  onTestFinished(() => void client.destroy());
  let received = '';
  let isClosed = false;
  client.setEncoding('utf8').on('data', (text: string) => {
    received += text;
  });
  client
    .on('error', () => {})
    .on('close', () => {
      isClosed = true;
    });
  await once(client, 'secureConnect');
  await expect.poll(() => accepted).toHaveLength(1);
  let sent = 0;
  return {
    seconds: (count: number) => void vi.advanceTimersByTime(count * 1000),
    /** What was left for each review when it began. */
    deadlines,
    answer: () => answered.resolve(),
    /** Settles when the server has read it. */
    send: async (text: string) => {
      client.write(text);
      sent += text.length;
      await expect.poll(() => accepted[0]?.bytesRead).toBe(sent);
    },
    statuses: () => [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
    isClosed: () => isClosed,
  };
}

describe('a new connection', () => {
  test('may idle for ninety seconds before its first request', async () => {
    const { seconds, send, statuses, isClosed } = await start();
    seconds(94);
    await send(whole);
    await expect.poll(statuses).toEqual(['200']);
    expect(isClosed()).toBe(false);
  });

  test('that nobody uses ends', async () => {
    const { seconds, statuses, isClosed } = await start();
    seconds(95);
    await expect.poll(isClosed).toBe(true);
    expect(statuses()).toEqual([]);
  });
});

describe('a request', () => {
  test.each([
    ['its headers', whole.slice(0, 20)],
    ['its body', whole.slice(0, -1)],
  ])('that does not end %s is answered with 408 ten seconds after its first byte', async (_name, part) => {
    const { seconds, send, statuses, isClosed } = await start();
    seconds(50);
    await send(part);
    seconds(9);
    expect(isClosed()).toBe(false);
    seconds(1);
    await expect.poll(isClosed).toBe(true);
    expect(statuses()).toEqual(['408']);
  });

  test('that comes byte by byte gets no more time', async () => {
    const { seconds, send, statuses, isClosed } = await start();
    for (let index = 0; index < 9; index += 1) {
      await send(whole.charAt(index));
      seconds(1);
    }
    expect(isClosed()).toBe(false);
    await send(whole.slice(9, 30));
    seconds(1);
    await expect.poll(isClosed).toBe(true);
    expect(statuses()).toEqual(['408']);
  });

  test('after others on the same connection has its own time', async () => {
    const { seconds, send, statuses, isClosed } = await start();
    for (let index = 0; index < 3; index += 1) {
      await send(whole.slice(0, 30));
      seconds(7);
      await send(whole.slice(30));
      await expect.poll(() => statuses().length).toBe(index + 1);
      seconds(60);
    }
    expect(isClosed()).toBe(false);
    await send(whole.slice(0, 30));
    seconds(10);
    await expect.poll(isClosed).toBe(true);
    expect(statuses()).toEqual(['200', '200', '200', '408']);
  });

  test('whose body takes two of its four seconds has two left for its review', async () => {
    const { seconds, send, statuses, deadlines } = await start();
    seconds(30);
    await send(whole.slice(0, -1));
    seconds(2);
    await send(whole.slice(-1));
    await expect.poll(statuses).toEqual(['200']);
    // Waiting for the answer takes some of it.
    expect(deadlines).toHaveLength(1);
    expect(deadlines[0]).toBeLessThanOrEqual(2000);
  });

  test('that was read is not cut, however long its answer takes', async () => {
    const { seconds, send, answer, statuses, isClosed } = await start({ answersAtOnce: false });
    await send(whole);
    seconds(200);
    answer();
    await expect.poll(statuses).toEqual(['200']);
    expect(isClosed()).toBe(false);
  });
});
