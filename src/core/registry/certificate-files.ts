/**
 * The certificates that a hosts.toml names, taken from their files with the errors that containerd ends the pull with
 * (updateTLSConfigFromHost in core/remotes/docker/config/hosts.go). That a certificate is one is seen from its outline only,
 * and that a key fits its certificate is not checked: whoever opens connections finds out.
 */
import type { ClientCertificate } from './endpoint.ts';
import type { ClientPaths } from './hosts-file.ts';
import { type FilesFailure, type FromFiles, type NodeFiles, readNodeFile, textOf } from './node-files.ts';
import { type PemBlock, pemBlocksOf } from './pem.ts';

/** Every certificate in these files; a file without any is an error. */
export function readRoots(files: NodeFiles, paths: readonly string[]): FromFiles<readonly string[]> {
  const roots: string[] = [];
  for (const path of paths) {
    const text = readText(files, path, `unable to read CA cert ${quote(path)}`);
    if (text.kind !== 'value') return text;
    const certificates = pemBlocksOf(text.value).filter((block) => !block.hasHeaders && isCertificate(block));
    if (certificates.length === 0) return pullFails(`unable to load CA cert ${quote(path)}`);
    roots.push(...certificates.map((block) => block.text));
  }
  return { kind: 'value', value: roots };
}

export function readClientCertificates(
  files: NodeFiles,
  clients: readonly ClientPaths[],
): FromFiles<readonly ClientCertificate[]> {
  const certificates: ClientCertificate[] = [];
  for (const { certificate, key } of clients) {
    const certificateText = readText(files, certificate, `unable to read CERT file ${quote(certificate)}`);
    if (certificateText.kind !== 'value') return certificateText;
    const keyText =
      key === undefined ? certificateText : readText(files, key, `unable to read CERT file ${quote(key)}`);
    if (keyText.kind !== 'value') return keyText;
    const pair = clientCertificateOf(certificateText.value, keyText.value);
    if (typeof pair === 'string') return pullFails(`failed to load X509 key pair: ${pair}`);
    certificates.push(pair);
  }
  return { kind: 'value', value: certificates };
}

/** The error of Go's `tls.X509KeyPair` where the texts are no certificate and key. */
function clientCertificateOf(certificateText: string, keyText: string): ClientCertificate | string {
  const blocks = pemBlocksOf(certificateText);
  const chain = blocks.filter((block) => block.type === 'CERTIFICATE');
  const [leaf] = chain;
  if (leaf === undefined) return withoutCertificate(blocks.map((block) => block.type));
  const keyBlocks = pemBlocksOf(keyText);
  const key = keyBlocks.find((block) => /^(?:.* )?PRIVATE KEY$/.test(block.type));
  if (key === undefined) return withoutKey(keyBlocks.map((block) => block.type));
  if (!isCertificate(leaf)) return 'x509: malformed certificate';
  if (!isPrivateKey(key)) return 'tls: failed to parse private key';
  return { certificates: chain.map((block) => block.text).join(''), privateKey: key.text };
}

function withoutCertificate(types: readonly string[]): string {
  if (types.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (types.length === 1 && types[0]?.endsWith('PRIVATE KEY'))
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types.join(' ')}]`;
}

function withoutKey(types: readonly string[]): string {
  if (types.length === 0) return 'tls: failed to find any PEM data in key input';
  if (types.length === 1 && types[0] === 'CERTIFICATE')
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types.join(' ')}]`;
}

const sequence = 0x30;
const integer = 0x02;
const bitString = 0x03;

/** RFC 5280 section 4.1: what is signed, by which algorithm, the signature. */
function isCertificate({ type, bytes }: PemBlock): boolean {
  return type === 'CERTIFICATE' && derTagsIn(bytes)?.join() === [sequence, sequence, bitString].join();
}

/** PKCS #1, PKCS #8 and SEC 1 all start with a version. */
function isPrivateKey({ bytes }: PemBlock): boolean {
  return derTagsIn(bytes)?.[0] === integer;
}

/** The tags of the members of one DER sequence that fills all bytes. */
function derTagsIn(bytes: Uint8Array): readonly number[] | undefined {
  const outer = derElementAt(bytes, 0);
  if (outer?.tag !== sequence || outer.end !== bytes.length) return undefined;
  const tags: number[] = [];
  for (let at = outer.start; at < outer.end; ) {
    const element = derElementAt(bytes, at);
    if (element === undefined) return undefined;
    tags.push(element.tag);
    at = element.end;
  }
  return tags;
}

/** X.690 section 8.1, lengths of up to four bytes. */
function derElementAt(bytes: Uint8Array, at: number): { tag: number; start: number; end: number } | undefined {
  const [tag, length] = bytes.subarray(at, at + 2);
  if (tag === undefined || length === undefined) return undefined;
  const lengthBytes = (length & 0x80) === 0 ? 0 : length & 0x7f;
  const start = at + 2 + lengthBytes;
  if (length === 0x80 || lengthBytes > 4) return undefined;
  const size = lengthBytes === 0 ? length : bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  return start + size > bytes.length ? undefined : { tag, start, end: start + size };
}

function readText(files: NodeFiles, path: string, failing: string): FromFiles<string> {
  const read = readNodeFile(files, path);
  if (read.kind === 'content') return { kind: 'value', value: textOf(read.content) };
  if (read.kind === 'elsewhere') return { kind: 'unknown', reason: `${path} is not among the files that were read` };
  return pullFails(`${failing}: ${read.error}`);
}

function pullFails(error: string): FilesFailure {
  return { kind: 'pull-fails', error };
}

/** Go's `%q`, as far as paths need it. */
function quote(path: string): string {
  return JSON.stringify(path);
}
