/** The webhook from its arguments to its end: read what it was told, listen, answer, leave without a failed call. */
import { Server } from 'node:https';
import { LoggedUsageError, UsageError } from '../../cli/command.ts';
import { helpOf } from '../../cli/help.ts';
import { parseFlags, usage } from '../../cli/parse-flags.ts';
import { type Logger, openLog } from '../../telemetry/log.ts';
import { type Metrics, openMetrics } from '../../telemetry/metrics.ts';
import { makeApp } from './app.ts';
import type { Certificates } from './certificates.ts';
import { keepClientCa } from './client-ca.ts';
import type { OpenCluster } from './cluster-facts.ts';
import { serveCommand } from './command.ts';
import { type Configuration, watchConfiguration } from './configuration.ts';
import { drain, drainAtOnce, drainInCluster } from './drain.ts';
import { type EventRecorder, ownPod } from './events.ts';
import { keepCertificates } from './keep-certificates.ts';
import { keepManaged, type ManagedCertificates } from './keep-managed.ts';
import { urlOfListener } from './listen-address.ts';
import { openReviews } from './open-reviews.ts';
import { makeOpsApp } from './ops-app.ts';
import { type ServeOptions, serveOptionsOf } from './options.ts';
import type { Review } from './review.ts';
import { certificatesFor, clientCaFor, configurationFor, mountedNamespace, openFacts } from './start-up.ts';

/** @returns the exit code, when it was told to end. @throws UsageError */
export async function runServe(args: readonly string[], { version }: { readonly version: string }): Promise<number> {
  const flags = parseFlags(serveCommand, args);
  if (flags.given.has('help')) {
    process.stdout.write(helpOf(serveCommand));
    return 0;
  }
  const options = serveOptionsOf(flags);
  const log = openLog();
  try {
    return await run(options, version, log);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    log.fatal({ problems: error.problem.split('\n') }, 'cannot start');
    throw new LoggedUsageError(error.message, error.problem);
  }
}

async function run(options: ServeOptions, version: string, log: Logger): Promise<number> {
  let inUse = await configurationFor(options, log);
  const { config, digest } = inUse;
  log.level = config.log.level;
  const named = options.configPath === undefined ? {} : { config: options.configPath, digest };
  log.info({ version, node: process.version, ...named }, 'starting');
  const cluster = await openFacts(options, () => inUse.config, version, log);
  try {
    const metrics = openMetrics(version, cluster.facts.ages);
    const ownNamespace = process.env.POD_NAMESPACE ?? (await mountedNamespace());
    const managing =
      cluster.api && ownNamespace ? { api: cluster.api, namespace: ownNamespace, log, metrics } : undefined;
    const certificates = await certificatesFor(options.tls, metrics, managing);
    const clientCa = await clientCaFor(options);
    return await serve({
      log,
      ...(ownNamespace && { ownNamespace }),
      ...(managing && { managing }),
      options,
      configuration: {
        now: () => inUse,
        use: (next) => {
          inUse = next;
        },
      },
      cluster,
      metrics,
      certificates,
      ...(clientCa !== undefined && { clientCa }),
      version,
    });
  } finally {
    // What is watched would keep the process alive.
    cluster.close();
  }
}

type ServeContext = {
  readonly options: ServeOptions;
  /** Another one may come while the server runs. */
  readonly configuration: { readonly now: () => Configuration; readonly use: (next: Configuration) => void };
  readonly log: Logger;
  readonly cluster: OpenCluster;
  readonly ownNamespace?: string;
  /** Where certificates are neither in files nor made for a laptop. */
  readonly managing?: ManagedCertificates;
  readonly metrics: Metrics;
  readonly certificates: Certificates;
  /** PEM, of `--client-ca`. */
  readonly clientCa?: string;
  readonly version: string;
};

