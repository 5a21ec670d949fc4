/**
 * What runs in a cluster, gathered object by object: of each only what a prediction needs is kept. Pods that were made of one
 * spec share it, and every object knows whose it is, also where custom kinds are between a Pod and its owner.
 */
import * as z from 'zod';
import { type PodState, parsePodState } from '../kubelet/pod-state.ts';
import { type PullEvent, parsePullEvent } from '../kubelet/pull-event.ts';
import { flag, listOf, structOf, text } from '../object/api-json.ts';
import { type OwnerReference, type ParsedWorkload, parseWorkload, type Workload } from '../workload/workload.ts';
import { groupOf, type WorkloadKind } from '../workload/workload-kind.ts';
import { specKeyOf } from './spec-key.ts';

export type RunningPod = {
  readonly namespace: string;
  readonly name: string;
  /** Of the first Pod with this spec, whose name it has. */
  readonly workload: Workload;
  /** Where it was placed. */
  readonly node?: string;
  readonly controller?: OwnerReference;
  readonly state: PodState;
};

/** An object that may own others, whatever its kind. */
export type Owner = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly controller?: OwnerReference;
  /** Where its kind embeds a pod spec that is known. */
  readonly workload?: Workload;
  /** RFC 3339. */
  readonly createdAt: string;
  /** The field manager that wrote it first; empty where the object does not tell. */
  readonly createdBy: string;
};

export type AddedObject =
  | { readonly kind: 'kept' }
  /** It is over: no Pod will be made of it any more. */
  | { readonly kind: 'finished' }
  | Exclude<ParsedWorkload, { readonly kind: 'workload' }>;

const reference = structOf(z.object({ apiVersion: text, kind: text, name: text, uid: text, controller: flag }));
const ownerSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    namespace: text,
    creationTimestamp: text,
    ownerReferences: listOf(reference),
    managedFields: listOf(structOf(z.object({ manager: text, time: text, subresource: text }))),
  }),
});
const finishedSchema = z.object({
  status: z.union([z.object({ phase: z.enum(['Succeeded', 'Failed']) }), z.object({ completionTime: z.string() })]),
});
const failedJobSchema = z.object({
  kind: z.literal('Job'),
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })) }),
});

export type RunningSettings = { readonly kinds: readonly WorkloadKind[]; readonly namespace: string };

export class RunningObjects {
  readonly #settings: RunningSettings;
  readonly #specs = new Map<string, Workload>();
  /** What thousands of Pods say alike is kept once. */
  readonly #shared = new Map<string, unknown>();
  // Lists may begin again, and tell of an object a second time.
  readonly #pods = new Map<string, RunningPod>();
  readonly #owners = new Map<string, Owner>();
  /** By Pod, then by their own names. */
  readonly #events = new Map<string, Map<string, PullEvent>>();

  constructor(settings: RunningSettings) {
    this.#settings = settings;
  }

  get pods(): readonly RunningPod[] {
    return [...this.#pods.values()];
  }

  get owners(): ReadonlyMap<string, Owner> {
    return this.#owners;
  }

  /** About one Pod. */
  eventsOf({ namespace, name, state }: RunningPod): readonly PullEvent[] {
    const events = this.#events.get(`${namespace}/${name}`)?.values() ?? [];
    // A Pod of a StatefulSet has the name of the one before it.
    return [...events].filter(({ podUid }) => podUid === '' || state.uid === '' || podUid === state.uid);
  }

  /** Never throws; what cannot be understood is kept out. */
  add(object: Readonly<Record<string, unknown>>): AddedObject {
    if (object.kind === 'Event') {
      this.#addEvent(object);
      return { kind: 'kept' };
    }
    if (isFinished(object)) return { kind: 'finished' };
    const { kinds, namespace } = this.#settings;
    const parsed = parseWorkload(object, { kinds, namespace });
    if (parsed.kind === 'malformed') return parsed;
    const isPod = object.kind === 'Pod' && object.apiVersion === 'v1';
    if (isPod && parsed.kind === 'workload') this.#addPod(object, parsed.workload);
    else this.#addOwner(object, parsed);
    return parsed.kind === 'workload' ? { kind: 'kept' } : parsed;
  }

  #addEvent(object: object): void {
    const event = parsePullEvent(object);
    if (event === undefined) return;
    const key = `${event.namespace}/${event.pod}`;
    const ofPod = this.#events.get(key) ?? new Map<string, PullEvent>();
    this.#events.set(key, ofPod.set(event.name || String(ofPod.size), event));
  }

  #addPod(object: object, pod: Workload): void {
    const state = parsePodState(object);
    if (state === undefined) return;
    const { namespace, name, controller, placement } = pod;
    const key = specKeyOf(pod);
    const workload = this.#specs.get(key) ?? { ...pod, isStored: true };
    this.#specs.set(key, workload);
    this.#pods.set(`${namespace}/${name}`, {
      namespace,
      name,
      workload,
      ...(placement.nodeName !== undefined && { node: placement.nodeName }),
      ...(controller && {
        controller: this.#sharing(`owner ${controller.uid} ${controller.kind} ${controller.name}`, controller),
      }),
      state: { ...state, pulled: this.#sharing(`pulled ${pulledKey(state)}`, state.pulled) },
    });
  }

  /** @param key equal for equal values, and for no others */
  #sharing<Value>(key: string, value: Value): Value {
    const known = this.#shared.get(key) as Value | undefined;
    if (known === undefined) this.#shared.set(key, value);
    return known ?? value;
  }

  #addOwner(object: object, parsed: ParsedWorkload): void {
    const read = ownerSchema.safeParse(object);
    if (!read.success) return;
    const { apiVersion, kind, metadata } = read.data;
    const namespace = metadata.namespace || (parsed.kind === 'workload' ? parsed.workload.namespace : '');
    const controller = metadata.ownerReferences.find((owner) => owner.controller);
    const [first] = metadata.managedFields
      .filter(({ subresource }) => subresource === '')
      .toSorted((one, other) => (one.time < other.time ? -1 : 1));
    const owner: Owner = {
      apiVersion,
      kind,
      namespace,
      name: metadata.name,
      ...(controller && { controller }),
      ...(parsed.kind === 'workload' && { workload: parsed.workload }),
      createdAt: metadata.creationTimestamp,
      createdBy: first?.manager ?? '',
    };
    this.#owners.set(ownerKey(namespace, owner), owner);
  }
}

function pulledKey({ pulled }: PodState): string {
  return JSON.stringify(pulled.map(({ container, image, imageId }) => [container, image, imageId]));
}

/** Versions of a group are one kind. */
export function ownerKey(namespace: string, owner: Pick<OwnerReference, 'apiVersion' | 'kind' | 'name'>): string {
  return `${groupOf(owner.apiVersion)}/${owner.kind}/${namespace}/${owner.name}`;
}

function isFinished(object: unknown): boolean {
  if (finishedSchema.safeParse(object).success) return true;
  const job = failedJobSchema.safeParse(object);
  return job.success && job.data.status.conditions.some(({ type, status }) => type === 'Failed' && status === 'True');
}
