/** Every finding there is, with every case of its data, in the words of people. The types demand that none is forgotten. */

import type { KeyDifference } from '../../src/core/credential/key-difference.ts';
import type { IgnoredWhy } from '../../src/core/credential/pull-secret-content.ts';
import type { TokenObjection } from '../../src/core/evidence/evidence.ts';
import { catalogue } from '../../src/core/finding/catalogue.ts';
import type {
  Finding,
  FindingCode,
  FindingDetail,
  FindingOf,
  NotExamined,
  RegistryErrorCause,
  UnsupportedManifest,
} from '../../src/core/finding/finding.ts';
import { type ImageReference, parseReference } from '../../src/core/image/reference.ts';
import type { Slip } from '../../src/core/image/slip.ts';
import type { NotRendered } from '../../src/core/workload/image-use.ts';

export type FindingCase = { readonly finding: Finding; readonly said: string; readonly nextStep: string };

type Texts = readonly [said: string, nextStep: string];
type CaseOf<T> = readonly [data: T, ...Texts];

/** As certain as its code can be. */
export function aFinding(detail: FindingDetail, part: Partial<Finding> = {}): Finding {
  return { ...detail, certainty: catalogue[detail.code].best, assuming: [], ...part } as Finding;
}

export function aReference(image: string): ImageReference {
  const parsed = parseReference(image);
  if (!parsed.ok) throw new Error(`${image} does not parse`);
  return parsed.reference;
}

export function aFailedName(image: string): FindingOf<'invalid-image-name'>['parsed'] {
  const parsed = parseReference(image);
  if (parsed.ok) throw new Error(`${image} parses`);
  return parsed;
}

type DetailOf<C extends FindingCode> = Extract<FindingDetail, { readonly code: C }>;
type WithoutCode<Detail> = Detail extends FindingDetail ? Omit<Detail, 'code'> : never;
type DataOf<C extends FindingCode> = WithoutCode<DetailOf<C>>;
type CasesByCode = { readonly [C in FindingCode]: readonly CaseOf<DataOf<C>>[] };

