import { type ByteString, byteStringOf } from '../go/byte-string.ts';
import { matchesGlob } from '../go/glob.ts';
import { parseAfterHttpScheme, splitHostPort, type UrlFault } from '../go/url.ts';

/**
 * The keys under which registry credentials are kept, and which images they cover (pull-semantics 3.3, 3.4; kubelet
 * pkg/credentialprovider/keyring.go). A key is written as a URL, an image is a repository name such as
 * `docker.io/library/nginx`; the kubelet reads both as URLs without a scheme.
 */

/** Host, port and path that the kubelet compares; a pattern's host parts may be globs. */
export type RegistryLocation = {
  /** The host between its dots. */
  readonly hostParts: readonly ByteString[];
  /** Empty if none is written: never the same as 443. */
  readonly port: ByteString;
  readonly path: ByteString;
};

export type RegistryKey = {
  /** As written, without user information. */
  readonly written: string;
  /** What the kubelet sorts by, and what spellings of the same registry have in common: host, port and path. */
  readonly index: ByteString;
  /** Absent where decoding left an index that is no URL any more: it then matches nothing. */
  readonly location?: RegistryLocation;
};

export type ParsedRegistryKey =
  | { readonly ok: true; readonly key: RegistryKey }
  /** The kubelet logs such a key and skips its entry. */
  | { readonly ok: false; readonly written: string; readonly fault: UrlFault };

/** Parses a key of `auths`, of a provider plugin's answer, or of `registries[].match`. */
export function parseRegistryKey(key: string): ParsedRegistryKey {
  const written = withoutUserInformation(key);
  const scheme = ['https://', 'http://'].find((prefix) => key.startsWith(prefix)) ?? '';
  const parsed = parseAfterHttpScheme(byteStringOf(key.slice(scheme.length)));
  if (!parsed.ok) return { ok: false, written, fault: parsed.fault };
  const path = /^\/v[12]\//.test(parsed.path) ? parsed.path.slice('/v1'.length) : parsed.path;
  const index = parsed.host + (path === '/' ? '' : path);
  const location = locationOf(index);
  return { ok: true, key: { written, index, ...(location !== undefined && { location }) } };
}

/** Parses what has no scheme: a repository name, or a pattern in a provider plugin's `matchImages`. */
export function parseLocation(text: string): RegistryLocation | undefined {
  return locationOf(byteStringOf(text));
}

/** The index is parsed once more when an image is looked up, so its path is decoded a second time. */
function locationOf(index: ByteString): RegistryLocation | undefined {
  const parsed = parseAfterHttpScheme(index);
  if (!parsed.ok) return undefined;
  const { host, port } = splitHostPort(parsed.host);
  return { hostParts: host.split('.'), port, path: parsed.path };
}

/** Whether a pattern covers an image: same port, same number of host parts, each matching; the path is a plain prefix. */
export function covers(pattern: RegistryLocation, image: RegistryLocation): boolean {
  return (
    pattern.port === image.port &&
    pattern.hostParts.length === image.hostParts.length &&
    image.path.startsWith(pattern.path) &&
    pattern.hostParts.every((part, index) => matchesGlob(part, image.hostParts[index] ?? ''))
  );
}

/** The index of what `docker login` writes for Docker Hub. */
export const dockerHubIndex: ByteString = 'index.docker.io';

/**
 * Whether Docker Hub's entry stands in where no key matched: for Docker Hub itself, and for every first segment without
 * a dot or a port, which includes `localhost` and hosts in capitals (keyring.go, isDefaultRegistryMatch).
 */
export function fallsBackToDockerHub(repository: string): boolean {
  const slash = repository.indexOf('/');
  if (slash === -1) return repository !== '';
  const host = repository.slice(0, slash);
  return host === 'docker.io' || host === 'index.docker.io' || (host !== '' && !/[.:]/.test(host));
}

/** Passwords are put before an `@` by mistake, and a key is shown to people. */
function withoutUserInformation(key: string): string {
  const at = key.lastIndexOf('@');
  if (at === -1) return key;
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(key)?.[0] ?? '';
  return `${scheme}[redacted]${key.slice(at)}`;
}
