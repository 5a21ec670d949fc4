/** Golden texts: pull-semantics 9; image_manager.go of 1.28 to 1.36; what containerd 1.7 and 2.x wrote. */
import { describe, expect, test } from 'vitest';
import { parsePullError } from '../../../src/core/kubelet/pull-error.ts';
import { pullErrorWordsOf } from '../../../src/report/words/pull-error-words.ts';

const resolving = (inner: string, ref = 'docker.io/library/nginx:gone') =>
  `failed to pull and unpack image "${ref}": failed to resolve reference "${ref}": ${inner}`;
const transferring = (inner: string, ref = 'docker.io/library/nginx:gone') =>
  `failed to pull and unpack image "${ref}": failed to resolve image: ${inner}`;
const content = (inner: string, ref = 'docker.io/library/nginx:gone') =>
  `failed to pull and unpack image "${ref}": ${inner}`;
const url = 'https://registry-1.docker.io/v2/library/nginx/manifests/gone';
const digest = `sha256:${'b'.repeat(64)}`;

describe('understood', () => {
  test.each([
    // kubelet 1.28: containerd 1.7.
    ['not-found', `rpc error: code = NotFound desc = ${resolving('docker.io/library/nginx:gone: not found')}`],
    // 1.32 and later say it in the status.
    [
      'not-found',
      `Back-off pulling image "nginx:gone": ErrImagePull: rpc error: code = NotFound desc = ${resolving('docker.io/library/nginx:gone: not found')}`,
    ],
    [
      'not-found',
      `Failed to pull image "nginx:gone": rpc error: code = NotFound desc = ${transferring('docker.io/library/nginx:gone: not found')}`,
    ],
    [
      'not-found',
      `(combined from similar events): Failed to pull image "nginx:gone": rpc error: code = NotFound desc = ${resolving('docker.io/library/nginx:gone: not found')}`,
    ],
    [
      'access-denied',
      resolving(
        'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      ),
    ],
    [
      'access-denied',
      resolving(
        'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
      ),
    ],
    [
      'access-denied',
      resolving(
        'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Ax%3Apull&service=ghcr.io: 401 Unauthorized',
      ),
    ],
    [
      'access-denied',
      resolving(
        'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Ax%3Apull&service=ghcr.io: 403 Forbidden',
      ),
    ],
    [
      'login-refused',
      resolving(
        'failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://auth.docker.io/token: 401 Unauthorized',
      ),
    ],
    ['login-refused', resolving(`unexpected status from HEAD request to ${url}: 401 Unauthorized`)],
    // containerd 1.6 and early 1.7.
    [
      'login-refused',
      resolving('unexpected status code [manifests 5]: 401 Unauthorized').replace('[manifests 5]', url),
    ],
    ['unexpected-status', resolving(`unexpected status from HEAD request to ${url}: 403 Forbidden`)],
    ['server-error', resolving(`unexpected status from HEAD request to ${url}: 503 Service Unavailable`)],
    [
      'rate-limited',
      content(
        `failed to copy: httpReadSeeker: failed open: unexpected status code ${url}: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.`,
      ),
    ],
    [
      'rate-limited',
      content(
        `failed to copy: httpReadSeeker: failed open: unexpected status from GET request to ${url}: 429 Too Many Requests\ntoomanyrequests: You have reached your unauthenticated pull rate limit.`,
      ),
    ],
    [
      'name-not-resolved',
      resolving(
        'failed to do request: Head "https://down.test/v2/x/manifests/1": dial tcp: lookup down.test on 10.96.0.10:53: no such host',
      ),
    ],
    [
      'name-not-resolved',
      resolving(
        'failed to do request: Head "https://down.test/v2/x/manifests/1": dial tcp: lookup down.test: no such host',
      ),
    ],
    [
      'connection-refused',
      resolving(`failed to do request: Head "${url}": dial tcp 10.0.0.1:443: connect: connection refused`),
    ],
    ['no-route', resolving(`failed to do request: Head "${url}": dial tcp 10.0.0.1:443: connect: no route to host`)],
    ['timeout', resolving(`failed to do request: Head "${url}": dial tcp 10.0.0.1:443: i/o timeout`)],
    ['timeout', resolving(`failed to do request: Head "${url}": net/http: TLS handshake timeout`)],
    [
      'timeout',
      `rpc error: code = DeadlineExceeded desc = ${resolving(`failed to do request: Head "${url}": context deadline exceeded`)}`,
    ],
    [
      'connection-broken',
      resolving(
        `failed to do request: Head "${url}": read tcp 10.2.0.49:42728->23.20.95.219:443: read: connection reset by peer`,
      ),
    ],
    [
      'unknown-authority',
      resolving(
        `failed to do request: Head "${url}": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
      ),
    ],
    [
      'certificate-name',
      resolving(
        `failed to do request: Head "${url}": tls: failed to verify certificate: x509: certificate is valid for a.test, not b.test`,
      ),
    ],
    [
      'certificate-expired',
      resolving(
        `failed to do request: Head "${url}": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-12-01T12:00:00Z is after 2026-11-01T00:00:00Z`,
      ),
    ],
    ['plain-http', resolving(`failed to do request: Head "${url}": http: server gave HTTP response to HTTPS client`)],
    [
      'no-matching-platform',
      `rpc error: code = NotFound desc = ${content('no match for platform in manifest: not found')}`,
    ],
    [
      'no-matching-platform',
      `rpc error: code = NotFound desc = get image config descriptor: no match for platform in manifest ${digest}: not found`,
    ],
    [
      'no-matching-platform',
      `rpc error: code = NotFound desc = get image config descriptor: content digest ${digest}: not found`,
    ],
    [
      'unsupported-manifest',
      content('failed to resolve image: schema 1 image manifests are no longer supported: invalid argument'),
    ],
    [
      'content-missing',
      `rpc error: code = NotFound desc = ${content(`failed to copy: httpReadSeeker: failed open: could not fetch content descriptor ${digest} (application/vnd.oci.image.layer.v1.tar+gzip) from remote: not found`)}`,
    ],
    [
      'content-missing',
      `rpc error: code = NotFound desc = ${content('failed to copy: httpReadSeeker: failed open: content at https://r.test/v2/x/manifests/sha256:1 not found: not found')}`,
    ],
    [
      'content-differs',
      `rpc error: code = FailedPrecondition desc = ${content(`failed commit on ref "layer-${digest}": unexpected commit digest ${digest}, expected ${digest}: failed precondition`)}`,
    ],
    ['layers-do-not-fit', content("number of layers and diffIDs don't match: 1 != 2")],
    [
      'disk-full',
      content('failed to extract layer sha256:1: write /var/lib/containerd/x: no space left on device: unknown'),
    ],
    ['cancelled', `rpc error: code = Canceled desc = ${content('context canceled')}`],
    [
      'blocked-by-verifier',
      content(
        `image verifier bindir blocked pull of docker.io/library/nginx:gone with digest ${digest} for reason: no`,
      ),
    ],
    ['pull-limit-of-kubelet', 'pull QPS exceeded'],
    ['secret-undecodable', 'illegal base64 data at input byte 4'],
    ['secret-undecodable', 'Error: unable to parse auth field, must be formatted as base64(username:password)'],
    [
      'secret-undecodable',
      'Failed to pull image "nginx": json: cannot unmarshal string into Go value of type credentialprovider.DockerConfigJSON',
    ],
    [
      'invalid-name',
      `Failed to apply default image tag "Nginx": couldn't parse image name "Nginx": invalid reference format: repository name (library/Nginx) must be lowercase`,
    ],
    ['never-pulled', 'Container image "nginx" is not present with pull policy of Never'],
    ['inspect-failed', 'Failed to inspect image "nginx": rpc error: code = Unavailable desc = connection error'],
    [
      'registry-unavailable',
      'image pull failed for nginx because the registry is unavailable: pinging container registry: no',
    ],
    ['signature-refused', 'image pull failed for nginx because the signature validation failed: no'],
  ])('%s: %s', (what, text) => {
    expect(parsePullError(text)).toMatchObject({ kind: 'understood', what });
  });

  test('names whom the node asked, and the status', () => {
    expect(parsePullError(resolving(`unexpected status from HEAD request to ${url}: 503 Service Unavailable`))).toEqual(
      {
        kind: 'understood',
        what: 'server-error',
        text: `unexpected status from HEAD request to ${url}: 503 Service Unavailable`,
        host: 'registry-1.docker.io',
        status: 503,
      },
    );
  });

  test('of several credentials the last', () => {
    const refused = resolving(
      'failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://r.test/token: 401 Unauthorized',
    );
    const absent = `rpc error: code = NotFound desc = ${resolving('docker.io/library/nginx:gone: not found')}`;

    expect(parsePullError(`[${refused}, ${absent}]`)).toMatchObject({ what: 'not-found' });
    expect(parsePullError(`[${absent}, ${refused}]`)).toMatchObject({ what: 'login-refused' });
  });
});

test.each(['Back-off pulling image "nginx:gone"', 'Back-off pulling image "a\\"b"', '', 'ErrImagePull'])(
  'a kubelet before 1.32 does not tell why it waits: %s',
  (text) => {
    const error = parsePullError(text);

    expect(error).toEqual({ kind: 'reason-not-told' });
    expect(pullErrorWordsOf(error).meaning).toContain('does not say why');
  },
);

describe('not understood, and kept', () => {
  test.each([
    // cri-dockerd.
    'Error response from daemon: manifest for nginx:gone not found: manifest unknown: manifest unknown',
    // CRI-O.
    'reading manifest gone in docker.io/library/nginx: manifest unknown',
    'secret "x" not found',
    'something new',
  ])('%s', (text) => {
    expect(parsePullError(`rpc error: code = Unknown desc = ${text}`)).toEqual({ kind: 'not-understood', text });
  });

  test('takes no longer for long texts', () => {
    const text = `[${'failed to pull and unpack image "'.repeat(20_000)}`;

    expect(parsePullError(text).kind).toBe('not-understood');
  });
});
