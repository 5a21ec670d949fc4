/** Unary gRPC calls over a unix socket: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';

export type Called =
  | { readonly ok: true; readonly message: Buffer }
  /** `code` is the number of a gRPC status, 5 for NotFound. */
  | { readonly ok: false; readonly code: number; readonly message: string };

export type GrpcClient = {
  readonly call: (method: string, message: Buffer, deadlineMs: number) => Promise<Called>;
  readonly close: () => void;
};

const deadlineExceeded = 4;
const unavailable = 14;

export function openGrpc(socket: string, metadata: Readonly<Record<string, string>> = {}): GrpcClient {
  // Go's server wants a host name as authority, and would refuse the path of the socket.
  const session = connectHttp2('http://localhost', { createConnection: () => connectSocket(socket) });
  session.on('error', () => {});
  return {
    close: () => session.destroy(),
    call: (method, message, deadlineMs) =>
      new Promise((resolve) => {
        const fail = (code: number, text: string) => resolve({ ok: false, code, message: text });
        if (session.destroyed) return fail(unavailable, 'the connection is closed');
        const stream = session.request({
          ':method': 'POST',
          ':path': method,
          'content-type': 'application/grpc',
          te: 'trailers',
          ...metadata,
        });
        const chunks: Buffer[] = [];
        let closing: IncomingHttpHeaders = {};
        // An answer without a message has its status in the only headers that it sends.
        stream.on('response', (headers) => {
          if (headers['grpc-status'] !== undefined) closing = headers;
        });
        stream.on('trailers', (headers) => {
          closing = headers;
        });
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', (error) => fail(unavailable, error.message));
        stream.on('close', () => {
          const code = Number(closing['grpc-status'] ?? unavailable);
          if (code === 0) resolve({ ok: true, message: Buffer.concat(chunks).subarray(5) });
          else fail(code, decodeURIComponent(String(closing['grpc-message'] ?? 'the stream ended without a status')));
        });
        stream.setTimeout(deadlineMs, () => {
          fail(deadlineExceeded, `no answer within ${deadlineMs} ms`);
          stream.close();
        });
        stream.end(framed(message));
      }),
  };
}

/** One byte says that nothing is compressed, four give the length. */
function framed(message: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}
