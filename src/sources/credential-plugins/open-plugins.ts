/**
 * Asks the kubelet's credential provider plugins for credentials, as a kubelet would (pull-semantics 3.9). They run here, with
 * what this process may do, and not on a node: what that means for their answers is decided in the core.
 */
import { join } from 'node:path';
import type { PluginAnswer, PluginAnswersFor } from '../../core/credential/plugin-answer.ts';
import { covers, parseLocation } from '../../core/credential/registry-key.ts';
import { fairTurns } from '../turns/fair-turns.ts';
import { makeProviderCache, type ProviderCache } from './provider-cache.ts';
import type { CredentialProvider } from './provider-config.ts';
import { type ProviderResponse, parseResponse, requestText } from './provider-response.ts';
import { notWaitedFor, runProgram } from './run-program.ts';

export type CredentialPlugins = {
  /**
   * Never throws, and ends with the signal.
   *
   * @param images normalized repository names
   * @param asker runs for several askers take turns; absent where there is only one
   */
  readonly answersFor: (images: readonly string[], signal: AbortSignal, asker?: string) => Promise<PluginAnswersFor>;
  /** Ends the plugins that run. */
  readonly close: () => void;
};

export type PluginSettings = {
  readonly providers: readonly CredentialProvider[];
  readonly binDir: string;
  /** Where plugins look for programs; nothing else of our environment is given to them. */
  readonly path: string | undefined;
  readonly timeoutMs?: number;
  readonly now?: () => number;
};

/** A kubelet waits a minute; an admission review cannot. */
const defaultTimeoutMs = 2000;
const mostAtATime = 8;

export function openPlugins(settings: PluginSettings): CredentialPlugins {
  const { providers, binDir, path, timeoutMs = defaultTimeoutMs, now = () => performance.now() } = settings;
  const closing = new AbortController();
  const turns = fairTurns(mostAtATime);
  const run: Run = async (provider, image, who) => {
    const output = await turns.take(who, () =>
      runProgram({
        path: join(binDir, provider.name),
        args: provider.args,
        environment: environmentOf(provider, path),
        input: requestText(provider.apiVersion, image),
        timeoutMs,
        signal: closing.signal,
      }),
    );
    return output ?? notWaitedFor;
  };
  const plugins = providers.map((provider) => {
    const cache = makeProviderCache(provider.defaultCacheMs, now);
    return { provider, ask: asking(provider, cache, run) };
  });
  return {
    answersFor: async (images, signal, asker) => {
      const answers = await Promise.all(
        images.map(async (image) => {
          const matching = plugins.filter(({ provider }) => isFor(provider, image));
          const asked = matching.map(({ ask }) => ask(image, { asker, signal }));
          return [image, await Promise.all(asked)] as const;
        }),
      );
      const byImage = new Map<string, readonly PluginAnswer[]>(answers);
      return (repository) => byImage.get(repository) ?? [];
    },
    close: () => closing.abort(),
  };
}

type Who = { readonly asker: string | undefined; readonly signal: AbortSignal };
type Run = (provider: CredentialProvider, image: string, who: Who) => ReturnType<typeof runProgram>;
type SharedRun = { readonly answer: Promise<PluginAnswer>; readonly abandon: AbortController; callers: number };

/** Those who ask for the same image at once share one run. It is called off, if it has not begun, when none of them waits. */
function asking(
  provider: CredentialProvider,
  cache: ProviderCache,
  run: Run,
): (image: string, who: Who) => Promise<PluginAnswer> {
  const running = new Map<string, SharedRun>();
  const { name } = provider;
  const ask = async (image: string, who: Who): Promise<PluginAnswer> => {
    const output = await run(provider, image, who);
    if (output.kind === 'failed') return { kind: 'failed', name, why: output.why };
    const response: ProviderResponse | undefined = parseResponse(output.bytes, provider.apiVersion);
    if (response === undefined) return { kind: 'failed', name, why: 'returned an answer that kubelets do not accept' };
    cache.keep(image, response);
    return { kind: 'answered', name, entries: response.entries };
  };
  const start = (image: string, asker: string | undefined): SharedRun => {
    const abandon = new AbortController();
    const answer = ask(image, { asker, signal: abandon.signal });
    const started: SharedRun = { answer, abandon, callers: 0 };
    running.set(image, started);
    void answer.finally(() => {
      if (running.get(image) === started) running.delete(image);
    });
    return started;
  };
  return async (image, { asker, signal }) => {
    if (provider.wantsServiceAccountToken)
      return { kind: 'failed', name, why: 'needs a ServiceAccount token, which only a kubelet gets' };
    const entries = cache.entriesFor(image);
    if (entries !== undefined) return { kind: 'answered', name, entries };
    for (;;) {
      const shared = running.get(image) ?? start(image, asker);
      shared.callers += 1;
      const answer = await beforeAbort(shared.answer, name, signal);
      // It was called off in the moment in which this caller came.
      const isCalledOff = shared.abandon.signal.aborted && answer.kind === 'failed' && answer.why === notWaitedFor.why;
      shared.callers -= 1;
      if (shared.callers === 0) shared.abandon.abort();
      if (signal.aborted || !isCalledOff) return answer;
    }
  };
}

async function beforeAbort(answer: Promise<PluginAnswer>, name: string, signal: AbortSignal): Promise<PluginAnswer> {
  const { promise, resolve } = Promise.withResolvers<PluginAnswer>();
  const giveUp = () => resolve({ kind: 'failed', name, why: notWaitedFor.why });
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function isFor({ matchImages }: CredentialProvider, image: string): boolean {
  const location = parseLocation(image);
  return location !== undefined && matchImages.some((pattern) => covers(pattern, location));
}

function environmentOf({ env }: CredentialProvider, path: string | undefined): ReadonlyMap<string, string> {
  const configured = env.map(({ name, value }) => [name, value] as const);
  return new Map([...(path === undefined ? [] : [['PATH', path] as const]), ...configured]);
}
