/**
 * Images that this replica admitted and that were not certain to fail: nodes may have them since, also where the list of
 * images that they report is cut, and the tag is gone (contract §3, C19).
 */
import { LRUCache } from 'lru-cache';
import type { Prediction } from '../../predict.ts';

export type AdmittedImages = {
  readonly add: (prediction: Prediction) => void;
  /** `pullgate admitted it at 2026-01-01T00:00:00Z as sha256:0123456789ab`; undefined where it did not. */
  readonly sentenceOn: (pulled: string) => string | undefined;
};

type Admitted = { readonly at: Date; readonly digest?: string };

/** About 5 MB. */
const mostKept = 20_000;

/** As kubectl and docker shorten digests. */
const shownDigest = 'sha256:'.length + 12;

/** @param now milliseconds since 1970 */
export function admittedImages(now: () => number): AdmittedImages {
  const kept = new LRUCache<string, Admitted>({ max: mostKept });
  return {
    add: ({ images }) => {
      for (const { use, findings, digest } of images)
        if (use.parsed.ok && findings.every(({ certainty }) => certainty !== 'certain'))
          kept.set(use.parsed.reference.pulled, { at: new Date(now()), ...(digest !== undefined && { digest }) });
    },
    sentenceOn: (pulled) => {
      const admitted = kept.get(pulled);
      if (admitted === undefined) return undefined;
      const { at, digest } = admitted;
      const shown = digest === undefined ? '' : ` as ${digest.slice(0, shownDigest)}`;
      return `pullgate admitted it at ${at.toISOString().replace(/\.\d+/, '')}${shown}`;
    },
  };
}
