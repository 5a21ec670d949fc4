import { describe, expect, test } from 'vitest';
import { catalogue, findingCodes } from '../../../src/core/finding/catalogue.ts';
import { certaintyTable, judgeCertainty } from '../../../src/core/finding/certainty.ts';
import type { Circumstances } from '../../../src/core/finding/circumstances.ts';
import type { Certainty, FindingCode } from '../../../src/core/finding/finding.ts';
import { aPlacement } from '../node/builders.ts';

const settled = { nodeCredentials: 'none', mirrors: 'none', preloaded: 'none', imageRewriting: 'none' } as const;
const assume: Circumstances['assume'] = { ...settled, nodes: 'unknown', facts: 'partial' };
const registry: NonNullable<Circumstances['registry']> = {
  host: 'registry.example.com',
  nodeCredentials: 'none',
  nodeCredentialsAreNamed: false,
  mirrors: 'none',
  preloaded: 'none',
  plainHttp: false,
  skip: false,
  proxyCache: 'auto',
  inspect: 'platform',
};
const pod: Circumstances['workload'] = { form: 'pod', placement: aPlacement({}) };
const template: Circumstances['workload'] = { ...pod, form: 'template' };

/** Three candidates, and nothing seen by which they get images but from registries. */
const noWays: Circumstances['ways'] = {
  hostsAreGiven: false,
  cutLists: { cut: 0, candidates: 3 },
  nodesAreKnown: true,
  unseen: [],
};
const spegel = 'DaemonSet spegel/spegel runs Spegel';
const ofKind = 'node kind-worker is one of kind';
const observed = { ...registry, mirrors: 'auto', preloaded: 'auto' } as const;
const named = { naming: 'ReplicaSet shop/web-1 names the image', cutLists: { cut: 2, candidates: 3 } };

/** Nothing that any row minds. */
function circumstances(part: Partial<Circumstances> = {}): Circumstances {
  return {
    code: 'manifest-not-found',
    workload: pod,
    assume,
    registry,
    absentSecrets: [],
    unread: [],
    notGiven: [],
    mayBeHidden: false,
    plugins: [],
    unsettledSecrets: [],
    mayUseLocal: false,
    presence: 'nowhere',
    onSomeNodesOnly: false,
    absentForHeadOnly: false,
    evidenceAgeMs: 0,
    isBlobMissing: false,
    ways: noWays,
    ...part,
  };
}

const denied = { code: 'access-denied' } as const;
const rejected = { code: 'credentials-rejected' } as const;
const unknownCredentials = { ...registry, nodeCredentials: 'unknown' } as const;
const cloud = { ...registry, host: '123456789012.dkr.ecr.eu-west-1.amazonaws.com' };
const elsewhere = '2 of the candidate nodes do not run containerd';
const verified = 'every candidate node reports the image, but from kubelet 1.35 on its use depends on who pulled it';

