/** Events of the kubelet about pulls (pkg/kubelet/events/event.go), of the core group or of `events.k8s.io`. */
import * as z from 'zod';
import { structOf, text } from '../object/api-json.ts';

export type PullEvent = {
  /** Of the Event itself. */
  readonly name: string;
  readonly namespace: string;
  /** Of the Pod. */
  readonly pod: string;
  readonly podUid: string;
  /** Empty where the event is about the whole Pod. */
  readonly container: string;
  readonly what: 'pulling' | 'pulled' | 'present' | 'failed' | 'backing-off' | 'secrets-not-found';
  readonly message: string;
  /** At least so many times: the API keeps fewer where there are many. */
  readonly count: number;
  /** RFC 3339. */
  readonly first: string;
  readonly last: string;
};

const object = structOf(z.object({ kind: text, namespace: text, name: text, uid: text, fieldPath: text }));
const eventSchema = z.object({
  metadata: structOf(z.object({ name: text })),
  reason: text,
  message: text,
  note: text,
  involvedObject: object,
  regarding: object,
  firstTimestamp: text,
  lastTimestamp: text,
  eventTime: text,
  deprecatedFirstTimestamp: text,
  deprecatedLastTimestamp: text,
  count: z.number().nullish().catch(null),
  deprecatedCount: z.number().nullish().catch(null),
  series: structOf(z.object({ count: z.number().nullish().catch(null), lastObservedTime: text })),
});

/** Undefined for what is no event about a pull. */
export function parsePullEvent(value: unknown): PullEvent | undefined {
  const parsed = eventSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const event = parsed.data;
  const about = event.involvedObject.kind === '' ? event.regarding : event.involvedObject;
  const message = event.message || event.note;
  const what = whatOf(event.reason, message);
  if (about.kind !== 'Pod' || what === undefined) return undefined;
  const first = event.firstTimestamp || event.deprecatedFirstTimestamp || event.eventTime;
  return {
    name: event.metadata.name,
    namespace: about.namespace,
    pod: about.name,
    podUid: about.uid,
    // `spec.containers{web}`
    container: /\{(.*)\}$/.exec(about.fieldPath)?.[1] ?? '',
    what,
    message,
    count: event.series.count ?? event.count ?? event.deprecatedCount ?? 1,
    first,
    last: event.series.lastObservedTime || event.lastTimestamp || event.deprecatedLastTimestamp || first,
  };
}

function whatOf(reason: string, message: string): PullEvent['what'] | undefined {
  switch (reason) {
    case 'Pulling':
      return 'pulling';
    case 'Pulled':
      return message.startsWith('Successfully pulled image') ? 'pulled' : 'present';
    case 'BackOff':
      return message.includes('Back-off pulling image') ? 'backing-off' : undefined;
    case 'FailedToRetrieveImagePullSecret':
      return 'secrets-not-found';
    case 'Failed':
    case 'InspectFailed':
    case 'ErrImageNeverPull':
      // "Error: ErrImagePull" and "Error: ImagePullBackOff" say again what others have said.
      return /^(?:\(combined from similar events\): )?(?:Failed to |Container image )/.test(message)
        ? 'failed'
        : undefined;
    default:
      return undefined;
  }
}
