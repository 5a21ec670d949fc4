import { inspectFailedMessage, type ParsedReference, parseReference } from '../../../src/core/image/reference.ts';
import type { Family } from '../play.ts';

type Expected = { readonly ok: boolean; readonly error?: string; readonly message?: string };

export const references: Family = (input: string, expect: Expected) => ({
  expected: expect.ok ? expect : { ...expect, message: expect.message ?? plainMessage(input, expect.error) },
  came: answerOf(parseReference(input)),
});

/** The event where quoting needs no more than quotes; the vectors leave it out then. */
function plainMessage(input: string, error: string | undefined): string {
  return `Failed to apply default image tag "${input}": couldn't parse image name "${input}": ${error}`;
}

function answerOf(parsed: ParsedReference): unknown {
  if (parsed.ok) {
    const { raw: _raw, kind: _kind, ...rest } = parsed.reference;
    return { ok: true, ...rest };
  }
  if (parsed.refusedBy === 'kubelet') return { ok: false, error: parsed.error, message: inspectFailedMessage(parsed) };
  const { raw: _raw, kind: _kind, ...rest } = parsed.accepted;
  return { ok: true, ...rest, containerdError: parsed.error };
}