type Applies = readonly [
  rule: string,
  when: string,
  part: Partial<Circumstances>,
  to: Exclude<Certainty, 'certain' | 'advice'>,
  cappedBy: string,
];
const applies: readonly Applies[] = [
  [
    'C21',
    'nodes may come',
    { code: 'no-matching-platform', newNodes: { doubt: 'Deployment a brings nodes', assumed: 'nodes=unknown' } },
    'likely',
    'Deployment a brings nodes',
  ],
  [
    'C20',
    'it is not settled where the Pods of a template land',
    {
      code: 'no-matching-platform',
      workload: template,
      unsettledPods: 'RuntimeClass kata may choose other nodes',
    },
    'likely',
    'RuntimeClass kata may choose other nodes',
  ],
  [
    'C1',
    'GET finds what HEAD does not',
    { absentForHeadOnly: true },
    'likely',
    'the registry answers 404 to HEAD, which nodes use, but finds the image with GET',
  ],
  [
    'C3',
    'a recognised product answers 404',
    { proxyCache: 'Harbor' },
    'likely',
    'Harbor may answer 404 when its upstream fails; proxyCache: false for this registry would make it certain',
  ],
  [
    'C3',
    'a part of the image is missing there',
    { code: 'incomplete-image', proxyCache: 'a proxy cache' },
    'likely',
    'a proxy cache may answer 404 when its upstream fails; proxyCache: false for this registry would make it certain',
  ],
  [
    'C8',
    'it is absent for those who were not shown the repository',
    { strangers: 'the examiner' },
    'likely',
    'the examiner may not be allowed to see the repository, but nodes may be',
  ],
  [
    'C8',
    'a plugin gave credentials here, and gives nodes perhaps others',
    { ...denied, plugins: [{ kind: 'answered', name: 'ecr' }] },
    'unconfirmed',
    'credential provider plugin ecr may give nodes other credentials than pullgate',
  ],
  [
    'C8',
    'credentials of a plugin are rejected, whatever is said of nodes',
    { ...rejected, plugins: [{ kind: 'answered', name: 'ecr' }] },
    'unconfirmed',
    'credential provider plugin ecr may give nodes other credentials than pullgate',
  ],
  [
    'C8',
    'a plugin failed, which weighs more than that it is for a cloud and that another one answered',
    {
      ...denied,
      registry: cloud,
      plugins: [
        { kind: 'answered', name: 'other' },
        { kind: 'failed', name: 'ecr', why: 'gave no answer within 2 s' },
      ],
    },
    'unconfirmed',
    'nodes may have credentials of credential provider plugin ecr, which failed for pullgate: it gave no answer within 2 s',
  ],
  [
    'C5',
    'nodes may have credentials',
    { ...denied, registry: unknownCredentials },
    'likely',
    'nodes may have their own credentials; nodeCredentials: none would make it certain',
  ],
  [
    'C5',
    'nodes may have credentials that are accepted',
    { ...rejected, registry: unknownCredentials },
    'likely',
    'nodes may have their own credentials; nodeCredentials: none would make it certain',
  ],
  [
    'C5',
    'nodes of a cloud usually have credentials, whatever is said in general',
    { ...denied, registry: cloud },
    'unconfirmed',
    'nodes of this cloud usually have their own credentials',
  ],
  [
    'C5',
    'a named cloud is said to be unknown',
    { ...denied, registry: { ...cloud, nodeCredentials: 'unknown', nodeCredentialsAreNamed: true } },
    'likely',
    'nodes may have their own credentials; nodeCredentials: none would make it certain',
  ],
  [
    'C5',
    'Secrets could not be read, which weighs more than what nodes may have',
    { ...denied, unread: ['Secret a (forbidden)', 'ServiceAccount web'], registry: unknownCredentials },
    'unconfirmed',
    'could not read Secret a (forbidden), ServiceAccount web',
  ],
  [
    'C5',
    'a Secret and the account may exist, which weighs less than what could not be read',
    { ...denied, notGiven: ['Secret a', 'ServiceAccount web'] },
    'likely',
    'Secret a, ServiceAccount web are not in the input; --assume facts=complete would make it certain',
  ],
  [
    'C5',
    'neither the account nor the credentials of nodes are known',
    { ...denied, notGiven: ['ServiceAccount web'], registry: unknownCredentials },
    'likely',
    'ServiceAccount web is not in the input, and nodes may have their own credentials; --assume facts=complete --assume nodeCredentials=none would make it certain',
  ],
  [
    'C5',
    'the registry may hide it from us, and nodes may have credentials',
    { mayBeHidden: true, registry: unknownCredentials },
    'likely',
    'nodes may have their own credentials; nodeCredentials: none would make it certain',
  ],
  [
    'C5',
    'the registry may hide it from us, and the account may exist',
    { mayBeHidden: true, notGiven: ['ServiceAccount web'] },
    'likely',
    'ServiceAccount web is not in the input; --assume facts=complete would make it certain',
  ],
  [
    'C5',
    'assumptions are written in a file',
    { mayBeHidden: true, notGiven: ['ServiceAccount web'], isConfiguredByFile: true },
    'likely',
    'ServiceAccount web is not in the input; assume: { facts: complete } would make it certain',
  ],
  [
    'C5',
    'the registry of a cloud may hide it from us',
    { mayBeHidden: true, registry: cloud },
    'unconfirmed',
    'nodes of this cloud usually have their own credentials',
  ],
  [
    'C5',
    'the registry may hide it from us, and a Secret could not be read',
    { mayBeHidden: true, unread: ['Secret a (forbidden)'] },
    'unconfirmed',
    'could not read Secret a (forbidden)',
  ],
  [
    'C6',
    'the template or Pod names Secrets that may come in the same apply',
    { ...denied, absentSecrets: ['a', 'b'] },
    'likely',
    'Secret a, b does not exist yet and may come in the same apply',
  ],
  [
    'C6',
    'the template or Pod names an account that may come in the same apply, with Secrets',
    { ...denied, absentAccount: 'web' },
    'likely',
    'the ServiceAccount web does not exist yet and may come with pull Secrets in the same apply',
  ],
  [
    'C6',
    'the registry may hide the image until the Secret comes',
    { mayBeHidden: true, absentSecrets: ['a'] },
    'likely',
    'Secret a does not exist yet and may come in the same apply',
  ],
  ...([denied, rejected, { code: 'pull-secret-undecodable' }] as const).map(
    (part): Applies => [
      'C6',
      `it is a dry run of ${part.code}`,
      { ...part, isDryRun: true },
      'likely',
      'in a dry run, a pull Secret or ServiceAccount of the same apply does not exist yet',
    ],
  ),
  ['C10', 'it was used, and is gone', { wasInUse: 'pullgate admitted it' }, 'likely', 'pullgate admitted it'],
  [
    'empty image',
    'it is a template',
    { code: 'invalid-image-name', workload: template, isBlankImage: true },
    'likely',
    'a controller may set the empty image before it creates a Pod, as OpenShift image triggers do',
  ],
  [
    'C7',
    'the Secrets may hold something else soon',
    {
      ...rejected,
      unsettledSecrets: ['Secret a was written less than 2 minutes ago', 'Secret b is written by Reflector'],
    },
    'likely',
    'Secret a was written less than 2 minutes ago, Secret b is written by Reflector',
  ],
  [
    'C9',
    'some candidates report the image',
    { presence: 'somewhere', mayUseLocal: true },
    'likely',
    'some candidate nodes report the image and need no pull',
  ],
  ['C9', 'all candidates report the image', { presence: 'everywhere', mayUseLocal: true }, 'unconfirmed', verified],
  [
    'C9',
    'all candidates report the image and may never decode the Secret',
    { code: 'pull-secret-undecodable', presence: 'everywhere', mayUseLocal: true },
    'unconfirmed',
    verified,
  ],
  ['C10', 'it runs already', { inUse: 'Pod shop/web-1 has pulled it' }, 'likely', 'Pod shop/web-1 has pulled it'],
  [
    'C11',
    'a rewriter is installed',
    { workload: template, rewriter: 'Zarf', assume: { ...assume, imageRewriting: 'unknown' } },
    'likely',
    'Zarf may rewrite the image of its Pods',
  ],
  [
    'C11',
    'nobody says that images stay as they are',
    { workload: template, assume: { ...assume, imageRewriting: 'unknown' } },
    'likely',
    'something may rewrite the images; imageRewriting: none would make it certain',
  ],
  [
    'C22',
    'it is a source of kustomize',
    { workload: { ...pod, notRendered: { kustomization: 'k8s/kustomization.yaml' } } },
    'unconfirmed',
    'k8s/kustomization.yaml may change it before it is applied',
  ],
  [
    'C12',
    'nothing runs now',
    { workload: { ...pod, idleBecause: 'replicas: 0' } },
    'likely',
    'nothing is pulled now: replicas: 0',
  ],
  ...(['manifest-not-found', 'no-matching-platform', 'unsupported-manifest', 'incomplete-image'] as const).map(
    (code): Applies => [
      'C13',
      `other runtimes may see ${code} otherwise`,
      { code, foreignNodes: elsewhere },
      'likely',
      elsewhere,
    ],
  ),
  [
    'C19',
    'what was loaded may be built for the node, where the registry has another build',
    { code: 'no-matching-platform', registry: observed, mayUseLocal: true, ways: { ...noWays, loading: ofKind } },
    'likely',
    `${ofKind}, where images are often loaded without a registry; preloaded: none would make it certain`,
  ],
  [
    'C16',
    'the answer is older than 5 s',
    { evidenceAgeMs: 5001 },
    'likely',
    'the last answer of the registry is 5 s old',
  ],
  [
    'C16',
    'the refusal is old',
    { ...denied, evidenceAgeMs: 61_600 },
    'likely',
    'the last answer of the registry is 62 s old',
  ],
  [
    'C17',
    'nodes may pull from elsewhere',
    { registry: { ...registry, mirrors: 'unknown' } },
    'likely',
    'nodes may pull from a mirror; mirrors: none would make it certain',
  ],
  ...(['manifest-not-found', 'incomplete-image', 'access-denied', 'credentials-rejected'] as const).flatMap(
    (code): readonly Applies[] => [
      [
        'C17',
        `a mirror was seen, which may heal ${code}`,
        { code, registry: observed, ways: { ...noWays, mirror: spegel } },
        'likely',
        `nodes may get the image from another source: ${spegel}; mirrors: none would make it certain`,
      ],
      [
        'C19',
        `images are loaded into such nodes, which may heal ${code}`,
        { code, registry: observed, mayUseLocal: true, ways: { ...noWays, loading: ofKind } },
        'likely',
        `${ofKind}, where images are often loaded without a registry; preloaded: none would make it certain`,
      ],
      [
        'C19',
        `nodes whose list is cut may have it, which may heal ${code}`,
        { code, registry: observed, mayUseLocal: true, ways: { ...noWays, ...named } },
        'likely',
        `${named.naming}, and 2 of 3 candidate nodes may not report all their images; preloaded: none would make it certain`,
      ],
    ],
  ),
  ...(['manifest-not-found', 'no-matching-platform', 'access-denied'] as const).flatMap((code): readonly Applies[] => [
    [
      'C17',
      `a mirror on the node cannot be asked about ${code}`,
      { code, ways: { ...noWays, hostsAreGiven: true, mirrorOnNode: '127.0.0.1:30020' } },
      'likely',
      'nodes first use their own mirror at 127.0.0.1:30020, which pullgate cannot ask',
    ],
    [
      'C18',
      `somebody has it, whatever is said of ${code}`,
      { code, ways: { ...noWays, holding: 'b has it' } },
      'likely',
      'b has it',
    ],
  ]),
  [
    'missing blob',
    'the part may be on the node',
    { code: 'incomplete-image', isBlobMissing: true },
    'likely',
    'a node that already has this part does not fetch it',
  ],
  [
    'preloaded',
    'images come to nodes by other ways',
    { mayUseLocal: true, registry: { ...registry, preloaded: 'unknown' } },
    'likely',
    'the image may already be on the nodes; preloaded: none would make it certain',
  ],
  ['some nodes', 'others can pull it', { onSomeNodesOnly: true }, 'likely', 'other candidate nodes can pull it'],
  [
    'hidden state',
    'it depends on what no API shows',
    { dependsOn: 'nodes with another version or setting of containerd use other endpoints' },
    'likely',
    'nodes with another version or setting of containerd use other endpoints',
  ],
  ['fuse', 'it has blown', { fuse: '10 workloads were denied for it' }, 'likely', '10 workloads were denied for it'],
];

