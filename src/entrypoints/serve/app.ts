/**
 * What is answered on the webhook's port: POST /validate, and nothing else. Whatever comes in, the answer is a review or a
 * 4xx with a reason: a 5xx would leave the decision to the failure policy of the webhook.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { reviewOf } from './admission-response.ts';
import { parseReview } from './admission-review.ts';
import { type BodyBudget, budgetBodies } from './body-budget.ts';
import { boundConnections } from './bounded-connections.ts';
import type { Certificates } from './certificates.ts';
import { deadlineMsOf } from './deadline.ts';
import { limitRequestTimes, type RequestTimes } from './request-times.ts';
import type { Review } from './review.ts';
import { parseReviewBody, type ReviewBody } from './review-body.ts';

export type AppSettings = {
  readonly certificates: Certificates;
  /** PEM. Where it is given, only clients with a certificate of it are answered. */
  readonly clientCa?: string;
  /** By default what the process has memory for. */
  readonly limits?: DoorLimits;
  readonly deadlineMsNow: () => number;
  /** Answers ask for their connection to be closed, so that callers move on to another replica. */
  readonly isLeaving: () => boolean;
};

export type DoorLimits = {
  readonly connections: number;
  readonly bodies: BodyBudget;
  /** An API server that opens a connection does its handshake at once, whether it has a request or not. */
  readonly handshakeMs: number;
};

/** Two objects of 3 MiB and what stands around them (controller-runtime pkg/webhook/admission/http.go). */
const mostBodyBytes = 7 * 1024 * 1024;
/** Above the 90 s for which the API server keeps idle connections: who closes first must be the one who writes (quality.md §1). */
const keepAliveMs = 95_000;
const tickMs = 1_000;
/** A review that was parsed takes several times its bytes, and the container has 512 MiB. */
const usualLimits: DoorLimits = {
  connections: 1024,
  handshakeMs: 10_000,
  bodies: { mostBytes: 16 * 1024 * 1024, freeBytes: 64 * 1024, unknownBytes: mostBodyBytes },
};
/** A slow request is ended at most ten seconds after its first byte; a new connection may idle as long as one that was used. */
const times: RequestTimes = { request: 9, idle: keepAliveMs / tickMs };

export function makeApp(review: Review, settings: AppSettings): FastifyInstance {
  const { deadlineMsNow, isLeaving, limits = usualLimits } = settings;
  const whenBodyFits = budgetBodies(limits.bodies);
  /** When the headers of a request were there. */
  const arrivedMs = new WeakMap<IncomingMessage, number>();
  const answerTo = async (
    { body, isTooLarge }: ReviewBody,
    timeout: string | undefined,
    sinceMs: number,
  ): Promise<Answer> => {
    const parsed = parseReview(body, isTooLarge);
    if (!parsed.ok) return refusal(400, parsed.reason);
    const passedMs = performance.now() - sinceMs;
    const said = reviewOf(await review(parsed.request, deadlineMsOf(timeout, deadlineMsNow(), passedMs)));
    return { status: 200, said };
  };
  const app = fastify({
    bodyLimit: mostBodyBytes,
    serverFactory: (handler) =>
      serverOf(settings, limits, (request, response) => {
        const nowMs = performance.now();
        if (isUsual(request)) {
          const answer = async (text: Buffer) => answerTo(parseReviewBody(text), timeoutIn(request.url), nowMs);
          whenBodyFits(request, response, () => answerUsual(request, response, answer, isLeaving));
          return;
        }
        arrivedMs.set(request, nowMs);
        whenBodyFits(request, response, () => handler(request, response));
      }),
    return503OnClosing: false,
    // Paths that are no URLs. They come here before any route.
    frameworkErrors: (_error, _request, reply) => void refuse(reply, 400, unreadable),
    exposeHeadRoutes: false,
    routerOptions: { querystringParser: parseQuery },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseReviewBody(Buffer.from(body)));
    } catch {
      done(Object.assign(new Error(notJson), { statusCode: 400 }));
    }
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isLeaving()) void reply.header('connection', 'close');
    done();
  });
  app.post<{ Body: ReviewBody | undefined; Querystring: { readonly timeout?: string } }>(
    '/validate',
    async (request, reply) => {
      const sinceMs = arrivedMs.get(request.raw) ?? performance.now();
      const { status, said } = await answerTo(request.body ?? noBody, request.query.timeout, sinceMs);
      return reply.code(status).send(said);
    },
  );
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/validate',
    handler: async (_request, reply) => refuse(reply.header('allow', 'POST'), 405, 'only POST is supported'),
  });
  app.setNotFoundHandler(async (_request, reply) => refuse(reply, 404, 'only /validate is served on this port'));
  app.setErrorHandler(async (error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 400;
    return refuse(reply, status >= 400 && status < 500 ? status : 400, reasonOf(status, error));
  });
  return app;
}

