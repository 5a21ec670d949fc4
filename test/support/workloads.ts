import { parseWorkload, type Workload } from '../../src/core/workload/workload.ts';
import { builtInWorkloadKinds } from '../../src/core/workload/workload-kind.ts';

/** Of an object that has to be right. */
export function aWorkload(object: object): Workload {
  const parsed = parseWorkload(object, { kinds: builtInWorkloadKinds, namespace: 'shop' });
  if (parsed.kind !== 'workload') throw new Error(`the object is ${parsed.kind}`);
  return parsed.workload;
}
