import type { Answer, Failure, Response } from '../../core/registry/exchange.ts';
import { keptHeaders } from '../../core/registry/kept-headers.ts';

/** An answer in a third of its space: most of what is remembered has no body, and the same few header names. */
export type PackedAnswer = Failure | PackedResponse;
type PackedResponse = Omit<Response, 'headers' | 'body'> & {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body?: Uint8Array;
};

const names: ReadonlyMap<string, string> = new Map([...keptHeaders].map((name) => [name, name]));
const nothing = new Uint8Array();

export function packed(answer: Answer): PackedAnswer {
  if (answer.kind === 'failure') return answer;
  const { headers, body, ...rest } = answer;
  // One string for each name, not one for each answer.
  const flat = [...headers].flatMap(([name, lines]) => lines.flatMap((line) => [names.get(name) ?? name, line]));
  return { ...rest, headers: flat, ...(body.length > 0 && { body }) };
}

export function unpacked(answer: PackedAnswer, ageMs: number): Answer {
  if (answer.kind === 'failure') return { ...answer, ageMs };
  const headers = new Map<string, string[]>();
  for (const [index, name] of answer.headers.entries()) {
    const line = answer.headers[index + 1];
    if (index % 2 === 1 || line === undefined) continue;
    const lines = headers.get(name) ?? [];
    lines.push(line);
    headers.set(name, lines);
  }
  return { ...answer, headers, body: answer.body ?? nothing, ageMs };
}

/** In bytes, roughly. */
export function sizeOf(answer: PackedAnswer): number {
  if (answer.kind === 'failure') return 400;
  return answer.headers.reduce((size, text) => size + 16 + text.length, 600) + (answer.body?.length ?? 0);
}
