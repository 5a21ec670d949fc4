/** What the status of a Pod tells of its images: which have been pulled, which are waited for and in the kubelet's words why. */
import * as z from 'zod';
import { listOf, structOf, text } from '../object/api-json.ts';

/** Reasons with which a container waits for its image (pkg/kubelet/images/types.go, cri-api errors). */
const pullReasons: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** A container that waits for its image. */
export type ImageWait = {
  readonly container: string;
  /** As the Pod names it. */
  readonly image: string;
  readonly reason: string;
  readonly message: string;
};

export type PodState = {
  readonly waits: readonly ImageWait[];
  /** Containers that have had their image. */
  readonly pulled: readonly { readonly container: string; readonly image: string; readonly imageId: string }[];
  readonly phase: string;
  /** RFC 3339; empty where the Pod has not been placed. */
  readonly scheduledAt: string;
  readonly createdAt: string;
  readonly uid: string;
};

const container = structOf(z.object({ name: text, image: text }));
const statuses = listOf(
  structOf(
    z.object({
      name: text,
      image: text,
      imageID: text,
      state: structOf(
        z.object({
          waiting: structOf(z.object({ reason: text, message: text })),
        }),
      ),
    }),
  ),
);
const podSchema = z.object({
  metadata: z.object({ uid: text, creationTimestamp: text }),
  spec: structOf(
    z.object({
      containers: listOf(container),
      initContainers: listOf(container),
      ephemeralContainers: listOf(container),
    }),
  ),
  status: structOf(
    z.object({
      phase: text,
      conditions: listOf(structOf(z.object({ type: text, status: text, lastTransitionTime: text }))),
      containerStatuses: statuses,
      initContainerStatuses: statuses,
      ephemeralContainerStatuses: statuses,
    }),
  ),
});

/** Undefined for what cannot be understood. */
export function parsePodState(object: unknown): PodState | undefined {
  const parsed = podSchema.safeParse(object);
  if (!parsed.success) return undefined;
  const { metadata, spec, status } = parsed.data;
  const images = new Map(
    [...spec.containers, ...spec.initContainers, ...spec.ephemeralContainers].map(({ name, image }) => [name, image]),
  );
  const seen = [...status.containerStatuses, ...status.initContainerStatuses, ...status.ephemeralContainerStatuses];
  const placed = status.conditions.find(({ type, status: is }) => type === 'PodScheduled' && is === 'True');
  return {
    waits: seen.flatMap(({ name, image, state: { waiting } }) =>
      isImageWait(waiting)
        ? [{ container: name, image: images.get(name) ?? image, reason: waiting.reason, message: waiting.message }]
        : [],
    ),
    pulled: seen.flatMap(({ name, image, imageID }) =>
      imageID === '' ? [] : [{ container: name, image: images.get(name) ?? image, imageId: imageID }],
    ),
    phase: status.phase,
    scheduledAt: placed?.lastTransitionTime ?? '',
    createdAt: metadata.creationTimestamp,
    uid: metadata.uid,
  };
}

/** Since 1.33 a pull Secret that cannot be decoded is a reason of its own, in the words of the decoder. */
function isImageWait({ reason }: { readonly reason: string }): boolean {
  return pullReasons.has(reason) || isDecoderText(reason);
}

function isDecoderText(reason: string): boolean {
  return /^(?:illegal base64 data |unable to parse auth field|json: |invalid character |unexpected end of JSON)/.test(
    reason,
  );
}
