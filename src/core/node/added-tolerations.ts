/** Tolerations that a Pod gets on its way to the scheduler, and that its template does not show. */
import type { Placement } from './placement.ts';
import type { Toleration } from './toleration.ts';

/** What the DaemonSet controller adds (pkg/controller/daemon/util, AddOrUpdateDaemonPodTolerations). */
export function daemonSetTolerations({ hostNetwork }: Placement): readonly Toleration[] {
  return [
    toleration('not-ready', 'NoExecute'),
    toleration('unreachable', 'NoExecute'),
    toleration('disk-pressure', 'NoSchedule'),
    toleration('memory-pressure', 'NoSchedule'),
    toleration('pid-pressure', 'NoSchedule'),
    toleration('unschedulable', 'NoSchedule'),
    ...(hostNetwork ? [toleration('network-unavailable', 'NoSchedule')] : []),
  ];
}

/**
 * What admission adds to a Pod (plugin/pkg/admission/defaulttolerationseconds, on by default), unless a toleration for
 * the same key and effect is there, whatever its operator and value.
 */
export function admissionTolerations({ tolerations }: Placement): readonly Toleration[] {
  return [toleration('not-ready', 'NoExecute'), toleration('unreachable', 'NoExecute')].filter(
    (added) =>
      !tolerations.some(
        ({ key, effect }) => (key === added.key || key === '') && (effect === added.effect || effect === ''),
      ),
  );
}

function toleration(condition: string, effect: string): Toleration {
  return { key: `node.kubernetes.io/${condition}`, operator: 'Exists', value: '', effect };
}
