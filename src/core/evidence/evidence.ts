/**
 * What registries were seen to say about one image: answers, never what they mean for a Pod, and never an exception.
 * "Could not be found out" is an answer like every other one.
 */
import type { Content, ContentOf } from '../content/content.ts';
import { wantedKey } from '../content/content.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { Credential } from '../credential/credential.ts';

/** The attempts that containerd would make through one set of endpoints: one a credential, until one of them resolves. */
export type Evidence = {
  readonly attempts: readonly Attempt[];
  /** What no node would try: attempts with the examiner's credentials, where all others were refused. */
  readonly examined?: readonly Attempt[];
  /** Age of the oldest answer that it rests on, in milliseconds. Bytes that hash to a digest do not age. */
  readonly ageMs: number;
};

/** Evidence older than this speaks for an image, never against it (contract §3, C16). */
export const freshMs = 5_000;

export type Attempt = {
  /** Absent: nobody's. What of it was sent is decided by containerd and by the registry's challenge. */
  readonly credential?: Credential;
  /** One for each endpoint asked, in their order; the last one may be the one that resolved. */
  readonly sightings: readonly EndpointAnswer[];
  readonly found?: FoundImage;
};

export type EndpointAnswer = {
  /** Host of the endpoint, with its port. */
  readonly host: string;
  readonly saw: Saw;
  /** The endpoint is a mirror on the loopback of the node. */
  readonly isOnNode?: true;
};

export type Saw =
  | { readonly kind: 'manifest' }
  | Absence
  | Refusal
  /** 401 or 403 without a challenge that could be answered: more often about the asker's address than about the image. */
  | { readonly kind: 'refused-outright'; readonly status: number }
  /** `usedUp`: there was no 429 yet, but the registry announces that nothing is left of so many pulls. */
  | {
      readonly kind: 'throttled';
      readonly retryAfterMs?: number;
      readonly usedUp?: Pick<RateLimit, 'limit' | 'windowMs'>;
    }
  | { readonly kind: 'unreachable'; readonly cause: 'dns' | 'connection' | 'tls' | 'plain-http' | 'timeout' | 'proxy' }
  /** We did not look, or not to the end; it says nothing about the registry. */
  | { readonly kind: 'not-asked'; readonly why: NotAskedWhy }
  | {
      readonly kind: 'not-asked';
      readonly why: 'foreign-token-server';
      readonly tokenServer: string;
      readonly objection: TokenObjection;
    }
  /** It is announced with more bytes than containerd accepts. */
  | { readonly kind: 'oversized'; readonly bytes: number }
  /** Every other answer: it proves nothing. */
  | { readonly kind: 'useless'; readonly what: UselessAnswer };

export type NotAskedWhy =
  | 'deadline'
  /** Passwords of this user were refused too often, and accounts get locked. */
  | 'password-limit'
  /** There are more credentials than we try. */
  | 'credential-limit'
  | 'refused-address'
  /** It redirects to a host that pullgate does not contact because of an answer. */
  | 'refused-redirect'
  | 'refused-port';

/** Why a token server is not asked. */
export type TokenObjection =
  /** It would get the password, and is neither the registry itself nor trusted. */
  | 'other-server'
  /** It is not the registry itself, and would be asked without TLS. */
  | 'plain-http'
  /** It would get the password, and its address has a user of its own. */
  | 'user-info'
  /** Its address is private, and not the registry's own. */
  | 'foreign-address'
  /** `egress.registriesOnly`, and only the registry names it. */
  | 'unlisted-host'
  /** Not every reader of URLs reads the address alike. */
  | 'unusual-url';

