/** Digests as go-digest 1.0.0 accepts them in kubelet and containerd: three algorithms, lower-case hexadecimal. */
export type DigestAlgorithm = 'sha256' | 'sha384' | 'sha512';
export type Digest = `${DigestAlgorithm}:${string}`;
export type ParsedDigest =
  | { readonly ok: true; readonly digest: Digest }
  | { readonly ok: false; readonly error: DigestError };

/** The texts of go-digest, as they stand in events. */
export type DigestError =
  | 'invalid checksum digest format'
  | 'invalid checksum digest length'
  | 'unsupported digest algorithm';

/** Hexadecimal digits of each algorithm. */
export const hexDigitsOf: { readonly [A in DigestAlgorithm]: number } = { sha256: 64, sha384: 96, sha512: 128 };

export function isDigestAlgorithm(name: string): name is DigestAlgorithm {
  return Object.hasOwn(hexDigitsOf, name);
}

/** Parses `algorithm:hex` (go-digest digest.go, Validate). The length is judged before the characters. */
export function parseDigest(text: string): ParsedDigest {
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, Math.max(colon, 0));
  const encoded = text.slice(colon + 1);
  if (algorithm === '' || encoded === '') return { ok: false, error: 'invalid checksum digest format' };
  if (!isDigestAlgorithm(algorithm)) return { ok: false, error: errorOfUnknownAlgorithm(algorithm, encoded) };
  if (utf8Length(encoded) !== hexDigitsOf[algorithm]) return { ok: false, error: 'invalid checksum digest length' };
  if (!/^[0-9a-f]+$/.test(encoded)) return { ok: false, error: 'invalid checksum digest format' };
  return { ok: true, digest: `${algorithm}:${encoded}` };
}

/** An algorithm that Go does not know is unsupported only where the whole has the form of a digest. */
function errorOfUnknownAlgorithm(algorithm: string, encoded: string): DigestError {
  const hasForm =
    algorithm.split(/[.+_-]/).every((part) => /^[a-z0-9]+$/.test(part)) && /^[a-zA-Z0-9=_-]+$/.test(encoded);
  return hasForm ? 'unsupported digest algorithm' : 'invalid checksum digest format';
}

/** The algorithm by which content is hashed to be compared with a digest. */
export function algorithmOf(digest: Digest): DigestAlgorithm {
  return digest.slice(0, digest.indexOf(':')) as DigestAlgorithm;
}

/** Go counts bytes. */
function utf8Length(text: string): number {
  if (/^[\0-\x7f]*$/.test(text)) return text.length;
  return new TextEncoder().encode(text).length;
}
