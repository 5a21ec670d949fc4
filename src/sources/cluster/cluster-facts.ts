/** The cluster in the words of the core: Nodes and Namespaces as they are watched, accounts and Secrets as they are needed. */
import type { ServiceAccountLookup } from '../../core/credential/service-account.ts';
import { type Node, parseNode } from '../../core/node/node.ts';
import { sharedStrings } from '../../core/node/shared-strings.ts';
import { type Namespace, parseNamespace } from '../../core/object/namespace.ts';
import type { SecretLookup, World } from '../../core/pull/world.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Api } from './api.ts';
import { namespacePath, objectPath } from './api-path.ts';
import {
  accountOf,
  bytesOfAccount,
  bytesOfNamespace,
  bytesOfSecret,
  type NamespaceLookup,
  namespaceOf,
  secretOf,
} from './lookups.ts';
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

/** With long lists of images a node has some 25 KB: a page is in memory as a whole, and no review is answered while it is parsed. */
const nodesPerPage = 25;

/** More names are no list that a person wrote, and each costs a request (quality.md S16). */
const mostSecrets = 32;

export function watchCluster(api: Api, { onTrouble, onRecovered, signal }: ClusterSettings): ClusterSource {
  const share = sharedStrings();
  const nodes = reflect<Node>(api, {
    path: '/api/v1/nodes',
    pageSize: nodesPerPage,
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
  const accounts = onDemand<ServiceAccountLookup>(api, { bytesOf: bytesOfAccount });
  const secrets = onDemand<SecretLookup>(api, { bytesOf: bytesOfSecret });
  const otherNamespaces = onDemand<NamespaceLookup>(api, { bytesOf: bytesOfNamespace });
  const readAccount = async (namespace: string, name: string, options: ReadOptions): Promise<ServiceAccountLookup> => {
    const path = objectPath(namespace, 'serviceaccounts', name);
    return path === undefined ? { kind: 'absent' } : accounts(path, accountOf, options);
  };
  const readSecret = async (namespace: string, name: string, options: ReadOptions): Promise<SecretLookup> => {
    const path = objectPath(namespace, 'secrets', name);
    return path === undefined ? { kind: 'absent' } : secrets(path, (answer) => secretOf(answer, namespace), options);
  };
  const watched: readonly (readonly [string, Reflected<unknown>])[] = [
    ['nodes', nodes],
    ['namespaces', namespaces],
  ];
  return {
    worldOf: async (workload, options) => {
      const { namespace, serviceAccountName, imagePullSecrets } = workload;
      const account = await readAccount(namespace, serviceAccountName, options);
      const ofAccount = account.kind === 'found' ? account.account.imagePullSecrets : [];
      const names = [...new Set([...imagePullSecrets, ...ofAccount])]
        .filter((name) => name !== '')
        .slice(0, mostSecrets);
      const byName = new Map<string, SecretLookup>(
        await Promise.all(names.map(async (name) => [name, await readSecret(namespace, name, options)] as const)),
      );
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
      const path = namespacePath(name);
      if (path === undefined) return undefined;
      const lookup = await otherNamespaces(path, namespaceOf, { signal: ends, isLive: false });
      return lookup.kind === 'found' ? lookup.namespace : undefined;
    },
    notSynced: () => watched.filter(([, kind]) => !kind.isSynced()).map(([name]) => name),
    ages: () => new Map(watched.map(([name, kind]) => [name, kind.ageMs()])),
  };
}
