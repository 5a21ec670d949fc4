/** The cluster against which a command runs. Without one the client library of the API server is not loaded. */
import type { CommandSpec } from '../cli/command.ts';
import { usage } from '../cli/parse-flags.ts';
import { defaultRequestTimeoutMs } from '../config/defaults.ts';
import type { NamespaceLookup } from '../core/object/namespace.ts';
import type { NodesSeen } from '../core/pull/world.ts';
import { type Api, type ApiSettings, openApi } from '../sources/cluster/api.ts';
import { type ApiServerPatterns, apiServerPatterns } from '../sources/cluster/api-server-patterns.ts';
import { clusterSnapshot, listNodes, type NodesListed } from '../sources/cluster/cluster-snapshot.ts';
import { rewritersIn } from '../sources/cluster/rewriters.ts';
import { useOf, usesIn } from '../sources/cluster/uses.ts';
import type { FileFacts } from '../sources/facts/file-facts.ts';
import {
  accountAfterApply,
  growthAfterApply,
  imagesAfterApply,
  namespaceAfterApply,
  placementAfterApply,
} from './after-apply.ts';
import type { ExaminedWorld } from './world.ts';

export type OpenCluster = {
  /** Of the context, where it names one. */
  readonly namespace?: string;
  /** Where the nodes cannot be listed. */
  readonly nodesAreMissing?: { readonly because: string; readonly remedy: string };
  readonly api: Api;
  readonly nodes: NodesSeen;
  /** `isThere`: the workloads exist, and are not to be applied: their own former revisions say nothing about them. */
  readonly worldWith: (input: FileFacts, isThere?: true) => ExaminedWorld;
  readonly close: () => void;
};

const endpointsTimeoutMs = 2_000;

/** @throws UsageError where there is no cluster that could be asked */
export async function openCluster(
  command: CommandSpec,
  settings: ApiSettings,
  signal: AbortSignal,
): Promise<OpenCluster> {
  const flag = 'cluster' in command.flags ? '--cluster: ' : '';
  const api = apiOf(command, flag, settings);
  const apiServer = apiServerPatterns(api);
  const endpointsRead = apiServer.readEndpoints(AbortSignal.any([signal, AbortSignal.timeout(endpointsTimeoutMs)]));
  const nodes = await listNodes(api, signal);
  // Without the right to read them what is known otherwise must do.
  await endpointsRead;
  if (nodes.kind === 'no-cluster') {
    api.close();
    throw usage(
      command,
      `${flag}the API server at ${api.host} port ${api.port} cannot be reached (${nodes.why}); ${remedyOf(nodes.why)}`,
    );
  }
  return {
    ...(api.namespace !== undefined && { namespace: api.namespace }),
    ...(nodes.kind === 'unlisted' && {
      nodesAreMissing: {
        because: `the nodes cannot be listed (${nodes.why})`,
        remedy: [
          grantOf('list on nodes', nodes.why),
          ...(flag === '' ? [] : ['or leave out --cluster and name the platforms with --platform']),
        ].join(', '),
      },
    }),
    api,
    nodes: nodes.kind === 'listed' ? { kind: 'nodes', nodes: nodes.nodes } : { kind: 'unknown' },
    worldWith: (input, isThere) => worldAbove(input, { api, nodes, apiServer: apiServer.now, isThere }),
    close: api.close,
  };
}

/** @throws UsageError */
function apiOf(command: CommandSpec, flag: string, settings: ApiSettings): Api {
  try {
    return openApi(settings);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usage(
      command,
      `${flag}cannot locate the API server: ${reason}; set --kubeconfig, or choose a context with --context`,
    );
  }
}

function remedyOf(why: string): string {
  if (why === 'status 401' || why.includes('credentials')) return 'log in again, or choose another user with --context';
  if (why === 'status 404')
    return 'no Kubernetes API server answers there; choose another one with --context or --kubeconfig';
  return 'check that it is running and reachable, or choose another one with --context or --kubeconfig';
}

function grantOf(right: string, why: string): string {
  return why === 'status 403' ? `grant ${right}` : 'try again';
}

type Below = {
  readonly api: Api;
  readonly nodes: NodesListed;
  readonly apiServer: ApiServerPatterns['now'];
  readonly isThere: true | undefined;
};

function worldAbove(input: FileFacts, { api, nodes, apiServer, isThere }: Below): ExaminedWorld {
  const snapshot = clusterSnapshot(api, nodes);
  const usesOf = usesIn(api, defaultRequestTimeoutMs.check);
  const unreadNamespaces = new Map<string, string>();
  const readNamespace = async (name: string, signal: AbortSignal): Promise<NamespaceLookup> => {
    const lookup = await snapshot.namespaceNamed(name, signal);
    if (lookup.kind !== 'unknown') return lookup;
    unreadNamespaces.set(name, lookup.why);
    // Nothing is denied here: who runs the command has said which mode shall count.
    return { kind: 'absent' };
  };
  return {
    worldOf: async (workload, terms) => {
      const inputWorld = input.worldOf(workload);
      const { serviceAccount, secretNamed, images: inInput } = inputWorld;
      const accountOver = (inCluster: Parameters<typeof accountAfterApply>[1]) =>
        accountAfterApply(serviceAccount, inCluster);
      const world = await snapshot.worldOf(workload, terms, { accountOver, secretNamed });
      return {
        ...world,
        ...placementAfterApply(inputWorld, world),
        ...imagesAfterApply(inInput, world.images),
        ...growthAfterApply(inputWorld.growth, world.growth),
      };
    },
    namespaceNamed: (name, signal) =>
      namespaceAfterApply(input.namespaceNamed(name), () => readNamespace(name, signal)),
    lookBeforeDenial: async (workload, signal) => {
      const uses = await usesOf(workload, { signal, isUpdate: false, ...(isThere && { withoutHistory: isThere }) });
      return ({ reference }) => useOf(uses, reference);
    },
    rewritersSeen: rewritersIn(api),
    apiServer,
    notices: () => noticesOf(unreadNamespaces),
  };
}

const mostNamed = 5;

function noticesOf(unreadNamespaces: ReadonlyMap<string, string>): readonly string[] {
  const [why] = unreadNamespaces.values();
  if (why === undefined) return [];
  const names = [...unreadNamespaces.keys()];
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return [
    `--mode decides for namespaces whose label cannot be read (${why}): ${names.slice(0, mostNamed).join(', ')}${more}; ${grantOf('get on namespaces', why)}`,
  ];
}
