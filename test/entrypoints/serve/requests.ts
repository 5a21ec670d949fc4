import type { AdmissionRequest } from '../../../src/entrypoints/serve/admission-review.ts';

/** CREATE of an object in namespace `shop`, by a person. */
export function aRequest(object: unknown, part: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return {
    uid: 'u-1',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    subResource: '',
    namespace: 'shop',
    name: '',
    operation: 'CREATE',
    userName: 'jo@example.com',
    isDryRun: false,
    object,
    oldObject: undefined,
    ...part,
  };
}
