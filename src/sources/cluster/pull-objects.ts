/** The account of a workload, and the Secrets that both name: read when they are needed, never listed. */
import type { ServiceAccountLookup } from '../../core/credential/service-account.ts';
import type { SecretLookup, World } from '../../core/pull/world.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Api } from './api.ts';
import { objectPath } from './api-path.ts';

import { accountOf, bytesOfAccount, bytesOfSecret, isSameSecret, secretOf } from './lookups.ts';
import { type KeepTimes, onDemand, type ReadOptions } from './on-demand.ts';

export type PullObjects = Pick<World, 'serviceAccount' | 'secretNamed'>;

/** Objects that are applied together with the workload, and stand above what the API server has now. */
export type AppliedObjects = {
  readonly accountOver: (inCluster: () => Promise<ServiceAccountLookup>) => Promise<ServiceAccountLookup>;
  /** A Secret that is found here is not read. */
  readonly secretNamed: (name: string) => SecretLookup;
};

/** More names are no list that a person wrote, and each costs a request (quality.md S16). */
const mostSecrets = 32;

export type ReadPullObjects = (
  workload: Workload,
  options: ReadOptions,
  applied?: AppliedObjects,
) => Promise<PullObjects>;

export function pullObjectsOf(api: Api, keeping: KeepTimes = {}): ReadPullObjects {
  const accounts = onDemand<ServiceAccountLookup>(api, { ...keeping, bytesOf: bytesOfAccount });
  const secrets = onDemand<SecretLookup>(api, { ...keeping, bytesOf: bytesOfSecret, isSame: isSameSecret });
  const readAccount = async (namespace: string, name: string, options: ReadOptions): Promise<ServiceAccountLookup> => {
    const path = objectPath(namespace, 'serviceaccounts', name);
    return path === undefined ? { kind: 'absent' } : accounts(path, (answer) => accountOf(answer, namespace), options);
  };
  const readSecret = async (namespace: string, name: string, options: ReadOptions): Promise<SecretLookup> => {
    const path = objectPath(namespace, 'secrets', name);
    return path === undefined ? { kind: 'absent' } : secrets(path, (answer) => secretOf(answer, namespace), options);
  };
  return async ({ namespace, serviceAccountName, imagePullSecrets }, options, applied) => {
    const inCluster = () => readAccount(namespace, serviceAccountName, options);
    const account = await (applied === undefined ? inCluster() : applied.accountOver(inCluster));
    const ofAccount = account.kind === 'found' ? account.account.imagePullSecrets : [];
    const names = [...new Set([...imagePullSecrets, ...ofAccount])].filter((name) => name !== '').slice(0, mostSecrets);
    const lookUp = async (name: string): Promise<SecretLookup> => {
      const own = applied?.secretNamed(name);
      return own?.kind === 'found' || own?.kind === 'open' ? own : readSecret(namespace, name, options);
    };
    const byName = new Map(await Promise.all(names.map(async (name) => [name, await lookUp(name)] as const)));
    return {
      serviceAccount: account,
      secretNamed: (name) => byName.get(name) ?? { kind: 'unknown', why: 'too many Secrets are named' },
    };
  };
}
