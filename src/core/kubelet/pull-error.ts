/**
 * The words of a kubelet and its containerd about a pull that failed, read back into what happened. Only texts that are known
 * to come from them are understood: kubelet 1.28 to 1.36 (pkg/kubelet/images, cri-client), containerd 1.7 and 2.0 to 2.4
 * (remotes/docker, client, transfer). Everything else is kept as it is, and said not to be understood.
 */
import { innerErrorOf } from './pull-error-frame.ts';

export type PullErrorKind =
  | 'not-found'
  | 'access-denied'
  | 'login-refused'
  | 'rate-limited'
  | 'name-not-resolved'
  | 'connection-refused'
  | 'no-route'
  | 'timeout'
  | 'connection-broken'
  | 'unknown-authority'
  | 'certificate-name'
  | 'certificate-expired'
  | 'tls-failed'
  | 'plain-http'
  | 'server-error'
  | 'unexpected-status'
  | 'no-matching-platform'
  | 'content-missing'
  | 'content-differs'
  | 'unsupported-manifest'
  | 'layers-do-not-fit'
  | 'disk-full'
  | 'cancelled'
  | 'blocked-by-verifier'
  | 'pull-limit-of-kubelet'
  | 'secret-undecodable'
  | 'invalid-name'
  | 'never-pulled'
  | 'inspect-failed'
  | 'registry-unavailable'
  | 'signature-refused';

export type PullError =
  | {
      readonly kind: 'understood';
      readonly what: PullErrorKind;
      /** The part that says it, without the frames around it. */
      readonly text: string;
      /** Whom the node asked, where the text tells: `registry-1.docker.io`. */
      readonly host?: string;
      /** Of the answer of a registry or token server. */
      readonly status?: number;
    }
  | { readonly kind: 'not-understood'; readonly text: string }
  /** The kubelet waits, and does not say for what: before 1.32 it kept the reason to its events. */
  | { readonly kind: 'reason-not-told' };

type Rule = readonly [what: PullErrorKind, pattern: RegExp];

