/**
 * Events of the cluster, about what was let through although it was found to fail: no requester reads the warnings of a
 * controller. Never for a dry run, never waited for, and gone where the right to make them is not granted.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { LRUCache } from 'lru-cache';
import type { OwnerReference } from '../../core/workload/workload.ts';
import { printable } from '../../report/printable.ts';
import type { Api } from '../../sources/cluster/api.ts';
import type { Logger } from '../../telemetry/log.ts';

export type EventAbout = {
  /** The object under which `kubectl describe` shows it. */
  readonly object: Omit<OwnerReference, 'uid'> & { readonly namespace: string; readonly uid?: string };
  /** CamelCase, as of the findings. */
  readonly reason: string;
  readonly message: string;
};
/** Never rejects, and need not be waited for. @returns whether the API server took it, or has it already */
export type EventRecorder = (about: EventAbout) => Promise<'recorded' | 'refused'>;

/** Each Pod of a ReplicaSet would say the same. */
const saidForMs = 10 * 60_000;
const refusedForMs = 5 * 60_000;
const timeoutMs = 3_000;
const mostAtATime = 8;
/** core/v1 validation. */
const longestMessage = 1024;

/** This replica, for what no other object has to do with. In a cluster the name of the host is that of the Pod. */
export function ownPod(namespace: string): EventAbout['object'] {
  return { apiVersion: 'v1', kind: 'Pod', namespace, name: hostname() };
}

export function eventRecorder(api: Api, log: Logger): EventRecorder {
  const said = new LRUCache<string, true>({ max: 2_000, ttl: saidForMs });
  let underWay = 0;
  /** Namespaces. */
  const refused = new LRUCache<string, true>({ max: 1_000, ttl: refusedForMs });
  let isHintGiven = false;

  async function make({ object, reason, message }: EventAbout): Promise<'recorded' | 'refused'> {
    const path = `/api/v1/namespaces/${encodeURIComponent(object.namespace)}/events`;
    const now = new Date().toISOString();
    const answer = await api.post(
      path,
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { namespace: object.namespace, name: `${object.name.slice(0, 200)}.${randomUUID().slice(0, 18)}` },
        involvedObject: object,
        type: 'Warning',
        reason,
        message: printable(message, longestMessage),
        source: { component: 'pullgate' },
        reportingComponent: 'pullgate.dev/webhook',
        reportingInstance: 'pullgate',
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      },
      AbortSignal.timeout(timeoutMs),
    );
    if (answer.kind !== 'refused') return 'recorded';
    // Of a namespace that is going, or for want of the right: asking again at once is in vain.
    refused.set(object.namespace, true);
    if (isHintGiven) return 'refused';
    isHintGiven = true;
    log.info(
      { status: answer.status },
      'the API server rejected an Event; apply manifests/optional/events to allow Events on the owners of Pods',
    );
    return 'refused';
  }

  return async (about) => {
    const { namespace, kind, name, uid = '' } = about.object;
    const key = [namespace, kind, name, uid, about.reason, about.message].join('\n');
    if (refused.has(namespace)) return 'refused';
    if (said.has(key) || underWay >= mostAtATime) return 'recorded';
    said.set(key, true);
    underWay += 1;
    const made = await make(about);
    underWay -= 1;
    return made;
  };
}
