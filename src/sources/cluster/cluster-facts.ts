/** The cluster in the words of the core: Nodes and Namespaces as they are watched, accounts and Secrets as they are needed. */
import { type PullSecret, parseSecret } from '../../core/credential/pull-secret.ts';
import { parseServiceAccount, type ServiceAccountLookup } from '../../core/credential/service-account.ts';
import { type Node, parseNode } from '../../core/node/node.ts';
import { sharedStrings } from '../../core/node/shared-strings.ts';
import { type Namespace, parseNamespace } from '../../core/object/namespace.ts';
import type { SecretLookup, World } from '../../core/pull/world.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Api, ApiAnswer } from './api.ts';
import { onDemand, type ReadOptions } from './on-demand.ts';
import { type Reflected, reflect } from './reflect.ts';

export type ClusterSource = {
  readonly worldOf: (workload: Workload, options: ReadOptions) => Promise<World>;
  readonly namespaceNamed: (name: string, signal: AbortSignal) => Promise<Namespace | undefined>;
  /** The kinds that could not be listed yet. */
  readonly notSynced: () => readonly string[];
  /** Milliseconds since each kind was last heard of. */
  readonly ages: () => ReadonlyMap<string, number>;
};

export type ClusterSettings = {
  /** Once for each reason, not for each attempt. */
  readonly onTrouble: (kind: string, reason: string) => void;
  readonly onRecovered: (kind: string) => void;
  readonly signal: AbortSignal;
};

/** More names are no list that a person wrote, and each costs a request (quality.md S16). */
const mostSecrets = 32;

export function watchCluster(api: Api, { onTrouble, onRecovered, signal }: ClusterSettings): ClusterSource {
  const share = sharedStrings();
  const nodes = reflect<Node>(api, {
    path: '/api/v1/nodes',
    parse: (object) => {
      const parsed = parseNode(object, share);
      return parsed.ok ? { name: parsed.node.name, item: parsed.node } : undefined;
    },
    onTrouble: (reason) => onTrouble('nodes', reason),
    onRecovered: () => onRecovered('nodes'),
    signal,
  });
  const namespaces = reflect<Namespace>(api, {
    path: '/api/v1/namespaces',
    parse: (object) => {
      const parsed = parseNamespace(object);
      return parsed.ok ? { name: parsed.namespace.name, item: parsed.namespace } : undefined;
    },
    onTrouble: (reason) => onTrouble('namespaces', reason),
    onRecovered: () => onRecovered('namespaces'),
    signal,
  });
  const read = onDemand(api);
  const watched: readonly (readonly [string, Reflected<unknown>])[] = [
    ['nodes', nodes],
    ['namespaces', namespaces],
  ];
  return {
    worldOf: async (workload, options) => {
      const { namespace, serviceAccountName, imagePullSecrets } = workload;
      const account = accountOf(await read(pathOf(namespace, 'serviceaccounts', serviceAccountName), options));
      const ofAccount = account.kind === 'found' ? account.account.imagePullSecrets : [];
      const names = [...new Set([...imagePullSecrets, ...ofAccount])]
        .filter((name) => name !== '')
        .slice(0, mostSecrets);
      const secrets = await Promise.all(
        names.map(
          async (name) => [name, secretOf(await read(pathOf(namespace, 'secrets', name), options), namespace)] as const,
        ),
      );
      const byName = new Map<string, SecretLookup>(secrets);
      return {
        nodes: nodes.isSynced() ? { kind: 'nodes', nodes: [...nodes.items.values()] } : { kind: 'unknown' },
        serviceAccount: account,
        secretNamed: (name) => byName.get(name) ?? { kind: 'unknown', why: 'too many Secrets are named' },
      };
    },
    namespaceNamed: async (name, ends) => {
      const known = namespaces.items.get(name);
      if (known !== undefined) return known;
      // It may have been created a moment ago, or the list is not here yet.
      const answer = await read(`/api/v1/namespaces/${encodeURIComponent(name)}`, { signal: ends, isLive: false });
      const parsed = answer.kind === 'ok' ? parseNamespace(answer.value) : undefined;
      return parsed?.ok === true ? parsed.namespace : undefined;
    },
    notSynced: () => watched.filter(([, kind]) => !kind.isSynced()).map(([name]) => name),
    ages: () => new Map(watched.map(([name, kind]) => [name, kind.ageMs()])),
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
