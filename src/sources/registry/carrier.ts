/**
 * Carries the exchanges of the registry dialogue over the network: who is asked at all, how often, for how long, and what is
 * remembered of it. What the answers mean is not known here.
 *
 * The layers, from a planned pull down to the socket. Each sees only what the ones above it did not answer:
 *
 *     known             what was made of images that can be pulled, while all of their evidence is valid
 *     evidence          what the pull was found to be: keyed by everything that decides it. It sees every answer with its age
 *       limits          adds what was announced last to each answer, remembered ones included
 *       contents        by digest, whoever reads them: above the passwords, as bytes that are known need none
 *       passwords       a refused password, and turns of an unknown one: above all memory of requests, as they speak for all
 *      first looks                                 second looks
 *       challenges      of a repository             wait until they are due, on a connection of their own, and are shared
 *       answers         to the same request         by those whose first look they follow: they must see neither the
 *       flights         under way now               memory nor the flights of first looks
 *       redirects       followed, and what comes of them retained as the answer to the request
 *       shares          holds back what counts as a pull, before it takes a turn
 *       turns           so many at a time for each origin
 *       limits          spares what can be done without: after the wait, because others have learned by then
 *       origins         what an origin said for whatever is asked of it: after the wait as well
 *       observed        counts and times what goes to the network, and nothing else
 *       transmit        writes the request and reads the answer
 */
import { setTimeout } from 'node:timers/promises';
import type { EgressRules } from '../../core/egress/address-rules.ts';
import type { HostPattern } from '../../core/egress/host-pattern.ts';
import type { ProxyRules } from '../../core/egress/proxy.ts';
import { openAnnouncedLimits } from './announced-limits.ts';
import { withAddresses } from './api-server-names.ts';
import { askingOnce } from './ask-once.ts';
import { challengesOf } from './challenges.ts';
import { coalesced } from './coalesce.ts';
import { openConnections } from './connections.ts';
import { rememberingContent } from './content-memory.ts';
import { makeDial } from './dial.ts';
import { type EvidenceMemory, openEvidenceMemory } from './evidence-memory.ts';
import { reachingByHttpToo } from './http-fallback.ts';
import { makeKeys } from './keys.ts';
import { type KnownImages, openKnownImages } from './known-images.ts';
import { limitedPerOrigin } from './limit.ts';
import { openMemory, recalling, retaining } from './memory.ts';
import { openNames } from './names.ts';
import { type NoteLookup, type ObservedRequest, observed } from './observe.ts';
import { heedingOrigins } from './origin-memory.ts';
import { makePullKeys } from './pull-keys.ts';
import { followingRedirects } from './redirect.ts';
import { guardingPasswords } from './refused-passwords.ts';
import { lookingAgain, noting, openFirstLooks } from './second-look.ts';
import { openSecureContexts } from './secure-contexts.ts';
import type { Clock, Send } from './send.ts';
import { transmitting } from './transmit.ts';

export type CarrierSettings = {
  readonly egress: EgressRules;
  /** Where the API server is now, in addition to what `egress` says of it. */
  readonly apiServer?: () => readonly HostPattern[];
  readonly proxies?: ProxyRules;
  /** PEM, trusted in addition to the roots of the system. */
  readonly extraRoots?: readonly string[];
  /** Of pullgate, for `User-Agent`. */
  readonly version: string;
  readonly requestTimeoutMs?: number;
  readonly perRegistryConcurrency?: number;
  /** Of what a registry announces that it allows in a window, for requests that count as pulls; from 0 to 1. */
  readonly pullShare?: number;
  readonly rememberedAnswers?: number;
  /** Half for answers, half for what has a digest; what is found may keep half as much beside. */
  readonly rememberedBytes?: number;
  /** Called after each request that went to the network, redirects included. */
  readonly observe?: (request: ObservedRequest) => void;
  /** Called once for each exchange that was met, and not for those that were given up before. */
  readonly noteLookup?: NoteLookup;
  /** `address:port` each, instead of those of the system. */
  readonly dnsServers?: readonly string[];
  readonly etcHostsPath?: string;
  readonly clock?: Clock;
  readonly chance?: () => number;
};

