import { parseWorkload, type Workload } from '../../src/core/workload/workload.ts';
import { builtInWorkloadKinds, type WorkloadKind } from '../../src/core/workload/workload-kind.ts';

/** Of an object that has to be right. */
export function aWorkload(object: object, custom: readonly WorkloadKind[] = []): Workload {
  const parsed = parseWorkload(object, { kinds: [...builtInWorkloadKinds, ...custom], namespace: 'shop' });
  if (parsed.kind !== 'workload') throw new Error(`the object is ${parsed.kind}`);
  return parsed.workload;
}
