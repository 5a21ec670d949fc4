/** The webhook as a process, asked over TLS as an API server asks it, with a registry behind it that counts. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { type EmbeddedRegistry, startRegistry } from '../../../tools/embedded-registry/registry.ts';
import { aDeployment, aNode, aPod } from '../../support/api-objects.ts';
import { type RunningServe, reviewText, startServe } from '../../support/serve.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const host = 'registry.example.com';

let registry: EmbeddedRegistry;
let serve: RunningServe;

beforeAll(async () => {
  registry = await startRegistry();
  registry.push('shop/cart', 'latest', buildMultiPlatform([amd64, arm64], 'cart'));
  registry.push('shop/cart', '1.4', buildImage(amd64, 'cart 1.4'));
  serve = await startServe({
    configuration,
    facts: [aNode(), aNamespace('shop'), ...Object.entries(modes).map(([name, mode]) => aNamespace(name, mode))],
    registries: { [host]: registry.url, 'silent.example.com': `http://127.0.0.1:${await silentPort()}` },
    environment: { POD_NAMESPACE: 'pullgate-system' },
  });
});

const silent = createServer();

/** Connections to it are taken, and never answered. */
async function silentPort(): Promise<number> {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  return (silent.address() as AddressInfo).port;
}

afterAll(async () => {
  silent.close();
  await serve.end();
  await registry.close();
});

beforeEach(() => {
  registry.forgetAsked();
});

const configuration = {
  mode: 'enforce',
  // Each test denies something: together they would blow it.
  fuse: { references: 0 },
  assume: { nodeCredentials: 'none', facts: 'complete' },
  egress: { allow: ['127.0.0.1'] },
};
const modes = { sandbox: 'warn', quiet: 'audit', unwatched: 'off', mistyped: 'strict' };

