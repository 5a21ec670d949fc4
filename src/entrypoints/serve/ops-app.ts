/** Health and metrics, over plain HTTP on a port of their own. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import type { Metrics } from '../../telemetry/metrics.ts';
import { boundConnections } from './bounded-connections.ts';
import { limitRequestTimes, type RequestTimes } from './request-times.ts';

export type OpsSettings = {
  readonly metrics: Metrics;
  /** Undefined when reviews can be answered. */
  readonly notReadyBecause: () => string | undefined;
};

/** Liveness depends on nothing outside: a restart heals no registry and no API server. */
export function makeOpsApp({ metrics, notReadyBecause }: OpsSettings): FastifyInstance {
  const app = fastify({
    serverFactory: serverOf,
    return503OnClosing: false,
    // What was asked for is not said again: paths that are no URLs, and paths that are not answered.
    frameworkErrors: (_error, _request, reply) => void refuse(reply, 400),
  });
  app.setNotFoundHandler(async (_request, reply) => refuse(reply, 404));
  app.get('/healthz', async () => 'ok\n');
  app.get('/readyz', async (_request, reply) => {
    const reason = notReadyBecause();
    return reason === undefined ? 'ok\n' : reply.code(503).send(`${reason}\n`);
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.register.contentType).send(await metrics.register.metrics()),
  );
  return app;
}

/** Kubelets and Prometheus connect when they ask. */
const times: RequestTimes = { request: 9, idle: 9 };
const tickMs = 1_000;
const mostConnections = 256;

function serverOf(handler: RequestListener): Server {
  const server = createServer(handler);
  boundConnections(server, mostConnections);
  const ticking = setInterval(limitRequestTimes(server, times), tickMs);
  ticking.unref();
  server.once('close', () => clearInterval(ticking));
  return server;
}

async function refuse(reply: FastifyReply, status: number): Promise<FastifyReply> {
  return reply.code(status).send('only /healthz, /readyz and /metrics are served on this port\n');
}