const doesNotApply: readonly (readonly [rule: string, when: string, part: Partial<Circumstances>])[] = [
  ['C21', 'no node may come', { code: 'no-matching-platform', newNodes: { assumed: 'nodes=fixed' } }],
  ['C20', 'it is settled', { code: 'no-matching-platform', workload: template }],
  ['C1', 'it is absent for GET too', {}],
  ['C1', 'what is missing is a part', { code: 'incomplete-image', absentForHeadOnly: true }],
  ['C3', 'the registry is nothing of the kind', {}],
  ['C3', 'it refuses', { ...denied, proxyCache: 'Harbor' }],
  ['C5', 'nodes have none', denied],
  ['C5', 'it is hidden from nobody', { registry: unknownCredentials, notGiven: ['Secret a'] }],
  ['C5', 'it may be hidden from us, but all credentials are known', { mayBeHidden: true }],
  [
    'C5',
    'it is about what was seen, whatever may be hidden',
    { code: 'no-matching-platform', mayBeHidden: true, registry: unknownCredentials },
  ],
  ['C5', 'nobody was refused', { registry: unknownCredentials, unread: ['Secret a (forbidden)'] }],
  ['C5', 'a cloud is named as having none', { ...denied, registry: { ...cloud, nodeCredentialsAreNamed: true } }],
  ['C5', 'the host only looks like a cloud', { ...denied, registry: { ...registry, host: 'gcr.io.example.com' } }],
  ['C6', 'the registry hides nothing', { absentSecrets: ['a'] }],
  ['C6', 'every Secret exists', { ...denied, workload: template }],
  ['C6', 'nobody was refused', { absentSecrets: ['a'], absentAccount: 'web', isDryRun: true }],
  ['C7', 'the Secrets are settled', rejected],
  ['C8', 'it is absent for whoever asks', { plugins: [{ kind: 'answered', name: 'ecr' }] }],
  ['C8', 'no plugin is for the image', denied],
  ['C9', 'no candidate reports it', { mayUseLocal: true }],
  ['C10', 'nobody uses it', {}],
  ['C10', 'it was used with other credentials', { ...denied, wasInUse: 'it was' }],
  ['C11', 'images stay as they are', { workload: template }],
  ['C11', 'a Pod was rewritten already', { rewriter: 'Zarf', assume: { ...assume, imageRewriting: 'unknown' } }],
  ['C12', 'it runs', {}],
  ['C22', 'it is what will be applied', {}],
  ['C13', 'all run containerd', {}],
  ['C13', 'a refusal is one for every runtime', { ...denied, foreignNodes: elsewhere }],
  ['C13', 'a name is refused by every kubelet', { code: 'invalid-image-name', foreignNodes: elsewhere }],
  ['C16', 'the answer is 5 s old', { evidenceAgeMs: 5000 }],
  ['C16', 'no registry was asked', { code: 'pull-secret-undecodable', evidenceAgeMs: 60_000 }],
  ['C17', 'nothing was seen', { registry: observed }],
  ['C17', 'the name is refused', { code: 'invalid-image-name', registry: { ...registry, mirrors: 'unknown' } }],
  ['C17', 'the operator says that there are none', { ways: { ...noWays, mirror: spegel } }],
  [
    'C17',
    'the host configuration of the nodes was given',
    { registry: observed, ways: { ...noWays, mirror: spegel, hostsAreGiven: true } },
  ],
  [
    'C17',
    'mirrors hold what the registry does',
    { code: 'no-matching-platform', registry: observed, ways: { ...noWays, mirror: spegel } },
  ],
  ['empty image', 'a Pod runs as it is', { code: 'invalid-image-name', isBlankImage: true }],
  ['empty image', 'a name is refused', { code: 'invalid-image-name', workload: template }],
  ['C17', 'no registry was asked', { code: 'pull-secret-undecodable', ways: { ...noWays, mirror: spegel } }],
  ['C18', 'nobody has it', {}],
  ['C18', 'the name is refused', { code: 'invalid-image-name', ways: { ...noWays, holding: 'b has it' } }],
  ['C19', 'nothing was seen', { registry: observed, mayUseLocal: true }],
  ['C19', 'every start pulls', { registry: observed, ways: { ...noWays, ...named, loading: ofKind } }],
  [
    'C19',
    'the operator says that nobody brings images',
    { mayUseLocal: true, ways: { ...noWays, ...named, loading: ofKind } },
  ],
  [
    'C19',
    'what nodes report is all they have',
    { registry: observed, mayUseLocal: true, ways: { ...noWays, naming: named.naming } },
  ],
  [
    'C19',
    'nobody names what nodes may have',
    { registry: observed, mayUseLocal: true, ways: { ...noWays, cutLists: named.cutLists } },
  ],
  ['missing blob', 'the manifest is missing', { code: 'incomplete-image' }],
  ['preloaded', 'nobody brings images', { mayUseLocal: true }],
  ['preloaded', 'every start pulls', { registry: { ...registry, preloaded: 'unknown' } }],
  [
    'preloaded',
    'no image has such a name',
    { code: 'invalid-image-name', mayUseLocal: true, assume: { ...assume, preloaded: 'unknown' } },
  ],
  ['some nodes', 'all fail', {}],
  ['hidden state', 'everything is in the API', {}],
  ['fuse', 'it has not blown', {}],
];

