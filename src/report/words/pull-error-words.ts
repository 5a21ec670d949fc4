/** What the words of a kubelet about a failed pull mean, for people. */
import type { PullError, PullErrorKind } from '../../core/kubelet/pull-error.ts';

export type PullErrorWords = {
  /** A clause without an end stop: `the registry says that the image does not exist`. */
  readonly meaning: string;
  /** It may be over by itself: nobody has to change anything for the next attempt to succeed. */
  readonly mayPass: boolean;
};

const understood: Readonly<Record<PullErrorKind, PullErrorWords>> = {
  'not-found': lasting('the registry said that the image does not exist'),
  'access-denied': lasting('the registry refused the node, which showed no credentials that it takes'),
  'login-refused': lasting('the registry refused the user name and password that the node sent'),
  'rate-limited': passing('the registry had answered as many requests as it allows from this address or user'),
  'name-not-resolved': passing('the name server of the node found no address for the registry'),
  'connection-refused': passing('nothing listened at the address of the registry'),
  'no-route': passing('the network had no way from the node to the registry'),
  timeout: passing('the registry did not answer the node in time'),
  'connection-broken': passing('the connection between the node and the registry broke'),
  'unknown-authority': lasting('the node does not trust the authority that signed the certificate of the registry'),
  'certificate-name': lasting('the certificate of the registry is for other names'),
  'certificate-expired': lasting('the certificate of the registry has expired, or the clock of the node is wrong'),
  'tls-failed': lasting('the node and the registry could not agree on TLS'),
  'plain-http': lasting('the registry speaks plain HTTP, and the node asked by HTTPS'),
  'server-error': passing('the registry failed'),
  'unexpected-status': lasting('the registry answered in a way that containerd does not expect'),
  'no-matching-platform': lasting('the image has no variant for the platform of the node'),
  'content-missing': lasting('the registry has the manifest of the image, but not all that it names'),
  'content-differs': passing('what the registry sent is not what the manifest names'),
  'unsupported-manifest': lasting('the container runtime of the node does not accept this kind of manifest'),
  'layers-do-not-fit': lasting('the layers of the image do not fit its configuration'),
  'disk-full': lasting('the disk of the node is full'),
  cancelled: passing('the pull was cancelled: it made no progress for minutes, or the kubelet stopped'),
  'blocked-by-verifier': lasting('a verifier of images on the node blocked the pull'),
  'pull-limit-of-kubelet': passing('the kubelet starts only so many pulls a second, and had started them'),
  'secret-undecodable': lasting('the kubelet cannot decode a pull Secret of the Pod'),
  'invalid-name': lasting('the name of the image does not parse'),
  'never-pulled': lasting('the pull policy is Never, and the node does not have the image'),
  'inspect-failed': passing('the container runtime of the node failed to look for the image'),
  'registry-unavailable': passing('the container runtime says that the registry is not available'),
  'signature-refused': lasting('the container runtime refuses the signature of the image'),
};

export function pullErrorWordsOf(error: PullError): PullErrorWords {
  switch (error.kind) {
    case 'understood':
      return understood[error.what];
    case 'reason-not-told':
      return passing('the kubelet waits for its next attempt, and does not say why the last one failed');
    case 'not-understood':
      return lasting('pullgate does not understand these words');
  }
}

function passing(meaning: string): PullErrorWords {
  return { meaning, mayPass: true };
}

function lasting(meaning: string): PullErrorWords {
  return { meaning, mayPass: false };
}
