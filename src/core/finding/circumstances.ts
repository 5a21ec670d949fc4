/** What the judge knows when it decides how certain a finding is. */

import type { PluginAnswer } from '../credential/plugin-answer.ts';
import type { Assumptions, RegistrySettings } from '../pull/settings.ts';
import type { Workload } from '../workload/workload.ts';
import type { FindingCode } from './finding.ts';
import type { ImageWays } from './image-ways.ts';
import type { NewNodes } from './new-nodes.ts';

/** Everything on which the certainty of one finding depends. */
export type Circumstances = {
  readonly code: FindingCode;
  readonly workload: Pick<Workload, 'form' | 'idleBecause' | 'placement' | 'notRendered'>;
  readonly assume: Assumptions;
  /** Absent for findings that no registry was asked about. */
  readonly registry?: RegistrySettings & { readonly host: string };
  readonly absentSecrets: readonly string[];
  /** An account whose Secrets the Pods would bring. */
  readonly absentAccount?: string;
  /** The review is a dry run: nothing of the set to which the workload may belong has been applied. */
  readonly isDryRun?: true;
  /** Named Secrets, or the account's, that could not be read. */
  readonly unread: readonly string[];
  /** Named Secrets, or the account, that may exist though they were not given. */
  readonly notGiven: readonly string[];
  /** Where the reader writes assumptions: in the configuration file, else as flags. */
  readonly isConfiguredByFile?: true;
  /** 404 by an endpoint that asked who we are, and did not show us the tags of the repository. */
  readonly mayBeHidden: boolean;
  /** The kubelet's plugins that are for this image. */
  readonly plugins: readonly PluginSeen[];
  /** Why the Secrets that were rejected, that cannot be decoded or that hold no credential may be other ones soon. */
  readonly unsettledSecrets: readonly string[];
  /** The pull policy lets nodes use what they have. */
  readonly mayUseLocal: boolean;
  /** Candidate nodes report the image, and may use what they have. */
  readonly presence: 'nowhere' | 'somewhere' | 'everywhere';
  /** On some candidate nodes it fails, on others not. */
  readonly onSomeNodesOnly: boolean;
  /** It depends on what of a node no API shows: how containerd pulls, which ARM it is, in which order the kubelet tries. */
  readonly dependsOn?: string;
  /** Among the candidates are nodes of which this is not known to hold: CRI-O, virtual-kubelet; another scheduler chooses; or nobody tells of new ones. */
  readonly foreignNodes?: string;
  /** Why it may not hold for the Pods of a template: where they land, or what they are by then. */
  readonly unsettledPods?: string;
  /** Why Pods could not be compared with their templates. */
  readonly uncomparedPods?: string;
  /** Whether nodes may come; absent where it does not matter. */
  readonly newNodes?: NewNodes;
  /** The reference, or the account's credentials, were seen to work: it runs already. */
  readonly inUse?: string;
  /** The reference was in use, with whatever credentials. */
  readonly wasInUse?: string;
  /** A rewriter of images is installed. */
  readonly rewriter?: string;
  /** Why it could not be seen whether one is installed. */
  readonly unseenRewriters?: string;
  /** From files of mirrors: where 404 may mean trouble upstream. */
  readonly proxyCache?: string;
  /** Only they were told that it is absent, and they were not shown the tags of the repository: they may not see it at all. */
  readonly strangers?: string;
  /** 404 for HEAD, 200 for GET. */
  readonly absentForHeadOnly: boolean;
  readonly evidenceAgeMs: number;
  /** A config or layer is missing, which a node may have already. */
  readonly isBlobMissing: boolean;
  /** The image holds only whitespace. */
  readonly isBlankImage?: true;
  /** The fuse has blown for the registry. */
  readonly fuse?: string;
  /** How nodes may get the image without its registry. */
  readonly ways: ImageWays;
  /** Why it could not be looked up before a denial whether the reference is in use. */
  readonly unseenUse?: string;
};

/** Its credentials do not matter here. */
export type PluginSeen =
  | Omit<Extract<PluginAnswer, { kind: 'answered' }>, 'entries'>
  | Extract<PluginAnswer, { kind: 'failed' }>;
