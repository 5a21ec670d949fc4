/**
 * The API server: single objects, lists in pages, watches. Authentication and kubeconfig files are the client
 * library's; the requests are our own, so that each has a deadline, a size and an outcome that is a value.
 */
import { existsSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';

export type ApiAnswer =
  | { readonly kind: 'ok'; readonly value: unknown }
  | { readonly kind: 'absent' }
  /** Mostly 403: a right is missing. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unreachable'; readonly reason: string };

export type Api = {
  /** As dialled: nobody may be led to ask it on our behalf. */
  readonly host: string;
  readonly port: number;
  /** Of the context, where it names one: what kubectl takes without `-n`. */
  readonly namespace?: string;
  readonly get: (path: string, signal: AbortSignal) => Promise<ApiAnswer>;
  /** Replaces an object; 409 where it has changed since it was read. The certificate of the webhook alone is written. */
  readonly put: (path: string, object: object, signal: AbortSignal) => Promise<ApiAnswer>;
  /** Events, one a line, until the connection ends. @throws ApiError */
  readonly watch: (path: string, signal: AbortSignal) => AsyncGenerator<unknown, void>;
  readonly close: () => void;
};

export type ApiSettings = { readonly kubeconfigPath?: string; readonly context?: string };

/** A watch that cannot be begun, or breaks off. */
export class ApiError extends Error {
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** A page of 500 nodes with long lists of images has some 25 MB. */
const mostBytes = 128 * 1024 * 1024;
const mostLineBytes = 16 * 1024 * 1024;

/** @throws Error that says what is wrong with the kubeconfig */
export function openApi({ kubeconfigPath, context }: ApiSettings): Api {
  const config = new KubeConfig();
  if (kubeconfigPath !== undefined) config.loadFromFile(kubeconfigPath);
  // As kubectl does: in a Pod of a CI system a kubeconfig that a step has written stands above the Pod's own account.
  else if (process.env.KUBECONFIG || existsSync(join(homedir(), '.kube/config'))) config.loadFromDefault();
  else if (process.env.KUBERNETES_SERVICE_HOST !== undefined) config.loadFromCluster();
  // The library would then try port 8080 of this machine.
  else throw new Error('there is no kubeconfig, and this is no Pod');
  if (context !== undefined) {
    if (config.getContextObject(context) === null)
      throw new Error(
        `the kubeconfig has no context ${JSON.stringify(context)}; it has ${config
          .getContexts()
          .map(({ name }) => name)
          .join(', ')}`,
      );
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error('the kubeconfig names no cluster; set a current context, or name one with --context');
  const { server, skipTLSVerify } = cluster;
  const base = new URL(server);
  const isTls = base.protocol === 'https:';
  const agent = isTls
    ? new Agent({ keepAlive: true, maxSockets: 64 })
    : new HttpAgent({ keepAlive: true, maxSockets: 64 });

  async function send(path: string, signal: AbortSignal, object?: object): Promise<IncomingMessage> {
    const method = object === undefined ? 'GET' : 'PUT';
    const options: RequestOptions = { method, signal, headers: {} };
    // Nothing secret goes over plain HTTP (`kubectl proxy`): client-go leaves it out, the library refuses to begin.
    if (isTls || skipTLSVerify)
      await config.applyToHTTPSOptions(options).catch((error: unknown) => {
        throw new ApiError(`no credentials: ${credentialFaultOf(error)}`);
      });
    // The library's agents keep no connections.
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername, headers } = options;
    const tls = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
    const given = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
    const url = new URL(`${base.pathname.replace(/\/$/, '')}${path}`, base);
    return new Promise((resolve, reject) => {
      const call = (isTls ? request : httpRequest)(
        url,
        {
          ...given,
          agent,
          method,
          signal,
          headers: Object.assign(
            { accept: 'application/json', ...(object && { 'content-type': 'application/json' }) },
            headers,
          ),
        },
        resolve,
      );
      call.on('error', reject);
      call.end(object && JSON.stringify(object));
    });
  }

  async function ask(path: string, signal: AbortSignal, object?: object): Promise<ApiAnswer> {
    try {
      const answer = await send(path, signal, object);
      const body = await bodyOf(answer);
      const status = answer.statusCode ?? 0;
      if (status === 404) return { kind: 'absent' };
      if (status !== 200) return { kind: 'refused', status };
      return { kind: 'ok', value: JSON.parse(body) as unknown };
    } catch (error) {
      return { kind: 'unreachable', reason: reasonOf(error, signal) };
    }
  }

  const namespace = config.getContextObject(config.getCurrentContext())?.namespace;
  return {
    host: base.hostname.replace(/^\[|\]$/g, ''),
    port: Number(base.port) || (isTls ? 443 : 80),
    ...(namespace && { namespace }),
    get: (path, signal) => ask(path, signal),
    put: (path, object, signal) => ask(path, signal, object),
    watch: async function* watch(path, signal) {
      const answer = await send(path, signal).catch((error: unknown) => {
        throw new ApiError(reasonOf(error, signal));
      });
      if (answer.statusCode !== 200) {
        answer.resume();
        throw new ApiError(`status ${answer.statusCode}`, answer.statusCode);
      }
      yield* eventsIn(answer, signal);
    },
    close: () => agent.destroy(),
  };
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    length += (chunk as Buffer).length;
    if (length > mostBytes) throw new ApiError('the answer is too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

async function* eventsIn(answer: IncomingMessage, signal: AbortSignal): AsyncGenerator<unknown, void> {
  let rest = '';
  answer.setEncoding('utf8');
  try {
    for await (const chunk of answer) {
      const lines = `${rest}${String(chunk)}`.split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > mostLineBytes) throw new ApiError('an event is too large');
      for (const line of lines) if (line !== '') yield JSON.parse(line) as unknown;
    }
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(reasonOf(error, signal));
  }
}

/** Programs that give credentials say what is wrong in their own words. */
function credentialFaultOf(error: unknown): string {
  // Its message would quote what the program gave.
  if (error instanceof SyntaxError) return 'the program that gives them answers what is not JSON';
  const message = error instanceof Error ? error.message.trim().split('\n')[0] : undefined;
  return message || 'unknown error';
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'no answer in time';
  if (error instanceof ApiError) return error.message;
  if (error instanceof SyntaxError) return 'its answer is not JSON';
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.name : 'unknown error';
}