function rowNamed(rule: string) {
  const row = certaintyTable.find((candidate) => candidate.rule === rule);
  if (row === undefined) throw new Error(`no row ${rule}`);
  return row;
}

describe('each row of the table', () => {
  test.each(applies)('%s caps: %s', (rule, _when, part, to, cappedBy) => {
    expect(rowNamed(rule).cap(circumstances(part))).toEqual({ to, because: cappedBy });
    expect(judgeCertainty(circumstances(part))).toMatchObject({ certainty: to, cappedBy });
  });

  test.each(doesNotApply)('%s does not cap: %s', (rule, _when, part) => {
    expect(rowNamed(rule).cap(circumstances(part))).toBeUndefined();
  });

  test('is named by a test in which it applies, and by one in which it does not', () => {
    const rules = certaintyTable.map(({ rule }) => rule);

    expect(new Set(rules).size).toBe(rules.length);
    expect([...new Set(applies.map(([rule]) => rule))].toSorted()).toEqual(rules.toSorted());
    expect([...new Set(doesNotApply.map(([rule]) => rule))].toSorted()).toEqual(rules.toSorted());
  });
});

describe('a finding', () => {
  test.each(findingCodes)('%s starts at the best certainty of its code', (code) => {
    const { certainty, ...rest } = judgeCertainty(circumstances({ code }));

    expect(certainty).toBe(catalogue[code].best);
    expect(rest).not.toHaveProperty('cappedBy');
  });

  test('that is advice, likely or unconfirmed at best is never raised', () => {
    expect(judgeCertainty(circumstances({ code: 'unpinned-image', fuse: 'blown' }))).toEqual({
      certainty: 'advice',
      assuming: [],
    });
    expect(judgeCertainty(circumstances({ code: 'registry-error', fuse: 'blown' }))).toEqual({
      certainty: 'unconfirmed',
      assuming: [],
    });
    expect(judgeCertainty(circumstances({ code: 'never-pulled', fuse: 'blown' }))).not.toHaveProperty('cappedBy');
  });

  test('names the first of the rows that take it as far down', () => {
    const part = { inUse: 'it runs already', fuse: 'the fuse has blown', onSomeNodesOnly: true };

    expect(judgeCertainty(circumstances(part)).cappedBy).toBe('it runs already');
  });

  test('names the row that takes it down furthest, wherever it stands', () => {
    const part = { absentForHeadOnly: true, presence: 'everywhere', mayUseLocal: true, fuse: 'blown' } as const;

    expect(judgeCertainty(circumstances(part))).toEqual({ certainty: 'unconfirmed', assuming: [], cappedBy: verified });
  });
});

