import {
  parseServiceAccount,
  pullSecretNamesOf,
  type ServiceAccountLookup,
  serviceAccountNameOf,
} from '../../../src/core/credential/service-account.ts';
import type { Family } from '../play.ts';

type Input = { readonly pod: InputPod; readonly serviceAccounts: readonly InputAccount[] };
type InputPod = {
  readonly namespace: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly serviceAccountName?: string;
  readonly imagePullSecrets?: readonly string[];
};
type InputAccount = {
  readonly namespace: string;
  readonly name: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly imagePullSecrets?: readonly string[];
};
type Expected =
  | { readonly imagePullSecrets: readonly string[]; readonly serviceAccountName?: string }
  | { readonly error: string };

export const serviceAccountSecrets: Family = ({ pod, serviceAccounts }: Input, expect: Expected) => {
  const fields = {
    isMirrorPod: Object.hasOwn(pod.annotations ?? {}, 'kubernetes.io/config.mirror'),
    serviceAccountName: pod.serviceAccountName ?? '',
    imagePullSecrets: pod.imagePullSecrets ?? [],
  };
  const name = serviceAccountNameOf(fields);
  const account = serviceAccounts.find((one) => one.namespace === pod.namespace && one.name === name);
  const stored = pullSecretNamesOf(fields, lookupOf(account));
  const expected = 'error' in expect ? { error: true } : expect;
  if (stored.kind !== 'names') return { expected, came: { error: stored.kind === 'refused' } };
  const serviceAccountName = fields.isMirrorPod ? undefined : name;
  return { expected, came: { imagePullSecrets: stored.names, serviceAccountName } };
};

function lookupOf(account: InputAccount | undefined): ServiceAccountLookup {
  if (account === undefined) return { kind: 'absent' };
  const { namespace, name, annotations } = account;
  const parsed = parseServiceAccount({
    metadata: { namespace, name, annotations },
    imagePullSecrets: account.imagePullSecrets?.map((secret) => ({ name: secret })),
  });
  return parsed.ok ? { kind: 'found', account: parsed.account } : { kind: 'unknown' };
}
