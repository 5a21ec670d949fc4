/** What of a manifest is not what will be applied: placeholders, and sources that a tool puts together (contract §3, C22). */
import { placeholderIn } from '../../core/image/placeholder.ts';
import { type ImageUse, type NotRendered, writtenImage } from '../../core/workload/image-use.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { SourceOf } from '../../sources/files/kustomizations.ts';

/**
 * The workload with what is known of each image. Only manifests hold placeholders: an API server was told what will run.
 * @param above the kustomizations that build something of its file
 */
export function withRendering(workload: Workload, above: readonly SourceOf[]): Workload {
  const { otherPodSpecs } = workload;
  const [nearest] = above;
  return {
    ...workload,
    images: workload.images.map((use) => imageWithRendering(use, above)),
    ...(nearest && { notRendered: { kustomization: nearest.file } }),
    ...(otherPodSpecs && { otherPodSpecs: otherPodSpecs.map((podSpec) => withRendering(podSpec, above)) }),
  };
}

function imageWithRendering(use: ImageUse, above: readonly SourceOf[]): ImageUse {
  const notRendered = use.notRendered ?? notRenderedIn(writtenImage(use), above);
  return notRendered === undefined ? use : { ...use, notRendered };
}

function notRenderedIn(image: string, above: readonly SourceOf[]): NotRendered | undefined {
  const name = nameIn(image);
  const replacing = above.find(({ images }) => images.has(name));
  if (replacing !== undefined) return { kind: 'replaced', kustomization: replacing.file };
  if (image === '') return { kind: 'no-image' };
  const placeholder = placeholderIn(image);
  return placeholder === undefined ? undefined : { kind: 'placeholder', placeholder };
}

/** As kustomize compares it: without tag and digest, and not normalized (api/internal/image/image.go). */
function nameIn(image: string): string {
  const [withoutDigest = ''] = image.split('@', 1);
  const colon = withoutDigest.indexOf(':', withoutDigest.lastIndexOf('/') + 1);
  return colon === -1 ? withoutDigest : withoutDigest.slice(0, colon);
}

/** A strategic merge patch says by this what it does to a list or an object. */
export function isPatch(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > 20) return false;
  return Object.hasOwn(value, '$patch') || Object.values(value).some((member) => isPatch(member, depth + 1));
}

/** Helm, Jinja and shell leave these in manifests that can be read nevertheless. */
export function holdsTemplate(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return /\{\{.*\}\}|\{%.*%\}|\$\{[A-Za-z_]/s.test(value);
  if (typeof value !== 'object' || value === null || depth > 20) return false;
  return Object.values(value).some((member) => holdsTemplate(member, depth + 1));
}
