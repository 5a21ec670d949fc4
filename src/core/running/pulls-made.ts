/** Pulls that nodes have made, as the statuses of Pods show them, and which of them a denial would have kept from being made. */
import type { FindingCode } from '../finding/finding.ts';
import { parseReference } from '../image/reference.ts';
import { type ImageUse, writtenImage } from '../workload/image-use.ts';
import { ownerKey, type RunningObjects, type RunningPod } from './running-objects.ts';
import type { Subject } from './subjects.ts';

export type PullMade = {
  /** As the Pod names it. */
  readonly image: string;
  /** What containerd resolved. */
  readonly pulled: string;
  /** Host of the reference. */
  readonly registry: string;
  readonly node: string;
  /** The status has no digest of a repository: the image may have been loaded into the node, and not pulled. */
  readonly mayBeLoaded: boolean;
};

/** Each image once for each node. */
export function pullsMadeBy(pods: readonly RunningPod[]): ReadonlyMap<string, PullMade> {
  const made = new Map<string, PullMade>();
  for (const pod of pods)
    for (const { image, imageId } of pod.state.pulled) {
      const pull = pullOf(image, imageId, pod);
      if (pull !== undefined) made.set(keyOf(pull), pull);
    }
  return made;
}

function pullOf(image: string, imageId: string, { node = '' }: RunningPod): PullMade | undefined {
  const parsed = parseReference(image);
  if (!parsed.ok) return undefined;
  const { pulled, registry } = parsed.reference;
  return { image, pulled, registry, node, mayBeLoaded: !imageId.includes('@') };
}

export function keyOf({ node, pulled }: PullMade): string {
  return `${node} ${pulled}`;
}

export type Denied = { readonly use: ImageUse; readonly code: FindingCode };

/** What pullgate was configured to assume, or assumes by default, and does not hold here. */
export type WrongPremise =
  /** Nodes have credentials of their own. */
  | 'nodeCredentials'
  /** Nodes have it from somewhere else. */
  | 'mirrors'
  /** Images are loaded into nodes. */
  | 'preloaded'
  /** Something replaces images on their way from a template to its Pods. */
  | 'imageRewriting'
  /** It replaces those of a few repositories, as injectors do with their placeholders. */
  | 'placeholder'
  /** None that pullgate has a word for: a level of this code for this registry. */
  | 'findings';

export type DeniedPull = PullMade & {
  readonly code: FindingCode;
  readonly premise: WrongPremise;
  /** Of the template, where the Pod has another image. */
  readonly written: string;
  /** `docker.io/library/nginx`: of what was denied. */
  readonly repository: string;
};

/** @param denied images of the subject */
export function deniedPullsOf(
  { pods }: Subject,
  denied: readonly Denied[],
  { owners }: RunningObjects,
): readonly DeniedPull[] {
  return pods.flatMap((pod) => {
    const owner = pod.controller && owners.get(ownerKey(pod.namespace, pod.controller));
    const template = new Map((owner?.workload?.images ?? []).map((use) => [use.name, writtenImage(use)]));
    return pod.state.pulled.flatMap(({ container, image, imageId }): readonly DeniedPull[] => {
      const written = template.get(container) ?? image;
      const found = denied.find(({ use }) => use.name === container && writtenImage(use) === written);
      const pull = found && pullOf(image, imageId, pod);
      if (pull === undefined || found === undefined) return [];
      const premise = written === image ? premiseOf(found, pull) : 'imageRewriting';
      const { parsed } = found.use;
      const repository = parsed.ok ? parsed.reference.name : pull.registry;
      return [{ ...pull, code: found.code, premise, written, repository }];
    });
  });
}

function premiseOf({ code, use }: Denied, { mayBeLoaded }: PullMade): WrongPremise {
  if (code === 'access-denied' || code === 'credentials-rejected') return 'nodeCredentials';
  if (code !== 'manifest-not-found') return 'findings';
  return mayBeLoaded && use.pullPolicy !== 'Always' ? 'preloaded' : 'mirrors';
}

const mostPlaceholders = 3;

/** That something replaces all images is only said where it replaces many: it would speak for every mistyped one as well. */
export function withPlaceholders<Pull extends DeniedPull>(pulls: readonly Pull[]): readonly Pull[] {
  const replaced = pulls.filter(({ premise }) => premise === 'imageRewriting');
  if (new Set(replaced.map(({ repository }) => repository)).size > mostPlaceholders) return pulls;
  return pulls.map((pull) => (pull.premise === 'imageRewriting' ? { ...pull, premise: 'placeholder' } : pull));
}