function aNamespace(name: string, mode?: string) {
  const labels = { 'kubernetes.io/metadata.name': name, ...(mode !== undefined && { 'pullgate.dev/mode': mode }) };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

type Typed = { readonly apiVersion: string; readonly kind: string };

/** CREATE by a person in namespace `shop`, as an API server sends it. */
function requestFor(object: Typed & object, part: object = {}) {
  const [version = '', group = ''] = object.apiVersion.split('/').toReversed();
  const kind = { group, version, kind: object.kind };
  const userInfo = { username: 'jo@example.com' };
  return { uid: 'u-1', kind, namespace: 'shop', name: 'web', operation: 'CREATE', userInfo, object, ...part };
}

const absentImage = `${host}/shop/cart:latestt`;
const deployment = aDeployment({ images: [absentImage] });
const sentence = () => `${absentImage}: ${host}/shop/cart has no tag latestt (nearest: latest; asked ${registry.host})`;
const said = () => `${sentence()} [manifest-not-found]`;
const step = `Use ${host}/shop/cart:latest, or push the missing tag`;
const field = 'spec.template.spec.containers[0].image';

describe('an image that does not exist', () => {
  test('is denied where the namespace enforces', async () => {
    expect(await serve.review(requestFor(deployment))).toEqual({
      uid: 'u-1',
      allowed: false,
      status: {
        code: 403,
        reason: 'Forbidden',
        message: `${said()}\n- ${field}: ${absentImage} [manifest-not-found]. ${step}`,
        details: {
          causes: [
            {
              reason: 'ManifestNotFound',
              message: `${sentence()}. ${step}`,
              field,
            },
          ],
        },
      },
      auditAnnotations: {
        verdict: 'deny',
        mode: 'enforce',
        findings: `${field} manifest-not-found certain`,
        review: expect.stringContaining('"code":"manifest-not-found"'),
      },
    });
  });

  test('is denied in a dry run, too', async () => {
    expect(await serve.review(requestFor(deployment, { dryRun: true }))).toMatchObject({ allowed: false });
  });

  test('is warned about where the namespace warns', async () => {
    expect(await serve.review(requestFor(deployment, { namespace: 'sandbox' }))).toEqual({
      uid: 'u-1',
      allowed: true,
      warnings: [`would be denied: ${said()}`],
      auditAnnotations: {
        verdict: 'deny',
        mode: 'warn',
        findings: `${field} manifest-not-found certain`,
        review: expect.stringContaining('"code":"manifest-not-found"'),
      },
    });
  });

  test('is noted only where the namespace audits', async () => {
    expect(await serve.review(requestFor(deployment, { namespace: 'quiet' }))).toEqual({
      uid: 'u-1',
      allowed: true,
      auditAnnotations: {
        verdict: 'deny',
        mode: 'audit',
        findings: `${field} manifest-not-found certain`,
        review: expect.stringContaining('"code":"manifest-not-found"'),
      },
    });
  });

  test.each(['mistyped', 'unheard-of'])('is denied by the default mode in namespace %s', async (namespace) => {
    expect(await serve.review(requestFor(deployment, { namespace }))).toMatchObject({ allowed: false });
  });

  test('is denied where kubectl debug adds it, and the rest of the Pod is let be', async () => {
    const oldObject = {
      ...aPod({ images: [`${host}/shop/cart:1.4`] }),
      metadata: {
        name: 'web',
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', controller: true }],
      },
    };
    const ephemeralContainers = [{ name: 'debug', image: absentImage }];
    const object = { ...oldObject, spec: { ...oldObject.spec, ephemeralContainers } };
    const part = { operation: 'UPDATE', subResource: 'ephemeralcontainers', oldObject };
    expect(await serve.review(requestFor(object, part))).toMatchObject({
      allowed: false,
      status: { details: { causes: [{ field: 'spec.ephemeralContainers[0].image' }] } },
    });
  });
});

test('an image that can be pulled is allowed without a word', async () => {
  const object = aDeployment({ images: [`${host}/shop/cart:latest`, `${host}/shop/cart:1.4`] });
  expect(await serve.review(requestFor(object))).toEqual({
    uid: 'u-1',
    allowed: true,
    auditAnnotations: { verdict: 'allow', mode: 'enforce' },
  });
});

const ownedBy = (kind: string) => [{ apiVersion: 'apps/v1', kind, name: 'web', uid: 'u-2', controller: true }];

test('what controllers make of a workload that was examined asks the registry nothing again', async () => {
  const spec = { images: [`${host}/shop/cart:children`] };
  registry.push('shop/cart', 'children', buildImage(amd64, 'children'));
  await serve.review(requestFor(aDeployment(spec)));
  registry.forgetAsked();

  const replicaSet = { ...aDeployment(spec), kind: 'ReplicaSet', metadata: { ownerReferences: ownedBy('Deployment') } };
  const pod = { ...aPod(spec), metadata: { generateName: 'web-', ownerReferences: ownedBy('ReplicaSet') } };
  for (const object of [replicaSet, pod, pod, pod])
    expect(await serve.review(requestFor(object))).toMatchObject({
      allowed: true,
      auditAnnotations: { verdict: 'allow' },
    });

  expect(registry.asked).toEqual([]);
});

describe('let through without a request to the registry', () => {
  const owned = { ...aPod({ images: [`${host}/shop/cart:never-asked`] }), metadata: { name: 'web' } };
  const changed = (metadata: object) => ({ ...owned, metadata: { ...owned.metadata, ...metadata } });

  test('which is asked about the same Pod otherwise', async () => {
    expect(await serve.review(requestFor(owned))).toMatchObject({ allowed: false });
    expect(registry.asked.length).toBeGreaterThan(0);
  });

  test.each([
    { what: 'DELETE', object: owned, part: { operation: 'DELETE', object: null, oldObject: owned } },
    {
      what: 'an UPDATE of labels',
      object: changed({ labels: { a: 'b' } }),
      part: { operation: 'UPDATE', oldObject: owned },
    },
    { what: 'a mirror Pod', object: changed({ annotations: { 'kubernetes.io/config.mirror': 'x' } }), part: {} },
    { what: 'a Pod being deleted', object: changed({ deletionTimestamp: '2030-01-01T00:00:00Z' }), part: {} },
    { what: 'status', object: owned, part: { operation: 'UPDATE', subResource: 'status', oldObject: owned } },
    { what: 'exec', object: owned, part: { operation: 'CONNECT', subResource: 'exec' } },
    { what: 'kube-system', object: owned, part: { namespace: 'kube-system' } },
    { what: 'kube-public', object: owned, part: { namespace: 'kube-public' } },
    { what: 'kube-node-lease', object: owned, part: { namespace: 'kube-node-lease' } },
    { what: 'a namespace of mode off', object: owned, part: { namespace: 'unwatched' } },
    { what: "pullgate's own namespace", object: owned, part: { namespace: 'pullgate-system' } },
    { what: 'a Service', object: { apiVersion: 'v1', kind: 'Service', spec: {} }, part: {} },
  ])('$what', async ({ object, part }) => {
    expect(await serve.review(requestFor(object, part))).toEqual({ uid: 'u-1', allowed: true });
    expect(registry.asked).toEqual([]);
  });
});

describe('what does not read as the kind that it claims is let through with a word', () => {
  test.each([
    { object: { apiVersion: 'v1', kind: 'Pod' }, warning: 'pullgate: not examined: spec is missing' },
    { object: aPod({ images: [] }), warning: 'pullgate: not examined: spec.containers has no container' },
  ])('$warning', async ({ object, warning }) => {
    expect(await serve.review(requestFor(object))).toEqual({ uid: 'u-1', allowed: true, warnings: [warning] });
  });
});

const labelled = (mode: string) => requestFor(aNamespace('shop', mode), { namespace: 'shop', name: 'shop' });

describe('the mode label of a Namespace', () => {
  test('is answered with a warning where its value is unknown', async () => {
    expect(await serve.review(labelled('strict'))).toEqual({
      uid: 'u-1',
      allowed: true,
      warnings: [
        'pullgate: pullgate.dev/mode: strict is not a valid mode; "enforce" applies; valid are enforce, warn, audit, off',
      ],
    });
  });

  test('is quoted where it is empty', async () => {
    const { warnings } = await serve.review(labelled(''));
    expect(warnings?.[0]).toMatch(/^pullgate: pullgate\.dev\/mode: "" is not a valid mode; /);
  });

  test('of an exempt namespace leaves it exempt where its value is unknown', async () => {
    const request = requestFor(aNamespace('kube-system', 'strict'), { namespace: 'kube-system', name: 'kube-system' });
    expect(await serve.review(request)).toMatchObject({
      warnings: [
        'pullgate: pullgate.dev/mode: strict is not a valid mode; "off" applies; valid are enforce, warn, audit, off',
      ],
    });
  });

  test.each(['enforce', 'warn', 'audit', 'off'])('may be %s', async (mode) => {
    expect(await serve.review(labelled(mode))).toEqual({ uid: 'u-1', allowed: true });
  });

  test.each([
    { what: 'set by an UPDATE', before: undefined, warnings: 1 },
    { what: 'changed by an UPDATE', before: 'warn', warnings: 1 },
    { what: 'that was there before', before: 'strict', warnings: 0 },
  ])('$what brings $warnings warnings', async ({ before, warnings }) => {
    const part = { operation: 'UPDATE', oldObject: aNamespace('shop', before) };
    const response = await serve.review({ ...labelled('strict'), ...part });
    expect(response.warnings ?? []).toHaveLength(warnings);
  });
});

describe('what cannot be answered is refused with a reason', () => {
  const pod = requestFor(aPod({ images: ['nginx'] }));
  const { uid: _, ...withoutUid } = pod;

  test.each([
    { what: 'no uid', body: reviewText(withoutUid), status: 400, reason: 'the body has no usable request.uid' },
    {
      what: 'v1beta1',
      body: reviewText(pod).replace('admission.k8s.io/v1', 'admission.k8s.io/v1beta1'),
      status: 400,
      reason: 'the body has an unsupported version; set admissionReviewVersions: [v1] in the webhook configuration',
    },
    {
      what: 'a Pod',
      body: JSON.stringify(aPod({ images: ['nginx'] })),
      status: 400,
      reason: 'the body is not an AdmissionReview',
    },
    { what: 'no JSON', body: '{"apiVersion":', status: 400, reason: 'the body is not JSON' },
    { what: 'YAML', body: 'apiVersion: admission.k8s.io/v1', status: 400, reason: 'the body is not JSON' },
    {
      // Refused by its length alone: whoever goes on to send would find the connection closed.
      what: '8 MiB',
      headers: { 'content-type': 'application/json', 'content-length': String(8 * 1024 * 1024) },
      body: '{',
      status: 413,
      reason: 'the body is larger than 7340032 bytes',
    },
    {
      what: 'text/plain',
      headers: { 'content-type': 'text/plain' },
      body: reviewText(pod),
      status: 415,
      reason: 'the body must be of type application/json',
    },
    { what: 'GET', method: 'GET', status: 405, reason: 'only POST is supported' },
    { what: 'PUT', method: 'PUT', body: reviewText(pod), status: 405, reason: 'only POST is supported' },
    { what: 'DELETE', method: 'DELETE', status: 405, reason: 'only POST is supported' },
    {
      what: 'another path',
      path: '/mutate',
      body: reviewText(pod),
      status: 404,
      reason: 'only /validate is served on this port',
    },
    { what: 'a path that is no URL', path: '/%zz', status: 400, reason: 'the request cannot be read' },
    { what: 'the root', path: '/', method: 'GET', status: 404, reason: 'only /validate is served on this port' },
    {
      what: 'health on this port',
      path: '/healthz',
      method: 'GET',
      status: 404,
      reason: 'only /validate is served on this port',
    },
  ])('$what: $status', async ({ status, reason, what: _what, ...call }) => {
    const reply = await serve.call(call);
    expect({ status: reply.status, body: reply.body }).toEqual({
      status,
      body: JSON.stringify({ error: `pullgate: ${reason}` }),
    });
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
  });

  test.each([
    { headers: {}, reason: 'the body is not an AdmissionReview: it needs apiVersion, kind and request' },
    { headers: { 'content-type': 'application/json' }, reason: 'the body is not JSON' },
  ])('no body, with $headers', async ({ headers, reason }) => {
    const { status, body } = await serve.call({ headers });
    expect({ status, body }).toEqual({ status: 400, body: JSON.stringify({ error: `pullgate: ${reason}` }) });
  });

  test('what is allowed is said beside a 405', async () => {
    const { headers } = await serve.call({ method: 'GET' });
    expect(headers.allow).toBe('POST');
  });
});

describe('hostile bodies are answered', () => {
  test('members named __proto__ are ordinary ones', async () => {
    const pod = JSON.stringify(requestFor(aPod({ images: [`${host}/shop/cart:1.4`] })));
    const hostile = `{"__proto__":{"allowed":true},"constructor":{"prototype":{}},${pod.slice(1)}`;
    const body = `{"__proto__":{},"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":${hostile}}`;
    const { status, body: answer } = await serve.call({ body });
    expect(status).toBe(200);
    expect(JSON.parse(answer)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u-1', allowed: true, auditAnnotations: { verdict: 'allow', mode: 'enforce' } },
    });
  });

  test.each([
    { what: 'in the object', place: (deep: string) => `{"apiVersion":"v1","kind":"Pod","metadata":{},"spec":${deep}}` },
    { what: 'as the object', place: (deep: string) => deep },
    {
      what: 'in an affinity',
      place: (deep: string) =>
        `{"apiVersion":"v1","kind":"Pod","metadata":{},"spec":{"containers":[{"name":"a","image":"${host}/shop/cart:1.4"}],"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":${deep}}}}}}`,
    },
  ])('nesting of 100,000 $what is no failure of the server', async ({ place }) => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const object = place(deep);
    const body = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","namespace":"shop","object":${object},"oldObject":${object}}}`;
    for (const operation of ['CREATE', 'UPDATE']) {
      const { status, body: answer } = await serve.call({ body: body.replace('CREATE', operation) });
      expect({ status, allowed: answer.includes('"allowed":true') }).toEqual({ status: 200, allowed: true });
    }
  });

  test('an image name of a megabyte is refused in few words', async () => {
    const object = aPod({ images: [`Nginx\n${'\u202E'.repeat(300_000)}`] });
    const { status } = await serve.review(requestFor(object));
    expect(status?.message).toMatch(/^Nginx\\u\{a\}\\u\{202e\}/);
    expect(status?.message).toMatch(/^[\n -~]{1,2000}$/);
  });
});

