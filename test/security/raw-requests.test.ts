/** S27: nothing but one plain POST is a review, however it is written on the wire. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { allowed } from '../../src/entrypoints/serve/admission-response.ts';
import { makeApp } from '../../src/entrypoints/serve/app.ts';
import { makeSelfSigned, type SelfSigned } from '../../src/entrypoints/serve/self-signed.ts';
import { aRequest } from '../entrypoints/serve/requests.ts';
import { reviewText } from '../support/serve.ts';

let certificates: SelfSigned;
beforeAll(async () => {
  certificates = await makeSelfSigned(new Date(), 1);
});

const review = reviewText(aRequest({}));
const smuggled = 'POST /validate HTTP/1.1\r\nhost: b\r\n';

function post(headers: readonly string[], body = review, line = 'POST /validate HTTP/1.1'): string {
  return `${[line, 'host: a', 'content-type: application/json', ...headers].join('\r\n')}\r\n\r\n${body}`;
}

/** What is answered on one connection until it is closed, and which reviews were examined. */
async function answersTo(text: string) {
  const reviewed: string[] = [];
  const app = makeApp(
    async ({ uid }) => {
      reviewed.push(uid);
      return allowed(uid);
    },
    { certificates, deadlineMsNow: () => 4000, isLeaving: () => true },
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const socket = connect({ port, ca: certificates.ca, ALPNProtocols: ['http/1.1'] }).on('error', () => {});
  await once(socket, 'secureConnect');
  let heard = '';
  socket.on('data', (bytes: Buffer) => {
    heard += bytes.toString();
  });
  socket.end(text);
  await once(socket, 'close');
  return {
    reviewed: reviewed.length,
    statuses: [...heard.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, code]) => code),
    heard,
  };
}

const length = `content-length: ${Buffer.byteLength(review)}`;
const chunked = `${Buffer.byteLength(review).toString(16)}\r\n${review}\r\n0\r\n\r\n`;

test('as an API server writes it, it is one', async () => {
  expect(await answersTo(post([length]))).toMatchObject({ reviewed: 1, statuses: ['200'] });
  expect(await answersTo(post(['transfer-encoding: chunked'], chunked))).toMatchObject({
    reviewed: 1,
    statuses: ['200'],
  });
});

test.each([
  ['two lengths', post([length, 'content-length: 5'])],
  ['a length and chunks', post([length, 'transfer-encoding: chunked'], chunked)],
  ['chunks that are not the last coding', post(['transfer-encoding: chunked, identity'], chunked)],
  ['a length that is none', post(['content-length: +5'])],
  ['a folded header', post([`x: a\r\n ${length}`])],
  ['a blank before the colon', post([`content-length : ${Buffer.byteLength(review)}`])],
  ['a line feed alone', post([length]).replaceAll('\r\n', '\n')],
  ['a NUL in a header', post([length, 'x: \0'])],
  ['a size of chunks that is none', post(['transfer-encoding: chunked'], `0x5\r\n${review}\r\n0\r\n\r\n`)],
  ['headers of 20 KiB', post([length, `x: ${'a'.repeat(20_000)}`])],
])('%s: is none, and the connection ends', async (_what, text) => {
  const { reviewed, statuses } = await answersTo(text);

  expect(reviewed).toBe(0);
  expect(statuses.filter((status) => !status?.startsWith('4'))).toEqual([]);
});

test.each([
  ['CONNECT', post([], '', 'CONNECT kubernetes.default.svc:443 HTTP/1.1')],
  ['TRACE', post([], '', 'TRACE /validate HTTP/1.1')],
  ['an upgrade', post(['connection: upgrade', 'upgrade: websocket', length])],
  ['another host in the line', post([length], review, 'POST http://kubernetes.default.svc/validate HTTP/1.1')],
  ['what is behind the body', post([length], `${review}${smuggled}\r\n`)],
  ['HTTP/1.0', post([length], review, 'POST /validate HTTP/1.0')],
  ['a promise to go on', post([length, 'expect: 100-continue'])],
])('%s: no redirect, no tunnel, and nothing of the request comes back', async (_what, text) => {
  const { reviewed, statuses, heard } = await answersTo(text);

  expect(reviewed).toBeLessThanOrEqual(1);
  expect(statuses.filter((status) => /^(?:3|101)/.test(status ?? ''))).toEqual([]);
  expect(heard).not.toContain('kubernetes.default.svc');
});
