/**
 * How much of a Pod's pull Secrets is read. A kubelet reads 32 MiB and more of them for each Pod; here every entry is compared
 * with every image of every review, so that beyond these numbers a Secret counts as one that could not be read.
 */
import { countGoValues } from '../go/json.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';
import type { PullSecret } from './pull-secret.ts';
import { dockerConfigIn } from './pull-secret-content.ts';
import type { SecretBytes } from './secret-bytes.ts';

/** Of all Secrets of a Pod together: as much as one of them may hold. */
const mostBytes = 1024 * 1024;
/** JSON values of them all: a thousand registries with user name, password, email and `auth`. */
const mostValues = 5_000;

export const whyNotRead = `of the pull Secrets of a Pod ${mostBytes} bytes and ${mostValues} JSON values are read`;

/** Those that are read: each that still fits after those before it. */
export function readableOf(secrets: readonly PullSecret[]): ReadonlySet<PullSecret> {
  const readable = new Set<PullSecret>();
  let bytes = 0;
  let values = 0;
  for (const secret of secrets) {
    const content = dockerConfigIn(secret);
    const length = content?.reveal().length ?? 0;
    if (bytes + length > mostBytes) continue;
    const count = content === undefined ? 0 : valuesIn(content);
    if (values + count > mostValues) continue;
    bytes += length;
    values += count;
    readable.add(secret);
  }
  return readable;
}

/** A Secret is kept for some seconds, and asked about by each review. */
const counted = new WeakMap<SecretBytes, number>();

function valuesIn(content: SecretBytes): number {
  const count = counted.get(content) ?? countGoValues(decodeGoUtf8(content.reveal()), mostValues);
  counted.set(content, count);
  return count;
}
