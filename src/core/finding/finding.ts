/**
 * What was found about an image use or a workload: data with a stable code. Words for people are made of it elsewhere
 * (`report/words`); what a cluster does about it is decided elsewhere (`core/verdict`).
 */
import type { Descriptor } from '../content/descriptor.ts';
import type { CredentialOrigin, SecretName } from '../credential/credential.ts';
import type { UndecodableDockerConfig } from '../credential/docker-config.ts';
import type { NearMiss } from '../credential/near-miss.ts';
import type { IgnoredWhy } from '../credential/pull-secret-content.ts';
import type { UnrenderedSecret } from '../credential/unrendered-secret.ts';
import type { NotAskedWhy, RateLimit, Spared, TokenObjection } from '../evidence/evidence.ts';
import type { Platform } from '../image/platform.ts';
import type { ImageReference, ParsedReference } from '../image/reference.ts';
import type { Slip } from '../image/slip.ts';
import type { NotExaminedWhy } from '../pull/plan.ts';
import type { OpenSecret } from '../pull/world.ts';
import type { NotRendered } from '../workload/image-use.ts';

export type Certainty =
  /** Would fail now on every candidate node, for a reason that depends on nothing we cannot see or were told. */
  | 'certain'
  /** Would fail now on what we see, but something we cannot see, or that commonly follows, may heal it. */
  | 'likely'
  /** We could not find out. */
  | 'unconfirmed'
  /** Would pull, but is worth a word. */
  | 'advice';

export type Finding = FindingDetail & {
  readonly certainty: Certainty;
  /** What we were told and could not see, `mirrors=none`, or took from what was seen: `mirrors=auto (none seen)`. */
  readonly assuming: readonly string[];
  /** Why it is less certain than its code can be; absent where it is not. */
  readonly cappedBy?: string;
  /** Of what is certain: why it could not be looked up whether the reference is in use (contract §3, C10). */
  readonly unseenUse?: string;
  /** The waiting reason that the kubelet would show; absent where no pull fails. */
  readonly predictedReason?: string;
  /** On how many of the candidate nodes; absent where no nodes are known. */
  readonly nodes?: AffectedNodes;
};

export type AffectedNodes = {
  readonly failing: number;
  readonly candidates: number;
  /** Of the failing ones, at most five. */
  readonly names: readonly string[];
};

export type FindingCode = FindingDetail['code'];

/** A code and what its message needs to be said. */
export type FindingDetail =
  | {
      readonly code: 'invalid-image-name';
      readonly parsed: Extract<ParsedReference, { ok: false }>;
      readonly slip?: Slip;
    }
  | ManifestNotFound
  | AccessDenied
  | {
      readonly code: 'credentials-rejected';
      readonly registry: string;
      readonly repository: string;
      readonly tried: readonly CredentialOrigin[];
      readonly acceptedLogin: boolean;
      readonly registryMessage?: string;
    }
  | { readonly code: 'pull-secret-undecodable'; readonly secret: SecretName; readonly config: UndecodableDockerConfig }
  /** As it stands in a manifest; what it will hold when it is applied is open (contract §3, C22). */
  | { readonly code: 'pull-secret-undecodable'; readonly secret: SecretName; readonly unrendered: UnrenderedSecret }
  | { readonly code: 'pull-secret-not-found'; readonly namespace: string; readonly name: string }
  | { readonly code: 'pull-secret-ignored'; readonly secret: SecretName; readonly why: IgnoredWhy }
  | {
      readonly code: 'pull-secret-no-match';
      readonly registry: string;
      readonly secrets: readonly SecretName[];
      readonly nearMiss?: NearMiss;
    }
  | {
      readonly code: 'no-matching-platform';
      readonly offers: readonly Platform[];
      readonly wanted: readonly Platform[];
    }
  | {
      readonly code: 'some-nodes-lack-platform';
      readonly offers: readonly Platform[];
      readonly lacking: readonly Platform[];
      readonly suited: readonly Platform[];
    }
  | { readonly code: 'wrong-architecture'; readonly built: Platform; readonly wanted: readonly Platform[] }
  | { readonly code: 'unsupported-manifest'; readonly problem: UnsupportedManifest }
  | {
      readonly code: 'incomplete-image';
      /** `root` is what the reference leads to, `manifest` an entry of its index. */
      readonly missing: 'root' | 'manifest' | 'config' | 'layer';
      readonly descriptor: Descriptor;
    }
  | { readonly code: 'never-pulled' }
  | {
      readonly code: 'rate-limited';
      readonly registry: string;
      readonly retryAfterMs?: number;
      /** No 429 yet: the registry announces that nothing is left of so many pulls. */
      readonly usedUp?: Pick<RateLimit, 'limit' | 'windowMs'>;
    }
  | {
      readonly code: 'rate-limit-low';
      readonly registry: string;
      readonly remaining: number;
      readonly limit: number;
      /** Why the content of the image was not read; absent where it was. */
      readonly spared?: Spared['why'];
    }
  | {
      readonly code: 'registry-unreachable';
      readonly registry: string;
      /** The endpoint, where it has another name than the registry. */
      readonly host?: string;
      readonly cause: 'dns' | 'connection' | 'tls' | 'plain-http' | 'timeout' | 'proxy' | 'host-configuration';
    }
  | {
      readonly code: 'registry-error';
      readonly registry: string;
      /** The endpoint, where it has another name than the registry. */
      readonly host?: string;
      readonly cause: RegistryErrorCause;
      readonly registryMessage?: string;
    }
  | {
      readonly code: 'registry-not-examined';
      /** Absent where no image is named yet. */
      readonly registry?: string;
      readonly why: NotExamined;
    }
  | { readonly code: 'mutable-tag-always-local'; readonly tag: string }
  | { readonly code: 'needless-always' }
  | { readonly code: 'unpinned-image'; readonly digest?: string };

