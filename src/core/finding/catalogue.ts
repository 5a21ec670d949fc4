import type { Certainty, FindingCode } from './finding.ts';

/** What a finding may do at most: nothing at all · be in reports and metrics · warn · deny (contract §2). */
export type Level = 'off' | 'report' | 'warn' | 'deny';
export const levels: readonly Level[] = ['off', 'report', 'warn', 'deny'];

export type CatalogueEntry = {
  /** For Events, reports and `status.details.causes`. */
  readonly reason: string;
  readonly title: string;
  readonly explanation: string;
  /** The kubelet's waiting reason, where a pull fails. */
  readonly predictedReason?: 'InvalidImageName' | 'ErrImagePull' | 'ErrImageNeverPull';
  readonly best: Certainty;
  readonly level: Level;
};

/** Every code, with what is the same for all its findings. */
export const catalogue = {
  'invalid-image-name': {
    reason: 'InvalidImageName',
    title: 'Image name that does not parse',
    explanation:
      'The reference breaks the grammar of image names, so that no pull is ever attempted, whatever the pull policy.',
    predictedReason: 'InvalidImageName',
    best: 'certain',
    level: 'deny',
  },
  'manifest-not-found': {
    reason: 'ManifestNotFound',
    title: 'Image that does not exist',
    explanation:
      'Every endpoint answered, twice, that there is no such tag, digest or repository. A registry that asked for a login and does not list the tags may hide the image from pullgate: then it is likely, unless all credentials are known.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'access-denied': {
    reason: 'AccessDenied',
    title: 'Image that is missing, or not visible without credentials',
    explanation:
      'No credential was sent, because none matched or only ones that containerd drops, and the registry refuses strangers.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'credentials-rejected': {
    reason: 'CredentialsRejected',
    title: 'Credentials that the registry refuses',
    explanation:
      'The credentials were tried in the order of the kubelet and none was accepted. There is no attempt without them.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'pull-secret-undecodable': {
    reason: 'PullSecretUndecodable',
    title: 'Pull Secret that the kubelet cannot decode',
    explanation: 'One bad entry in a pull Secret fails every image of the Pod that needs a pull, public ones too.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'pull-secret-not-found': {
    reason: 'PullSecretNotFound',
    title: 'Pull Secret that does not exist',
    explanation: 'The kubelet notes an event (FailedToRetrieveImagePullSecret) and goes on without the Secret.',
    best: 'advice',
    level: 'warn',
  },
  'pull-secret-ignored': {
    reason: 'PullSecretIgnored',
    title: 'Pull Secret that the kubelet ignores',
    explanation: 'A Secret of another type, or without the key of its type, is passed over silently.',
    best: 'advice',
    level: 'warn',
  },
  'pull-secret-no-match': {
    reason: 'PullSecretNoMatch',
    title: 'Pull Secrets without an entry for the registry',
    explanation: 'The kubelet compares the keys of a Secret with the image in its own way; none of these matches.',
    best: 'advice',
    level: 'warn',
  },
  'no-matching-platform': {
    reason: 'NoMatchingPlatform',
    title: 'Image without a variant for the nodes',
    explanation: 'The index offers nothing that any candidate node would take.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'some-nodes-lack-platform': {
    reason: 'SomeNodesLackPlatform',
    title: 'Image without a variant for some of the nodes',
    explanation:
      'The pull fails on some candidate nodes. The scheduler does not look at images: it may choose one of them.',
    predictedReason: 'ErrImagePull',
    best: 'likely',
    level: 'warn',
  },
  'wrong-architecture': {
    reason: 'WrongArchitecture',
    title: 'Single-platform image built for another platform',
    explanation: 'Nothing checks this at the pull; the container then ends with "exec format error".',
    best: 'advice',
    level: 'warn',
  },
  'unsupported-manifest': {
    reason: 'UnsupportedManifest',
    title: 'Manifest that the container runtime does not accept',
    explanation: 'An old schema, a wrong media type, too many bytes, or not an image at all.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'incomplete-image': {
    reason: 'IncompleteImage',
    title: 'Image of which a part is missing',
    explanation: 'The registry has the tag, but not everything that it refers to.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'never-pulled': {
    reason: 'NeverPulled',
    title: 'Image that may not be pulled and is on no node',
    explanation: 'The pull policy is Never, and no candidate node reports the image.',
    predictedReason: 'ErrImageNeverPull',
    best: 'likely',
    level: 'warn',
  },
  'rate-limited': {
    reason: 'RateLimited',
    title: 'Registry that answers "too many requests"',
    explanation:
      'The registry answers 429 Too Many Requests, or announces that no pull is left. Nodes may be limited, too.',
    predictedReason: 'ErrImagePull',
    best: 'unconfirmed',
    level: 'warn',
  },
  'rate-limit-low': {
    reason: 'RateLimitLow',
    title: 'Registry that allows few more pulls',
    explanation:
      'The registry announces how many pulls are left. While few are left, or beyond `limits.pullShare`, pullgate only asks whether the image exists.',
    best: 'advice',
    level: 'report',
  },
  'registry-unreachable': {
    reason: 'RegistryUnreachable',
    title: 'Registry that cannot be reached from here',
    explanation: 'Nodes have a way of their own; whether they reach it is not known.',
    predictedReason: 'ErrImagePull',
    best: 'unconfirmed',
    level: 'warn',
  },
  'registry-error': {
    reason: 'RegistryError',
    title: 'Registry answer that proves nothing',
    explanation: 'The registry answered, but neither that the image is there nor that it is not.',
    predictedReason: 'ErrImagePull',
    best: 'unconfirmed',
    level: 'warn',
  },
  'registry-not-examined': {
    reason: 'RegistryNotExamined',
    title: 'Registry that was not asked',
    explanation: 'pullgate did not look, or not to the end; or what the manifest names is not what will be applied.',
    best: 'unconfirmed',
    level: 'warn',
  },
  'mutable-tag-always-local': {
    reason: 'MutableTagAlwaysLocal',
    title: 'Moving tag that is pulled once a node',
    explanation: 'With IfNotPresent a node keeps what it pulled first: nodes may run different images under one name.',
    best: 'advice',
    level: 'report',
  },
  'needless-always': {
    reason: 'NeedlessAlways',
    title: 'Digest that is pulled at every start',
    explanation: 'With Always every restart depends on the registry, for bytes that cannot change.',
    best: 'advice',
    level: 'off',
  },
  'unpinned-image': {
    reason: 'UnpinnedImage',
    title: 'Tag without a digest',
    explanation: 'What runs is whatever the tag points to when a node pulls it.',
    best: 'advice',
    level: 'off',
  },
} as const satisfies Record<FindingCode, CatalogueEntry>;

export const findingCodes = Object.keys(catalogue) as readonly FindingCode[];