const linuxAmd64 = { os: 'linux', architecture: 'amd64' };
const linuxArm64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const windows = { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348' };
const regcred = { source: 'secret', namespace: 'shop', name: 'regcred', key: 'registry.example.com' } as const;
const nodeConfig = { source: 'node-config', path: '/etc/pullgate/config.json', key: 'registry.example.com' } as const;
const digest = `sha256:${'a'.repeat(64)}`;
const image = { registry: 'registry.example.com', repository: 'shop/cart' };

const slips: { readonly [K in Slip['kind']]: readonly CaseOf<Extract<Slip, { readonly kind: K }>>[] } = {
  'unfilled-template': [
    [
      { kind: 'unfilled-template', placeholder: '{{ .Values.image }}' },
      'the placeholder {{ .Values.image }} was not replaced',
      'Set a value for the image in the template',
    ],
  ],
  'unset-value': [
    [
      { kind: 'unset-value', value: '<no value>' },
      '<no value> shows that no value was set for the image',
      'Set a value for the image',
    ],
  ],
  'pull-command': [[{ kind: 'pull-command', suggestion: 'nginx:1' }, 'it is a command, not an image', 'Use nginx:1']],
  'web-page': [
    [
      { kind: 'web-page', site: 'Docker Hub', suggestion: 'nginx' },
      'it is the address of a web page of Docker Hub',
      'Use nginx',
    ],
  ],
  'url-scheme': [
    [
      { kind: 'url-scheme', scheme: 'https', suggestion: 'gcr.io/team/app' },
      'image names do not start with https://',
      'Use gcr.io/team/app',
    ],
  ],
  'query-or-fragment': [[{ kind: 'query-or-fragment' }, 'image names have no query or fragment', 'Correct the name']],
  'percent-encoding': [[{ kind: 'percent-encoding' }, 'image names are not percent-encoded', 'Correct the name']],
  'user-info': [
    [
      { kind: 'user-info' },
      'image names cannot contain a user name or password',
      'Create a pull Secret, and list it in imagePullSecrets',
    ],
  ],
  'file-path': [[{ kind: 'file-path' }, 'it is a file path', 'Correct the name']],
  'image-id': [
    [
      { kind: 'image-id' },
      'it is the ID of a local image, which registries do not know',
      'Use the name that the image was pushed with',
    ],
  ],
  blank: [
    [{ kind: 'blank', where: 'around', suggestion: 'nginx' }, 'whitespace before or after the name', 'Use nginx'],
    [{ kind: 'blank', where: 'inside' }, 'whitespace in the name', 'Correct the name'],
  ],
  quotes: [[{ kind: 'quotes' }, 'the name contains quotes', 'Correct the name']],
  backslash: [[{ kind: 'backslash' }, 'the name contains a backslash', 'Correct the name']],
  'invisible-character': [
    [
      { kind: 'invisible-character', codePoint: 'U+200B' },
      'the name contains the invisible character U+200B',
      'Correct the name',
    ],
  ],
  'non-ascii-character': [
    [
      { kind: 'non-ascii-character', character: '\u{43e}', codePoint: 'U+043E' },
      'the character U+043E only looks like an ASCII character',
      'Correct the name',
    ],
  ],
  'host-without-path': [
    [
      { kind: 'host-without-path', host: 'gcr.io' },
      'gcr.io is a registry without a repository',
      'Add the repository: gcr.io/PATH:TAG',
    ],
  ],
  'not-a-host': [[{ kind: 'not-a-host', host: '-gcr.io' }, '-gcr.io is not a valid host name', 'Correct the name']],
  'host-with-underscore': [
    [
      { kind: 'host-with-underscore', host: 'my_host.io' },
      'the host my_host.io contains an underscore',
      'Correct the name',
    ],
  ],
  'upper-case-first-part': [
    [
      { kind: 'upper-case-first-part', part: 'MyOrg', suggestion: 'myorg/app' },
      'MyOrg is read as a host because it contains upper case letters',
      'Use myorg/app',
    ],
  ],
  'port-not-a-number': [
    [{ kind: 'port-not-a-number', port: 'http' }, 'the port http is not a number', 'Correct the name'],
  ],
  'ipv6-without-brackets': [
    [{ kind: 'ipv6-without-brackets' }, 'an IPv6 address must be in brackets', 'Correct the name'],
  ],
  'not-an-ipv6-address': [
    [{ kind: 'not-an-ipv6-address', address: 'fe80::g' }, '[fe80::g] is not a valid IPv6 address', 'Correct the name'],
  ],
  'repeated-registry': [
    [
      { kind: 'repeated-registry', registry: 'docker.io', inner: 'ghcr.io' },
      'the name contains two registries, docker.io and ghcr.io',
      'Keep one registry',
    ],
  ],
  'empty-name': [[{ kind: 'empty-name' }, 'the name is empty', 'Set the name of an image']],
  'upper-case-path': [
    [
      { kind: 'upper-case-path', path: 'Team/App', suggestion: 'gcr.io/team/app' },
      'Team/App must be in lower case',
      'Use gcr.io/team/app',
    ],
  ],
  'misplaced-slash': [
    [{ kind: 'misplaced-slash', where: 'leading' }, 'the name has a leading slash', 'Correct the name'],
    [{ kind: 'misplaced-slash', where: 'double' }, 'the name has a double slash', 'Correct the name'],
    [{ kind: 'misplaced-slash', where: 'trailing' }, 'the name has a trailing slash', 'Correct the name'],
  ],
  'path-character': [
    [{ kind: 'path-character', character: '+' }, 'the character "+" is not allowed in a path', 'Correct the name'],
    [{ kind: 'path-character', character: '"' }, 'the character "\\"" is not allowed in a path', 'Correct the name'],
  ],
  'path-separator': [
    [
      { kind: 'path-separator', component: 'foo..bar' },
      'foo..bar contains a misplaced or repeated separator',
      'Correct the name',
    ],
  ],
  'path-too-long': [
    [{ kind: 'path-too-long', length: 300 }, 'a path of 300 characters is too long', 'Correct the name'],
  ],
  'slash-before-tag': [
    [
      { kind: 'slash-before-tag', tag: 'latest', suggestion: 'nginx:latest' },
      'a tag must follow a colon, not a slash',
      'Use nginx:latest',
    ],
  ],
  'empty-tag': [[{ kind: 'empty-tag', suggestion: 'nginx' }, 'the tag after the colon is empty', 'Use nginx']],
  'several-tags': [[{ kind: 'several-tags', tags: ['1', '2'] }, 'it has 2 tags', 'Correct the name']],
  'tag-character': [
    [{ kind: 'tag-character', character: '+' }, 'the character "+" is not allowed in a tag', 'Correct the name'],
  ],
  'tag-too-long': [
    [{ kind: 'tag-too-long', length: 129 }, 'a tag of 129 characters is longer than 128', 'Correct the name'],
  ],
  'tag-after-at': [
    [{ kind: 'tag-after-at', tag: '1', suggestion: 'nginx:1' }, 'a tag must follow a colon, not @', 'Use nginx:1'],
  ],
  'tag-after-digest': [
    [{ kind: 'tag-after-digest', tag: '1' }, 'the tag must come before the digest', 'Correct the name'],
  ],
  'digest-without-name': [
    [
      { kind: 'digest-without-name' },
      'it is a digest without an image name',
      'Use the name that the image was pushed with',
    ],
  ],
  'digest-without-algorithm': [
    [
      { kind: 'digest-without-algorithm', algorithm: 'sha256' },
      'the prefix sha256: is missing from the digest',
      'Correct the name',
    ],
  ],
  'digest-separator': [
    [{ kind: 'digest-separator' }, 'a digest must have the form name@algorithm:digits', 'Correct the name'],
  ],
  'empty-digest': [[{ kind: 'empty-digest' }, 'the digest after @ is empty', 'Copy the whole digest again']],
  'upper-case-digest': [[{ kind: 'upper-case-digest' }, 'a digest must be in lower case', 'Correct the name']],
  'digest-length': [
    [
      { kind: 'digest-length', algorithm: 'sha256', digits: 63, expected: 64 },
      'a sha256 digest must have 64 digits, but this one has 63',
      'Copy the whole digest again',
    ],
  ],
  'digest-character': [
    [
      { kind: 'digest-character', character: 'g' },
      'the character "g" is not a hexadecimal digit',
      'Copy the whole digest again',
    ],
  ],
  'unsupported-digest-algorithm': [
    [
      { kind: 'unsupported-digest-algorithm', algorithm: 'md5' },
      'md5 is not a supported digest algorithm',
      'Correct the name',
    ],
  ],
};

const badName = aFailedName('Nginx');

type KeyDifferenceCases = {
  readonly [K in KeyDifference['kind']]: readonly (readonly [Extract<KeyDifference, { readonly kind: K }>, string])[];
};
const keyDifferences: KeyDifferenceCases = {
  blank: [[{ kind: 'blank' }, 'it has whitespace at its start or end']],
  scheme: [[{ kind: 'scheme', scheme: 'HTTPS://' }, 'the kubelet does not remove HTTPS://']],
  case: [
    [{ kind: 'case', where: 'host' }, 'the host is case-sensitive'],
    [{ kind: 'case', where: 'path' }, 'the path is case-sensitive'],
  ],
  'trailing-dot': [[{ kind: 'trailing-dot' }, 'the host ends with a dot']],
  port: [
    [{ kind: 'port', inKey: '443' }, 'it has port 443, but the image has none'],
    [{ kind: 'port', inImage: '5000' }, 'it has no port, but the image has port 5000'],
    [{ kind: 'port', inKey: '443', inImage: '5000' }, 'it has port 443, but the image has port 5000'],
  ],
  glob: [
    [{ kind: 'glob', where: 'host' }, 'the wildcard in the host does not match'],
    [{ kind: 'glob', where: 'port' }, 'the wildcard in the port does not match'],
    [{ kind: 'glob', where: 'path' }, 'the wildcard in the path does not match'],
  ],
  'docker-hub-host': [
    [{ kind: 'docker-hub-host', host: 'hub.docker.com' }, 'the kubelet does not look up Docker Hub under this host'],
  ],
  'docker-hub-path': [[{ kind: 'docker-hub-path', path: '/library' }, 'the only path for Docker Hub is /v1/']],
  'version-without-slash': [
    [{ kind: 'version-without-slash', path: '/v1' }, '/v1 without a trailing slash is read as a repository path'],
  ],
  'trailing-slash': [[{ kind: 'trailing-slash' }, 'it ends with a slash']],
  'tag-or-digest': [[{ kind: 'tag-or-digest' }, 'a key cannot have a tag or digest']],
  'narrower-path': [
    [{ kind: 'narrower-path', inKey: 'gcr.io/team/one', inImage: 'gcr.io/team/two' }, 'it covers only gcr.io/team/one'],
  ],
};

type IgnoredCases = {
  readonly [K in IgnoredWhy['kind']]: readonly CaseOf<Extract<IgnoredWhy, { readonly kind: K }>>[];
};
const ignored: IgnoredCases = {
  'other-type': [
    [
      { kind: 'other-type', type: 'Opaque', holds: ['.dockerconfigjson'] },
      'the kubelet ignores pull Secret regcred because its type is Opaque',
      'Recreate the Secret with type kubernetes.io/dockerconfigjson, or remove it from spec.template.spec.imagePullSecrets and from the ServiceAccount',
    ],
  ],
  'key-missing': [
    [
      { kind: 'key-missing', key: '.dockerconfigjson' },
      'the kubelet ignores pull Secret regcred because it has no key .dockerconfigjson',
      'Put the docker config under the key .dockerconfigjson',
    ],
  ],
  'key-empty': [
    [
      { kind: 'key-empty', key: '.dockercfg' },
      'the kubelet ignores pull Secret regcred because its key .dockercfg is empty',
      'Put the docker config under the key .dockercfg',
    ],
  ],
};

type UnsupportedCases = {
  readonly [K in UnsupportedManifest['kind']]: readonly CaseOf<Extract<UnsupportedManifest, { readonly kind: K }>>[];
};
const unsupported: UnsupportedCases = {
  'schema-1': [
    [
      { kind: 'schema-1' },
      'containerd 2 does not pull schema 1 manifests',
      'Build the image with a current tool, and push it again',
    ],
  ],
  'media-type': [
    [
      { kind: 'media-type', mediaType: 'text/html' },
      'the media type text/html is not that of an image',
      'Use an image, or push the content as an image',
    ],
  ],
  'too-large': [
    [
      { kind: 'too-large', bytes: 5_000_000 },
      'the manifest has 5000000 bytes, but containerd accepts at most 4393216',
      'Build the image with fewer layers, entries or annotations',
    ],
  ],
  artifact: [
    [
      { kind: 'artifact', configType: 'application/vnd.cncf.helm.config.v1+json' },
      'the reference is an artifact (application/vnd.cncf.helm.config.v1+json), not a container image',
      'Use the image that the artifact belongs to',
    ],
  ],
  malformed: [
    [
      { kind: 'malformed', error: 'unexpected end of JSON input' },
      'containerd cannot use the manifest: unexpected end of JSON input',
      'Build the image with a current tool, and push it again',
    ],
  ],
  'other-content': [
    [
      { kind: 'other-content', error: 'failed size validation: 3 != 2: failed precondition', digest },
      'containerd cannot use the manifest: failed size validation: 3 != 2: failed precondition',
      `Check the digest and size that the registry announces for ${digest}`,
    ],
  ],
};

type UnreachableCause = FindingOf<'registry-unreachable'>['cause'];
const unreachable: { readonly [K in UnreachableCause]: Texts } = {
  dns: ['cannot resolve gcr.io', 'Correct the host, or add a DNS record for gcr.io'],
  connection: ['cannot connect to gcr.io', 'Check that the registry is running and that pullgate can reach it'],
  tls: [
    'cannot verify the TLS certificate of gcr.io',
    'Set the CA in registries[].ca for pullgate and in hosts.toml for the nodes',
  ],
  'plain-http': [
    'gcr.io answers HTTPS requests with plain HTTP',
    'Serve TLS, or set plainHttp: true for pullgate and an http:// server in hosts.toml for the nodes',
  ],
  proxy: [
    'the proxy does not connect pullgate to gcr.io',
    'Allow the registry in the proxy, or add it to egress.noProxy',
  ],
  timeout: ['gcr.io did not answer in time', 'Check whether the registry is slow, or raise limits.requestTimeout'],
  'host-configuration': [
    'cannot use the hosts.toml of the nodes for gcr.io',
    'Correct the hosts.toml of this registry',
  ],
};

const tokenObjections: Readonly<Record<TokenObjection, readonly [said: string, nextStep: string]>> = {
  'foreign-address': [
    'not examined: gcr.io names a token server at a private address, auth.example.com',
    'Add auth.example.com to egress.trustedTokenServers if you trust it',
  ],
  'unlisted-host': [
    'not examined: gcr.io names a token server that egress.registriesOnly does not allow, auth.example.com',
    'Add auth.example.com to egress.trustedTokenServers if you trust it',
  ],
  'other-server': [
    'not examined: gcr.io asks for the password at a different server, auth.example.com',
    'Add auth.example.com to egress.trustedTokenServers if you trust it',
  ],
  'plain-http': [
    'not examined: gcr.io uses a token server without TLS, auth.example.com',
    'Use TLS on the token server, and https:// in the realm of the registry',
  ],
  'user-info': [
    'not examined: gcr.io names a token server with a user name in its URL, auth.example.com',
    'Remove the user name from the realm of the registry',
  ],
  'unusual-url': [
    'not examined: gcr.io names a token server with a URL that programs may read differently, auth.example.com',
    'Use a plain https:// URL as the realm of the registry',
  ],
};

const registryErrors: { readonly [K in RegistryErrorCause['kind']]: readonly CaseOf<RegistryErrorCause>[] } = {
  vantage: [
    [
      { kind: 'vantage', status: 403 },
      'gcr.io appears to block the address of pullgate (status 403), but may allow nodes',
      'Run pullgate in the network of the nodes, or set skip: true for this registry',
    ],
  ],
  status: [
    [{ kind: 'status', status: 503 }, 'gcr.io answers with status 503', 'Retry when the registry has recovered'],
  ],
  'unproven-404': [
    [
      { kind: 'unproven-404' },
      'gcr.io answers 404 without an error document of a registry, so a proxy may have answered',
      'Check which server answers at this address, and whether the image name is correct',
    ],
  ],
  'unrepeated-404': [
    [
      { kind: 'unrepeated-404', again: 'throttled' },
      'gcr.io answers 404, but does not allow a second request now (429 Too Many Requests)',
      'Retry later',
    ],
    [
      { kind: 'unrepeated-404', again: 'out-of-time' },
      'gcr.io answers 404, which pullgate could not confirm before the deadline',
      'Retry',
    ],
    [
      { kind: 'unrepeated-404', again: 'failed' },
      'gcr.io answers 404 once, but does not confirm it to a second request',
      'Retry when the registry has recovered',
    ],
  ],
  unacceptable: [
    [
      { kind: 'unacceptable' },
      'gcr.io sends an answer that containerd or pullgate does not accept',
      'Check which server answers at this address',
    ],
  ],
  'digest-header': [
    [
      { kind: 'digest-header' },
      'gcr.io sends an invalid Docker-Content-Digest header',
      'Check which server answers at this address',
    ],
  ],
  'token-reply': [
    [
      { kind: 'token-reply' },
      'gcr.io has a token server that sends no token',
      'Check the token server of the registry',
    ],
  ],
  'unusable-challenge': [
    [
      { kind: 'unusable-challenge' },
      'gcr.io asks for an unsupported type of authentication',
      'Check which server answers at this address',
    ],
  ],
  'no-manifest': [
    [
      { kind: 'no-manifest', mediaType: 'text/html' },
      'gcr.io answers with text/html instead of a manifest',
      'Check whether a login page or a proxy answers at this address',
    ],
    [
      { kind: 'no-manifest', mediaType: '' },
      'gcr.io answers with no content type instead of a manifest',
      'Check whether a login page or a proxy answers at this address',
    ],
  ],
  contradiction: [
    [{ kind: 'contradiction' }, 'gcr.io answers 404 for a tag that it lists', 'Retry when the registry has recovered'],
  ],
  'unread-content': [
    [
      { kind: 'unread-content', digest },
      `gcr.io does not serve ${digest}, a part of the image`,
      'Retry when the registry has recovered',
    ],
  ],
};

const notRendered: readonly (readonly [because: NotRendered, ...Texts])[] = [
  [
    { kind: 'placeholder', placeholder: `\${TAG}` },
    `not examined: \${TAG} is a placeholder`,
    'Render the manifests first, and pipe the result to pullgate check -',
  ],
  [
    { kind: 'no-image' },
    'not examined: the container has no image',
    'Set the image, or check the complete manifest if this is only a part',
  ],
  [
    { kind: 'filled-in-by-controller' },
    'not examined: the container has no image, but its controller may set one',
    'Set partial: true for this kind in workloadKinds if its controller does',
  ],
  [
    { kind: 'replaced', kustomization: 'k8s/kustomization.yaml' },
    'not examined: k8s/kustomization.yaml replaces this image',
    'Run: kubectl kustomize k8s | pullgate check -',
  ],
];

const notExamined: { readonly [K in Extract<NotExamined, string>]: Texts } = {
  loopback: [
    'not examined: localhost:5000 is a loopback address, which means another host on each node',
    'Use a registry name that all nodes and pullgate can reach',
  ],
  skipped: [
    'not examined: the configuration of pullgate skips localhost:5000',
    'Set skip: false for this registry in the configuration of pullgate',
  ],
  injected: ['not examined: an injector replaces the image "auto" at admission', 'Check the Pod after the injection'],
  'unknown-endpoints': [
    'not examined: the hosts.toml for localhost:5000 refers to files that pullgate does not have',
    'Provide all files below nodes.hostsDir',
  ],
  'unusable-endpoints': [
    'not examined: the hosts.toml for localhost:5000 is invalid and fails all pulls',
    'Correct the hosts.toml',
  ],
  deadline: ['not examined: no answer before the deadline', 'Retry'],
  'password-limit': [
    'not examined: pullgate stopped after localhost:5000 refused 10 passwords of this user within 5 minutes',
    'Correct the passwords in the pull Secrets, and retry in 5 minutes',
  ],
  'credential-limit': [
    'not examined: pullgate stopped after localhost:5000 refused the first 16 credentials for this image',
    'Remove the entries that are not needed from the pull Secrets',
  ],
  'refused-address': [
    'not examined: pullgate does not connect to the address of localhost:5000',
    'Add it to egress.allow if the address is correct',
  ],
  'refused-port': [
    'not examined: pullgate does not connect to the port of localhost:5000 because registries do not use it',
    'Add the host with this port to egress.allow if the port is correct',
  ],
  'refused-redirect': [
    'not examined: localhost:5000 redirects to a host that pullgate contacts only if it is listed',
    'Add the host of the blobs of this registry to egress.allow if you trust it',
  ],
  'image-limit': [
    'not examined: a review covers only the first 256 images of a workload',
    'Examine the other images with pullgate check, which has no such limit',
  ],
  'too-large': [
    'not examined: an index, manifest or config of the image has more entries or levels than pullgate reads',
    'Build the image with fewer entries and levels',
  ],
  'foreign-content': [
    'not examined: parts of the image are outside of the registry',
    'Push all parts of the image to the registry',
  ],
};

const denied = {
  ...image,
  dropped: [],
  absentSecrets: [],
  unreadSecrets: [],
  hasPullSecrets: false,
  namespace: 'shop',
};

const byCode: CasesByCode = {
  'invalid-image-name': [
    [
      { parsed: badName },
      'is not a valid image name: invalid reference format: repository name (library/Nginx) must be lowercase',
      'Use the form [HOST[:PORT]/]PATH[:TAG][@DIGEST] with PATH in lower case',
    ],
    ...Object.values(slips)
      .flat()
      .map(
        ([slip, text, nextStep]) =>
          [{ parsed: badName, slip }, `is not a valid image name: ${text} (${badName.error})`, nextStep] as const,
      ),
  ],
  'manifest-not-found': [
    [
      { reference: aReference('nginx:latestt'), asked: ['registry-1.docker.io'], nearest: [] },
      'docker.io/library/nginx has no tag latestt',
      'Correct the name, or push the image',
    ],
    [
      { reference: aReference('nginx:latestt'), asked: ['registry-1.docker.io'], nearest: ['latest', '1.27'] },
      'docker.io/library/nginx has no tag latestt (nearest: latest, 1.27)',
      'Use nginx:latest, or push the missing tag',
    ],
    [
      { reference: aReference('localhost:5000/app'), asked: ['localhost:5000'], nearest: ['1'] },
      'localhost:5000/app has no tag latest, the default of names without a tag (nearest: 1)',
      'Use localhost:5000/app:1, or push the missing tag',
    ],
    [
      { reference: aReference(`nginx@${digest}`), asked: ['registry-1.docker.io'], nearest: [] },
      `docker.io/library/nginx has no manifest ${digest}`,
      'Correct the name, or push the image',
    ],
    [
      { reference: aReference('gcr.io/team/ap:1'), asked: ['gcr.io'], nearest: [], repositoryExists: false },
      'gcr.io has no repository team/ap',
      'Correct the name, or push the image',
    ],
    [
      { reference: aReference('nginx:1'), asked: ['mirror-a', 'mirror-b', 'registry-1.docker.io'], nearest: [] },
      'docker.io/library/nginx has no tag 1 (asked mirror-a, mirror-b and registry-1.docker.io)',
      'Correct the name, or push the image',
    ],
    [
      {
        reference: aReference('docker.io/ghcr.io/org/app:1'),
        asked: ['registry-1.docker.io'],
        nearest: [],
        slip: { kind: 'repeated-registry', registry: 'docker.io', inner: 'ghcr.io', suggestion: 'ghcr.io/org/app:1' },
      },
      'docker.io/ghcr.io/org/app has no tag 1 (the name contains two registries, docker.io and ghcr.io)',
      'Use ghcr.io/org/app:1',
    ],
  ],
  'access-denied': [
    [
      denied,
      'missing, or not visible without credentials: registry.example.com denies anonymous pulls of shop/cart',
      'Correct the name if it is mistyped. For a private image, add { name: regcred } to spec.template.spec.imagePullSecrets and run: kubectl create secret docker-registry regcred -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD',
    ],
    [
      { ...denied, registry: 'docker.io', repository: 'shop/cart' },
      'missing, or not visible without credentials: docker.io denies anonymous pulls of shop/cart',
      'Correct the name if it is mistyped. For a private image, add { name: regcred } to spec.template.spec.imagePullSecrets and run: kubectl create secret docker-registry regcred -n shop --docker-server=https://index.docker.io/v1/ --docker-username=USER --docker-password=PASSWORD',
    ],
    [
      { ...denied, absentSecrets: ['regcred', 'other'], unreadSecrets: [{ name: 'third', state: 'refused' }] },
      'missing, or not visible without credentials: registry.example.com denies anonymous pulls of shop/cart',
      'Run: kubectl create secret docker-registry regcred -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD',
    ],
    [
      { ...denied, unreadSecrets: [{ name: 'third', state: 'refused' }] },
      'missing, or not visible without credentials: registry.example.com denies anonymous pulls of shop/cart',
      'Allow pullgate to get Secret third in namespace shop',
    ],
    [
      { ...denied, dropped: [regcred] },
      'missing, or not visible without credentials: registry.example.com denies anonymous pulls of shop/cart (the entry of Secret shop/regcred (key registry.example.com) has no user name or no password and is not sent)',
      'Run: kubectl create secret docker-registry regcred -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD --dry-run=client -o yaml | kubectl replace --force -f -',
    ],
    [
      { ...denied, dropped: [nodeConfig] },
      "missing, or not visible without credentials: registry.example.com denies anonymous pulls of shop/cart (the entry of the nodes' /etc/pullgate/config.json (key registry.example.com) has no user name or no password and is not sent)",
      'Correct the name if it is mistyped. For a private image, add { name: regcred } to spec.template.spec.imagePullSecrets and run: kubectl create secret docker-registry regcred -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD',
    ],
    [
      { ...denied, slip: { kind: 'upper-case-first-part', part: 'MyOrg', suggestion: 'myorg/app' } },
      'missing, or not visible without credentials: registry.example.com denies anonymous pulls of shop/cart (MyOrg is read as a host because it contains upper case letters)',
      'Use myorg/app',
    ],
  ],
  'credentials-rejected': [
    [
      { ...image, tried: [regcred], acceptedLogin: false },
      'registry.example.com rejects the credentials of Secret shop/regcred (key registry.example.com)',
      'Run: kubectl create secret docker-registry regcred -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD --dry-run=client -o yaml | kubectl replace --force -f -',
    ],
    [
      { ...image, tried: [nodeConfig], acceptedLogin: false },
      "registry.example.com rejects the credentials of the nodes' /etc/pullgate/config.json (key registry.example.com)",
      'Correct the entry in the docker config of the nodes',
    ],
    [
      { ...image, tried: [{ source: 'plugin', name: 'ecr\n' }], acceptedLogin: false },
      'registry.example.com rejects the credentials of credential provider plugin ecr\\u{a}',
      'Grant the identity of the credential provider plugin the right to pull shop/cart',
    ],
    [
      { ...image, tried: [{ source: 'secret', name: 'bare', key: 'registry.example.com' }], acceptedLogin: false },
      'registry.example.com rejects the credentials of Secret bare (key registry.example.com)',
      'Run: kubectl create secret docker-registry bare -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD --dry-run=client -o yaml | kubectl replace --force -f -',
    ],
    [
      { ...image, tried: [regcred, nodeConfig], acceptedLogin: true },
      "registry.example.com accepts the login of Secret shop/regcred (key registry.example.com) and the nodes' /etc/pullgate/config.json (key registry.example.com) but does not allow it to pull shop/cart",
      'Grant this account the right to pull shop/cart',
    ],
  ],
  'pull-secret-undecodable': [
    [
      {
        secret: regcred,
        config: { kind: 'undecodable', error: 'unexpected end of JSON input', fault: { kind: 'syntax' } },
      },
      'the kubelet cannot decode Secret shop/regcred: unexpected end of JSON input',
      'Recreate Secret regcred, or remove it from spec.template.spec.imagePullSecrets and from the ServiceAccount',
    ],
    [
      { secret: regcred, unrendered: 'encrypted' },
      'the content of pull Secret shop/regcred is unknown because the Secret is encrypted in the input',
      'Decrypt the manifests first, and pipe the result to pullgate check -',
    ],
    [
      { secret: regcred, unrendered: 'template' },
      'the content of pull Secret shop/regcred is unknown because the Secret is a template in the input',
      'Render the manifests first, and pipe the result to pullgate check -',
    ],
  ],
  'pull-secret-not-found': [
    [
      { namespace: 'shop', name: 'regcred' },
      'the kubelet skips pull Secret regcred because it does not exist in namespace shop',
      'Create the Secret, or remove it from spec.template.spec.imagePullSecrets and from the ServiceAccount',
    ],
  ],
  'pull-secret-ignored': Object.values(ignored)
    .flat()
    .map(([why, said, nextStep]) => [{ secret: { name: 'regcred' }, why }, said, nextStep] as const),
  'pull-secret-no-match': [
    [
      { registry: 'gcr.io', secrets: [{ name: 'a' }] },
      'Secret a has no entry for gcr.io',
      'Add an entry with the key gcr.io to Secret a in namespace shop',
    ],
    [
      { registry: 'docker.io', secrets: [{ name: 'a' }, { namespace: 'shop', name: 'b' }] },
      'Secret a and Secret shop/b have no entry for docker.io',
      'Add an entry with the key https://index.docker.io/v1/ to Secret a in namespace shop',
    ],
    ...Object.values(keyDifferences)
      .flat()
      .map(
        ([difference, text]) =>
          [
            {
              registry: 'gcr.io',
              secrets: [{ name: 'a' }],
              nearMiss: { secret: { name: 'a' }, key: 'KEY', differences: [difference], matchingKey: 'gcr.io' },
            },
            `the key KEY of Secret a does not match: ${text}`,
            'Change the key to gcr.io',
          ] as const,
      ),
    [
      {
        registry: 'gcr.io',
        secrets: [{ name: 'a' }],
        nearMiss: {
          secret: { namespace: 'shop', name: 'a' },
          key: ' GCR.IO',
          differences: [{ kind: 'blank' }, { kind: 'case', where: 'host' }],
          matchingKey: 'gcr.io',
        },
      },
      'the key  GCR.IO of Secret shop/a does not match: it has whitespace at its start or end, the host is case-sensitive',
      'Change the key to gcr.io',
    ],
  ],
  'no-matching-platform': [
    [
      { offers: [linuxArm64, windows], wanted: [linuxAmd64] },
      'no match for platform in manifest: the image offers linux/arm64/v8 and windows/amd64, but the nodes need linux/amd64',
      'Build the image for linux/amd64, or use an image that supports it',
    ],
    [
      { offers: [], wanted: [linuxAmd64, linuxAmd64] },
      'no match for platform in manifest: no entry of the index names a platform, but the nodes need linux/amd64',
      'Build the image for linux/amd64, or use an image that supports it',
    ],
    [
      { offers: [linuxArm64], wanted: [] },
      'no match for platform in manifest: the image offers linux/arm64/v8, which fits none of the nodes',
      'Build the image for the platform of the nodes',
    ],
  ],
  'some-nodes-lack-platform': [
    [
      { offers: [linuxAmd64], lacking: [linuxArm64], suited: [linuxAmd64] },
      'no match for platform in manifest on candidate nodes: the image does not support linux/arm64/v8',
      'Add spec.template.spec.nodeSelector: { kubernetes.io/arch: amd64 }, or build the image also for linux/arm64/v8',
    ],
    [
      { offers: [linuxAmd64], lacking: [windows], suited: [linuxAmd64] },
      'no match for platform in manifest on candidate nodes: the image does not support windows/amd64',
      'Add spec.template.spec.nodeSelector: { kubernetes.io/os: linux }, or build the image also for windows/amd64',
    ],
    [
      { offers: [linuxAmd64], lacking: [linuxArm64, windows], suited: [linuxAmd64] },
      'no match for platform in manifest on candidate nodes: the image does not support linux/arm64/v8 and windows/amd64',
      'Build the image also for linux/arm64/v8 and windows/amd64',
    ],
    [
      { offers: [linuxAmd64], lacking: [linuxArm64], suited: [] },
      'no match for platform in manifest on candidate nodes: the image does not support linux/arm64/v8',
      'Build the image also for linux/arm64/v8',
    ],
  ],
  'wrong-architecture': [
    [
      { built: linuxArm64, wanted: [linuxAmd64] },
      'the image is built only for linux/arm64/v8 and fails on linux/amd64 with "exec format error"',
      'Build the image for linux/amd64',
    ],
  ],
  'unsupported-manifest': Object.values(unsupported)
    .flat()
    .map(([problem, said, nextStep]) => [{ problem }, said, nextStep] as const),
  'incomplete-image': (
    [
      ['root', 'the manifest that its HEAD answer announces'],
      ['manifest', 'a manifest of the index'],
      ['config', 'the config of the image'],
      ['layer', 'a layer of the image'],
    ] as const
  ).map(([missing, part]) => [
    { missing, descriptor: { mediaType: '', digest, size: 1, hasUrls: false } },
    `the registry lacks ${part}: ${digest} not found`,
    missing === 'root'
      ? 'Check the Docker-Content-Digest header that the registry sends, or push the image again'
      : 'Push the image again',
  ]),
  'never-pulled': [
    [
      {},
      'the pull policy is Never, but no candidate node reports the image',
      'Load the image onto the nodes, or set imagePullPolicy: IfNotPresent',
    ],
  ],
  'rate-limited': [
    [{ registry: 'docker.io' }, 'docker.io answers 429 Too Many Requests', 'Pull with credentials or through a mirror'],
    [
      { registry: 'docker.io', retryAfterMs: 850 },
      'docker.io answers 429 Too Many Requests (retry after 850 ms)',
      'Pull with credentials or through a mirror',
    ],
    [
      { registry: 'docker.io', retryAfterMs: 1000 },
      'docker.io answers 429 Too Many Requests (retry after 1 s)',
      'Pull with credentials or through a mirror',
    ],
    [
      { registry: 'docker.io', retryAfterMs: 41_500 },
      'docker.io answers 429 Too Many Requests (retry after 42 s)',
      'Pull with credentials or through a mirror',
    ],
    [
      { registry: 'docker.io', retryAfterMs: 120_001 },
      'docker.io answers 429 Too Many Requests (retry after 3 min)',
      'Pull with credentials or through a mirror',
    ],
    [
      { registry: 'docker.io', retryAfterMs: 21_600_000 },
      'docker.io answers 429 Too Many Requests (retry after 6 h)',
      'Pull with credentials or through a mirror',
    ],
    [
      { registry: 'docker.io', usedUp: { limit: 100, windowMs: 21_600_000 } },
      'docker.io announces that 0 of 100 pulls in 6 h are left, so the next pull gets 429 Too Many Requests',
      'Pull with credentials or through a mirror',
    ],
    [
      { registry: 'docker.io', usedUp: { limit: 100 }, retryAfterMs: 60_000 },
      'docker.io announces that 0 of 100 pulls are left, so the next pull gets 429 Too Many Requests (retry after 60 s)',
      'Pull with credentials or through a mirror',
    ],
  ],
  'rate-limit-low': [
    [
      { registry: 'docker.io', remaining: 9, limit: 100 },
      'docker.io allows 9 more of 100 pulls',
      'Pull with credentials or through a mirror',
    ],
    [
      { registry: 'docker.io', remaining: 9, limit: 100, spared: 'few-left' },
      'docker.io allows 9 more of 100 pulls, so pullgate did not read the image content',
      'Pull with credentials or through a mirror',
    ],
    [
      { registry: 'docker.io', remaining: 81, limit: 100, spared: 'pull-share' },
      'docker.io allows 81 more of 100 pulls, so pullgate did not read the image content (limits.pullShare)',
      'Pull with credentials or through a mirror, or raise limits.pullShare',
    ],
  ],
  'registry-unreachable': entriesOf(unreachable).map(([cause, [said, nextStep]]) => [
    { registry: 'gcr.io', cause },
    said,
    nextStep,
  ]),
  'registry-error': Object.values(registryErrors)
    .flat()
    .map(([cause, said, nextStep]) => [{ registry: 'gcr.io', cause }, said, nextStep] as const),
  'registry-not-examined': [
    ...entriesOf(notExamined).map(
      ([why, [said, nextStep]]) => [{ registry: 'localhost:5000', why }, said, nextStep] as const,
    ),
    ...notRendered.map(
      ([because, said, nextStep]) => [{ why: { kind: 'not-rendered', because } }, said, nextStep] as const,
    ),
    ...entriesOf(tokenObjections).map(
      ([objection, [said, nextStep]]) =>
        [
          { registry: 'gcr.io', why: { kind: 'foreign-token-server', tokenServer: 'auth.example.com', objection } },
          said,
          nextStep,
        ] as const,
    ),
  ],
  'mutable-tag-always-local': [
    [
      { tag: 'latest' },
      'with IfNotPresent each node keeps the first image it pulled for tag latest',
      'Pin a version or a digest, or set imagePullPolicy: Always',
    ],
  ],
  'needless-always': [
    [
      {},
      'the pull policy Always contacts the registry at every restart for a digest that cannot change',
      'Set imagePullPolicy: IfNotPresent',
    ],
  ],
  'unpinned-image': [
    [{}, 'the image has a tag but no digest, so it can change between pulls', 'Append @ and the digest of the image'],
    [{ digest }, 'the image has a tag but no digest, so it can change between pulls', `Append @${digest}`],
  ],
};

export const findingCases: readonly FindingCase[] = entriesOf(byCode).flatMap(([code, cases]) =>
  cases.map(([data, said, nextStep]) => ({ finding: aFinding({ code, ...data } as FindingDetail), said, nextStep })),
);

function entriesOf<K extends string, V>(record: Readonly<Record<K, V>>): readonly (readonly [K, V])[] {
  return Object.entries(record) as unknown as readonly (readonly [K, V])[];
}