export type ManifestNotFound = {
  readonly code: 'manifest-not-found';
  readonly reference: ImageReference;
  /** Hosts of the endpoints that were asked. */
  readonly asked: readonly string[];
  /** Undefined where the registry does not tell. */
  readonly repositoryExists?: boolean;
  /** The nearest tags that exist, best first. */
  readonly nearest: readonly string[];
  readonly slip?: Slip;
  readonly registryMessage?: string;
};

export type AccessDenied = {
  readonly code: 'access-denied';
  readonly registry: string;
  readonly repository: string;
  /** Credentials that matched, but that containerd does not send. */
  readonly dropped: readonly CredentialOrigin[];
  readonly absentSecrets: readonly string[];
  readonly unreadSecrets: readonly UnreadSecret[];
  readonly hasPullSecrets: boolean;
  readonly namespace: string;
  readonly slip?: Slip;
  readonly registryMessage?: string;
};

export type UnreadSecret = {
  readonly name: string;
  /** `refused`: by the API server, or it gave no answer. */
  readonly state: 'refused' | 'not-given' | OpenSecret;
};

export type UnsupportedManifest =
  | { readonly kind: 'schema-1' }
  | { readonly kind: 'media-type'; readonly mediaType: string }
  | { readonly kind: 'too-large'; readonly bytes: number }
  | { readonly kind: 'artifact'; readonly configType: string }
  | { readonly kind: 'malformed'; readonly error: string }
  /** Its digest or size is not what the registry announced. */
  | { readonly kind: 'other-content'; readonly error: string; readonly digest: string };

export type RegistryErrorCause =
  /** It looks like a refusal of our own address. */
  | { readonly kind: 'vantage'; readonly status: number }
  | { readonly kind: 'status'; readonly status: number }
  /** 404, but with nothing that a registry would say. */
  | { readonly kind: 'unproven-404' }
  /** 404 to HEAD, which could not be looked at again. */
  | { readonly kind: 'unrepeated-404'; readonly again: 'throttled' | 'out-of-time' | 'failed' }
  /** A redirect to elsewhere, an encoding that was not asked for, too many bytes · a digest, token or challenge that is none. */
  | { readonly kind: 'unacceptable' | 'digest-header' | 'token-reply' | 'unusable-challenge' }
  /** 2xx with a page that is no manifest. */
  | { readonly kind: 'no-manifest'; readonly mediaType: string }
  /** It answers 404 for a tag that it lists. */
  | { readonly kind: 'contradiction' }
  /** A document of the image could not be read. */
  | { readonly kind: 'unread-content'; readonly digest: string };

export type NotExamined =
  | NotExaminedWhy
  | NotAskedWhy
  /** The workload has more images than one review looks at. */
  | 'image-limit'
  /** More values or descriptors than we look at. */
  | 'too-large'
  /** It comes from addresses outside the registry. */
  | 'foreign-content'
  /** The manifest names something else than what will be applied (contract §3, C22). */
  | { readonly kind: 'not-rendered'; readonly because: NotRendered }
  | { readonly kind: 'foreign-token-server'; readonly tokenServer: string; readonly objection: TokenObjection };

/** The finding of one code. */
export type FindingOf<C extends FindingCode> = Extract<Finding, { readonly code: C }>;
