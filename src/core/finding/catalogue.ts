import type { Certainty, FindingCode } from './finding.ts';

/** What a finding may do at most: nothing · appear in reports and metrics · warn · deny (contract §2). */
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
    title: 'Invalid image name',
    explanation:
      'The image name does not match the grammar of references. The kubelet attempts no pull, whatever the pull policy is.',
    predictedReason: 'InvalidImageName',
    best: 'certain',
    level: 'deny',
  },
  'manifest-not-found': {
    reason: 'ManifestNotFound',
    title: 'Image does not exist',
    explanation:
      'Every endpoint answered twice that the tag, digest or repository does not exist. A registry that asks for authentication and does not list its tags may hide the image from pullgate; the finding is then likely, unless all credentials are known.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'access-denied': {
    reason: 'AccessDenied',
    title: 'Image is missing, or not visible without credentials',
    explanation:
      'No credential was sent, because none matched or because containerd drops those that matched. The registry denies anonymous pulls.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'credentials-rejected': {
    reason: 'CredentialsRejected',
    title: 'Registry rejects the credentials',
    explanation:
      'The credentials were tried in the order of the kubelet, and the registry accepted none of them. The kubelet does not pull without credentials after that.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'pull-secret-undecodable': {
    reason: 'PullSecretUndecodable',
    title: 'Pull Secret cannot be decoded',
    explanation:
      'One invalid entry in a pull Secret fails every image of the Pod that needs a pull, including public images.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'pull-secret-not-found': {
    reason: 'PullSecretNotFound',
    title: 'Pull Secret does not exist',
    explanation: 'The kubelet records the event FailedToRetrieveImagePullSecret and continues without the Secret.',
    best: 'advice',
    level: 'warn',
  },
  'pull-secret-ignored': {
    reason: 'PullSecretIgnored',
    title: 'Pull Secret is ignored',
    explanation: 'The kubelet silently skips a Secret of another type, or without the key of its type.',
    best: 'advice',
    level: 'warn',
  },
  'pull-secret-no-match': {
    reason: 'PullSecretNoMatch',
    title: 'Pull Secrets have no entry for the registry',
    explanation: 'The kubelet compares the keys of a Secret with the image by its own rules, and no key matches.',
    best: 'advice',
    level: 'warn',
  },
  'no-matching-platform': {
    reason: 'NoMatchingPlatform',
    title: 'Image does not support the platform of the nodes',
    explanation: 'The image index has no entry that a candidate node would accept.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'some-nodes-lack-platform': {
    reason: 'SomeNodesLackPlatform',
    title: 'Image does not support the platform of some nodes',
    explanation:
      'The pull fails on some candidate nodes. The scheduler does not look at images and may choose one of these nodes.',
    predictedReason: 'ErrImagePull',
    best: 'likely',
    level: 'warn',
  },
  'wrong-architecture': {
    reason: 'WrongArchitecture',
    title: 'Image is built for another platform',
    explanation:
      'The pull does not check the platform of a single manifest, and the container then fails with "exec format error".',
    best: 'advice',
    level: 'warn',
  },
  'unsupported-manifest': {
    reason: 'UnsupportedManifest',
    title: 'Container runtime does not accept the manifest',
    explanation: 'The manifest has an old schema, a wrong media type or too many bytes, or it is not an image.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'incomplete-image': {
    reason: 'IncompleteImage',
    title: 'Image is incomplete',
    explanation: 'The registry has the tag, but not everything that it refers to.',
    predictedReason: 'ErrImagePull',
    best: 'certain',
    level: 'deny',
  },
  'never-pulled': {
    reason: 'NeverPulled',
    title: 'Image is not on the nodes and must not be pulled',
    explanation: 'The pull policy is Never, but no candidate node reports the image.',
    predictedReason: 'ErrImageNeverPull',
    best: 'likely',
    level: 'warn',
  },
  'rate-limited': {
    reason: 'RateLimited',
    title: 'Registry limits the rate of pulls',
    explanation:
      'The registry answers 429 Too Many Requests, or announces that no pulls are left. Nodes may be limited too.',
    predictedReason: 'ErrImagePull',
    best: 'unconfirmed',
    level: 'warn',
  },
  'rate-limit-low': {
    reason: 'RateLimitLow',
    title: 'Registry allows few more pulls',
    explanation:
      'The registry announces how many pulls are left. While few are left, or beyond `limits.pullShare`, pullgate only checks whether the image exists.',
    best: 'advice',
    level: 'report',
  },
  'registry-unreachable': {
    reason: 'RegistryUnreachable',
    title: 'Registry cannot be reached',
    explanation: 'pullgate cannot reach the registry. It does not know whether the nodes can.',
    predictedReason: 'ErrImagePull',
    best: 'unconfirmed',
    level: 'warn',
  },
  'registry-error': {
    reason: 'RegistryError',
    title: 'Registry gives an inconclusive answer',
    explanation: 'The answer of the registry proves neither that the image exists nor that it does not.',
    predictedReason: 'ErrImagePull',
    best: 'unconfirmed',
    level: 'warn',
  },
  'registry-not-examined': {
    reason: 'RegistryNotExamined',
    title: 'Image was not examined',
    explanation: 'pullgate did not ask the registry, or not to the end, or the manifest is not what will be applied.',
    best: 'unconfirmed',
    level: 'warn',
  },
  'mutable-tag-always-local': {
    reason: 'MutableTagAlwaysLocal',
    title: 'Mutable tag pulled once per node',
    explanation:
      'With IfNotPresent each node keeps the image that it pulled first, so nodes may run different images under one name.',
    best: 'advice',
    level: 'report',
  },
  'needless-always': {
    reason: 'NeedlessAlways',
    title: 'Digest pulled at every start',
    explanation: 'With Always every restart depends on the registry for content that cannot change.',
    best: 'advice',
    level: 'off',
  },
  'unpinned-image': {
    reason: 'UnpinnedImage',
    title: 'Tag without a digest',
    explanation: 'Each node runs the image that the tag points to when the node pulls it.',
    best: 'advice',
    level: 'off',
  },
} as const satisfies Record<FindingCode, CatalogueEntry>;

export const findingCodes = Object.keys(catalogue) as readonly FindingCode[];
