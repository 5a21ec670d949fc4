/** AdmissionReview v1 as it goes out. Nothing else makes a response; the uid is copied here alone. */

export type Cause = { readonly reason: string; readonly message: string; readonly field: string };

export type AdmissionResponse = {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: {
    readonly code: 403;
    readonly reason: 'Forbidden';
    readonly message: string;
    readonly details: { readonly causes: readonly Cause[] };
  };
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
};

export type Beside = {
  readonly warnings?: readonly string[];
  /** Keys without the webhook's name, which the API server puts before them. */
  readonly auditAnnotations?: Readonly<Record<string, string>>;
};

export function allowed(uid: string, { warnings = [], auditAnnotations }: Beside = {}): AdmissionResponse {
  return {
    uid,
    allowed: true,
    ...(warnings.length > 0 && { warnings }),
    ...(auditAnnotations && { auditAnnotations }),
  };
}

/** 403 Forbidden is what kubectl shows with its message as it is (pull-semantics 8.4). */
export function denied(uid: string, message: string, causes: readonly Cause[], beside: Beside = {}): AdmissionResponse {
  const status = { code: 403, reason: 'Forbidden', message, details: { causes } } as const;
  return { ...allowed(uid, beside), allowed: false, status };
}

export function reviewOf(response: AdmissionResponse) {
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response } as const;
}
