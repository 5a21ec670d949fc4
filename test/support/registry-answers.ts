import { createHash } from 'node:crypto';
import type { Answer, Exchange, Response } from '../../src/core/registry/exchange.ts';
import type { Image } from '../../tools/embedded-registry/image.ts';
import { errorDocument, headersOf } from './dialogues.ts';
import { aResponse } from './exchanges.ts';

type Stored = { readonly type: string; readonly digest: string; readonly bytes: Buffer };

/**
 * Answers as a registry does that holds these images by tag, without sockets. Nobody is challenged. What is `missing`, by its
 * digest, is nowhere to be found.
 */
export function registryHolding(
  tags: Readonly<Record<string, Image>>,
  { missing = [], headers = {} }: { missing?: readonly string[]; headers?: Readonly<Record<string, string>> } = {},
): (exchange: Exchange) => Answer {
  const stored = new Map<string, Stored>();
  for (const [tag, image] of Object.entries(tags)) {
    store(stored, image);
    stored.set(`manifests/${tag}`, { type: image.mediaType, ...image });
  }
  for (const digest of missing) for (const room of ['manifests', 'blobs']) stored.delete(`${room}/${digest}`);
  return (exchange) => {
    const [, path = ''] = /\/v2\/team\/app\/([^?]+)/.exec(exchange.url) ?? [];
    if (path === 'tags/list') return aResponse(200, { text: JSON.stringify({ tags: Object.keys(tags) }) });
    const found = stored.get(path);
    if (found !== undefined) return holding(found, exchange, headers);
    const text = errorDocument(path.startsWith('blobs/') ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN');
    return aResponse(404, exchange.method === 'HEAD' ? {} : { text });
  };
}

function store(stored: Map<string, Stored>, image: Image): void {
  stored.set(`manifests/${image.digest}`, { type: image.mediaType, ...image });
  for (const blob of image.blobs) stored.set(`blobs/${blob.digest}`, { type: 'application/octet-stream', ...blob });
  for (const child of image.children) store(stored, child);
}

function holding({ type, digest, bytes }: Stored, { method, digestAlgorithm }: Exchange, more: object): Response {
  const headers = headersOf({
    'content-type': type,
    'content-length': `${bytes.length}`,
    'docker-content-digest': digest,
    ...more,
  });
  if (method === 'HEAD') return aResponse(200, { headers });
  const hash = digestAlgorithm ?? 'sha256';
  const bodyDigest = `${hash}:${createHash(hash).update(bytes).digest('hex')}` as const;
  return { ...aResponse(200, { headers }), body: bytes, bodyDigest };
}
