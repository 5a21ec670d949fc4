/**
 * Images that this replica admitted and that were not certain to fail: nodes may have them since, also where the list of
 * images that they report is cut, and the tag is gone (contract §3, C19). What could be pulled then, or was replaced by an
 * update, is also in use in its namespace (C10): the Jobs of a CronJob, and the Pods of an object that is created again, may be gone.
 */
import { LRUCache } from 'lru-cache';
import { podSpecsOf, type Workload } from '../../core/workload/workload.ts';
import type { Prediction } from '../../predict.ts';

export type AdmittedImages = {
  /** `before`: what an update replaced. */
  readonly add: (prediction: Prediction, before?: Workload) => void;
  /** `pullgate admitted it at 2026-01-01T00:00:00Z as sha256:0123456789ab`; undefined where it did not. */
  readonly sentenceOn: (pulled: string) => string | undefined;
  /** The same of one namespace; undefined where it is not known to be in use there. */
  readonly useIn: (namespace: string, pulled: string) => string | undefined;
};

type Admitted = { atMs: number; readonly digest?: string };
type Used = { atMs: number; isReplaced: boolean };

/** About 5 MB. */
const mostKept = 20_000;
/** Together about 20 MB. No namespace makes pullgate forget what others use. */
const mostNamespaces = 500;
const mostUsedInOne = 200;

/** As kubectl and docker shorten digests. */
const shownDigest = 'sha256:'.length + 12;

/** @param now milliseconds since 1970 */
export function admittedImages(now: () => number): AdmittedImages {
  const kept = new LRUCache<string, Admitted>({ max: mostKept });
  const used = new LRUCache<string, LRUCache<string, Used>>({ max: mostNamespaces });

  function use(namespace: string, pulled: string, isReplaced: boolean): void {
    const known = used.get(namespace);
    const here = known ?? new LRUCache<string, Used>({ max: mostUsedInOne });
    if (known === undefined) used.set(namespace, here);
    const before = here.get(pulled);
    if (before === undefined) here.set(pulled, { atMs: now(), isReplaced });
    else {
      before.atMs = now();
      before.isReplaced = isReplaced;
    }
  }

  /** What is admitted all the time is changed in its place: as garbage it would be old, and cost the most to collect. */
  function keep(pulled: string, digest: string | undefined): void {
    const before = kept.get(pulled);
    if (before === undefined || before.digest !== digest)
      kept.set(pulled, { atMs: now(), ...(digest !== undefined && { digest }) });
    else before.atMs = now();
  }

  return {
    add: ({ workload: { namespace }, images }, before) => {
      for (const { images: replaced } of before === undefined ? [] : podSpecsOf(before))
        for (const { parsed } of replaced) if (parsed.ok) use(namespace, parsed.reference.pulled, true);
      for (const {
        use: { parsed },
        findings,
        digest,
        outcome,
      } of images) {
        if (!parsed.ok || findings.some(({ certainty }) => certainty === 'certain')) continue;
        const { pulled } = parsed.reference;
        keep(pulled, digest);
        if (outcome === 'pullable') use(namespace, pulled, false);
      }
    },
    sentenceOn: (pulled) => {
      const admitted = kept.get(pulled);
      if (admitted === undefined) return undefined;
      const { atMs, digest } = admitted;
      const shown = digest === undefined ? '' : ` as ${digest.slice(0, shownDigest)}`;
      return `pullgate admitted it at ${inSeconds(atMs)}${shown}`;
    },
    useIn: (namespace, pulled) => {
      const found = used.get(namespace)?.get(pulled);
      if (found === undefined) return undefined;
      const { atMs, isReplaced } = found;
      return isReplaced
        ? `the image was replaced in this namespace at ${inSeconds(atMs)}, and a rollback may need it`
        : `pullgate admitted the image in this namespace at ${inSeconds(atMs)} when it was pullable`;
    },
  };
}

/** `2026-01-01T00:00:00Z` */
function inSeconds(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+/, '');
}
