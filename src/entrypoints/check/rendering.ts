/** What of a manifest is not what will be applied: placeholders, and parts that a tool puts together (contract §3, C22). */
import { placeholderIn } from '../../core/image/placeholder.ts';
import { type ImageUse, type NotRendered, writtenImage } from '../../core/workload/image-use.ts';
import type { Workload } from '../../core/workload/workload.ts';

/** The workload with what is known of each image; only manifests hold placeholders, an API server was told what will run. */
export function withRendering(workload: Workload): Workload {
  const { otherPodSpecs } = workload;
  return {
    ...workload,
    images: workload.images.map(imageWithRendering),
    ...(otherPodSpecs && { otherPodSpecs: otherPodSpecs.map(withRendering) }),
  };
}

function imageWithRendering(use: ImageUse): ImageUse {
  const notRendered = use.notRendered ?? notRenderedIn(writtenImage(use));
  return notRendered === undefined ? use : { ...use, notRendered };
}

function notRenderedIn(image: string): NotRendered | undefined {
  if (image === '') return { kind: 'no-image' };
  const placeholder = placeholderIn(image);
  return placeholder === undefined ? undefined : { kind: 'placeholder', placeholder };
}
