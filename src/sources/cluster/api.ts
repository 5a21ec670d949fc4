/**
 * The API server: single objects, lists in pages, watches. Authentication and kubeconfig files are the client
 * library's; the requests are our own, so that each has a deadline, a size and an outcome that is a value.
 */
import { type AgentOptions, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { type ProxyServer, parseProxyServer } from '../../core/egress/proxy.ts';
import { hasMoreValues } from '../../core/go/json-values.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { linesIn } from './lines.ts';
import { type MessageShape, objectIn, ProtobufError } from './protobuf.ts';
import { TunnelAgent } from './tunnel-agent.ts';

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
  /**
   * @param mostBytes of the answer; a larger one is not read to its end. By default enough for one object.
   * @param shape what is read of it where the server has it as protobuf, which costs both sides less
   */
  readonly get: (path: string, signal: AbortSignal, mostBytes?: number, shape?: MessageShape) => Promise<ApiAnswer>;
  /** Replaces an object; 409 where it has changed since it was read. The certificate of the webhook and the fuse alone are written. */
  readonly put: (path: string, object: object, signal: AbortSignal) => Promise<ApiAnswer>;
  /** Makes an object of the collection at this path. Events and the fuse alone are made, where that is granted. */
  readonly post: (path: string, object: object, signal: AbortSignal) => Promise<ApiAnswer>;
  /**
   * Settles when the watch has begun. Events, one a line, until the connection ends, however it ends; undefined, and none
   * after it, for one that is too large or no JSON. @throws ApiError
   */
  readonly watch: (path: string, signal: AbortSignal) => Promise<AsyncGenerator<unknown, void>>;
  readonly close: () => void;
};

export type ApiSettings = {
  readonly kubeconfigPath?: string;
  readonly context?: string;
  /** Of pullgate: audit logs of the API server tell clients by it. */
  readonly version?: string;
};

type Call = {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly object?: object;
  readonly accept?: string;
  /** On a connection of its own: one that was kept may be dead already. */
  readonly isAlone?: true;
};
type AskOptions = { readonly signal: AbortSignal; readonly mostBytes?: number; readonly shape?: MessageShape };

const protobuf = 'application/vnd.kubernetes.protobuf';

