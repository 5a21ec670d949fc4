/** What the words of a kubelet about a failed pull mean, for people. */
import type { PullError, PullErrorKind } from '../../core/kubelet/pull-error.ts';

export type PullErrorWords = {
  /** A clause without an end stop: `the registry says that the image does not exist`. */
  readonly meaning: string;
  /** It may lie at the node or on its way to the registry, where pullgate does not see it. */
  readonly isOfNode: boolean;
};

const understood: Readonly<Record<PullErrorKind, PullErrorWords>> = {
  'not-found': ofRegistry('the registry said that the image does not exist'),
  'access-denied': ofRegistry('the registry refused the node, which showed no credentials that it takes'),
  'login-refused': ofRegistry('the registry refused the user name and password that the node sent'),
  'rate-limited': ofRegistry('the registry had answered as many requests as it allows from this address or user'),
  'name-not-resolved': ofNode('the name server of the node found no address for the registry'),
  'connection-refused': ofNode('nothing listened at the address of the registry'),
  'no-route': ofNode('the network had no way from the node to the registry'),
  timeout: ofNode('the registry did not answer the node in time'),
  'connection-broken': ofNode('the connection between the node and the registry broke'),
  'unknown-authority': ofNode('the node does not trust the authority that signed the certificate of the registry'),
  'certificate-name': ofNode('the certificate of the registry is for other names'),
  'certificate-expired': ofNode('the certificate of the registry has expired, or the clock of the node is wrong'),
  'tls-failed': ofNode('the node and the registry could not agree on TLS'),
  'plain-http': ofNode('the registry speaks plain HTTP, and the node asked by HTTPS'),
  'server-error': ofRegistry('the registry failed'),
  'unexpected-status': ofRegistry('the registry answered in a way that containerd does not expect'),
  'no-matching-platform': ofRegistry('the image has no variant for the platform of the node'),
  'content-missing': ofRegistry('the registry has the manifest of the image, but not all that it names'),
  'content-differs': ofNode('what the registry sent is not what the manifest names'),
  'unsupported-manifest': ofRegistry('the container runtime of the node does not accept this kind of manifest'),
  'layers-do-not-fit': ofRegistry('the layers of the image do not fit its configuration'),
  'disk-full': ofNode('the disk of the node is full'),
  cancelled: ofNode('the pull was cancelled: it made no progress for minutes, or the kubelet stopped'),
  'blocked-by-verifier': ofNode('a verifier of images on the node blocked the pull'),
  'pull-limit-of-kubelet': ofNode('the kubelet starts only so many pulls a second, and had started them'),
  'secret-undecodable': ofRegistry('the kubelet cannot decode a pull Secret of the Pod'),
  'invalid-name': ofRegistry('the name of the image does not parse'),
  'never-pulled': ofNode('the pull policy is Never, and the node does not have the image'),
  'inspect-failed': ofNode('the container runtime of the node failed to look for the image'),
  'registry-unavailable': ofNode('the container runtime says that the registry is not available'),
  'signature-refused': ofNode('the container runtime refuses the signature of the image'),
};

export function pullErrorWordsOf(error: PullError): PullErrorWords {
  switch (error.kind) {
    case 'understood':
      return understood[error.what];
    case 'reason-not-told':
      return ofRegistry('the kubelet waits for its next attempt, and does not say why the last one failed');
    case 'not-understood':
      return ofNode('pullgate does not understand these words');
  }
}

function ofRegistry(meaning: string): PullErrorWords {
  return { meaning, isOfNode: false };
}

function ofNode(meaning: string): PullErrorWords {
  return { meaning, isOfNode: true };
}
