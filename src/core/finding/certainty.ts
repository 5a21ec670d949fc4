/**
 * When something is certain: the table of the contract, §3, a row a rule. A finding starts at the best certainty of its
 * code, and each row that applies may take it down; rows about what counts as an answer at all (C1, C4, C14, C15) are kept
 * where answers are read (`core/registry`, `trouble.ts`), and reach this table as facts.
 */

import { freshMs } from '../evidence/evidence.ts';
import { isCloudRegistry } from '../pull/cloud-registry.ts';
import type { Assumptions } from '../pull/settings.ts';
import { catalogue } from './catalogue.ts';
import type { Circumstances, PluginSeen } from './circumstances.ts';
import type { Certainty, FindingCode } from './finding.ts';
import { assumedOfLoading, assumedOfMirrors, loadingDoubt, mirrorDoubt } from './image-ways.ts';

export type Judged = {
  readonly certainty: Certainty;
  readonly assuming: readonly string[];
  readonly cappedBy?: string;
  readonly unseenUse?: string;
};

type Cap = { readonly to: Certainty; readonly because: string };

/** `rule`: the row of the contract. */
export type CertaintyRow = { readonly rule: string; readonly cap: (circumstances: Circumstances) => Cap | undefined };

const likely = (because: string): Cap => ({ to: 'likely', because });

/** Findings that a registry's answer, or lack of credentials, gave rise to. */
export const refusals: ReadonlySet<FindingCode> = new Set<FindingCode>(['access-denied', 'credentials-rejected']);
const absences: ReadonlySet<FindingCode> = new Set<FindingCode>(['manifest-not-found', 'incomplete-image']);
/** Findings about what an image is, not whether it may be had. */
export const contents: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'manifest-not-found',
  'no-matching-platform',
  'some-nodes-lack-platform',
  'unsupported-manifest',
  'incomplete-image',
]);
/** Findings that a way around the registry would heal: what is there, and who may have it. */
export const dependsOnWays: ReadonlySet<FindingCode> = new Set<FindingCode>([...refusals, ...absences]);
const asked: ReadonlySet<FindingCode> = new Set<FindingCode>([...refusals, ...contents]);

