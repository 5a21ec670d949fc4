/**
 * What is answered on the webhook's port: POST /validate, and nothing else. Whatever comes in, the answer is a review or a
 * 4xx with a reason: a 5xx would leave the decision to the failure policy of the webhook.
 */
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { reviewOf } from './admission-response.ts';
import { parseReview } from './admission-review.ts';
import type { Certificates } from './certificates.ts';
import { deadlineMsOf } from './deadline.ts';
import { limitRequestTimes, type RequestTimes } from './request-times.ts';
import type { Review } from './review.ts';

export type AppSettings = {
  readonly certificates: Certificates;
  readonly deadlineMs: number;
  /** Answers ask for their connection to be closed, so that callers move on to another replica. */
  readonly isLeaving: () => boolean;
};

/** Two objects of 3 MiB and what stands around them (controller-runtime pkg/webhook/admission/http.go). */
const mostBodyBytes = 7 * 1024 * 1024;
/** Above the 90 s for which the API server keeps idle connections: who closes first must be the one who writes (quality.md §1). */
const keepAliveMs = 95_000;
const tickMs = 1_000;
/** A slow request is ended at most ten seconds after its first byte; a new connection may idle as long as one that was used. */
const times: RequestTimes = { request: 9, idle: keepAliveMs / tickMs };

export function makeApp(review: Review, { certificates, deadlineMs, isLeaving }: AppSettings): FastifyInstance {
  /** When the headers of a request were there. */
  const arrivedMs = new WeakMap<IncomingMessage, number>();
  const app = fastify({
    bodyLimit: mostBodyBytes,
    serverFactory: (handler) =>
      serverOf(certificates, (request, response) => {
        arrivedMs.set(request, performance.now());
        handler(request, response);
      }),
    return503OnClosing: false,
    // Paths that are no URLs. They come here before any route.
    frameworkErrors: (_error, _request, reply) => void refuse(reply, 400, unreadable),
    exposeHeadRoutes: false,
    routerOptions: { querystringParser: parseQuery },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    // Foreign members such as `__proto__` are ordinary ones to JSON.parse, and nobody looks at them.
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(Object.assign(new Error('the body is not JSON'), { statusCode: 400 }));
    }
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isLeaving()) void reply.header('connection', 'close');
    done();
  });
  app.post<{ Querystring: { readonly timeout?: string } }>('/validate', async (request, reply) => {
    const parsed = parseReview(request.body);
    if (!parsed.ok) return refuse(reply, 400, parsed.reason);
    const passedMs = performance.now() - (arrivedMs.get(request.raw) ?? performance.now());
    return reviewOf(await review(parsed.request, deadlineMsOf(request.query.timeout, deadlineMs, passedMs)));
  });
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/validate',
    handler: async (_request, reply) => refuse(reply.header('allow', 'POST'), 405, 'only POST is answered here'),
  });
  app.setNotFoundHandler(async (_request, reply) => refuse(reply, 404, 'only /validate is answered here'));
  app.setErrorHandler(async (error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 400;
    return refuse(reply, status >= 400 && status < 500 ? status : 400, reasonOf(status, error));
  });
  return app;
}

/** An API server sends the same one with each review. */
function parseQuery(query: string): Record<string, string> {
  if (query !== lastQuery.text) lastQuery = { text: query, parsed: Object.fromEntries(new URLSearchParams(query)) };
  return lastQuery.parsed;
}

let lastQuery: { readonly text: string; readonly parsed: Record<string, string> } = { text: '', parsed: {} };

function serverOf(certificates: Certificates, handler: RequestListener): Server {
  const server = createServer(
    {
      ...certificates,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      keepAliveTimeout: keepAliveMs,
      // An API server that opens a connection does its handshake at once, whether it has a request or not.
      handshakeTimeout: 10_000,
    },
    handler,
  );
  const ticking = setInterval(limitRequestTimes(server, times), tickMs);
  ticking.unref();
  server.once('close', () => clearInterval(ticking));
  return server;
}

const unreadable = 'the request cannot be read';

function reasonOf(status: number, error: FastifyError): string {
  if (status === 413) return `the body is larger than ${mostBodyBytes} bytes`;
  if (status === 415) return 'the body must be of type application/json';
  return error.message === 'the body is not JSON' ? error.message : unreadable;
}

async function refuse(reply: FastifyReply, status: number, reason: string): Promise<FastifyReply> {
  return reply.code(status).send({ error: `pullgate: ${reason}` });
}
