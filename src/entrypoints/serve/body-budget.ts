/** How many bytes of reviews are held at a time: read, parsed and not yet answered. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export type BodyBudget = {
  /** All bodies together. */
  readonly mostBytes: number;
  /** A body up to this size never waits: usual reviews are not held up by large ones. */
  readonly freeBytes: number;
  /** What a body of unknown length counts as. */
  readonly unknownBytes: number;
};

type WaitingBody = { readonly bytes: number; readonly begin: () => void };

/**
 * A large body waits, unread, until others are answered: TCP makes its sender wait. It waits no longer than a request may
 * take, which ends it with a status; the time counts against the deadline of its review.
 *
 * @returns what calls `begin` once the body may be read
 */
export function budgetBodies({ mostBytes, freeBytes, unknownBytes }: BodyBudget) {
  let held = 0;
  const queue = new Set<WaitingBody>();

  const beginNext = (): void => {
    for (const waiting of queue) {
      if (held > 0 && held + waiting.bytes > mostBytes) return;
      queue.delete(waiting);
      held += waiting.bytes;
      waiting.begin();
    }
  };

  return ({ headers }: IncomingMessage, response: ServerResponse, begin: () => void): void => {
    const bytes = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : unknownBytes;
    // One that says it is larger than any is refused without being read.
    if (bytes <= freeBytes || bytes > unknownBytes) {
      begin();
      return;
    }
    const waiting: WaitingBody = { bytes, begin };
    queue.add(waiting);
    response.once('close', () => {
      if (!queue.delete(waiting)) held -= bytes;
      beginNext();
    });
    beginNext();
  };
}
