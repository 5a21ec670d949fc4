/**
 * Why Pods may be other than their template says when they are placed and pull: a webhook or policy changes them, or Pods
 * were seen that had been changed (contract §3, C20).
 */
import type { PodAdmission } from '../pull/world.ts';
import { contents, refusals } from './certainty.ts';
import type { FindingDetail } from './finding.ts';
import { isAboutPlatform } from './unsettled-placement.ts';

type Change = 'placement' | 'pullSecrets' | 'images';

export function changedPods(detail: FindingDetail, admission: PodAdmission | undefined): string | undefined {
  if (admission === undefined) return undefined;
  const changes = changesThatMatter(detail);
  const isMeant = (change: Readonly<Record<Change, boolean>>) => changes.some((which) => change[which]);
  const seen = admission.differences.find(isMeant);
  if (seen !== undefined) return `Pods in this namespace differ from their templates: ${seen.what}`;
  for (const change of changes) {
    const mutator = admission.mutators.find((one) => one[change]);
    if (mutator !== undefined) return `${mutator.what} may change ${words[change]}`;
  }
  const { unseenMutators } = admission;
  return unseenMutators !== undefined && changes.includes('placement')
    ? `webhooks and policies could not be listed and may choose other nodes for its Pods (${unseenMutators})`
    : undefined;
}

function changesThatMatter(detail: FindingDetail): readonly Change[] {
  if (isAboutPlatform(detail)) return ['placement', 'images'];
  if (refusals.has(detail.code)) return ['pullSecrets', 'images'];
  return contents.has(detail.code) ? ['images'] : [];
}

const words: Readonly<Record<Change, string>> = {
  placement: 'the nodes of its Pods',
  pullSecrets: 'the pull Secrets of its Pods',
  images: 'the images of its Pods',
};

/** Pods get a platform that their templates do not choose: an operator looks at their images and steers them. */
export function isSteered(admission: PodAdmission | undefined): boolean {
  return admission?.differences.some(({ choosesPlatform }) => choosesPlatform) ?? false;
}
