/**
 * Answers what an image is called: by which name the kubelet looks up credentials, what it sends to the runtime, what
 * containerd then asks which registry for. Knows nothing of mirrors (hosts.toml) or of what a registry holds.
 * Rules: distribution/reference v0.6.0 normalize.go, Kubernetes pkg/util/parsers and pkg/kubelet/images, containerd pkg/reference.
 */
import { ipv6Fault } from '../go/ipv6.ts';
import { isLowerCaseGo, lowerCaseGo } from '../go/lower-case.ts';
import { quoteGo } from '../go/quote.ts';
import { type Digest, parseDigest } from './digest.ts';
import { type ReferenceParts, splitReference } from './grammar.ts';

/** What the kubelet makes of an image. */
export type KubeletReference = {
  /** As written: the only form shown to people. */
  readonly raw: string;
  /** Normalized repository name by which credentials are looked up, `docker.io/library/nginx`. */
  readonly name: string;
  /** What the kubelet hands to the runtime: as written, with `:latest` where neither tag nor digest was. */
  readonly sent: string;
  /** What containerd resolves: normalized, with a tag or a digest, never both. */
  readonly pulled: string;
} & (Tagged | Digested);

/** Asked for by tag; it is `latest` where none was written. */
type Tagged = { readonly kind: 'tagged'; readonly tag: string; readonly digest?: never };
/** Asked for by digest. The tag, if one was written, decides the default pull policy and nothing else. */
type Digested = { readonly kind: 'digested'; readonly digest: Digest; readonly tag?: string };

export type ImageReference = KubeletReference & {
  /** Host that containerd takes from it, with its port. */
  readonly registry: string;
  /** Repository that containerd takes from it, without the host. */
  readonly repository: string;
};

export type ParsedReference =
  | { readonly ok: true; readonly reference: ImageReference }
  /** InvalidImageName, with every pull policy. The error is the parser's exact text. */
  | { readonly ok: false; readonly raw: string; readonly refusedBy: 'kubelet'; readonly error: string }
  /** The kubelet accepts the name, containerd's resolver cannot read its host: ErrImagePull. */
  | {
      readonly ok: false;
      readonly raw: string;
      readonly refusedBy: 'containerd';
      readonly error: string;
      readonly accepted: KubeletReference;
    };

/** The same few images are named again and again, by templates, by their Pods and by each replica. */
const known = new Map<string, ParsedReference>();
const mostKnown = 1_000;
const longestKnown = 500;

export function parseReference(raw: string): ParsedReference {
  const before = known.get(raw);
  if (before !== undefined) return before;
  const parsed = readReference(raw);
  if (raw.length > longestKnown) return parsed;
  if (known.size >= mostKnown) known.clear();
  known.set(raw, parsed);
  return parsed;
}

function readReference(raw: string): ParsedReference {
  const parsed = parseNormalized(raw);
  if (!parsed.ok) return { ok: false, raw, refusedBy: 'kubelet', error: parsed.error };
  const accepted = kubeletReferenceOf(raw, parsed);
  const slash = accepted.name.indexOf('/');
  const registry = accepted.name.slice(0, slash);
  const error = containerdError(accepted.pulled, registry);
  if (error !== undefined) return { ok: false, raw, refusedBy: 'containerd', error, accepted };
  return { ok: true, reference: { ...accepted, registry, repository: accepted.name.slice(slash + 1) } };
}

/** The event of a refused name, reason InspectFailed, word for word (image_manager.go, EnsureImageExists). */
export function inspectFailedMessage(refused: { readonly raw: string; readonly error: string }): string {
  const image = quoteGo(refused.raw);
  return `Failed to apply default image tag ${image}: couldn't parse image name ${image}: ${refused.error}`;
}

/** Kubelets up to 1.31 (distribution/reference v0.5.0) count the domain, too, and answer InvalidImageName. */
export function isTooLongForKubelet131(reference: KubeletReference): boolean {
  return reference.name.length > maxPathLength;
}

const maxPathLength = 255;
const dockerHub = 'docker.io';

type Normalized =
  | { readonly ok: true; readonly name: string; readonly tag?: string; readonly digest?: Digest }
  | { readonly ok: false; readonly error: string };

/** ParseNormalizedNamed. The order of the checks decides which error is seen. */
function parseNormalized(raw: string): Normalized {
  if (/^[0-9a-f]{64}$/.test(raw))
    return { ok: false, error: `invalid repository name (${raw}), cannot specify 64-byte hexadecimal strings` };
  const [domain, remainder] = splitDomain(raw);
  const [remote = ''] = remainder.split(':', 1);
  if (!isLowerCaseGo(remote))
    return { ok: false, error: `invalid reference format: repository name (${remote}) must be lowercase` };
  const normalized = `${domain}/${remainder}`;
  const parts = splitReference(normalized);
  return parts === undefined ? { ok: false, error: formatError(normalized) } : checked(parts);
}

/** Only upper case is wrong where the lower-case text parses: a host with `K` (Kelvin sign), `Ex_ample.com/app`. */
function formatError(normalized: string): string {
  // Of all other letters none becomes one that the grammar knows.
  if (/[^\0-\u{7f}\u{130}\u{212a}]/u.test(normalized)) return 'invalid reference format';
  return splitReference(lowerCaseGo(normalized)) === undefined
    ? 'invalid reference format'
    : 'repository name must be lowercase';
}

function checked({ name, path, tag, digest }: ReferenceParts): Normalized {
  if (path.length > maxPathLength)
    return { ok: false, error: `repository name must not be more than ${maxPathLength} characters` };
  const tagged = { ok: true as const, name, ...(tag === undefined ? {} : { tag }) };
  if (digest === undefined) return tagged;
  const parsed = parseDigest(digest);
  return parsed.ok ? { ...tagged, digest: parsed.digest } : parsed;
}

/** splitDockerDomain: a first part is a domain by its looks; without a slash there is none, so `localhost:5000` is a repository. */
function splitDomain(raw: string): readonly [domain: string, remainder: string] {
  const slash = raw.indexOf('/');
  if (slash === -1) return [dockerHub, `library/${raw}`];
  const first = raw.slice(0, slash);
  const rest = raw.slice(slash + 1);
  if (first === dockerHub || first === 'index.docker.io')
    return [dockerHub, rest.includes('/') ? rest : `library/${rest}`];
  if (first === 'localhost' || /[.:]/.test(first) || !isLowerCaseGo(first)) return [first, rest];
  return [dockerHub, raw];
}

function kubeletReferenceOf(raw: string, { name, tag, digest }: Normalized & { readonly ok: true }): KubeletReference {
  if (digest !== undefined) {
    const written = tag === undefined ? {} : { tag };
    return { kind: 'digested', raw, name, digest, ...written, sent: raw, pulled: `${name}@${digest}` };
  }
  const sent = tag === undefined ? `${raw}:latest` : raw;
  return { kind: 'tagged', raw, name, tag: tag ?? 'latest', sent, pulled: `${name}:${tag ?? 'latest'}` };
}

/** containerd reads the name as a URL (reference.Parse); of all names that got here only bracketed hosts can fail. */
function containerdError(pulled: string, registry: string): string | undefined {
  if (!registry.startsWith('[')) return undefined;
  const fault = ipv6Fault(registry.slice(1, registry.indexOf(']')));
  return fault === undefined ? undefined : `parse ${quoteGo(`dummy://${pulled}`)}: invalid host: ${fault}`;
}