test('a registry that never answers is named before the API server gives up', async () => {
  const images = ['silent.example.com/app:1', 'silent.example.com/app:2'];
  const response = await serve.review(requestFor(aPod({ images })), '?timeout=1s');
  expect(response).toMatchObject({
    allowed: true,
    warnings: [
      'could not confirm silent.example.com/app:1 and silent.example.com/app:2: not examined: no answer before the deadline [registry-not-examined]',
    ],
  });
});

test.each(['application/json', 'application/json; charset=utf-8'])('a body of type %s is reviewed', async (type) => {
  const request = requestFor(aDeployment({ images: [`${host}/shop/cart:1.4`] }));
  const body = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
  const { status, headers, body: answer } = await serve.call({ headers: { 'content-type': type }, body });
  expect({ status, type: headers['content-type'], answer: JSON.parse(answer) }).toEqual({
    status: 200,
    type: 'application/json; charset=utf-8',
    answer: {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u-1', allowed: true, auditAnnotations: { verdict: 'allow', mode: 'enforce' } },
    },
  });
});

test('a review without a finding writes no log line', async () => {
  const quiet = aDeployment({ images: [`${host}/shop/cart:1.4`] });
  await serve.review(requestFor(quiet, { uid: 'u-quiet' }));
  await serve.review(requestFor(deployment, { uid: 'u-after-quiet' }));
  // Lines come in order.
  await expect.poll(() => serve.log.find(({ uid }) => uid === 'u-after-quiet')).toMatchObject({ msg: 'review' });
  expect(serve.log.filter(({ uid }) => uid === 'u-quiet')).toEqual([]);
});

