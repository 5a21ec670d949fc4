/**
 * The state of the fuse as one ConfigMap in the namespace of the release: all replicas read and write it, and deleting it
 * resets the fuse. Of what stands in it only what has the right form counts: anybody with the right may edit it.
 */
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { type FuseState, noDenials } from '../../core/verdict/fuse.ts';
import type { Api, ApiAnswer } from './api.ts';
import { objectPath } from './api-path.ts';

export const fuseObjectName = 'pullgate-fuse';

export type FuseObject = {
  /** Absent objects are a fuse that was never used, or that was reset. */
  readonly read: (signal: AbortSignal) => Promise<FuseRead>;
  /**
   * Writes what `edit` makes of the state, which is asked again where another replica was faster. Nothing is written where
   * it gives back the state that it was given.
   */
  readonly change: (edit: (state: FuseState) => FuseState, signal: AbortSignal) => Promise<FuseRead>;
};

export type FuseRead =
  | { readonly kind: 'state'; readonly state: FuseState }
  /** The right is missing. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Each replica that is faster has written: with ten of them the last one comes through at the tenth try. */
const mostTries = 20;

const time = z.number().int().nonnegative();
const name = z.string().min(1).max(300);
const stateSchema = z.object({
  denied: z.array(z.object({ registry: name, namespace: name, reference: name, atMs: time })).max(10_000),
  blown: z.array(z.object({ registry: name, namespace: name.exactOptional(), atMs: time })).max(10_000),
});
const objectSchema = z.looseObject({ data: z.record(z.string(), z.string()).nullish() });

export function fuseObjectIn(api: Api, namespace: string): FuseObject {
  const path = objectPath(namespace, 'configmaps', fuseObjectName);
  const collection = path?.slice(0, path.lastIndexOf('/'));
  if (path === undefined || collection === undefined) throw new Error(`no namespace can have the name ${namespace}`);

  async function write(
    found: z.infer<typeof objectSchema> | undefined,
    state: FuseState,
    signal: AbortSignal,
  ): Promise<ApiAnswer> {
    const data = { state: JSON.stringify(state) };
    if (found !== undefined) return api.put(path ?? '', { ...found, data }, signal);
    const metadata = { name: fuseObjectName, namespace, labels: { 'app.kubernetes.io/name': 'pullgate' } };
    return api.post(collection ?? '', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, signal);
  }

  return {
    read: async (signal) => readOf(await api.get(path, signal)),
    change: async (edit, signal) => {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const answer = await api.get(path, signal);
        const read = readOf(answer);
        if (read.kind !== 'state') return read;
        const state = edit(read.state);
        if (state === read.state) return read;
        const written = await write(answer.kind === 'ok' ? objectSchema.parse(answer.value) : undefined, state, signal);
        if (written.kind === 'ok') return { kind: 'state', state };
        // It was written, made or deleted meanwhile.
        if (written.kind === 'absent' || (written.kind === 'refused' && written.status === 409)) {
          await setTimeout(Math.random() * 10 * (tries + 1));
          continue;
        }
        return written;
      }
      return { kind: 'unreachable', reason: 'other replicas write constantly' };
    },
  };
}

function readOf(answer: ApiAnswer): FuseRead {
  switch (answer.kind) {
    case 'ok':
      return { kind: 'state', state: stateIn(answer.value) };
    case 'absent':
      return { kind: 'state', state: noDenials };
    case 'refused':
    case 'unreachable':
      return answer;
  }
}

function stateIn(value: unknown): FuseState {
  const object = objectSchema.safeParse(value);
  const parsed = stateSchema.safeParse(parsedJson(object.data?.data?.state ?? ''));
  return parsed.success ? parsed.data : noDenials;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