async function serve(serving: ServeContext): Promise<number> {
  const { options, configuration, cluster, ownNamespace, log, metrics, version } = serving;
  const { facts, apiServer } = cluster;
  const recordEvent: EventRecorder | undefined =
    cluster.recordEvent &&
    (async (about) => {
      const made = (await cluster.recordEvent?.(about)) ?? 'recorded';
      if (made === 'refused') metrics.eventRefused();
      return made;
    });
  if (cluster.fuseObjectIn && ownNamespace === undefined && configuration.now().config.fuse.kind !== 'none')
    log.warn('POD_NAMESPACE is not set; this replica uses its own fuse');
  const reviews = openReviews({
    configuration: configuration.now(),
    facts,
    apiServer,
    log,
    metrics,
    version,
    ...(ownNamespace && { ownNamespace }),
    ...(recordEvent && { recordEvent }),
    ...(cluster.fuseObjectIn && ownNamespace && { fuseObject: cluster.fuseObjectIn(ownNamespace) }),
  });
  const { configPath } = options;
  metrics.configurationUsed(configuration.now().digest);
  const stopWatching =
    configPath === undefined
      ? () => {}
      : watchConfiguration({
          path: configPath,
          inUse: configuration.now,
          use: (next) => {
            configuration.use(next);
            reviews.use(next);
            log.level = next.config.log.level;
            metrics.configurationUsed(next.digest);
            log.info({ config: configPath, digest: next.digest }, 'the configuration is used');
          },
          refuse: (problems) => {
            metrics.configurationRefused();
            log.error({ config: configPath, problems }, configurationRefused);
            if (ownNamespace === undefined) return;
            const message = `${configurationRefused}: ${problems.join('; ')}`;
            void recordEvent?.({ object: ownPod(ownNamespace), reason: 'ConfigurationRefused', message });
          },
          log,
        });
  try {
    return await listenUntilTold(serving, reviews.review);
  } finally {
    stopWatching();
    reviews.close();
  }
}

const configurationRefused = 'the changed configuration cannot be used, the one before stays in use';

async function listenUntilTold(serving: ServeContext, review: Review): Promise<number> {
  const { cluster, options, configuration, log, metrics, certificates, clientCa } = serving;
  let isLeaving = false;
  const app = makeApp(review, {
    certificates,
    ...(clientCa !== undefined && { clientCa }),
    deadlineMsNow: () => configuration.now().config.limits.deadlineMs,
    isLeaving: () => isLeaving,
  });
  const ops = makeOpsApp({ metrics, notReadyBecause: () => (isLeaving ? 'leaving' : cluster.facts.notReadyBecause()) });
  const ended = new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    // What is under way is still answered; then a fresh process takes over.
    process.on('uncaughtException', (error) => {
      log.fatal({ error: error.stack ?? String(error) }, 'internal error, please report it');
      resolve('uncaughtException');
    });
  });
  let signal: string;
  try {
    await listen(app, 'listen', options.listen);
    await listen(ops, 'ops-listen', options.opsListen);
    log.info({ url: urlOfListener('https', boundOf(app)) }, 'listening');
    log.info({ url: urlOfListener('http', boundOf(ops)) }, 'listening');
    const stopKeeping = keepServing(app.server, serving);
    signal = await ended;
    isLeaving = true;
    log.info({ signal }, 'leaving');
    await drain(app.server, options.facts.kind === 'cluster' && signal !== 'SIGINT' ? drainInCluster : drainAtOnce);
    stopKeeping();
  } finally {
    // One that listens already would keep the process alive.
    await Promise.all([app.close(), ops.close()]);
  }
  log.info('left');
  return signal === 'uncaughtException' ? internalError : 0;
}

/** As the exit code of every command. */
const internalError = 3;

type Listener = ReturnType<typeof makeApp>;

async function listen(app: Listener, flag: string, { host, port }: ServeOptions['listen']): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw usage(serveCommand, `--${flag}: cannot listen on ${host} port ${port} (${code})`);
  }
}

function boundOf(app: Listener): { readonly address: string; readonly port: number } {
  const bound = app.server.address();
  if (bound === null || typeof bound === 'string') throw new Error('it listens on a TCP port');
  return bound;
}

type KeptContext = Pick<ServeContext, 'options' | 'certificates' | 'log' | 'metrics' | 'managing' | 'clientCa'>;

/** @returns what ends it */
function keepServing(server: Listener['server'], kept: KeptContext): () => void {
  if (!(server instanceof Server)) return () => {};
  const { certificates, log, clientCa, options } = kept;
  if (clientCa === undefined || options.clientCaPath === undefined) return keepCertificate(server, kept);
  const keeping = keepClientCa(server, { path: options.clientCaPath, ca: clientCa, certificates, log });
  const stop = keepCertificate(keeping.server, kept);
  return () => {
    stop();
    keeping.stop();
  };
}

function keepCertificate(
  server: Pick<Server, 'setSecureContext'>,
  { options: { tls }, certificates, log, metrics, managing }: KeptContext,
): () => void {
  if (tls.kind === 'files') return keepCertificates(server, { ...tls, served: certificates, log, metrics });
  return managing === undefined || tls.caPath !== undefined ? () => {} : keepManaged(server, managing, certificates);
}
