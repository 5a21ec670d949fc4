/** AdmissionReview v1 as it comes in: only what is used of it, everything else left alone (k8s.io/api admission/v1). */
import * as z from 'zod';
import { flag, text } from '../../core/object/api-json.ts';

export type AdmissionRequest = {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly subResource: string;
  readonly namespace: string;
  readonly name: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly userName: string;
  readonly isDryRun: boolean;
  readonly object: unknown;
  readonly oldObject: unknown;
  /** There were more values than are read: the objects are absent. */
  readonly isTooLarge?: true;
};

export type ParsedReview =
  | { readonly ok: true; readonly request: AdmissionRequest }
  /** Not a review that can be answered: said to the caller with a 400. */
  | { readonly ok: false; readonly reason: string };

const envelopeSchema = z.compile(
  z.object({ apiVersion: z.string(), kind: z.string(), request: z.unknown().optional() }),
);

const requestSchema = z.compile(
  z.object({
    uid: z.string().min(1),
    kind: z.object({ group: text, version: text, kind: z.string().min(1) }),
    subResource: text,
    namespace: text,
    name: text,
    operation: z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']),
    userInfo: z.object({ username: text }).nullish(),
    dryRun: flag,
    object: z.unknown().optional(),
    oldObject: z.unknown().optional(),
  }),
);

export function parseReview(body: unknown, isTooLarge?: true): ParsedReview {
  const envelope = envelopeSchema.safeParse(body);
  if (!envelope.success) return refused('is not an AdmissionReview: it needs apiVersion, kind and request');
  const { apiVersion, kind, request } = envelope.data;
  if (kind !== 'AdmissionReview') return refused('is not an AdmissionReview');
  if (apiVersion !== 'admission.k8s.io/v1')
    return refused('has an unsupported version; set admissionReviewVersions: [v1] in the webhook configuration');
  const parsed = requestSchema.safeParse(request);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    return refused(`has no usable request${field === '' ? '' : `.${field}`}`);
  }
  const { userInfo, dryRun, ...rest } = parsed.data;
  const { object, oldObject, ...named } = rest;
  return {
    ok: true,
    request: {
      ...named,
      object,
      oldObject,
      userName: userInfo?.username ?? '',
      isDryRun: dryRun,
      ...(isTooLarge && { isTooLarge }),
    },
  };
}

function refused(reason: string): ParsedReview {
  return { ok: false, reason: `the body ${reason}` };
}
