import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/defaults.ts';
import type { LevelOf, Mode } from '../../../src/core/verdict/verdict.ts';
import type { AdmissionRequest } from '../../../src/entrypoints/serve/admission-review.ts';
import { decide } from '../../../src/entrypoints/serve/decision.ts';
import type { Rejectable } from '../../../src/entrypoints/serve/exemption.ts';
import { aFinding } from '../../report/finding-cases.ts';
import {
  absent,
  aPrediction,
  type Found,
  levels,
  likelyAbsent,
  missingSecret,
  unpinned,
  unreachable,
} from '../../report/predictions.ts';
import { aDeployment, aPod } from '../../support/api-objects.ts';
import { aRequest } from './requests.ts';

type Given = {
  readonly object?: object;
  readonly found?: Found;
  readonly mode?: Mode;
  readonly levelOf?: LevelOf;
  readonly deny?: Readonly<Partial<Record<'workloads' | 'pods' | 'controlledPods', boolean>>>;
  readonly request?: Partial<AdmissionRequest>;
  readonly rejectable?: Rejectable;
};

const pod = aPod({ images: ['nginx:latestt'] });
const controlled = {
  ...pod,
  metadata: {
    name: 'web-1',
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', controller: true }],
  },
};
const owned = { ...pod, metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x' }] } };
const byController = { userName: 'system:serviceaccount:kube-system:replicaset-controller' };
const certain: Found = { byImage: [[absent]] };

function decided({ object = pod, found = certain, mode = 'enforce', levelOf = levels(), ...given }: Given) {
  const { request = {}, rejectable = { kind: 'all' }, deny = {} } = given;
  const rules = { mode, levelOf, deny: { ...defaultConfig().deny, ...deny } };
  return decide(aPrediction(object, found, levelOf), aRequest(object, request), rejectable, rules);
}

const path = 'spec.containers[0].image';
const changed = (...paths: readonly string[]): Rejectable => ({
  kind: 'changed',
  images: new Set(paths),
  credentials: false,
});
const otherCredentials: Rejectable = { kind: 'changed', images: new Set(), credentials: true };

const said = 'nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest) [manifest-not-found]';
const denialAt = (field: string) => ({
  message: `${said}\n- ${field}: nginx:latestt [manifest-not-found]. Use nginx:latest, or push the missing tag`,
  causes: [
    {
      reason: 'ManifestNotFound',
      message:
        'nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest). Use nginx:latest, or push the missing tag',
      field,
    },
  ],
});
const likelySaid =
  'likely to fail: nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest; the registry may be a proxy cache) [manifest-not-found]';
const unreachableSaid = 'could not confirm nginx:latestt: docker.io did not answer in time [registry-unreachable]';

describe('a mode makes of a verdict', () => {
  const likely: Found = { byImage: [[likelyAbsent]] };
  const unconfirmed: Found = { byImage: [[unreachable('docker.io')]] };
  const nothing: Found = { byImage: [] };

  test.each([
    { mode: 'enforce', found: certain, decision: { action: 'deny', denial: denialAt(path), warnings: [] } },
    { mode: 'enforce', found: likely, decision: { action: 'warn', warnings: [likelySaid] } },
    { mode: 'enforce', found: unconfirmed, decision: { action: 'warn', warnings: [unreachableSaid] } },
    { mode: 'enforce', found: nothing, decision: { action: 'allow', warnings: [] } },
    { mode: 'warn', found: certain, decision: { action: 'warn', warnings: [`would be denied: ${said}`] } },
    { mode: 'warn', found: likely, decision: { action: 'warn', warnings: [likelySaid] } },
    { mode: 'warn', found: unconfirmed, decision: { action: 'warn', warnings: [unreachableSaid] } },
    { mode: 'warn', found: nothing, decision: { action: 'allow', warnings: [] } },
    { mode: 'audit', found: certain, decision: { action: 'allow', warnings: [] } },
    { mode: 'audit', found: likely, decision: { action: 'allow', warnings: [] } },
    { mode: 'audit', found: unconfirmed, decision: { action: 'allow', warnings: [] } },
    { mode: 'off', found: certain, decision: { action: 'allow', warnings: [] } },
    { mode: 'off', found: unconfirmed, decision: { action: 'allow', warnings: [] } },
  ] as const)('$mode, $found.byImage.0.0.certainty: $decision.action', ({ mode, found, decision }) => {
    expect(decided({ mode, found })).toEqual(decision);
  });
});

describe('levels say what a code does at most', () => {
  test('a certain finding of level warn warns', () => {
    expect(decided({ levelOf: levels({ 'manifest-not-found': 'warn' }) })).toEqual({
      action: 'warn',
      warnings: [`will fail: ${said}`],
    });
  });

  test('of level report says nothing', () => {
    expect(decided({ levelOf: levels({ 'manifest-not-found': 'report' }) })).toEqual({ action: 'allow', warnings: [] });
  });

  test('advice of level deny is a policy, and denies', () => {
    const decision = decided({
      object: aPod({ images: ['nginx:1'] }),
      found: { byImage: [[unpinned]] },
      levelOf: levels({ 'unpinned-image': 'deny' }),
    });
    expect(decision).toMatchObject({ action: 'deny', denial: { causes: [{ reason: 'UnpinnedImage', field: path }] } });
  });

  test('what could not be confirmed never denies', () => {
    expect(
      decided({
        found: { byImage: [[unreachable('docker.io')]] },
        levelOf: levels({ 'registry-unreachable': 'deny' }),
      }),
    ).toEqual({ action: 'warn', warnings: [unreachableSaid] });
  });

  test('advice alone is a warning that is no reason for a verdict', () => {
    expect(decided({ object: pod, found: { byImage: [[]], ofWorkload: [missingSecret] } })).toEqual({
      action: 'allow',
      warnings: [
        'nginx:latestt: the kubelet skips pull Secret regcred because it does not exist in namespace shop [pull-secret-not-found]',
      ],
    });
  });
});

test('beside a denial everything else is still warned about', () => {
  const object = aPod({ images: ['nginx:latestt', 'gcr.io/app:1'] });
  const found: Found = { byImage: [[absent], [unreachable('gcr.io')]], ofWorkload: [missingSecret] };
  expect(decided({ object, found })).toEqual({
    action: 'deny',
    denial: denialAt(path),
    warnings: [
      'could not confirm gcr.io/app:1: gcr.io did not answer in time [registry-unreachable]',
      'nginx:latestt and gcr.io/app:1: the kubelet skips pull Secret regcred because it does not exist in namespace shop [pull-secret-not-found]',
    ],
  });
});

describe('who is rejected, by the settings of deny', () => {
  const deployment = aDeployment({ images: ['nginx:latestt'] });
  const templatePath = 'spec.template.spec.containers[0].image';

  test.each([
    { what: 'a Pod of a person', object: pod, deny: {}, denial: denialAt(path) },
    { what: 'a Deployment', object: deployment, deny: {}, denial: denialAt(templatePath) },
    { what: 'a Pod, where only templates are not', object: pod, deny: { workloads: false }, denial: denialAt(path) },
    {
      what: 'a Deployment, where only Pods are not',
      object: deployment,
      deny: { pods: false },
      denial: denialAt(templatePath),
    },
    {
      what: 'the Pod of a controller, where the operator wants it',
      object: controlled,
      deny: { controlledPods: true, pods: false },
      denial: denialAt(path),
    },
  ])('$what', ({ object, deny, denial }) => {
    expect(decided({ object, deny })).toEqual({ action: 'deny', denial, warnings: [] });
  });

  test.each([
    { what: 'a Pod', object: pod, deny: { pods: false } },
    { what: 'a Deployment', object: deployment, deny: { workloads: false } },
  ])('$what is warned instead, and told why', ({ object, deny }) => {
    const [rule] = Object.keys(deny);
    for (const mode of ['enforce', 'warn'] as const)
      expect(decided({ object, deny, mode })).toEqual({
        action: 'warn',
        warnings: [`not denied because deny.${rule} is false: ${said}`],
      });
  });

  test('the Pod of a controller is not, and nobody is told', () => {
    expect(decided({ object: controlled, request: byController })).toMatchObject({
      action: 'warn',
      warnings: [],
      letThrough: { field: path, finding: { code: 'manifest-not-found' } },
    });
  });

  test('of which nothing is told in mode audit', () => {
    expect(decided({ object: controlled, mode: 'audit' })).toEqual({ action: 'allow', warnings: [] });
  });

  test('what kubectl debug adds to the Pod of a controller is: a person asks for it', () => {
    const object = {
      ...controlled,
      spec: { ...pod.spec, ephemeralContainers: [{ name: 'd', image: 'nginx:latestt' }] },
    };
    const field = 'spec.ephemeralContainers[0].image';
    expect(
      decided({
        object,
        found: { byImage: [[absent], [absent]] },
        request: { operation: 'UPDATE', subResource: 'ephemeralcontainers' },
        rejectable: changed(field),
      }),
    ).toEqual({
      action: 'deny',
      denial: denialAt(field),
      warnings: [`not denied because the image was not changed: ${said}`],
    });
  });

  test('what a person creates for an owner is warned about instead', () => {
    expect(decided({ object: controlled })).toMatchObject({
      action: 'warn',
      warnings: [`not denied because deny.controlledPods is false: ${said}`],
    });
    expect(decided({ object: owned })).toEqual({
      action: 'warn',
      warnings: [`not denied because it has an owner: ${said}`],
    });
  });

  test.each([
    { what: 'a program creates it', request: { userName: 'system:serviceaccount:argocd:argocd' } },
    { what: 'nobody knows who creates it', request: { userName: '' } },
    { what: 'a person updates it', request: { operation: 'UPDATE' } },
  ] as const)('an owner that is no controller changes nothing where $what', ({ request }) => {
    expect(decided({ object: owned, request })).toMatchObject({ action: 'deny' });
  });
});

describe('an UPDATE is rejected only for what it changed', () => {
  const object = aPod({ images: ['nginx:latestt', 'nginx:latestt'] });
  const found: Found = { byImage: [[absent], [absent]] };
  const unchanged = `not denied because the image was not changed: ${said}`;

  test.each([
    { mode: 'enforce', fields: [], decision: { action: 'warn', warnings: [unchanged, unchanged] } },
    { mode: 'enforce', fields: [path], decision: { action: 'deny', denial: denialAt(path), warnings: [unchanged] } },
    { mode: 'warn', fields: [path], decision: { action: 'warn', warnings: [`would be denied: ${said}`, unchanged] } },
    { mode: 'warn', fields: [], decision: { action: 'warn', warnings: [unchanged, unchanged] } },
    { mode: 'audit', fields: [path], decision: { action: 'allow', warnings: [] } },
  ] as const)('in mode $mode with $fields changed: $decision.action', ({ mode, fields, decision }) => {
    const request = { operation: 'UPDATE' } as const;
    expect(decided({ object, found, mode, request, rejectable: changed(...fields) })).toEqual(decision);
  });

  test.each([
    { fields: [path], action: 'deny' },
    { fields: [], action: 'warn' },
  ])('a policy about the whole workload, with $fields changed: $action', ({ fields, action }) => {
    const ofWorkload = [missingSecret];
    const levelOf = levels({ 'pull-secret-not-found': 'deny' });
    expect(decided({ found: { byImage: [[]], ofWorkload }, levelOf, rejectable: changed(...fields) })).toMatchObject({
      action,
    });
  });
});

describe('an UPDATE of credentials alone', () => {
  test('is not rejected for an image that is absent, which no Secret brings about', () => {
    expect(decided({ rejectable: otherCredentials })).toEqual({
      action: 'warn',
      warnings: [`not denied because the image was not changed: ${said}`],
    });
  });

  const asked = { registry: 'docker.io', repository: 'library/nginx' };
  const nothing = { dropped: [], absentSecrets: [], unreadSecrets: [] };
  const key = 'https://index.docker.io/v1/';
  const secret = { namespace: 'shop', name: 'regcred' };

  test.each([
    aFinding({ code: 'access-denied', ...asked, ...nothing, namespace: 'shop', hasPullSecrets: false }),
    aFinding({
      code: 'credentials-rejected',
      ...asked,
      tried: [{ source: 'secret', ...secret, key }],
      acceptedLogin: false,
    }),
    aFinding({
      code: 'pull-secret-undecodable',
      secret,
      config: { kind: 'undecodable', error: 'unexpected end of JSON input', fault: { kind: 'syntax' } },
    }),
  ])('is rejected for $code', (finding) => {
    const request = { found: { byImage: [[finding]] }, rejectable: otherCredentials } as const;
    expect(decided(request)).toMatchObject({ action: 'deny', denial: { causes: [{ field: path }] } });
    expect(decided({ ...request, rejectable: changed() })).toMatchObject({ action: 'warn' });
  });

  test('is rejected by a policy about pull Secrets', () => {
    const found: Found = { byImage: [[]], ofWorkload: [missingSecret] };
    const levelOf = levels({ 'pull-secret-not-found': 'deny' });
    expect(decided({ found, levelOf, rejectable: otherCredentials })).toMatchObject({ action: 'deny' });
  });
});

describe('controllers get no warnings', () => {
  const found: Found = { byImage: [[unreachable('docker.io')]] };

  test.each([
    'system:kube-controller-manager',
    'system:serviceaccount:kube-system:deployment-controller',
    'system:serviceaccount:kube-system:cronjob-controller',
  ])('%s', (userName) => {
    expect(decided({ found, request: { userName } })).toEqual({ action: 'warn', warnings: [] });
  });

  test('but are denied what they may not have', () => {
    const userName = 'system:serviceaccount:kube-system:cronjob-controller';
    const object = aDeployment({ images: ['nginx:latestt'] });
    expect(decided({ object, request: { userName } })).toMatchObject({ action: 'deny', warnings: [] });
  });

  test.each([
    'jo@example.com',
    '',
    'system:admin',
    'system:serviceaccount:shop:deployment-controller',
    'system:serviceaccount:kube-system:replicaset-controller-2',
    'x-system:kube-controller-manager',
  ])('%j is told', (userName) => {
    expect(decided({ found, request: { userName } })).toEqual({ action: 'warn', warnings: [unreachableSaid] });
  });

  test.each(['system:serviceaccount:spark:driver', 'system:kube-controller-manager', ''])(
    'nor does the program %j that makes the Pod of a controller',
    (userName) => {
      expect(decided({ found, object: controlled, request: { userName } })).toMatchObject({
        action: 'warn',
        warnings: [],
      });
    },
  );

  test('but a person who makes it is told', () => {
    expect(decided({ found, object: controlled })).toMatchObject({ action: 'warn', warnings: [unreachableSaid] });
  });
});
