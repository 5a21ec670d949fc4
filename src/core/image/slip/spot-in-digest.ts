import { type DigestAlgorithm, hexDigitsOf, isDigestAlgorithm } from '../digest.ts';
import { isTag } from '../grammar.ts';
import type { Spotted } from './slip-kind.ts';
import { joined, type WrittenParts } from './written-parts.ts';

/** Mistakes about a digest: behind the `@`, in the place of the tag, or without a name. */
export function spotInDigest(parts: WrittenParts): Spotted | undefined {
  if (parts.host === undefined && parts.digest === undefined && /^[0-9a-f]{64}$/i.test(joined(parts)))
    return { slip: { kind: 'image-id' } };
  if (parts.digest === undefined) return spotDigestAsTag(parts);
  if (parts.path === '' && parts.host === undefined && parts.tag === undefined && parts.digest !== '')
    return { slip: { kind: 'digest-without-name' } };
  return spotAfterAt(parts, parts.digest);
}

/** `nginx:sha256:…` */
function spotDigestAsTag({ tag, ...name }: WrittenParts): Spotted | undefined {
  const [, algorithm = '', encoded = ''] = /^(sha\d+):([0-9a-f]+)$/i.exec(tag ?? '') ?? [];
  if (!isDigestAlgorithm(algorithm) || encoded.length !== hexDigitsOf[algorithm]) return undefined;
  return { slip: { kind: 'digest-separator' }, repaired: joined({ ...name, digest: `${algorithm}:${encoded}` }) };
}

function spotAfterAt(parts: WrittenParts, written: string): Spotted | undefined {
  const [, name = '', separator = '', encoded = ''] = /^(sha(?:256|384|512))([:=_/-]?)(.*)$/is.exec(written) ?? [];
  const algorithm = name.toLowerCase();
  if (isDigestAlgorithm(algorithm)) return spotEncoded(parts, algorithm, { name, separator, encoded });
  if (written === '' || written === ':') return { slip: { kind: 'empty-digest' } };
  if (/^[0-9a-f]{12,}$/i.test(written)) return spotBareHex(parts, written);
  const foreign = /^([a-z][a-z0-9+._-]*):[0-9a-f]{32,}$/i.exec(written)?.[1];
  if (foreign !== undefined) return { slip: { kind: 'unsupported-digest-algorithm', algorithm: foreign } };
  if (!isTag(written) || parts.tag !== undefined) return undefined;
  const { digest: _digest, ...rest } = parts;
  return { slip: { kind: 'tag-after-at', tag: written }, repaired: joined({ ...rest, tag: written }) };
}

type WrittenDigest = { readonly name: string; readonly separator: string; readonly encoded: string };

function spotEncoded(parts: WrittenParts, algorithm: DigestAlgorithm, written: WrittenDigest): Spotted | undefined {
  const { name, separator, encoded } = written;
  if (encoded === '') return { slip: { kind: 'empty-digest' } };
  const [, hex = '', tag = ''] = /^([0-9a-f]+):(.+)$/is.exec(encoded) ?? [];
  if (isTag(tag)) {
    const slip = { kind: 'tag-after-digest', tag } as const;
    return { slip, repaired: joined({ ...parts, tag: parts.tag ?? tag, digest: `${algorithm}:${hex}` }) };
  }
  const character = /[^0-9a-f]/iu.exec(encoded)?.[0];
  if (character !== undefined) return { slip: { kind: 'digest-character', character } };
  if (encoded.length !== hexDigitsOf[algorithm]) return wrongLength(algorithm, encoded);
  const repaired = joined({ ...parts, digest: `${algorithm}:${encoded.toLowerCase()}` });
  if (separator !== ':') return { slip: { kind: 'digest-separator' }, repaired };
  return /[A-Z]/.test(name + encoded) ? { slip: { kind: 'upper-case-digest' }, repaired } : undefined;
}

/** `nginx@…` with the hexadecimal digits alone: their number tells the algorithm. */
function spotBareHex(parts: WrittenParts, hex: string): Spotted {
  const algorithm = algorithms.find((name) => hexDigitsOf[name] === hex.length);
  if (algorithm === undefined) return wrongLength('sha256', hex);
  const repaired = joined({ ...parts, digest: `${algorithm}:${hex.toLowerCase()}` });
  return { slip: { kind: 'digest-without-algorithm', algorithm }, repaired };
}

const algorithms: readonly DigestAlgorithm[] = ['sha256', 'sha384', 'sha512'];

function wrongLength(algorithm: DigestAlgorithm, hex: string): Spotted {
  return { slip: { kind: 'digest-length', algorithm, digits: hex.length, expected: hexDigitsOf[algorithm] } };
}
