/** What the API server adds to the placement of Pods: the RuntimeClass that they name, and annotations of their Namespace. */
import { namespaceDefaultsOf } from '../../core/node/namespace-defaults.ts';
import type { RuntimeClassLookup } from '../../core/node/runtime-class.ts';
import type { NamespaceLookup } from '../../core/object/namespace.ts';
import type { World } from '../../core/pull/world.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Api } from './api.ts';
import { runtimeClassPath } from './api-path.ts';
import { bytesOfRuntimeClass, runtimeClassOf } from './lookups.ts';
import { type KeepTimes, onDemand, type ReadOptions } from './on-demand.ts';

export type PlacementObjects = Pick<World, 'runtimeClass' | 'namespaceDefaults'>;

export function placementObjectsOf(
  api: Api,
  namespaceNamed: (name: string, signal: AbortSignal) => Promise<NamespaceLookup>,
  keeping: KeepTimes = {},
): (workload: Workload, options: ReadOptions) => Promise<PlacementObjects> {
  const runtimeClasses = onDemand<RuntimeClassLookup>(api, { ...keeping, bytesOf: bytesOfRuntimeClass });
  return async ({ namespace, placement: { runtimeClassName } }, options) => {
    const path = runtimeClassName === undefined ? undefined : runtimeClassPath(runtimeClassName);
    const [runtimeClass, lookup] = await Promise.all([
      path === undefined ? undefined : runtimeClasses(path, runtimeClassOf, options),
      namespaceNamed(namespace, options.signal),
    ]);
    return { namespaceDefaults: namespaceDefaultsOf(lookup), ...(runtimeClass && { runtimeClass }) };
  };
}