export type Carrier = {
  readonly send: Send;
  /** What was found with it. */
  readonly evidence: EvidenceMemory;
  /** What was made of that. */
  readonly known: KnownImages;
  /** Ends all connections; what is under way fails. */
  readonly close: () => void;
};

export function openCarrier(settings: CarrierSettings): Carrier {
  const {
    egress,
    version,
    observe = () => {},
    noteLookup = () => {},
    clock = systemClock,
    chance = Math.random,
  } = settings;
  const { requestTimeoutMs = 1500, perRegistryConcurrency = 16, pullShare = 0.2, dnsServers } = settings;
  const { rememberedAnswers: entries = 20_000, rememberedBytes = 64 * 1024 * 1024 } = settings;
  const bytes = rememberedBytes / 2;
  const keys = makeKeys();
  const memory = openMemory({ keys, clock, chance, entries, bytes });
  const firstLooks = openFirstLooks(keys, clock);

  const names = { clock, etcHostsPath: settings.etcHostsPath ?? '/etc/hosts', ...(dnsServers && { dnsServers }) };
  const contextOf = openSecureContexts(keys.ofTls, settings.extraRoots);
  const resolveName = openNames(names);
  const dial = makeDial({
    resolveName,
    egress,
    ...(settings.apiServer && { apiServer: withAddresses(settings.apiServer, resolveName, clock) }),
    contextOf,
    ...(settings.proxies && { proxies: settings.proxies }),
    connectTimeoutMs: connectTimeoutMsOf(requestTimeoutMs),
  });
  const connections = openConnections(dial, keys.ofTls);
  const reach = reachingByHttpToo(connections, keys, clock);

  // From the socket outwards: each layer sees the requests that the ones above it did not answer.
  const { giveBack } = connections;
  const transmit = transmitting({ reach, giveBack, userAgent: `pullgate/${version}`, requestTimeoutMs });
  // Who has waited for a turn may learn from those before that there is no need to ask.
  const heeded = heedingOrigins(observed(transmit, observe, clock), keys, clock);
  const limits = openAnnouncedLimits(keys, clock, pullShare);
  const limited = limits.sharing(limitedPerOrigin(limits.heeding(heeded), perRegistryConcurrency));
  const network = retaining(followingRedirects(limited), memory);

  const firstLook = coalesced(noting(network, firstLooks), keys.ofRequest, noteLookup);
  const recalled = recalling(firstLook, memory, noteLookup);
  const challenged = askingOnce(recalled, challengesOf(keys), clock, noteLookup);
  const secondLook = lookingAgain(network, { firstLooks, keys, clock, note: noteLookup });
  const looking: Send = (exchange, terms) =>
    (exchange.secondLook === undefined ? challenged : secondLook)(exchange, terms);

  const heard = guardingPasswords(looking, keys, clock, noteLookup);
  const ofContent = { keys, clock, entries: entries * documentsOfImage, bytes, note: noteLookup };
  const remembering = rememberingContent(heard, ofContent);
  const note = noteLookup;
  const evidence = openEvidenceMemory({ keys: makePullKeys(), clock, answers: memory, entries, bytes, note });
  return {
    send: limits.reminding(remembering),
    evidence,
    known: openKnownImages(evidence, entries, note),
    close: connections.close,
  };
}

/** An index, a manifest and a config: who remembers so many images remembers what they are made of, as far as the bytes reach. */
const documentsOfImage = 3;

/** One second of the 1.5 s of an admission (quality.md §5). Who has more time waits longer, but not for ever at a black hole. */
function connectTimeoutMsOf(requestTimeoutMs: number): number {
  return Math.min((requestTimeoutMs * 2) / 3, 3000);
}

const systemClock: Clock = {
  nowMs: () => performance.now(),
  wait: async (ms, signal) => {
    await setTimeout(ms, undefined, { signal }).catch(() => {});
  },
};
