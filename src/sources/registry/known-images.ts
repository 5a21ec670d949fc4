/**
 * What reviews made of images that can be pulled, for as long as the evidence for it is valid: a warm image is one look-up, and
 * neither planned nor judged again.
 */
import type { KnownImage, KnownImages as KnownToOne } from '../../core/finding/judged-image.ts';
import type { EvidenceMemory, Validity } from './evidence-memory.ts';
import type { NoteLookup } from './observe.ts';
import { openSharedCache } from './shared-cache.ts';

export type KnownImages = Pick<KnownToOne, 'recall'> & {
  /** @param asker of several, each of which has a share */
  readonly retain: (...args: [...Parameters<KnownToOne['retain']>, asker?: string]) => void;
};

type Kept = Validity & { readonly image: KnownImage };

export function openKnownImages(evidence: EvidenceMemory, entries: number, note: NoteLookup): KnownImages {
  const kept = openSharedCache<Kept>({ entries, bytes: entries, sizeOf: () => 1 });
  return {
    recall: (key) => {
      const known = kept.get(key);
      if (known === undefined || !evidence.stands(known)) return undefined;
      note('hit');
      return known.image;
    },
    retain: (key, found, image, asker) => {
      const standing = evidence.standingOf(found);
      if (standing !== undefined) kept.set(key, { ...standing, image }, asker);
    },
  };
}
