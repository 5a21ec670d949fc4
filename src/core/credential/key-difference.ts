import { matchesGlob } from '../go/glob.ts';
import { dockerHubIndex } from './registry-key.ts';

/**
 * In what a registry key that did not match differs from the image it may have been meant for (pull-semantics 3.4, B5).
 * It reads keys as people mean them, not as the kubelet does, and of all registries knows only Docker Hub.
 */
export type KeyDifference =
  /** A blank before or behind the key. */
  | { readonly kind: 'blank' }
  /** Only `https://` and `http://`, in lower case, are taken off. */
  | { readonly kind: 'scheme'; readonly scheme: string }
  | { readonly kind: 'case'; readonly where: 'host' | 'path' }
  | { readonly kind: 'trailing-dot' }
  /** Absent is a value of its own: 443 is not implied. */
  | { readonly kind: 'port'; readonly inKey?: string; readonly inImage?: string }
  /** Globs count in a host, within one part of it, and nowhere else; `?` begins a query. */
  | { readonly kind: 'glob'; readonly where: 'host' | 'port' | 'path' }
  /** A name of Docker Hub under which the kubelet does not look. */
  | { readonly kind: 'docker-hub-host'; readonly host: string }
  /** The entry of `index.docker.io` counts only without a path. */
  | { readonly kind: 'docker-hub-path'; readonly path: string }
  /** `/v1/` and `/v2/` are taken off, `/v1` and `/v2` are paths. */
  | { readonly kind: 'version-without-slash'; readonly path: string }
  | { readonly kind: 'trailing-slash' }
  | { readonly kind: 'tag-or-digest' }
  /** The same registry and the same first segment, but another repository. */
  | { readonly kind: 'narrower-path'; readonly inKey: string; readonly inImage: string };

/** None if the key matches as it is; undefined if it was meant for something else. */
export type KeyDifferences = readonly KeyDifference[] | undefined;

/** Longer than any image's name (pull-semantics 1.1): nothing that a person meant, and costly to compare. */
const longestKey = 512;

/** @param repository normalized name without tag and digest, such as `docker.io/library/nginx` */
export function keyDifferencesOf(key: string, repository: string): KeyDifferences {
  if (key.length > longestKey) return undefined;
  const slash = repository.indexOf('/');
  const image = { ...splitPort(repository.slice(0, slash)), path: repository.slice(slash) };
  const asWritten = differencesFrom(key, image);
  if (image.host !== 'docker.io') return asWritten;
  // Docker Hub has two keys: its name in images, and that of its old index, which takes no path.
  const asIndex = differencesFrom(key, { ...image, host: dockerHubIndex, path: '' });
  return asWritten === undefined || (asIndex !== undefined && asIndex.length < asWritten.length) ? asIndex : asWritten;
}

type Location = { readonly host: string; readonly port: string; readonly path: string };

function differencesFrom(key: string, image: Location): KeyDifferences {
  const trimmed = key.trim();
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(trimmed)?.[0] ?? '';
  const { host, port, path } = locationOf(trimmed.slice(scheme.length));
  const parts = [
    hostDifferences(host, image.host),
    portDifferences(port, image.port),
    pathDifferences(path, image.path),
  ];
  if (parts.includes(undefined)) return undefined;
  return [
    ...(trimmed === key ? [] : [{ kind: 'blank' } as const]),
    ...(isKnownScheme(scheme) ? [] : [{ kind: 'scheme', scheme } as const]),
    ...parts.flatMap((differences) => differences ?? []),
  ];
}

function isKnownScheme(scheme: string): boolean {
  return scheme === '' || scheme === 'https://' || scheme === 'http://';
}

/** Query, fragment and user information have no part in matching. */
function locationOf(text: string): Location {
  const withoutQuery = text.split(/[?#]/, 1)[0] ?? '';
  const slash = withoutQuery.indexOf('/');
  const authority = slash === -1 ? withoutQuery : withoutQuery.slice(0, slash);
  const path = slash === -1 ? '' : withoutQuery.slice(slash).replace(/^\/v[12]\//, '/');
  return { ...splitPort(authority.slice(authority.lastIndexOf('@') + 1)), path: path === '/' ? '' : path };
}

function splitPort(authority: string): { readonly host: string; readonly port: string } {
  const colon = authority.lastIndexOf(':');
  if (colon === -1 || authority.endsWith(']')) return { host: authority, port: '' };
  return { host: authority.slice(0, colon), port: authority.slice(colon + 1) };
}

function hostDifferences(inKey: string, inImage: string): KeyDifferences {
  if (hostMatches(inKey, inImage)) return [];
  const key = inKey.toLowerCase();
  const image = inImage.toLowerCase();
  if (hostMatches(key, image)) return [{ kind: 'case', where: 'host' }];
  if (key === `${image}.`) return [{ kind: 'trailing-dot' }];
  const isGlob = /[*[]/.test(key);
  if (isGlob && (matchesGlob(key, image) || key === `*.${image}`)) return [{ kind: 'glob', where: 'host' }];
  if (inImage === 'docker.io' && otherDockerHubHosts.has(key)) return [{ kind: 'docker-hub-host', host: inKey }];
  return undefined;
}

/** Seen in Secrets made for Docker Hub; the first is where images really come from. */
const otherDockerHubHosts: ReadonlySet<string> = new Set([
  'registry-1.docker.io',
  'registry.hub.docker.com',
  'registry.docker.io',
  'hub.docker.com',
  'auth.docker.io',
  'docker.com',
]);

/** The key of Docker Hub's index is looked up as it is, without globs. */
function hostMatches(pattern: string, host: string): boolean {
  if (host === dockerHubIndex) return pattern === host;
  const patternParts = pattern.split('.');
  const hostParts = host.split('.');
  return (
    patternParts.length === hostParts.length &&
    patternParts.every((part, index) => !part.includes('[') && matchesGlob(part, hostParts[index] ?? ''))
  );
}

/** Two ports that are both written are two registries. */
function portDifferences(inKey: string, inImage: string): KeyDifferences {
  if (inKey === inImage) return [];
  if (/[*[]/.test(inKey)) return [{ kind: 'glob', where: 'port' }];
  if (inKey !== '' && inImage !== '') return undefined;
  return [{ kind: 'port', ...(inKey !== '' && { inKey }), ...(inImage !== '' && { inImage }) }];
}

/** An empty path in the image stands for `index.docker.io`, whose key has none. */
function pathDifferences(inKey: string, inImage: string): KeyDifferences {
  if (inImage.startsWith(inKey)) return [];
  if (inKey === '/v1' || inKey === '/v2') return [{ kind: 'version-without-slash', path: inKey }];
  if (inImage === '') return [{ kind: 'docker-hub-path', path: inKey }];
  if (inImage.startsWith(inKey.slice(0, -1)) && inKey.endsWith('/')) return [{ kind: 'trailing-slash' }];
  const [beforeGlob = ''] = inKey.split(/[*[]/, 1);
  if (beforeGlob !== inKey && inImage.startsWith(beforeGlob)) return [{ kind: 'glob', where: 'path' }];
  if (inImage.startsWith(inKey.toLowerCase())) return [{ kind: 'case', where: 'path' }];
  const [beforeTag = ''] = inKey.split(/[:@]/, 1);
  if (beforeTag !== inKey && inImage.startsWith(beforeTag)) return [{ kind: 'tag-or-digest' }];
  if (firstSegment(inKey) !== firstSegment(inImage)) return undefined;
  return [{ kind: 'narrower-path', inKey, inImage }];
}

function firstSegment(path: string): string | undefined {
  return path.split('/', 2)[1];
}
