/**
 * PEM as Go's `encoding/pem` reads it: text around the blocks is passed over, and so are blocks that are not well-formed.
 * Blocks come out in their plainest form, so that stricter readers understand them too.
 */
import { decodeBase64 } from '../go/base64.ts';

export type PemBlock = {
  readonly type: string;
  readonly hasHeaders: boolean;
  readonly bytes: Uint8Array;
  readonly text: string;
};

const begin = '-----BEGIN ';
const end = '\n-----END ';
const dashes = '-----';

export function pemBlocksOf(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  for (let at = 0; ; ) {
    const endAt = text.indexOf(end, at);
    if (endAt < 0) return blocks;
    // The last BEGIN before an END counts: BEGIN lines without an END are passed over.
    const beginAt = text.slice(at, endAt).lastIndexOf(begin);
    const startsLine = beginAt === 0 || (beginAt > 0 && text[at + beginAt - 1] === '\n');
    const block = startsLine ? blockOf(text, at + beginAt, endAt) : undefined;
    if (block !== undefined) blocks.push(block);
    at = endAt + end.length;
  }
}

/** The block between a BEGIN line and the line break before END. */
function blockOf(text: string, beginAt: number, endAt: number): PemBlock | undefined {
  const first = lineAt(text, beginAt + begin.length);
  const last = lineAt(text, endAt + end.length);
  if (!first.line.endsWith(dashes) || last.line !== first.line) return undefined;
  let body = first.next;
  let hasHeaders = false;
  for (let header = lineAt(text, body); body < endAt && header.line.includes(':'); header = lineAt(text, body)) {
    hasHeaders = true;
    body = header.next;
  }
  if (hasHeaders && body > endAt) return undefined;
  const base64 = text.slice(body, Math.max(endAt, body)).replaceAll(/[ \t\r\n]/g, '');
  const decoded = decodeBase64(base64, 'padded');
  if (!decoded.ok) return undefined;
  const type = first.line.slice(0, -dashes.length);
  const lines = base64.match(/.{1,64}/g) ?? [];
  return {
    type,
    hasHeaders,
    bytes: decoded.bytes,
    text: [`${begin}${type}${dashes}`, ...lines, `${end.slice(1)}${type}${dashes}`, ''].join('\n'),
  };
}

/** A line without the blanks at its end, and where the next one starts. */
function lineAt(text: string, at: number): { readonly line: string; readonly next: number } {
  const breakAt = text.indexOf('\n', at);
  const line = text.slice(at, breakAt < 0 ? text.length : breakAt);
  return { line: line.trimEnd(), next: breakAt < 0 ? text.length : breakAt + 1 };
}
