import type { ImageReference } from '../reference.ts';
import { isHostName, isIpv4, isPortLike, isRegistryHost } from './host-looks.ts';
import type { Spotted } from './slip-kind.ts';
import { webPageRepair } from './web-page.ts';
import { writtenPartsOf } from './written-parts.ts';

/**
 * Mistakes that parse: something is asked for that nobody meant. Only what cannot work as written, or what no one would
 * write on purpose; `node.js`, `my_registry.lan/app` and `registry:5000` are left alone.
 */
export function spotInAccepted(reference: ImageReference): Spotted | undefined {
  return (
    spotDigestAlone(reference) ??
    spotHostAlone(reference) ??
    spotUnsetValue(reference) ??
    spotUpperCaseHost(reference) ??
    spotRepeatedRegistry(reference) ??
    spotSlashBeforeTag(reference) ??
    webPageRepair(reference.raw)
  );
}

/** `sha256:…`: a tag of the Docker Hub repository `library/sha256`. Pasted from an image ID. */
function spotDigestAlone({ raw }: ImageReference): Spotted | undefined {
  return /^sha(?:256|384|512):[0-9a-f]{64,128}$/.test(raw) ? { slip: { kind: 'digest-without-name' } } : undefined;
}

/** `registry.example.com`, `localhost:5000`: without a slash there is no host, these are repositories of Docker Hub. */
function spotHostAlone(reference: ImageReference): Spotted | undefined {
  const { raw } = reference;
  if (raw.includes('/')) return undefined;
  const [host = ''] = raw.split(/[:@]/, 1);
  const port = raw.slice(host.length).startsWith(':') ? reference.tag : undefined;
  if (port !== undefined && !isPortLike(port)) return undefined;
  const isHost = port === undefined ? isRegistryHost(host) : isHostName(host);
  if (!isHost && host !== 'localhost' && !isIpv4(host)) return undefined;
  return { slip: { kind: 'host-without-path', host: port === undefined ? host : `${host}:${port}` } };
}

/** What scripts print for a missing value. No such namespaces or official images exist on Docker Hub. */
function spotUnsetValue({ raw, tag }: ImageReference): Spotted | undefined {
  const value = [tag, ...raw.split(/[/:@]/, 1)].find((part) => part === 'undefined' || part === 'null');
  return value === undefined ? undefined : { slip: { kind: 'unset-value', value } };
}

/** Upper case makes a host of the first part. One without dot and port is no registry, and only `docker.io` itself is Docker Hub. */
function spotUpperCaseHost({ raw, registry }: ImageReference): Spotted | undefined {
  const lower = registry.toLowerCase();
  if (lower === registry || (/[.:]/.test(registry) && !/^(?:index\.)?docker\.io$/.test(lower))) return undefined;
  return {
    slip: { kind: 'upper-case-first-part', part: registry },
    repaired: lower + raw.slice(registry.length),
  };
}

/** Namespaces of Docker Hub hold no dot, so a host there is one that a chart put its default registry before. */
function spotRepeatedRegistry({ raw, registry, repository }: ImageReference): Spotted | undefined {
  const [inner = '', next] = repository.split('/');
  const isRepeated = inner === registry || (registry === 'docker.io' && isRegistryHost(inner));
  if (!isRepeated || next === undefined) return undefined;
  return { slip: { kind: 'repeated-registry', registry, inner }, repaired: raw.slice(raw.indexOf('/') + 1) };
}

/** `nginx/latest` */
function spotSlashBeforeTag({ raw }: ImageReference): Spotted | undefined {
  if (!writtenPartsOf(raw).path.endsWith('/latest')) return undefined;
  return { slip: { kind: 'slash-before-tag', tag: 'latest' }, repaired: raw.replace(/\/latest$/, ':latest') };
}
