/** containerd, asked to pull as the kubelet asks it: with one credential after the other, or once with none. */
import type { AuthConfig, CriError, ImageService } from '../cri/image-service.ts';
import type { Scene } from '../scene.ts';
import type { Outcome } from './lane.ts';

/** https://grpc.io/docs/guides/status-codes, by number */
const statusNames = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

export async function pullByContainerd(images: ImageService, { image, logins = [] }: Scene): Promise<Outcome> {
  const attempts: readonly (AuthConfig | undefined)[] = logins.length === 0 ? [undefined] : logins;
  const errors: CriError[] = [];
  for (const auth of attempts) {
    const pulled = await images.pullImage(image, auth);
    if (pulled.ok) return { outcome: 'pulled' };
    errors.push(pulled);
  }
  return {
    outcome: 'failed',
    reason: [...new Set(errors.map(({ code }) => statusNames[code] ?? String(code)))].join(', '),
    message: errors.map(({ message }) => message).join('\n'),
  };
}