/** From the end of the text, because what failed comes last. The first that matches counts. */
const rules: readonly Rule[] = [
  ['invalid-name', /^Failed to apply default image tag ".*": couldn't parse image (?:name|reference) /s],
  ['invalid-name', /^couldn't parse image (?:name|reference) /],
  ['invalid-name', /^failed to parse image reference|^failed to parse image name/],
  ['never-pulled', /^Container image ".*" is not present with pull policy of Never$/s],
  ['inspect-failed', /^Failed to inspect image ".*": /s],
  ['pull-limit-of-kubelet', /^pull QPS exceeded$/],
  ['registry-unavailable', /^image pull failed for .* because the registry is unavailable/s],
  ['signature-refused', /^image pull failed for .* because the signature validation failed/s],
  // Decoders of Go: encoding/base64, encoding/json, credentialprovider.
  ['secret-undecodable', /^illegal base64 data at input byte \d+$/],
  ['secret-undecodable', /^unable to parse auth field, must be formatted as base64\(username:password\)$/],
  [
    'secret-undecodable',
    /^json: cannot unmarshal |^invalid character .* (?:after|looking for|in) |^unexpected end of JSON input$/s,
  ],
  ['blocked-by-verifier', /^image verifier .* blocked pull of /s],
  // Remarks on a status come before the bare status.
  ['rate-limited', /429 Too Many Requests|toomanyrequests: /],
  ['access-denied', /pull access denied, repository does not exist or may require authorization: /],
  ['access-denied', /failed to authorize: failed to fetch anonymous token: .*: 40[13] (?:Unauthorized|Forbidden)/s],
  [
    'login-refused',
    /failed to authorize: failed to fetch oauth token: .*: 40[013] (?:Unauthorized|Forbidden|Bad Request)/s,
  ],
  ['login-refused', /unexpected status(?: code)?(?: from (?:HEAD|GET) request to)? \S+: 401 Unauthorized/],
  ['server-error', /: 5\d\d [A-Z][\w -]+/],
  ['no-matching-platform', /no match for platform in manifest/],
  ['no-matching-platform', /^get image config descriptor: content digest sha256:[\da-f]+: not found$/],
  [
    'unsupported-manifest',
    /schema ?1 .*(?:deprecated|no longer supported)|media type .*no longer supported|no longer supported since containerd/is,
  ],
  [
    'unsupported-manifest',
    /rejecting \d+ byte manifest|failed to decode config|unsupported manifest media ?type|cannot unpack image of type/i,
  ],
  ['content-missing', /could not fetch content descriptor sha(?:256|512):[\da-f]+ .*from remote: not found/s],
  ['content-missing', /content at \S+ not found: not found$/],
  ['content-differs', /failed size validation|unexpected commit (?:digest|size)|unexpected digest/],
  [
    'layers-do-not-fit',
    /number of layers and diffIDs don't match|mismatched image rootfs and manifest layers|wrong diff id/,
  ],
  ['disk-full', /no space left on device/],
  [
    'name-not-resolved',
    /: lookup \S+(?: on \S+)?: (?:no such host|server misbehaving|.*i\/o timeout|Temporary failure in name resolution)/,
  ],
  ['plain-http', /http: server gave HTTP response to HTTPS client/],
  ['unknown-authority', /x509: certificate signed by unknown authority|x509: certificate is not trusted/],
  [
    'certificate-name',
    /x509: certificate is (?:valid for|not valid for any names)|x509: cannot validate certificate for|x509: certificate relies on legacy Common Name/,
  ],
  ['certificate-expired', /x509: certificate has expired or is not yet valid/],
  ['tls-failed', /(?:remote error: )?tls: |x509: /],
  ['connection-refused', /connect: connection refused/],
  ['no-route', /connect: (?:no route to host|network is unreachable|host is down)/],
  [
    'timeout',
    /i\/o timeout|TLS handshake timeout|connect: connection timed out|Client\.Timeout exceeded|timeout awaiting response headers|context deadline exceeded/,
  ],
  ['connection-broken', /connection reset by peer|broken pipe|unexpected EOF|: EOF$|http2: |server sent GOAWAY/],
  ['unexpected-status', /unexpected status(?: code)?(?: from [A-Z]+ request to)? \S+: \d{3} /],
  ['cancelled', /context canceled$/],
  ['not-found', /(?:^|: )not found$/],
];

/** @param text of `waiting.message`, or of an Event */
export function parsePullError(text: string): PullError {
  const inner = innerErrorOf(text);
  if (inner === undefined) return { kind: 'reason-not-told' };
  // A credential after the other may have failed; what the last one met is where it ended.
  const found = rules.find(([, pattern]) => pattern.test(inner.text));
  if (found === undefined) return { kind: 'not-understood', text: inner.text };
  const [what] = found;
  // Only in the frames of containerd does this mean the image.
  if (what === 'not-found' && !inner.isFramed) return { kind: 'not-understood', text: inner.text };
  const host = hostIn(inner.text);
  const status = statusIn(inner.text);
  return {
    kind: 'understood',
    what,
    text: inner.text,
    ...(host !== undefined && { host }),
    ...(status !== undefined && { status }),
  };
}

/** Of the last address in the text: a mirror may have been asked before. */
function hostIn(text: string): string | undefined {
  const addresses = [...text.matchAll(/https?:\/\/([^\s/"?#@]+)/g)];
  return addresses.at(-1)?.[1] ?? /lookup (\S+?)(?: on \S+)?: /.exec(text)?.[1];
}

function statusIn(text: string): number | undefined {
  const status = /: ([1-5]\d\d) [A-Z][A-Za-z -]+/.exec(text)?.[1];
  return status === undefined ? undefined : Number(status);
}
