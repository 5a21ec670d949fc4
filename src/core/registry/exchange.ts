/**
 * The registry dialogue is written without sockets: it says which requests containerd would send, takes the answers,
 * and says what follows. Whoever carries the exchanges decides about connections, deadlines, caching and refused addresses.
 */
import type { LeadObjection } from '../egress/led-host.ts';
import type { RateLimit, Spared } from '../evidence/evidence.ts';
import type { Digest, DigestAlgorithm } from '../image/digest.ts';
import type { Endpoint } from './endpoint.ts';

export type Purpose = 'manifest' | 'blob' | 'token' | 'tags' | 'login';

/** One HTTP request. */
export type Exchange = {
  readonly purpose: Purpose;
  /** Whose TLS settings and address rules apply; token requests go through the client of the endpoint that asked for them. */
  readonly endpoint: Endpoint;
  /** Repository in question; a challenge is remembered for it. */
  readonly repository: string;
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Form of a token request. */
  readonly body?: string;
  /** More bytes than this are not read. */
  readonly bodyLimit: number;
  /** Asks for bytes by their digest: what was once read under it stays true. */
  readonly isImmutable?: true;
  /** The registry named this digest just now: what was read under it before need not be confirmed. */
  readonly isSeenNow?: true;
  /** For a look into what was found already: not sent while the registry allows few more requests (contract §7). */
  readonly isDispensable?: true;
  /** Whose login the pull has, also before it is presented; absent for nobody's. Registries count by account, or by address. */
  readonly loginKey?: string;
  /** The answer's `bodyDigest` is wanted by this algorithm. */
  readonly digestAlgorithm?: DigestAlgorithm;
  /**
   * Part of a second look: all of it is asked over one connection that is new for it, not before `notBeforeMs` after the
   * answer to `after`, and nothing of it is answered from memory of what was heard before (contract §3, C1 and C4).
   */
  readonly secondLook?: SecondLook;
  /** This request presents a password: what becomes of it is remembered, because accounts get locked (contract §3, C7). */
  readonly presentsPassword?: PresentedPassword;
};

export type SecondLook = {
  readonly notBeforeMs: number;
  /** What the first look asked last. */
  readonly after: Exchange;
  /** From 1; the same request may be sent several times in one dialogue. */
  readonly attempt: number;
};

export type PresentedPassword = {
  /** User name and password. */
  readonly credentialKey: string;
  readonly userKey: string;
  /** Who is to take it: the realm of a token server, the root of a registry. */
  readonly to: string;
  /** The password for the repository of the exchange, or for nothing but itself. */
  readonly asks: 'repository' | 'login';
};

export type Answer = Response | Failure;

export type Response = {
  readonly kind: 'response';
  readonly status: number;
  /** By lower-case name, each with its lines in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Uint8Array;
  /** The body was longer than the limit, or ended before its announced length. */
  readonly bodyIncomplete: boolean;
  readonly bodyDigest?: Digest;
  /** How long ago this was heard, in milliseconds; 0 when it was asked for now. */
  readonly ageMs: number;
  /** What the registry announced to this asker last, in this answer or in a later one about something else. */
  readonly announced?: RateLimit;
};

/** Why there is no response. */
export type Failure = {
  readonly kind: 'failure';
  readonly cause: FailureCause;
  readonly ageMs: number;
  /** No connection was made, so nothing was asked; whoever asks for whatever fares alike. */
  readonly isUnconnected?: true;
  /** With the cause `spared`. */
  readonly spared?: Spared;
};
export type FailureCause =
  | 'dns'
  | 'connection'
  | 'tls'
  | 'plain-http'
  | 'timeout'
  /** The proxy on our way out cannot be reached, or does not connect to the host. */
  | 'proxy'
  /** Our own time was up, which says nothing about the registry. */
  | 'deadline'
  /** A dispensable request, not sent. */
  | 'spared'
  /** So many passwords of this user were refused that no other one is sent now. */
  | 'password-limit'
  /** The address is one that pullgate never dials. */
  | 'refused-address'
  /** The port is one on which no registry listens, and something may that must not hear from us. */
  | 'refused-port'
  /** An answer led to a private address that is not the registry's own, or with `registriesOnly` to a host that is not listed. */
  | LeadObjection
  /** The answer broke a rule of ours or of HTTP: too long, encoded though not asked for, a redirect to elsewhere. */
  | 'unacceptable-answer';

/** A conversation: yields requests that may be sent at the same time, is resumed with their answers in the same order. */
export type Dialogue<T> = Generator<readonly Exchange[], T, readonly Answer[]>;

export function* ask(exchange: Exchange): Dialogue<Answer> {
  const [answer] = yield [exchange];
  if (answer === undefined) throw new Error('an exchange was not answered');
  return answer;
}

/** The only line of a header, or its first. */
export function headerOf(response: Response, name: string): string | undefined {
  return response.headers.get(name)?.[0];
}

/** Several conversations at once: what they ask at the same time is sent at the same time. */
export function* together<T>(dialogues: readonly Dialogue<T>[]): Dialogue<readonly T[]> {
  const steps = dialogues.map((dialogue) => dialogue.next());
  for (;;) {
    const asked = steps.map((step) => (step.done ? [] : step.value));
    if (steps.every((step) => step.done)) return steps.map((step) => step.value as T);
    const answers = yield asked.flat();
    let taken = 0;
    for (const [index, dialogue] of dialogues.entries()) {
      const count = asked[index]?.length ?? 0;
      if (steps[index]?.done !== false) continue;
      steps[index] = dialogue.next(answers.slice(taken, taken + count));
      taken += count;
    }
  }
}

/**
 * The `Host` of a URL that is written with the port that its scheme implies: Go sends that port along (net/http, Request.Host),
 * where `URL` forgets it. `undefined` for every other URL.
 */
export function writtenHostOf(url: string): string | undefined {
  const written = /^(?:https:\/\/([^/?#]*:443)|http:\/\/([^/?#]*:80))(?:[/?#]|$)/i.exec(url);
  return written?.[1] ?? written?.[2];
}