export const certaintyTable: readonly CertaintyRow[] = [
  {
    rule: 'C1',
    cap: ({ code, absentForHeadOnly }) =>
      code === 'manifest-not-found' && absentForHeadOnly
        ? likely('the registry answers 404 to HEAD, which nodes use, but finds the image with GET')
        : undefined,
  },
  {
    rule: 'C3',
    cap: ({ code, proxyCache }) =>
      absences.has(code) && proxyCache !== undefined
        ? likely(
            `${proxyCache} may answer 404 when its upstream fails; proxyCache: false for this registry would make it certain`,
          )
        : undefined,
  },
  {
    // Before C5, of which it is a case of which more is known.
    rule: 'C8',
    cap: ({ code, plugins, strangers }) => {
      if (absences.has(code) && strangers !== undefined)
        return likely(`${strangers} may not be allowed to see the repository, but nodes may be`);
      const doubted = plugins.find(({ kind }) => kind === 'failed') ?? plugins[0];
      return refusals.has(code) && doubted !== undefined
        ? { to: 'unconfirmed', because: pluginDoubt(doubted) }
        : undefined;
    },
  },
  {
    rule: 'C5',
    cap: (circumstances) => {
      const { registry, unread } = circumstances;
      if (registry === undefined || !dependsOnLogin(circumstances)) return undefined;
      if (unread.length > 0) return { to: 'unconfirmed', because: `could not read ${unread.join(', ')}` };
      if (isCloudRegistry(registry.host) && !registry.nodeCredentialsAreNamed)
        return { to: 'unconfirmed', because: 'nodes of this cloud usually have their own credentials' };
      const credentialDoubt = unseenCredentials(circumstances, registry.nodeCredentials);
      return credentialDoubt === undefined ? undefined : likely(credentialDoubt);
    },
  },
  {
    rule: 'C6',
    cap: (circumstances) => {
      const { code, absentSecrets, absentAccount, isDryRun } = circumstances;
      if (!dependsOnLogin(circumstances) && code !== 'pull-secret-undecodable') return undefined;
      if (absentSecrets.length > 0)
        return likely(`Secret ${absentSecrets.join(', ')} does not exist yet and may come in the same apply`);
      if (absentAccount !== undefined)
        return likely(
          `the ServiceAccount ${absentAccount} does not exist yet and may come with pull Secrets in the same apply`,
        );
      return isDryRun && likely('in a dry run, a pull Secret or ServiceAccount of the same apply does not exist yet');
    },
  },
  {
    rule: 'C7',
    cap: ({ unsettledSecrets }) => (unsettledSecrets.length > 0 ? likely(unsettledSecrets.join(', ')) : undefined),
  },
  {
    rule: 'C9',
    cap: ({ presence }) => {
      if (presence === 'somewhere') return likely('some candidate nodes report the image and need no pull');
      if (presence === 'nowhere') return undefined;
      // The credentials are looked up, and a bad Secret fails, only if the kubelet has a record of a pull with credentials.
      return {
        to: 'unconfirmed',
        because: 'every candidate node reports the image, but from kubelet 1.35 on its use depends on who pulled it',
      };
    },
  },
  {
    rule: 'C10',
    cap: ({ code, inUse, wasInUse }) => {
      if (inUse !== undefined) return likely(inUse);
      return contents.has(code) && wasInUse !== undefined ? likely(wasInUse) : undefined;
    },
  },
  {
    rule: 'C11',
    cap: ({ workload, rewriter, assume }) => {
      if (workload.form !== 'template') return undefined;
      if (rewriter !== undefined) return likely(`${rewriter} may rewrite the image of its Pods`);
      return assume.imageRewriting === 'unknown'
        ? likely('something may rewrite the images; imageRewriting: none would make it certain')
        : undefined;
    },
  },
  {
    rule: 'C12',
    cap: ({ workload: { idleBecause } }) =>
      idleBecause === undefined ? undefined : likely(`nothing is pulled now: ${idleBecause}`),
  },
  {
    rule: 'C13',
    cap: ({ code, foreignNodes }) =>
      contents.has(code) && foreignNodes !== undefined ? likely(foreignNodes) : undefined,
  },
  {
    rule: 'C16',
    cap: ({ code, evidenceAgeMs }) =>
      asked.has(code) && evidenceAgeMs > freshMs
        ? likely(`the last answer of the registry is ${Math.round(evidenceAgeMs / 1000)} s old`)
        : undefined,
  },
  {
    rule: 'C17',
    cap: ({ code, registry, ways }) => {
      if (!asked.has(code) || registry === undefined) return undefined;
      if (registry.mirrors === 'unknown')
        return likely('nodes may pull from a mirror; mirrors: none would make it certain');
      if (ways.mirrorOnNode !== undefined)
        return likely(`nodes first use their own mirror at ${ways.mirrorOnNode}, which pullgate cannot ask`);
      const doubt = dependsOnWays.has(code) ? mirrorDoubt(registry.mirrors, ways) : undefined;
      return doubt === undefined ? undefined : likely(doubt);
    },
  },
  {
    rule: 'C18',
    cap: ({ code, ways: { holding } }) => (asked.has(code) && holding !== undefined ? likely(holding) : undefined),
  },
  {
    rule: 'C19',
    cap: ({ code, registry, mayUseLocal, ways }) => {
      const doubt = asked.has(code) && mayUseLocal && registry ? loadingDoubt(registry.preloaded, ways) : undefined;
      return doubt === undefined ? undefined : likely(doubt);
    },
  },
  {
    rule: 'C20',
    cap: ({ unsettledPods }) => (unsettledPods === undefined ? undefined : likely(unsettledPods)),
  },
  {
    rule: 'C21',
    cap: ({ newNodes }) => (newNodes?.doubt === undefined ? undefined : likely(newNodes.doubt)),
  },
  {
    rule: 'C22',
    cap: ({ workload: { notRendered } }) =>
      notRendered === undefined
        ? undefined
        : { to: 'unconfirmed', because: `${notRendered.kustomization} may change it before it is applied` },
  },
  {
    rule: 'empty image',
    cap: ({ workload, isBlankImage }) =>
      isBlankImage && workload.form === 'template'
        ? likely('a controller may set the empty image before it creates a Pod, as OpenShift image triggers do')
        : undefined,
  },
  {
    rule: 'missing blob',
    cap: ({ isBlobMissing }) =>
      isBlobMissing ? likely('a node that already has this part does not fetch it') : undefined,
  },
  {
    rule: 'preloaded',
    cap: (circumstances) =>
      dependsOnLoading(circumstances) && preloadedIn(circumstances) === 'unknown'
        ? likely('the image may already be on the nodes; preloaded: none would make it certain')
        : undefined,
  },
  {
    rule: 'some nodes',
    cap: ({ onSomeNodesOnly }) => (onSomeNodesOnly ? likely('other candidate nodes can pull it') : undefined),
  },
  { rule: 'hidden state', cap: ({ dependsOn }) => (dependsOn === undefined ? undefined : likely(dependsOn)) },
  { rule: 'fuse', cap: ({ fuse }) => (fuse === undefined ? undefined : likely(fuse)) },
];