/** A 404 to HEAD, and what a second look at the same URL gave (contract §3, C1). */
export type Absence = {
  readonly kind: 'absent';
  readonly secondLook: /** 404 again, with a registry's error document. */
    | 'absent-too'
    /** 404 again, but with something else: a proxy or a web server may have answered. */
    | 'no-registry-answer'
    /** GET finds it, HEAD does not, twice: containerd decides on HEAD. */
    | 'absent-for-head-only'
    /** The registry allowed no further request: 429, or a pause after one. */
    | 'throttled'
    /** Our own time was up before. */
    | 'out-of-time'
    /** It gave another answer, or none. */
    | 'failed';
  readonly tags: TagsSeen;
  /** The endpoint asked who we are, so that what it says may be for us alone (contract §3, C5). */
  readonly wasChallenged: boolean;
  /** The registry may stand in front of another one, and answer 404 for trouble there (C3). */
  readonly product?: ProxyProduct;
  /** What the registry says about it, in one line. */
  readonly registryMessage?: string;
};
export type ProxyProduct = 'Harbor' | 'Artifactory' | 'Nexus' | 'GitLab dependency proxy';

export type TagsSeen =
  /** Every tag, or the first part of them. */
  | {
      readonly kind: 'listed';
      readonly tags: readonly string[];
      readonly isComplete: boolean;
      /** The very tag that was not found: the registry contradicts itself (C2). */
      readonly hasTag: boolean;
    }
  | { readonly kind: 'repository-absent' }
  | { readonly kind: 'not-listed' };

/** The registry asked who we are, and then refused. */
export type Refusal = {
  readonly kind: 'refused';
  readonly at: 'registry' | 'token-server';
  readonly status: number;
  /** A password was sent. Without one, or with a registry that wants Basic and got no whole login, the asker was nobody. */
  readonly presentedPassword: boolean;
  /** The token server took the login, and no token for the repository was given or taken: the login is right, it lacks the right. */
  readonly acceptedLogin: boolean;
  readonly secondLook: /** Refused once more, over a new connection. */
    | 'refused-too'
    /** It is not refused any more, and yet HEAD does not resolve. */
    | 'not-refused'
    /** The second look failed in another way. */
    | 'failed'
    /** A password was rejected for itself, too, and is not sent again. */
    | 'not-taken';
  /** A text says that the asker's address is the reason, or is a web page. */
  readonly blamesAddress: boolean;
  /** What the registry says about it, in one line. */
  readonly registryMessage?: string;
};

export type UselessAnswer =
  | { readonly kind: 'status'; readonly status: number; readonly registryMessage?: string }
  /** A redirect to elsewhere, an encoding that was not asked for, too many bytes. */
  | { readonly kind: 'unacceptable' }
  | { readonly kind: 'digest-header' }
  | { readonly kind: 'token-reply' }
  | { readonly kind: 'unusable-challenge' }
  /** 2xx with a type of no manifest, and no proof that it is what the registry holds (C14). */
  | { readonly kind: 'no-manifest'; readonly mediaType: string };

export type FoundImage = {
  readonly host: string;
  readonly root: Descriptor;
  /** Its bytes hash to the digest that the registry, or the reference, names. */
  readonly isVerified: boolean;
  readonly contents: ReadonlyMap<string, Content>;
  /** A registry that was asked for it may stand in front of another one, and answer 404 for trouble there (C3). */
  readonly product?: ProxyProduct;
  readonly rateLimit?: RateLimit;
  /** Why not all was read that was to be. */
  readonly spared?: Spared['why'];
};

/** A request that was not sent, because of what the registry announced. */
export type Spared = {
  readonly rateLimit: RateLimit;
  readonly why: /** Less than a quarter is left. */
    | 'few-left'
    /** Inspection would use more than its share of what is announced. */
    | 'pull-share';
};

/** How many pulls a registry still allows the asker, as its headers announce it. */
export type RateLimit = {
  readonly limit: number;
  readonly remaining: number;
  /** In milliseconds, the time for which the limit is. */
  readonly windowMs?: number;
  /** In milliseconds, until more is allowed. */
  readonly retryAfterMs?: number;
};

export function contentsOf({ contents }: FoundImage): ContentOf {
  return (wanted) => contents.get(wantedKey(wanted));
}
