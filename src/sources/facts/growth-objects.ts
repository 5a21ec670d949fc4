/** What objects among files show of programs that bring nodes: a Deployment, the status of an autoscaler, NodePools. */
import { type NodePool, parseNodePool } from '../../core/node/node-pool.ts';
import {
  isScalerStatus,
  karpenterServed,
  type Scaler,
  scalerOfDeployment,
  scalerOfStatus,
} from '../../core/node/scaler.ts';
import { parsePodController } from '../../core/object/pod-controller.ts';
import type { NodeGrowth } from '../../core/pull/world.ts';

export class GrowthObjects {
  /** Of objects that name no namespace. */
  readonly #namespace: string;
  readonly #scalers: Scaler[] = [];
  readonly #pools: (NodePool | undefined)[] = [];

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** True for what is nothing else: a Deployment is a workload besides. */
  add(object: Readonly<Record<string, unknown>>): boolean {
    const { apiVersion, kind } = object;
    if (apiVersion === 'apps/v1' && kind === 'Deployment') this.#addDeployment(object);
    if (apiVersion === 'v1' && kind === 'ConfigMap' && isScalerStatus(object)) this.#scalers.push(scalerOfStatus);
    const isPool = kind === 'NodePool' && typeof apiVersion === 'string' && apiVersion.startsWith('karpenter.sh/');
    if (isPool) this.#pools.push(parseNodePool(object));
    return isPool;
  }

  get seen(): NodeGrowth {
    const pools = this.#pools.flatMap((pool) => pool ?? []);
    const scalers = [...this.#scalers, ...(this.#pools.length > 0 ? [karpenterServed] : [])];
    return { scalers, ...(pools.length > 0 && pools.length === this.#pools.length && { pools }) };
  }

  #addDeployment(object: object): void {
    const deployment = parsePodController(object);
    if (deployment === undefined) return;
    const scaler = scalerOfDeployment({ ...deployment, namespace: deployment.namespace || this.#namespace });
    if (scaler !== undefined) this.#scalers.push(scaler);
  }
}
