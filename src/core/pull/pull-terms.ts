/**
 * What decides how an image is pulled, apart from the image itself and what its registry says: the kinds of nodes, the pull Secrets,
 * the settings. Thousands of Pods are pulled for on the same terms, which are a number as long as they are the same.
 */
import type { PodKeyring } from '../credential/pod-keyring.ts';
import type { ImageUse } from '../workload/image-use.ts';
import type { Candidates, GroupViews } from './node-views.ts';
import type { PullSettings } from './settings.ts';

/** Another number means other terms; the same terms may get another number. */
export type PullTerms = number;

const numbers = new WeakMap<PullSettings, WeakMap<PodKeyring, Map<string, PullTerms>>>();
const mostKinds = 500;
let last: PullTerms = 0;

export function pullTermsOf(
  candidates: Candidates,
  keyring: PodKeyring,
  settings: PullSettings,
  mayBeMutated: boolean,
): PullTerms {
  const byKeyring = numbers.get(settings) ?? new WeakMap<PodKeyring, Map<string, PullTerms>>();
  numbers.set(settings, byKeyring);
  const byKinds = byKeyring.get(keyring) ?? new Map<string, PullTerms>();
  byKeyring.set(keyring, byKinds);
  const kinds = candidates.kind === 'groups' ? kindsOf(candidates.groups) : '';
  const key = mayBeMutated ? `mutated ${kinds}` : kinds;
  const known = byKinds.get(key);
  if (known !== undefined) return known;
  if (byKinds.size >= mostKinds) byKinds.clear();
  last += 1;
  byKinds.set(key, last);
  return last;
}

const kinds = new WeakMap<readonly GroupViews[], string>();

/** Which nodes there are of a kind does not matter to what can be pulled. */
function kindsOf(groups: readonly GroupViews[]): string {
  const known = kinds.get(groups);
  if (known !== undefined) return known;
  const words = JSON.stringify(
    groups.map(({ group, viewers, pullers }) => [group && { ...group, members: undefined }, viewers, pullers]),
  );
  kinds.set(groups, words);
  return words;
}

/** Of all that is said of an image that can be pulled on these terms. */
export function keyOfUse({ parsed, pullPolicy, place }: ImageUse, terms: PullTerms): string {
  const raw = parsed.ok ? parsed.reference.raw : parsed.raw;
  return `${terms} ${pullPolicy} ${place === 'volume' ? 'volume' : 'container'} ${raw}`;
}