type Answer = { readonly status: number; readonly said: object };

function refusal(status: number, reason: string): Answer {
  return { status, said: { error: `pullgate: ${reason}` } };
}

/**
 * As API servers ask (k8s.io/apiserver pkg/admission/plugin/webhook): such a request needs no router and no hooks. Fastify
 * answers all others.
 */
function isUsual({ method, url = '', headers }: IncomingMessage): boolean {
  const length = Number(headers['content-length']);
  return (
    method === 'POST' &&
    (url === '/validate' || url.startsWith('/validate?')) &&
    headers['content-type'] === 'application/json' &&
    length > 0 &&
    length <= mostBodyBytes
  );
}

function answerUsual(
  request: IncomingMessage,
  response: ServerResponse,
  answerTo: (text: Buffer) => Promise<Answer>,
  isLeaving: () => boolean,
): void {
  const chunks: Buffer[] = [];
  const answer = async () => {
    // Most come in one piece, and need no copy.
    const [first = Buffer.alloc(0), ...others] = chunks;
    const body = others.length === 0 ? first : Buffer.concat(chunks);
    const { status, said } = await answerTo(body).catch((error: unknown) =>
      refusal(400, error instanceof SyntaxError ? notJson : unreadable),
    );
    // Who asked may be gone.
    if (response.destroyed) return;
    const text = JSON.stringify(said);
    const length = Buffer.byteLength(text);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': length,
      ...(isLeaving() && { connection: 'close' }),
    });
    response.end(text);
  };
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => void answer());
}

function timeoutIn(url = ''): string | undefined {
  return parseQuery(url.slice('/validate?'.length)).timeout;
}

/** An API server sends the same one with each review. */
function parseQuery(query: string): Record<string, string> {
  if (query !== lastQuery.text) lastQuery = { text: query, parsed: Object.fromEntries(new URLSearchParams(query)) };
  return lastQuery.parsed;
}

let lastQuery: { readonly text: string; readonly parsed: Record<string, string> } = { text: '', parsed: {} };

type Trusted = Pick<AppSettings, 'certificates' | 'clientCa'>;

function serverOf({ certificates, clientCa }: Trusted, limits: DoorLimits, handler: RequestListener): Server {
  const server = createServer(
    {
      ...certificates,
      ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      keepAliveTimeout: keepAliveMs,
      handshakeTimeout: limits.handshakeMs,
    },
    handler,
  );
  boundConnections(server, limits.connections);
  const ticking = setInterval(limitRequestTimes(server, times), tickMs);
  ticking.unref();
  server.once('close', () => clearInterval(ticking));
  return server;
}

/** None came, or not as JSON. */
const noBody: ReviewBody = { body: undefined };
const unreadable = 'the request cannot be read';
const notJson = 'the body is not JSON';

function reasonOf(status: number, error: FastifyError): string {
  if (status === 413) return `the body is larger than ${mostBodyBytes} bytes`;
  if (status === 415) return 'the body must be of type application/json';
  return error.message === notJson ? notJson : unreadable;
}

async function refuse(reply: FastifyReply, status: number, reason: string): Promise<FastifyReply> {
  return reply.code(status).send(refusal(status, reason).said);
}