test('a review with a finding is logged and annotated with its image, its user and the reason', async () => {
  const { auditAnnotations } = await serve.review(
    requestFor(deployment, { uid: 'u-logged', userInfo: { username: 'jane' } }),
  );
  const record = {
    uid: 'u-logged',
    dryRun: false,
    operation: 'CREATE',
    kind: 'Deployment',
    namespace: 'shop',
    name: 'web',
    user: 'jane',
    mode: 'enforce',
    verdict: 'deny',
    action: 'deny',
    findings: [
      {
        field,
        image: absentImage,
        code: 'manifest-not-found',
        certainty: 'certain',
        message: sentence().slice(`${absentImage}: `.length),
      },
    ],
  };
  await expect.poll(() => serve.log.filter(({ uid }) => uid === 'u-logged')).toHaveLength(1);
  expect(serve.log.find(({ uid }) => uid === 'u-logged')).toEqual({
    level: 'info',
    time: expect.any(String),
    ...record,
    durationMs: expect.any(Number),
    msg: 'review',
  });
  expect(JSON.parse(auditAnnotations?.review ?? '')).toEqual(record);
});

test('credentials in an image are neither logged nor annotated', async () => {
  const leaking = aDeployment({ images: ['https://jane:s3cret@registry.example.com/shop/web:1'] });
  const { auditAnnotations } = await serve.review(requestFor(leaking, { uid: 'u-leaking' }));
  await expect
    .poll(() => serve.log.find(({ uid }) => uid === 'u-leaking'))
    .toMatchObject({
      findings: [{ image: 'https://REDACTED@registry.example.com/shop/web:1', code: 'invalid-image-name' }],
    });
  expect(JSON.stringify([serve.log, auditAnnotations])).not.toContain('s3cret');
});