describe('assuming', () => {
  const unknown = { ...assume, nodeCredentials: 'unknown', preloaded: 'unknown', imageRewriting: 'unknown' } as const;

  test.each<readonly [string, Partial<Circumstances>, readonly string[]]>([
    ['an absent manifest', {}, ['mirrors=none']],
    ['a refusal', denied, ['mirrors=none', 'nodeCredentials=none']],
    ['a rejected login', rejected, ['mirrors=none', 'nodeCredentials=none']],
    ['a refusal where nodes may have credentials', { ...denied, registry: unknownCredentials }, ['mirrors=none']],
    ['an unknown mirror', { registry: { ...registry, mirrors: 'unknown' } }, []],
    ['a template', { workload: template }, ['mirrors=none', 'imageRewriting=none']],
    ['a local image that may be used', { mayUseLocal: true }, ['mirrors=none', 'preloaded=none']],
    ['a local image that is seen', { mayUseLocal: true, presence: 'somewhere' }, ['mirrors=none']],
    [
      'everything',
      { ...denied, workload: template, mayUseLocal: true },
      ['mirrors=none', 'nodeCredentials=none', 'preloaded=none', 'imageRewriting=none'],
    ],
    [
      'nothing that was told',
      {
        ...denied,
        workload: template,
        mayUseLocal: true,
        assume: unknown,
        registry: { ...unknownCredentials, mirrors: 'unknown', preloaded: 'unknown' },
      },
      [],
    ],
    ['a Secret that cannot be decoded', { code: 'pull-secret-undecodable', mayUseLocal: true }, ['preloaded=none']],
    ['a refused name of a Pod', { code: 'invalid-image-name', mayUseLocal: true }, []],
    ['a refused name of a template', { code: 'invalid-image-name', workload: template }, ['imageRewriting=none']],
    [
      'a template where nobody could look for rewriters',
      { workload: template, unseenRewriters: 'grant it' },
      ['mirrors=none', 'imageRewriting=unchecked (grant it)'],
    ],
    ['a template where a rewriter is installed', { workload: template, rewriter: 'Zarf' }, ['mirrors=none']],
    ['a Pod where nobody could look for rewriters', { unseenRewriters: 'grant it' }, ['mirrors=none']],
    [
      'what was seen',
      { registry: observed, mayUseLocal: true },
      ['mirrors=auto (none seen)', 'preloaded=auto (none seen)'],
    ],
    [
      'what was seen where no nodes are known',
      { registry: observed, mayUseLocal: true, ways: { ...noWays, nodesAreKnown: false } },
      ['mirrors=auto (no nodes known)', 'preloaded=auto (no nodes known)'],
    ],
    [
      'what could not be seen',
      {
        registry: observed,
        mayUseLocal: true,
        ways: {
          ...noWays,
          unseenMirrors: 'grant pullgate list on daemonsets',
          cutLists: { cut: 1, candidates: 3 },
          unseen: ['running=unchecked (grant pullgate list on pods)'],
        },
      },
      [
        'mirrors=auto (none seen; grant pullgate list on daemonsets)',
        'preloaded=auto (none seen; 1 of 3 candidate nodes may not report all their images)',
        'running=unchecked (grant pullgate list on pods)',
      ],
    ],
    [
      'that nobody could look for a use of it',
      { unseenUse: 'grant pullgate list on pods' },
      ['mirrors=none', 'uses=unchecked (grant pullgate list on pods)'],
    ],
    [
      'a mirror and loaded nodes',
      { registry: observed, mayUseLocal: true, ways: { ...noWays, mirror: spegel, loading: ofKind } },
      [`mirrors=auto (${spegel})`, `preloaded=auto (${ofKind})`],
    ],
    [
      'a host configuration',
      { registry: observed, ways: { ...noWays, hostsAreGiven: true } },
      ['mirrors=auto (nodes.hostsDir)'],
    ],
    ['a pull that is never tried', { code: 'never-pulled', mayUseLocal: true }, ['preloaded=none']],
  ])('%s', (_name, part, assuming) => {
    expect(judgeCertainty(circumstances(part)).assuming).toEqual(assuming);
  });

  test.each<FindingCode>(['registry-error', 'rate-limited', 'unpinned-image', 'wrong-architecture'])(
    'is empty for %s, which is no prediction of a failure',
    (code) => {
      expect(judgeCertainty(circumstances({ code, workload: template, mayUseLocal: true })).assuming).toEqual([]);
    },
  );

  test('that nobody could look for a use of it is said beside what is certain', () => {
    const unseenUse = 'grant pullgate list on pods';
    expect(judgeCertainty(circumstances())).not.toHaveProperty('unseenUse');

    expect(judgeCertainty(circumstances({ unseenUse }))).toMatchObject({ certainty: 'certain', unseenUse });
    expect(judgeCertainty(circumstances({ unseenUse, fuse: 'blown' }))).not.toHaveProperty('unseenUse');
  });

  test('is empty where a row left nothing to predict', () => {
    const part = { ...denied, unread: ['Secret a (forbidden)'] };

    expect(judgeCertainty(circumstances(part))).toEqual({
      certainty: 'unconfirmed',
      assuming: [],
      cappedBy: 'could not read Secret a (forbidden)',
    });
  });
});