/** What may hold a credential that we do not see, and by which words it would be known that nothing does. */
function unseenCredentials(
  { notGiven, isConfiguredByFile }: Circumstances,
  nodeCredentials: Assumptions['nodeCredentials'],
): string | undefined {
  const nodesMay = nodeCredentials === 'unknown' ? 'nodes may have their own credentials' : undefined;
  if (notGiven.length === 0) return nodesMay && `${nodesMay}; nodeCredentials: none would make it certain`;
  const missing = `${notGiven.join(', ')} ${notGiven.length === 1 ? 'is' : 'are'} not in the input`;
  const [doubt, assumptions] =
    nodesMay === undefined
      ? [missing, ['facts=complete']]
      : [`${missing}, and ${nodesMay}`, ['facts=complete', 'nodeCredentials=none']];
  const written = isConfiguredByFile
    ? `assume: { ${assumptions.map((line) => line.replace('=', ': ')).join(', ')} }`
    : assumptions.map((line) => `--assume ${line}`).join(' ');
  return `${doubt}; ${written} would make it certain`;
}

/** Somebody with another login may be told something else: a 404 may hide what the asker may not see. */
function dependsOnLogin({ code, mayBeHidden }: Circumstances): boolean {
  return refusals.has(code) || (code === 'manifest-not-found' && mayBeHidden);
}

function dependsOnLoading({ code, mayUseLocal }: Circumstances): boolean {
  return code !== 'invalid-image-name' && mayUseLocal;
}

function preloadedIn({ registry, assume }: Circumstances): Assumptions['preloaded'] {
  return registry?.preloaded ?? assume.preloaded;
}

function pluginDoubt(plugin: PluginSeen): string {
  return plugin.kind === 'failed'
    ? `nodes may have credentials of credential provider plugin ${plugin.name}, which failed for pullgate: it ${plugin.why}`
    : `credential provider plugin ${plugin.name} may give nodes other credentials than pullgate`;
}

const ranks: Readonly<Record<Certainty, number>> = { certain: 3, likely: 2, unconfirmed: 1, advice: 0 };

/** The certainty of a finding, and the first row that took it as far down as it is. */
export function judgeCertainty(circumstances: Circumstances): Judged {
  const best = catalogue[circumstances.code].best;
  let capped: Cap | undefined;
  for (const { cap } of certaintyTable) {
    const found = cap(circumstances);
    if (found !== undefined && ranks[found.to] < ranks[capped?.to ?? best]) capped = found;
  }
  const certainty = capped?.to ?? best;
  const assuming = certainty === 'certain' || certainty === 'likely' ? assumptionsOf(circumstances) : [];
  const { unseenUse } = circumstances;
  return {
    certainty,
    assuming,
    ...(capped && { cappedBy: capped.because }),
    ...(certainty === 'certain' && unseenUse !== undefined && { unseenUse }),
  };
}

/** Of what we were told, or took from what was seen, that on which this finding rests: each line that could also be `unknown`. */
function assumptionsOf(circumstances: Circumstances): readonly string[] {
  const {
    code,
    registry,
    assume,
    workload,
    presence,
    ways,
    newNodes,
    rewriter,
    unseenRewriters,
    unseenUse,
    uncomparedPods,
  } = circumstances;
  const lines: (string | undefined)[] = [];
  if (registry !== undefined && asked.has(code)) {
    lines.push(assumedOfMirrors(registry.mirrors, ways));
    if (dependsOnLogin(circumstances) && registry.nodeCredentials === 'none') lines.push('nodeCredentials=none');
  }
  if (dependsOnLoading(circumstances) && presence === 'nowhere')
    lines.push(assumedOfLoading(preloadedIn(circumstances), ways));
  if (workload.form === 'template' && assume.imageRewriting === 'none' && rewriter === undefined)
    lines.push(`imageRewriting=${unseenRewriters === undefined ? 'none' : `unchecked (${unseenRewriters})`}`);
  if (dependsOnWays.has(code)) lines.push(...ways.unseen);
  lines.push(newNodes?.assumed);
  if (uncomparedPods !== undefined && asked.has(code)) lines.push(`admission=unchecked (${uncomparedPods})`);
  if (unseenUse !== undefined) lines.push(`uses=unchecked (${unseenUse})`);
  return lines.filter((line) => line !== undefined);
}
