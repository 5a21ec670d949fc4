/** Predictions about what runs, one for each owner, and what is said of its Pods. */
import { attemptsOf } from '../../core/kubelet/attempts.ts';
import type { ImageWait } from '../../core/kubelet/pod-state.ts';
import { parsePullError } from '../../core/kubelet/pull-error.ts';
import type { RunningObjects, RunningPod } from '../../core/running/running-objects.ts';
import type { Subject } from '../../core/running/subjects.ts';
import { writtenImage } from '../../core/workload/image-use.ts';
import type { Workload } from '../../core/workload/workload.ts';
import { type ExaminationSettings, type Examined, examineMany } from '../../examination/examine.ts';
import type { ReportedObservation } from '../../report/pull-report.ts';
import type { Checked } from '../../report/report-of.ts';

export async function examineSubjects(
  subjects: readonly Subject[],
  running: RunningObjects,
  examining: ExaminationSettings,
  nowMs: number,
): Promise<readonly Checked[]> {
  const workloads = subjects.flatMap(({ workload, added }) => [workload, ...added]);
  const examined = await examinedByImage(workloads, examining);
  return subjects.flatMap((subject): readonly Checked[] => {
    const one = examined.get(subject.workload);
    if (one === undefined) return [];
    const added = subject.added.flatMap((workload) => examined.get(workload)?.prediction ?? []);
    return [{ ...one, running: runningOf(subject, added, running, nowMs) }];
  });
}

/** Who names the same image is examined at the same time, so that what a registry said just now counts for all of them. */
async function examinedByImage(
  workloads: readonly Workload[],
  examining: ExaminationSettings,
): Promise<ReadonlyMap<Workload, Examined>> {
  const keyed = workloads.map((workload) => ({
    workload,
    key: workload.images.map(writtenImage).toSorted().join(' '),
  }));
  const sorted = keyed.toSorted((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  const examined = await examineMany(
    sorted.map(({ workload }) => workload),
    examining,
  );
  return new Map(sorted.flatMap(({ workload }, index) => (examined[index] ? [[workload, examined[index]]] : [])));
}

function runningOf(
  { pods, owner, createdAt, createdBy }: Subject,
  added: readonly Examined['prediction'][],
  running: RunningObjects,
  nowMs: number,
): NonNullable<Checked['running']> {
  const waits = pods.flatMap((pod) => pod.state.waits.map((wait) => ({ pod, wait })));
  return {
    pods: { total: pods.length, waiting: pods.filter(({ state }) => state.waits.length > 0).length },
    ...(owner && { owner }),
    createdAt,
    createdBy,
    added,
    observedOf: (container, image) => {
      const observed = waits
        .filter(({ wait }) => wait.container === container && wait.image === image)
        .map(({ pod, wait }) => observationOf(pod, wait, running, nowMs));
      return observed.toSorted((one, other) => ((one.since ?? '~') < (other.since ?? '~') ? -1 : 1))[0];
    },
  };
}

export function observationOf(
  pod: RunningPod,
  wait: ImageWait,
  running: RunningObjects,
  nowMs: number,
): ReportedObservation {
  const events = running.eventsOf(pod).filter(({ container }) => container === wait.container);
  const { since, attempts, nextAttemptMs, lastError } = attemptsOf(events, pod.state, nowMs);
  const inStatus = parsePullError(wait.message === '' ? wait.reason : wait.message);
  // Before 1.32 a kubelet that waits keeps the error to its Events.
  const inEvents = lastError === undefined ? inStatus : parsePullError(lastError);
  const isToldInEvents =
    inStatus.kind === 'reason-not-told' || (inStatus.kind === 'not-understood' && inEvents.kind === 'understood');
  const error = isToldInEvents ? inEvents : inStatus;
  return {
    pod: pod.name,
    ...(pod.node !== undefined && { node: pod.node }),
    reason: wait.reason,
    message: isToldInEvents && lastError !== undefined ? lastError : wait.message,
    meaning: error.kind === 'understood' ? error.what : error.kind,
    ...(since !== undefined && { since }),
    ...(attempts !== undefined && { attempts }),
    ...(nextAttemptMs !== undefined && { nextAttempt: rfc3339(nextAttemptMs) }),
  };
}

/** As Kubernetes objects have it: without fractions of a second. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
