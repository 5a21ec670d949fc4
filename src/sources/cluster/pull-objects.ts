/** The account of a workload, and the Secrets that both name: read when they are needed, never listed. */
import { type PullSecret, parseSecret } from '../../core/credential/pull-secret.ts';
import { parseServiceAccount, type ServiceAccountLookup } from '../../core/credential/service-account.ts';
import type { SecretLookup, World } from '../../core/pull/world.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Api, ApiAnswer } from './api.ts';
import { type Keeping, onDemand, type ReadOptions } from './on-demand.ts';

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

export function pullObjectsOf(api: Api, keeping?: Keeping): ReadPullObjects {
  const read = onDemand(api, keeping);
  const readAccount = async (namespace: string, name: string, options: ReadOptions) =>
    accountOf(await read(pathOf(namespace, 'serviceaccounts', name), options));
  const readSecret = async (namespace: string, name: string, options: ReadOptions) =>
    secretOf(await read(pathOf(namespace, 'secrets', name), options), namespace);
  return async ({ namespace, serviceAccountName, imagePullSecrets }, options, applied) => {
    const inCluster = () => readAccount(namespace, serviceAccountName, options);
    const account = await (applied === undefined ? inCluster() : applied.accountOver(inCluster));
    const ofAccount = account.kind === 'found' ? account.account.imagePullSecrets : [];
    const names = [...new Set([...imagePullSecrets, ...ofAccount])].filter((name) => name !== '').slice(0, mostSecrets);
    const lookUp = async (name: string): Promise<SecretLookup> => {
      const own = applied?.secretNamed(name);
      return own?.kind === 'found' ? own : readSecret(namespace, name, options);
    };
    const byName = new Map(await Promise.all(names.map(async (name) => [name, await lookUp(name)] as const)));
    return {
      serviceAccount: account,
      secretNamed: (name) => byName.get(name) ?? { kind: 'unknown', why: 'too many Secrets are named' },
    };
  };
}

function pathOf(namespace: string, kind: string, name: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/${kind}/${encodeURIComponent(name)}`;
}

function accountOf(answer: ApiAnswer): ServiceAccountLookup {
  if (answer.kind === 'absent') return { kind: 'absent' };
  const parsed = answer.kind === 'ok' ? parseServiceAccount(answer.value) : undefined;
  return parsed?.ok === true ? { kind: 'found', account: parsed.account } : { kind: 'unknown' };
}

function secretOf(answer: ApiAnswer, namespace: string): SecretLookup {
  switch (answer.kind) {
    case 'absent':
      return { kind: 'absent' };
    case 'refused':
      return {
        kind: 'unknown',
        why:
          answer.status === 403
            ? `grant pullgate get on secrets in namespace ${namespace}`
            : `the API server answers ${answer.status}`,
      };
    case 'unreachable':
      return { kind: 'unknown', why: `the API server does not answer: ${answer.reason}` };
    case 'ok': {
      const parsed = parseSecret(answer.value);
      return parsed.ok
        ? { kind: 'found', secret: inNamespace(parsed.secret, namespace) }
        : { kind: 'unknown', why: 'it cannot be understood' };
    }
  }
}

function inNamespace(secret: PullSecret, namespace: string): PullSecret {
  return { ...secret, namespace };
}
