import { describe, expect, test } from 'vitest';
import { allowed, denied, reviewOf } from '../../../src/entrypoints/serve/admission-response.ts';
import { parseReview } from '../../../src/entrypoints/serve/admission-review.ts';

const request = { uid: 'u-1', kind: { group: '', version: 'v1', kind: 'Pod' }, operation: 'CREATE' };
const reviewWith = (part: object) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: { ...request, ...part },
});

const parsed = {
  uid: 'u-1',
  kind: { group: '', version: 'v1', kind: 'Pod' },
  subResource: '',
  namespace: '',
  name: '',
  operation: 'CREATE',
  userName: '',
  isDryRun: false,
  object: undefined,
  oldObject: undefined,
};

describe('a review', () => {
  test('may leave out everything but uid, kind and operation', () => {
    expect(parseReview(reviewWith({}))).toEqual({ ok: true, request: parsed });
  });

  test('is read to the members that count', () => {
    const object = { kind: 'Pod' };
    const oldObject = { kind: 'Pod', was: true };
    expect(
      parseReview(
        reviewWith({
          kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
          resource: { group: 'apps', version: 'v1', resource: 'deployments' },
          requestKind: { kind: 'Other' },
          subResource: 'scale',
          namespace: 'shop',
          name: 'web',
          operation: 'UPDATE',
          userInfo: { username: 'jo', groups: ['a'] },
          dryRun: true,
          options: {},
          object,
          oldObject,
        }),
      ),
    ).toEqual({
      ok: true,
      request: {
        uid: 'u-1',
        kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
        subResource: 'scale',
        namespace: 'shop',
        name: 'web',
        operation: 'UPDATE',
        userName: 'jo',
        isDryRun: true,
        object,
        oldObject,
      },
    });
  });

  test('may have null for what is absent, as Go writes it', () => {
    const nulls = { subResource: null, namespace: null, name: null, userInfo: null, dryRun: null };
    const came = parseReview(reviewWith({ ...nulls, kind: { group: null, version: null, kind: 'Pod' } }));
    expect(came).toEqual({ ok: true, request: { ...parsed, kind: { group: '', version: '', kind: 'Pod' } } });
  });

  test.each(['CREATE', 'UPDATE', 'DELETE', 'CONNECT'])('may be of operation %s', (operation) => {
    expect(parseReview(reviewWith({ operation }))).toEqual({ ok: true, request: { ...parsed, operation } });
  });

  test('keeps nothing of a member named __proto__', () => {
    const hostile: unknown = JSON.parse(
      '{"__proto__":{"kind":"X"},"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"__proto__":{"namespace":"evil","dryRun":true},"uid":"u-1","kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE"}}',
    );
    expect(parseReview(hostile)).toEqual({ ok: true, request: parsed });
  });
});

const noReview = 'the body is not an AdmissionReview: it needs apiVersion, kind and request';
const otherVersion =
  'the body has an unsupported version; set admissionReviewVersions: [v1] in the webhook configuration';

describe('what cannot be answered is refused', () => {
  test.each([
    { what: 'nothing', body: undefined, reason: noReview },
    { what: 'null', body: null, reason: noReview },
    { what: 'a text', body: 'AdmissionReview', reason: noReview },
    { what: 'an array', body: [reviewWith({})], reason: noReview },
    { what: 'no kind', body: { apiVersion: 'admission.k8s.io/v1' }, reason: noReview },
    { what: 'a kind that is no text', body: { ...reviewWith({}), kind: 1 }, reason: noReview },
    {
      what: 'another kind',
      body: { apiVersion: 'v1', kind: 'Pod' },
      reason: 'the body is not an AdmissionReview',
    },
    { what: 'v1beta1', body: { ...reviewWith({}), apiVersion: 'admission.k8s.io/v1beta1' }, reason: otherVersion },
    { what: 'no group', body: { ...reviewWith({}), apiVersion: 'v1' }, reason: otherVersion },
    {
      what: 'no request',
      body: { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' },
      reason: 'the body has no usable request',
    },
    { what: 'no uid', body: reviewWith({ uid: undefined }), reason: 'the body has no usable request.uid' },
    { what: 'an empty uid', body: reviewWith({ uid: '' }), reason: 'the body has no usable request.uid' },
    { what: 'a uid that is a number', body: reviewWith({ uid: 7 }), reason: 'the body has no usable request.uid' },
    { what: 'no kind in it', body: reviewWith({ kind: undefined }), reason: 'the body has no usable request.kind' },
    {
      what: 'an empty kind in it',
      body: reviewWith({ kind: { group: '', version: 'v1', kind: '' } }),
      reason: 'the body has no usable request.kind.kind',
    },
    {
      what: 'an unknown operation',
      body: reviewWith({ operation: 'create' }),
      reason: 'the body has no usable request.operation',
    },
    { what: 'dryRun as a text', body: reviewWith({ dryRun: 'true' }), reason: 'the body has no usable request.dryRun' },
    {
      what: 'a user name that is a number',
      body: reviewWith({ userInfo: { username: 1 } }),
      reason: 'the body has no usable request.userInfo.username',
    },
  ])('$what', ({ body, reason }) => {
    expect(parseReview(body)).toEqual({ ok: false, reason });
  });
});

describe('a response', () => {
  test('that allows says nothing else unless there is something to say', () => {
    expect(allowed('u-1')).toEqual({ uid: 'u-1', allowed: true });
    expect(allowed('u-1', { warnings: [] })).toEqual({ uid: 'u-1', allowed: true });
    expect(allowed('u-1', { warnings: ['w'], auditAnnotations: { verdict: 'warn' } })).toEqual({
      uid: 'u-1',
      allowed: true,
      warnings: ['w'],
      auditAnnotations: { verdict: 'warn' },
    });
  });

  test('that denies is Forbidden, and may carry warnings', () => {
    const causes = [{ reason: 'ManifestNotFound', message: 'm', field: 'spec.containers[0].image' }];
    expect(denied('u-1', 'no', causes, { warnings: ['w'] })).toEqual({
      uid: 'u-1',
      allowed: false,
      status: { code: 403, reason: 'Forbidden', message: 'no', details: { causes } },
      warnings: ['w'],
    });
  });

  test('goes out as a review of the version that came in', () => {
    expect(reviewOf(allowed('u-1'))).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u-1', allowed: true },
    });
  });
});
