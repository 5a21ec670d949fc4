/** What answers of the API server say of accounts, Secrets and Namespaces, and how much of memory that takes. */
import { isDeepStrictEqual } from 'node:util';
import { holdsTheSame, parseSecret } from '../../core/credential/pull-secret.ts';
import { parseServiceAccount, type ServiceAccountLookup } from '../../core/credential/service-account.ts';
import { parseRuntimeClass, type RuntimeClassLookup } from '../../core/node/runtime-class.ts';
import { type NamespaceLookup, parseNamespace } from '../../core/object/namespace.ts';
import type { SecretLookup } from '../../core/pull/world.ts';
import type { ApiAnswer } from './api.ts';
import type { NamespacedResource } from './api-path.ts';

export function accountOf(answer: ApiAnswer, namespace: string): ServiceAccountLookup {
  if (answer.kind === 'absent') return answer;
  if (answer.kind !== 'ok') return { kind: 'unknown', why: whyUnread(answer, 'serviceaccounts', namespace) };
  const parsed = parseServiceAccount(answer.value);
  return parsed.ok ? { kind: 'found', account: parsed.account } : { kind: 'unknown', why: notUnderstood };
}

export function namespaceOf(answer: ApiAnswer): NamespaceLookup {
  switch (answer.kind) {
    case 'absent':
      return answer;
    case 'refused':
      return { kind: 'unknown', why: `status ${answer.status}` };
    case 'unreachable':
      return { kind: 'unknown', why: answer.reason };
    case 'ok': {
      const parsed = parseNamespace(answer.value);
      return parsed.ok
        ? { kind: 'found', namespace: parsed.namespace }
        : { kind: 'unknown', why: 'the object is invalid' };
    }
  }
}

export function runtimeClassOf(answer: ApiAnswer): RuntimeClassLookup {
  if (answer.kind === 'absent') return answer;
  if (answer.kind === 'unreachable')
    return { kind: 'unknown', why: `the API server does not answer: ${answer.reason}` };
  if (answer.kind === 'refused') {
    const isForbidden = answer.status === 403;
    const why = isForbidden ? grantRuntimeClasses : `the API server answers ${answer.status}`;
    return { kind: 'unknown', why };
  }
  const parsed = parseRuntimeClass(answer.value);
  return parsed.ok ? { kind: 'found', runtimeClass: parsed.runtimeClass } : { kind: 'unknown', why: notUnderstood };
}

const grantRuntimeClasses = 'grant pullgate get on runtimeclasses.node.k8s.io';

export function secretOf(answer: ApiAnswer, namespace: string): SecretLookup {
  if (answer.kind === 'absent') return answer;
  if (answer.kind !== 'ok') return { kind: 'unknown', why: whyUnread(answer, 'secrets', namespace) };
  const parsed = parseSecret(forPulls(answer.value));
  return parsed.ok
    ? { kind: 'found', secret: { ...parsed.secret, namespace } }
    : { kind: 'unknown', why: notUnderstood };
}

/** Deep comparisons see no secrets. */
export function isSameSecret(one: SecretLookup, other: SecretLookup): boolean {
  if (one.kind !== 'found' || other.kind !== 'found') return false;
  return isDeepStrictEqual(one, other) && holdsTheSame(one.secret, other.secret);
}

const notUnderstood = 'the object is invalid';

/** With the right that is missing, in the words of RBAC. */
function whyUnread(
  answer: Extract<ApiAnswer, { kind: 'refused' | 'unreachable' }>,
  resource: NamespacedResource,
  namespace: string,
): string {
  if (answer.kind === 'unreachable') return `the API server does not answer: ${answer.reason}`;
  return answer.status === 403
    ? `grant pullgate get on ${resource} in namespace ${namespace}`
    : `the API server answers ${answer.status}`;
}

/** The kubelet looks at no other key, however much there is (pkg/credentialprovider/secrets). */
const pullKeys = ['.dockerconfigjson', '.dockercfg'];

function forPulls(secret: unknown): unknown {
  if (typeof secret !== 'object' || secret === null || !('data' in secret)) return secret;
  const { data } = secret;
  if (typeof data !== 'object' || data === null) return secret;
  const content = pullKeys.flatMap((key) => {
    const value: unknown = Object.getOwnPropertyDescriptor(data, key)?.value;
    return value === undefined ? [] : [[key, value]];
  });
  return { ...secret, data: Object.fromEntries(content) };
}

export function bytesOfSecret(lookup: SecretLookup): number {
  if (lookup.kind !== 'found') return 0;
  const { data, writers } = lookup.secret;
  const contents = [...data.values()].map((content) => content.reveal().length);
  const ofWriters = writers.map((writer) =>
    lengthOf(writer.kind === 'owner' ? [writer.ownerKind, writer.name] : [writer.mark]),
  );
  return sum(contents) + sum(ofWriters);
}

export function bytesOfAccount(lookup: ServiceAccountLookup): number {
  return lookup.kind === 'found' ? lengthOf(lookup.account.imagePullSecrets) : 0;
}

export function bytesOfNamespace(lookup: NamespaceLookup): number {
  if (lookup.kind !== 'found') return 0;
  const { labels, annotations = [] } = lookup.namespace;
  return lengthOf([...labels, ...annotations].flat());
}

export function bytesOfRuntimeClass(lookup: RuntimeClassLookup): number {
  if (lookup.kind !== 'found') return 0;
  const { nodeSelector, tolerations } = lookup.runtimeClass;
  return lengthOf([...[...nodeSelector].flat(), ...tolerations.flatMap(({ key, value }) => [key, value])]);
}

/** A text is an object of its own besides. */
const textBytes = 32;

export function lengthOf(texts: readonly string[]): number {
  return sum(texts.map((text) => textBytes + text.length));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