/** A list or a watch that is of no use. */
export class ApiError extends Error {
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** etcd takes requests of up to 1.5 MiB; base64 and managedFields add to what an object holds. */
const mostObjectBytes = 4 * 1024 * 1024;
/** So many are built in 30 ms. */
const mostObjectValues = 50_000;

/** @throws Error that says what is wrong with the kubeconfig */
export function openApi({ kubeconfigPath, context, version }: ApiSettings): Api {
  const userAgent = `pullgate${version === undefined ? '' : `/${version}`} (${process.platform}/${process.arch})`;
  const config = readKubeconfig(kubeconfigPath);
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
  if (cluster?.server === undefined)
    throw new Error('the kubeconfig names no cluster; set a current context, or name one with --context');
  const base = new URL(cluster.server);
  const isTls = base.protocol === 'https:';
  // The library refuses, too, but with each request.
  if (!isTls && !cluster.skipTLSVerify)
    throw new Error('the cluster of the kubeconfig has no TLS; set insecure-skip-tls-verify if that is meant');
  const proxy = cluster.proxyUrl ? proxyIn(cluster.proxyUrl, isTls) : undefined;
  const agentWith = (options: AgentOptions) => {
    if (proxy !== undefined) return new TunnelAgent(proxy, options);
    return isTls ? new Agent(options) : new HttpAgent(options);
  };
  const agent = agentWith({ keepAlive: true, maxSockets: 64 });

  async function send({ method, path, object, accept, isAlone }: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const options: RequestOptions = { method, signal, headers: {} };
    // Programs of the kubeconfig may run for it; what they print is not for our log.
    await config.applyToHTTPSOptions(options).catch(() => {
      throw new ApiError('the credentials of the kubeconfig are not available');
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
          agent: isAlone ? agentWith({}) : agent,
          method,
          signal,
          headers: Object.assign(
            {
              accept: accept ?? 'application/json',
              'user-agent': userAgent,
              ...(object && { 'content-type': 'application/json' }),
            },
            headers,
          ),
        },
        resolve,
      );
      call.on('error', reject);
      call.end(object && JSON.stringify(object));
    });
  }

  async function ask(call: Call, { signal, mostBytes = mostObjectBytes, shape }: AskOptions): Promise<ApiAnswer> {
    try {
      const answer = await send(shape ? { ...call, accept: `${protobuf}, application/json` } : call, signal);
      const status = answer.statusCode ?? 0;
      if (shape && status === 200 && answer.headers['content-type']?.startsWith(protobuf))
        return { kind: 'ok', value: objectIn(await bytesOf(answer, mostBytes), shape) };
      const isList = mostBytes > mostObjectBytes;
      const body = isList ? await bodyOf(answer, mostBytes) : await bytesOf(answer, mostBytes);
      if (status === 404) return { kind: 'absent' };
      if (status !== 200 && status !== 201) return { kind: 'refused', status };
      if (typeof body === 'string') return { kind: 'ok', value: JSON.parse(body) as unknown };
      // Who writes an object that is one of many must not hold the event loop.
      if (hasMoreValues(body, mostObjectValues)) return { kind: 'unreachable', reason: 'the answer is too large' };
      return { kind: 'ok', value: JSON.parse(String(body)) as unknown };
    } catch (error) {
      return { kind: 'unreachable', reason: reasonOf(error, signal) };
    }
  }

  const namespace = config.getContextObject(config.getCurrentContext())?.namespace;
  return {
    host: base.hostname.replace(/^\[|\]$/g, ''),
    port: Number(base.port) || (isTls ? 443 : 80),
    ...(namespace && { namespace }),
    get: (path, signal, mostBytes, shape) =>
      ask({ method: 'GET', path }, { signal, ...(mostBytes !== undefined && { mostBytes }), ...(shape && { shape }) }),
    put: (path, object, signal) => ask({ method: 'PUT', path, object }, { signal }),
    post: (path, object, signal) => ask({ method: 'POST', path, object }, { signal }),
    watch: async (path, signal) => {
      const answer = await send({ method: 'GET', path, isAlone: true }, signal).catch((error: unknown) => {
        throw new ApiError(reasonOf(error, signal));
      });
      if (answer.statusCode !== 200) {
        answer.destroy();
        throw new ApiError(`status ${answer.statusCode}`, answer.statusCode);
      }
      return eventsIn(answer);
    },
    close: () => agent.destroy(),
  };
}

/** @throws Error that says what is wrong with it, and not what it is: it may hold a password */
function proxyIn(text: string, isTls: boolean): ProxyServer {
  const parsed = parseProxyServer(text);
  if (!parsed.ok) throw new Error(`the proxy-url of the kubeconfig ${parsed.problem}`);
  if (!isTls) throw new Error('the cluster of the kubeconfig has a proxy-url and no TLS; remove one of them');
  return parsed.value;
}

/** In texts from the start: of large answers buffers would be there twice, outside of the heap, where nothing hurries to free them. */
async function bodyOf(answer: IncomingMessage, mostBytes: number): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  answer.setEncoding('utf8');
  for await (const chunk of answer) {
    const piece = String(chunk);
    length += Buffer.byteLength(piece);
    if (length > mostBytes) throw new ApiError('the answer is too large');
    pieces.push(piece);
  }
  return pieces.join('');
}

async function bytesOf(answer: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    const piece = Buffer.from(chunk as Uint8Array);
    length += piece.length;
    if (length > mostBytes) throw new ApiError('the answer is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function* eventsIn(answer: IncomingMessage): AsyncGenerator<unknown, void> {
  try {
    for await (const line of linesIn(answer)) {
      const event = line === undefined ? undefined : parsedJson(line);
      yield event;
      if (event === undefined) return;
    }
  } catch {
    // The connection broke: the next attempt tells whether the server is still there.
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'no answer in time';
  if (error instanceof ApiError) return error.message;
  if (error instanceof SyntaxError) return 'the answer is not JSON';
  if (error instanceof ProtobufError) return 'the answer is not protobuf';
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.name : 'unknown error';
}
