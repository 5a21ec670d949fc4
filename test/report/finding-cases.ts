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
      '{{ .Values.image }} was never filled in',
      'give the template a value for the image',
    ],
  ],
  'unset-value': [
    [
      { kind: 'unset-value', value: '<no value>' },
      '<no value> is what a template leaves where a value was missing',
      'give the template a value for the image',
    ],
  ],
  'pull-command': [[{ kind: 'pull-command', suggestion: 'nginx:1' }, 'it is a command, not an image', 'write nginx:1']],
  'web-page': [
    [
      { kind: 'web-page', site: 'Docker Hub', suggestion: 'nginx' },
      'it is the address of a page of Docker Hub, not of the image',
      'write nginx',
    ],
  ],
  'url-scheme': [
    [
      { kind: 'url-scheme', scheme: 'https', suggestion: 'gcr.io/team/app' },
      'https:// does not belong to the name',
      'write gcr.io/team/app',
    ],
  ],
  'query-or-fragment': [
    [{ kind: 'query-or-fragment' }, 'a query or fragment does not belong to the name', 'correct the name'],
  ],
  'percent-encoding': [[{ kind: 'percent-encoding' }, 'names are not percent-encoded', 'correct the name']],
  'user-info': [
    [
      { kind: 'user-info' },
      'user names and passwords belong to a pull Secret, not to the name',
      'create a pull Secret, and name it under imagePullSecrets',
    ],
  ],
  'file-path': [[{ kind: 'file-path' }, 'it is the path of a file', 'correct the name']],
  'image-id': [
    [
      { kind: 'image-id' },
      'it is the ID of a local image, which no registry knows',
      'write the name under which the image was pushed',
    ],
  ],
  blank: [
    [
      { kind: 'blank', where: 'around', suggestion: 'nginx' },
      'a blank stands before or behind the name',
      'write nginx',
    ],
    [{ kind: 'blank', where: 'inside' }, 'a blank stands in the name', 'correct the name'],
  ],
  quotes: [[{ kind: 'quotes' }, 'quotes became part of the name', 'correct the name']],
  backslash: [[{ kind: 'backslash' }, 'a backslash stands in the name', 'correct the name']],
  'invisible-character': [
    [
      { kind: 'invisible-character', codePoint: 'U+200B' },
      'the invisible character U+200B stands in the name',
      'correct the name',
    ],
  ],
  'non-ascii-character': [
    [
      { kind: 'non-ascii-character', character: '\u{43e}', codePoint: 'U+043E' },
      'the character U+043E looks like an ordinary one, but is none',
      'correct the name',
    ],
  ],
  'host-without-path': [
    [
      { kind: 'host-without-path', host: 'gcr.io' },
      'gcr.io is a registry without an image',
      'write the image behind it: gcr.io/PATH:TAG',
    ],
  ],
  'not-a-host': [[{ kind: 'not-a-host', host: '-gcr.io' }, '-gcr.io is no host name', 'correct the name']],
  'host-with-underscore': [
    [
      { kind: 'host-with-underscore', host: 'my_host.io' },
      'the host my_host.io holds an underscore',
      'correct the name',
    ],
  ],
  'upper-case-first-part': [
    [
      { kind: 'upper-case-first-part', part: 'MyOrg', suggestion: 'myorg/app' },
      'MyOrg is read as a host because of its upper case letters',
      'write myorg/app',
    ],
  ],
  'port-not-a-number': [
    [{ kind: 'port-not-a-number', port: 'http' }, 'the port http is not a number', 'correct the name'],
  ],
  'ipv6-without-brackets': [
    [{ kind: 'ipv6-without-brackets' }, 'an IPv6 address stands in brackets', 'correct the name'],
  ],
  'not-an-ipv6-address': [
    [{ kind: 'not-an-ipv6-address', address: 'fe80::g' }, '[fe80::g] is no IPv6 address', 'correct the name'],
  ],
  'repeated-registry': [
    [
      { kind: 'repeated-registry', registry: 'docker.io', inner: 'ghcr.io' },
      'ghcr.io stands behind docker.io',
      'write one registry only',
    ],
  ],
  'empty-name': [[{ kind: 'empty-name' }, 'the name is empty', 'write the name of an image']],
  'upper-case-path': [
    [
      { kind: 'upper-case-path', path: 'Team/App', suggestion: 'gcr.io/team/app' },
      'Team/App must be in lower case',
      'write gcr.io/team/app',
    ],
  ],
  'misplaced-slash': [
    [{ kind: 'misplaced-slash', where: 'leading' }, 'a leading slash stands in the name', 'correct the name'],
    [{ kind: 'misplaced-slash', where: 'double' }, 'a double slash stands in the name', 'correct the name'],
    [{ kind: 'misplaced-slash', where: 'trailing' }, 'a trailing slash stands in the name', 'correct the name'],
  ],
  'path-character': [
    [{ kind: 'path-character', character: '+' }, 'the character "+" is not allowed in a path', 'correct the name'],
    [{ kind: 'path-character', character: '"' }, 'the character "\\"" is not allowed in a path', 'correct the name'],
  ],
  'path-separator': [
    [
      { kind: 'path-separator', component: 'foo..bar' },
      'foo..bar holds separators where none, or fewer, may stand',
      'correct the name',
    ],
  ],
  'path-too-long': [
    [{ kind: 'path-too-long', length: 300 }, 'a path of 300 characters is too long', 'correct the name'],
  ],
  'slash-before-tag': [
    [
      { kind: 'slash-before-tag', tag: 'latest', suggestion: 'nginx:latest' },
      'a slash stands where the colon of the tag belongs',
      'write nginx:latest',
    ],
  ],
  'empty-tag': [
    [{ kind: 'empty-tag', suggestion: 'nginx' }, 'nothing stands behind the colon of the tag', 'write nginx'],
  ],
  'several-tags': [[{ kind: 'several-tags', tags: ['1', '2'] }, 'it has 2 tags', 'correct the name']],
  'tag-character': [
    [{ kind: 'tag-character', character: '+' }, 'the character "+" is not allowed in a tag', 'correct the name'],
  ],
  'tag-too-long': [
    [{ kind: 'tag-too-long', length: 129 }, 'a tag of 129 characters is longer than 128', 'correct the name'],
  ],
  'tag-after-at': [
    [
      { kind: 'tag-after-at', tag: '1', suggestion: 'nginx:1' },
      'behind @ stands a tag, which follows a colon',
      'write nginx:1',
    ],
  ],
  'tag-after-digest': [
    [{ kind: 'tag-after-digest', tag: '1' }, 'the tag stands behind the digest', 'correct the name'],
  ],
  'digest-without-name': [
    [
      { kind: 'digest-without-name' },
      'it is a digest without the name of an image',
      'write the name under which the image was pushed',
    ],
  ],
  'digest-without-algorithm': [
    [
      { kind: 'digest-without-algorithm', algorithm: 'sha256' },
      'sha256: is missing before the digest',
      'correct the name',
    ],
  ],
  'digest-separator': [[{ kind: 'digest-separator' }, 'a digest is written name@algorithm:digits', 'correct the name']],
  'empty-digest': [[{ kind: 'empty-digest' }, 'nothing stands behind @', 'copy the whole digest again']],
  'upper-case-digest': [[{ kind: 'upper-case-digest' }, 'a digest is written in lower case', 'correct the name']],
  'digest-length': [
    [
      { kind: 'digest-length', algorithm: 'sha256', digits: 63, expected: 64 },
      'a sha256 digest has 64 digits, this one has 63',
      'copy the whole digest again',
    ],
  ],
  'digest-character': [
    [
      { kind: 'digest-character', character: 'g' },
      'the character "g" is no hexadecimal digit',
      'copy the whole digest again',
    ],
  ],
  'unsupported-digest-algorithm': [
    [
      { kind: 'unsupported-digest-algorithm', algorithm: 'md5' },
      'md5 is no digest algorithm of images',
      'correct the name',
    ],
  ],
};

const badName = aFailedName('Nginx');

type KeyDifferenceCases = {
  readonly [K in KeyDifference['kind']]: readonly (readonly [Extract<KeyDifference, { readonly kind: K }>, string])[];
};
const keyDifferences: KeyDifferenceCases = {
  blank: [[{ kind: 'blank' }, 'a blank stands before or behind it']],
  scheme: [[{ kind: 'scheme', scheme: 'HTTPS://' }, 'HTTPS:// is not taken off']],
  case: [
    [{ kind: 'case', where: 'host' }, 'upper and lower case count in the host'],
    [{ kind: 'case', where: 'path' }, 'upper and lower case count in the path'],
  ],
  'trailing-dot': [[{ kind: 'trailing-dot' }, 'a dot stands behind the host']],
  port: [
    [{ kind: 'port', inKey: '443' }, 'it is for port 443, and the image names none'],
    [{ kind: 'port', inImage: '5000' }, 'it names no port, and the image is at port 5000'],
    [{ kind: 'port', inKey: '443', inImage: '5000' }, 'it is for port 443, and the image is at port 5000'],
  ],
  glob: [
    [{ kind: 'glob', where: 'host' }, 'a glob does not count in the host like this'],
    [{ kind: 'glob', where: 'port' }, 'a glob does not count in the port like this'],
    [{ kind: 'glob', where: 'path' }, 'a glob does not count in the path like this'],
  ],
  'docker-hub-host': [
    [{ kind: 'docker-hub-host', host: 'hub.docker.com' }, 'the kubelet does not look for Docker Hub under this host'],
  ],
  'docker-hub-path': [[{ kind: 'docker-hub-path', path: '/library' }, 'the entry of Docker Hub has no path but /v1/']],
  'version-without-slash': [
    [{ kind: 'version-without-slash', path: '/v1' }, '/v1 counts as a path without a slash behind it'],
  ],
  'trailing-slash': [[{ kind: 'trailing-slash' }, 'a slash stands behind it']],
  'tag-or-digest': [[{ kind: 'tag-or-digest' }, 'tags and digests do not belong to a key']],
  'narrower-path': [
    [
      { kind: 'narrower-path', inKey: 'gcr.io/team/one', inImage: 'gcr.io/team/two' },
      'it is for gcr.io/team/one alone',
    ],
  ],
};

type IgnoredCases = {
  readonly [K in IgnoredWhy['kind']]: readonly CaseOf<Extract<IgnoredWhy, { readonly kind: K }>>[];
};
const ignored: IgnoredCases = {
  'other-type': [
    [
      { kind: 'other-type', type: 'Opaque', holds: ['.dockerconfigjson'] },
      'the kubelet ignores pull Secret regcred, because its type is Opaque',
      'create it as type kubernetes.io/dockerconfigjson, or take it out of spec.template.spec.imagePullSecrets',
    ],
  ],
  'key-missing': [
    [
      { kind: 'key-missing', key: '.dockerconfigjson' },
      'the kubelet ignores pull Secret regcred, because it has no key .dockerconfigjson',
      'write the docker config under .dockerconfigjson',
    ],
  ],
  'key-empty': [
    [
      { kind: 'key-empty', key: '.dockercfg' },
      'the kubelet ignores pull Secret regcred, because its .dockercfg is empty',
      'write the docker config under .dockercfg',
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
      'is a schema 1 manifest, which containerd 2 no longer pulls',
      'push it again with a current tool',
    ],
  ],
  'media-type': [
    [
      { kind: 'media-type', mediaType: 'text/html' },
      'is of type text/html, which is no image',
      'name an image, or push it as one',
    ],
  ],
  'too-large': [
    [
      { kind: 'too-large', bytes: 5_000_000 },
      'its manifest has 5000000 bytes, more than containerd accepts (4393216)',
      'build it with fewer layers, entries or annotations',
    ],
  ],
  artifact: [
    [
      { kind: 'artifact', configType: 'application/vnd.cncf.helm.config.v1+json' },
      'is an artifact (application/vnd.cncf.helm.config.v1+json), not an image to be run',
      'name the image that belongs to it',
    ],
  ],
  malformed: [
    [
      { kind: 'malformed', error: 'unexpected end of JSON input' },
      'its manifest cannot be used: unexpected end of JSON input',
      'push it again with a current tool',
    ],
  ],
};

type UnreachableCause = FindingOf<'registry-unreachable'>['cause'];
const unreachable: { readonly [K in UnreachableCause]: Texts } = {
  dns: ['cannot find the registry: no address for gcr.io', 'correct the host, or make gcr.io resolve'],
  connection: [
    'cannot connect to the registry gcr.io',
    'see whether the registry runs and the network lets it be reached',
  ],
  tls: [
    'cannot trust the certificate of the registry gcr.io',
    'name its CA under registries[].ca, and give it to the nodes by hosts.toml',
  ],
  'plain-http': [
    'the registry gcr.io speaks plain HTTP where HTTPS is spoken',
    'serve TLS, or give nodes a hosts.toml with an http:// server and pullgate plainHttp: true',
  ],
  timeout: [
    'the registry gcr.io did not answer in time',
    'see whether the registry is slow, or raise limits.requestTimeout',
  ],
  proxy: [
    'the proxy does not connect pullgate to the registry gcr.io',
    'allow the registry at the proxy, or list it under egress.noProxy',
  ],
  'host-configuration': [
    'the host configuration of the nodes for gcr.io cannot be used',
    'correct the hosts.toml of this registry',
  ],
};

const tokenObjections: Readonly<Record<TokenObjection, readonly [said: string, nextStep: string]>> = {
  'foreign-address': [
    'not examined: gcr.io wants a token fetched from auth.example.com, another server at a private address',
    'name that host under egress.trustedTokenServers if it is trusted',
  ],
  'unlisted-host': [
    'not examined: gcr.io wants a token fetched from auth.example.com, and egress.registriesOnly permits only servers that are listed',
    'name that host under egress.trustedTokenServers if it is trusted',
  ],
  'other-server': [
    'not examined: gcr.io wants the password sent to auth.example.com, another server',
    'name that host under egress.trustedTokenServers if it is trusted',
  ],
  'plain-http': [
    'not examined: gcr.io wants a token fetched over plain HTTP from auth.example.com, another server',
    'let that server speak TLS, and the realm of the registry begin with https://',
  ],
  'user-info': [
    'not examined: gcr.io wants the password sent to auth.example.com by an address with a user name in it',
    'take the user name out of the realm of the registry',
  ],
  'unusual-url': [
    'not examined: gcr.io wants a token fetched from auth.example.com by an address that programs may read differently',
    'write the realm of the registry as a plain https:// address',
  ],
};

const registryErrors: { readonly [K in RegistryErrorCause['kind']]: readonly CaseOf<RegistryErrorCause>[] } = {
  vantage: [
    [
      { kind: 'vantage', status: 403 },
      'gcr.io refuses our address, it seems (403); nodes may be let in',
      'let pullgate ask from where the nodes ask, or skip this registry',
    ],
  ],
  status: [
    [
      { kind: 'status', status: 503 },
      'gcr.io answers with status 503, which proves nothing',
      'try again when the registry is well',
    ],
  ],
  'unproven-404': [
    [
      { kind: 'unproven-404' },
      'gcr.io answers 404, but not as a registry does: something before it may have answered',
      'see what serves this address, and whether the name is right',
    ],
  ],
  'unrepeated-404': [
    [
      { kind: 'unrepeated-404', again: 'throttled' },
      'gcr.io answers 404, but allows no second look now (429 Too Many Requests)',
      'try again later',
    ],
    [
      { kind: 'unrepeated-404', again: 'out-of-time' },
      'gcr.io answers 404, but the deadline came before a second look',
      'try again',
    ],
    [
      { kind: 'unrepeated-404', again: 'failed' },
      'gcr.io answers 404, and to a second look something else, or nothing',
      'try again when the registry is well',
    ],
  ],
  unacceptable: [
    [
      { kind: 'unacceptable' },
      'gcr.io gives an answer that containerd or pullgate does not accept',
      'see what serves this address',
    ],
  ],
  'digest-header': [[{ kind: 'digest-header' }, 'gcr.io sends a digest that is none', 'see what serves this address']],
  'token-reply': [
    [{ kind: 'token-reply' }, 'gcr.io has a token server whose reply holds no token', 'see what serves the tokens'],
  ],
  'unusable-challenge': [
    [
      { kind: 'unusable-challenge' },
      'gcr.io asks for a kind of login that is not known',
      'see what serves this address',
    ],
  ],
  'no-manifest': [
    [
      { kind: 'no-manifest', mediaType: 'text/html' },
      'gcr.io answers with text/html where a manifest should be',
      'see what serves this address: it may be a login page',
    ],
    [
      { kind: 'no-manifest', mediaType: '' },
      'gcr.io answers with no content type where a manifest should be',
      'see what serves this address: it may be a login page',
    ],
  ],
  contradiction: [
    [{ kind: 'contradiction' }, 'gcr.io answers 404 for a tag that it lists', 'try again when the registry is well'],
  ],
  'unread-content': [
    [
      { kind: 'unread-content', digest },
      `gcr.io does not give ${digest}, a part of the image`,
      'try again when the registry is well',
    ],
  ],
};

const notRendered: readonly (readonly [because: NotRendered, ...Texts])[] = [
  [
    { kind: 'placeholder', placeholder: `\${TAG}` },
    `not examined: \${TAG} is a placeholder`,
    'check what will be applied: render it first, and pipe it to pullgate check -',
  ],
  [
    { kind: 'no-image' },
    'not examined: the container has no image, which an API server refuses',
    'write the image; if this is a part of something, check what will be applied',
  ],
  [
    { kind: 'filled-in-by-controller' },
    'not examined: the container has no image; the controller of this kind may fill it in',
    'if it does, set partial: true for this kind in workloadKinds',
  ],
  [
    { kind: 'replaced', kustomization: 'k8s/kustomization.yaml' },
    'not examined: k8s/kustomization.yaml replaces this image',
    'check what will be applied: kubectl kustomize k8s | pullgate check -',
  ],
];

const notExamined: { readonly [K in Extract<NotExamined, string>]: Texts } = {
  loopback: [
    'not examined: localhost:5000 is each node itself, which cannot be asked from here',
    'use a name by which all nodes and pullgate reach the registry',
  ],
  skipped: ['not examined: localhost:5000 is skipped by the configuration', 'remove skip: true of this registry'],
  injected: ['not examined: "auto" is replaced by an injector at admission', 'check the Pod that comes of it'],
  'unknown-endpoints': [
    'not examined: the host configuration for localhost:5000 names files that were not given',
    'give all files below nodes.hostsDir',
  ],
  'unusable-endpoints': [
    'not examined: the host configuration for localhost:5000 does not parse; pulls fail on nodes that have it',
    'correct its hosts.toml',
  ],
  deadline: ['not examined: no answer before the deadline', 'try again; answers that came meanwhile are remembered'],
  'password-limit': [
    'not examined: localhost:5000 refused 10 passwords of this user within 5 minutes; another one could lock the account',
    'correct the passwords in the pull Secrets, and try again in 5 minutes',
  ],
  'credential-limit': [
    'not examined: more than 16 credentials are for this image, and localhost:5000 refused the first 16',
    'remove the entries that are not needed from the pull Secrets',
  ],
  'refused-address': [
    'not examined: the address of localhost:5000 is one that pullgate does not contact',
    'name it under egress.allow if it is right',
  ],
  'refused-port': [
    'not examined: the port of localhost:5000 is one that pullgate does not contact, since no registry uses it',
    'list the host with this port under egress.allow if it is right',
  ],
  'refused-redirect': [
    'not examined: localhost:5000 redirects to a host that pullgate does not contact unless it is listed',
    'list the host where this registry keeps its blobs under egress.allow if it is right',
  ],
  'image-limit': [
    'not examined: one review examines the first 256 images of a workload',
    'examine the others with pullgate check, which has no such limit',
  ],
  'too-large': [
    'not examined: an index, manifest or config of it has more entries or levels than pullgate reads',
    'build the image with fewer entries and levels',
  ],
  'foreign-content': [
    'not examined: parts of it come from addresses outside of the registry',
    'push all its parts to the registry',
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
      'is no image name: invalid reference format: repository name (library/Nginx) must be lowercase',
      'write [HOST[:PORT]/]PATH[:TAG][@DIGEST], PATH in lower case',
    ],
    ...Object.values(slips)
      .flat()
      .map(
        ([slip, text, nextStep]) =>
          [{ parsed: badName, slip }, `is no image name: ${text} (${badName.error})`, nextStep] as const,
      ),
  ],
  'manifest-not-found': [
    [
      { reference: aReference('nginx:latestt'), asked: ['registry-1.docker.io'], nearest: [] },
      'docker.io/library/nginx has no tag latestt',
      'correct the name, or push the image first',
    ],
    [
      { reference: aReference('nginx:latestt'), asked: ['registry-1.docker.io'], nearest: ['latest', '1.27'] },
      'docker.io/library/nginx has no tag latestt; nearest: latest, 1.27',
      'write nginx:latest, or push the tag first',
    ],
    [
      { reference: aReference('localhost:5000/app'), asked: ['localhost:5000'], nearest: ['1'] },
      'localhost:5000/app has no tag latest; nearest: 1',
      'write localhost:5000/app:1, or push the tag first',
    ],
    [
      { reference: aReference(`nginx@${digest}`), asked: ['registry-1.docker.io'], nearest: [] },
      `docker.io/library/nginx has no manifest ${digest}`,
      'correct the name, or push the image first',
    ],
    [
      { reference: aReference('gcr.io/team/ap:1'), asked: ['gcr.io'], nearest: [], repositoryExists: false },
      'gcr.io has no repository team/ap',
      'correct the name, or push the image first',
    ],
    [
      { reference: aReference('nginx:1'), asked: ['mirror-a', 'mirror-b', 'registry-1.docker.io'], nearest: [] },
      'docker.io/library/nginx has no tag 1 (asked mirror-a, mirror-b and registry-1.docker.io)',
      'correct the name, or push the image first',
    ],
    [
      {
        reference: aReference('docker.io/ghcr.io/org/app:1'),
        asked: ['registry-1.docker.io'],
        nearest: [],
        slip: { kind: 'repeated-registry', registry: 'docker.io', inner: 'ghcr.io', suggestion: 'ghcr.io/org/app:1' },
      },
      'docker.io/ghcr.io/org/app has no tag 1; ghcr.io stands behind docker.io',
      'write ghcr.io/org/app:1',
    ],
  ],
  'access-denied': [
    [
      denied,
      'missing, or not visible without credentials: registry.example.com refuses strangers shop/cart',
      'kubectl create secret docker-registry regcred -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD; then add spec.template.spec.imagePullSecrets: [{ name: regcred }]',
    ],
    [
      { ...denied, registry: 'docker.io', repository: 'shop/cart' },
      'missing, or not visible without credentials: docker.io refuses strangers shop/cart',
      'kubectl create secret docker-registry regcred -n shop --docker-server=https://index.docker.io/v1/ --docker-username=USER --docker-password=PASSWORD; then add spec.template.spec.imagePullSecrets: [{ name: regcred }]',
    ],
    [
      { ...denied, absentSecrets: ['regcred', 'other'], unreadSecrets: ['third'] },
      'missing, or not visible without credentials: registry.example.com refuses strangers shop/cart',
      'kubectl create secret docker-registry regcred -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD',
    ],
    [
      { ...denied, unreadSecrets: ['third'] },
      'missing, or not visible without credentials: registry.example.com refuses strangers shop/cart',
      'let pullgate see Secret third, or give it among the manifests',
    ],
    [
      { ...denied, dropped: [regcred] },
      'missing, or not visible without credentials: registry.example.com refuses strangers shop/cart; the entry of Secret shop/regcred, key registry.example.com has no user name or no password, so that it is not sent',
      'kubectl create secret docker-registry regcred -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD --dry-run=client -o yaml | kubectl apply -f -',
    ],
    [
      { ...denied, dropped: [nodeConfig] },
      "missing, or not visible without credentials: registry.example.com refuses strangers shop/cart; the entry of the nodes' /etc/pullgate/config.json, key registry.example.com has no user name or no password, so that it is not sent",
      'kubectl create secret docker-registry regcred -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD; then add spec.template.spec.imagePullSecrets: [{ name: regcred }]',
    ],
    [
      { ...denied, slip: { kind: 'upper-case-first-part', part: 'MyOrg', suggestion: 'myorg/app' } },
      'missing, or not visible without credentials: registry.example.com refuses strangers shop/cart; MyOrg is read as a host because of its upper case letters',
      'write myorg/app',
    ],
  ],
  'credentials-rejected': [
    [
      { ...image, tried: [regcred], acceptedLogin: false },
      'registry.example.com rejects the credentials of Secret shop/regcred, key registry.example.com',
      'kubectl create secret docker-registry regcred -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD --dry-run=client -o yaml | kubectl apply -f -',
    ],
    [
      { ...image, tried: [nodeConfig], acceptedLogin: false },
      "registry.example.com rejects the credentials of the nodes' /etc/pullgate/config.json, key registry.example.com",
      "correct the entry in the nodes' docker config",
    ],
    [
      { ...image, tried: [{ source: 'plugin', name: 'ecr\n' }], acceptedLogin: false },
      'registry.example.com rejects the credentials of provider plugin ecr\\u{a}',
      'give the identity for which the provider plugin asks the right to pull it',
    ],
    [
      { ...image, tried: [{ source: 'secret', name: 'bare', key: 'registry.example.com' }], acceptedLogin: false },
      'registry.example.com rejects the credentials of Secret bare, key registry.example.com',
      'kubectl create secret docker-registry bare -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD --dry-run=client -o yaml | kubectl apply -f -',
    ],
    [
      { ...image, tried: [regcred, nodeConfig], acceptedLogin: true },
      "registry.example.com knows the login of Secret shop/regcred, key registry.example.com and the nodes' /etc/pullgate/config.json, key registry.example.com, but does not let it pull shop/cart",
      'give that account the right to pull shop/cart',
    ],
  ],
  'pull-secret-undecodable': [
    [
      {
        secret: regcred,
        config: { kind: 'undecodable', error: 'unexpected end of JSON input', fault: { kind: 'syntax' } },
      },
      'the kubelet cannot decode Secret shop/regcred: unexpected end of JSON input',
      'write that Secret anew, or take it out of spec.template.spec.imagePullSecrets and its ServiceAccount',
    ],
    [
      { secret: regcred, unrendered: 'encrypted' },
      'pull Secret shop/regcred is encrypted in the input: what it holds is not known',
      'check what will be applied: pipe the decrypted manifests to pullgate check -',
    ],
    [
      { secret: regcred, unrendered: 'template' },
      'pull Secret shop/regcred is a template in the input: what it will hold is not known',
      'check what will be applied: render it first, and pipe it to pullgate check -',
    ],
  ],
  'pull-secret-not-found': [
    [
      { namespace: 'shop', name: 'regcred' },
      'pull Secret regcred does not exist in namespace shop; the kubelet goes on without it',
      'create the Secret, or take it out of spec.template.spec.imagePullSecrets and its ServiceAccount',
    ],
  ],
  'pull-secret-ignored': Object.values(ignored)
    .flat()
    .map(([why, said, nextStep]) => [{ secret: { name: 'regcred' }, why }, said, nextStep] as const),
  'pull-secret-no-match': [
    [
      { registry: 'gcr.io', secrets: [{ name: 'a' }] },
      'Secret a has no entry for gcr.io',
      'add an entry for it to Secret a in namespace shop: gcr.io',
    ],
    [
      { registry: 'docker.io', secrets: [{ name: 'a' }, { namespace: 'shop', name: 'b' }] },
      'Secret a and Secret shop/b have no entry for docker.io',
      'add an entry for it to Secret a in namespace shop: https://index.docker.io/v1/',
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
            `Secret a has the key KEY, which does not match: ${text}`,
            'write the key as gcr.io',
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
      'Secret shop/a has the key  GCR.IO, which does not match: a blank stands before or behind it, upper and lower case count in the host',
      'write the key as gcr.io',
    ],
  ],
  'no-matching-platform': [
    [
      { offers: [linuxArm64, windows], wanted: [linuxAmd64] },
      'no match for platform in manifest: nothing for the nodes (linux/amd64); it offers linux/arm64/v8 and windows/amd64',
      'build it for linux/amd64, or choose an image that has it',
    ],
    [
      { offers: [], wanted: [linuxAmd64, linuxAmd64] },
      'no match for platform in manifest: nothing for the nodes (linux/amd64); its entries name no platform',
      'build it for linux/amd64, or choose an image that has it',
    ],
    [
      { offers: [linuxArm64], wanted: [] },
      'no match for platform in manifest: nothing for the nodes; it offers linux/arm64/v8',
      'build the image for the nodes',
    ],
  ],
  'some-nodes-lack-platform': [
    [
      { offers: [linuxAmd64], lacking: [linuxArm64], suited: [linuxAmd64] },
      'no match for platform in manifest on candidate nodes: nothing for linux/arm64/v8',
      'add spec.template.spec.nodeSelector: { kubernetes.io/arch: amd64 }, or build it for linux/arm64/v8, too',
    ],
    [
      { offers: [linuxAmd64], lacking: [windows], suited: [linuxAmd64] },
      'no match for platform in manifest on candidate nodes: nothing for windows/amd64',
      'add spec.template.spec.nodeSelector: { kubernetes.io/os: linux }, or build it for windows/amd64, too',
    ],
    [
      { offers: [linuxAmd64], lacking: [linuxArm64, windows], suited: [linuxAmd64] },
      'no match for platform in manifest on candidate nodes: nothing for linux/arm64/v8 and windows/amd64',
      'build it for linux/arm64/v8 and windows/amd64, too',
    ],
    [
      { offers: [linuxAmd64], lacking: [linuxArm64], suited: [] },
      'no match for platform in manifest on candidate nodes: nothing for linux/arm64/v8',
      'build it for linux/arm64/v8, too',
    ],
  ],
  'wrong-architecture': [
    [
      { built: linuxArm64, wanted: [linuxAmd64] },
      'is built for linux/arm64/v8 alone; on linux/amd64 it ends with "exec format error"',
      'build it for linux/amd64',
    ],
  ],
  'unsupported-manifest': Object.values(unsupported)
    .flat()
    .map(([problem, said, nextStep]) => [{ problem }, said, nextStep] as const),
  'incomplete-image': (
    [
      ['root', 'the manifest that it names for this image'],
      ['manifest', 'a manifest of its index'],
      ['config', 'its config'],
      ['layer', 'its layer'],
    ] as const
  ).map(([missing, part]) => [
    { missing, descriptor: { mediaType: '', digest, size: 1, hasUrls: false } },
    `the registry has lost ${part}: ${digest} not found`,
    'push the image again',
  ]),
  'never-pulled': [
    [
      {},
      'the pull policy is Never and no candidate node reports the image',
      'bring the image to the nodes, or set imagePullPolicy: IfNotPresent in spec.template.spec',
    ],
  ],
  'rate-limited': [
    [
      { registry: 'docker.io' },
      'docker.io answers 429 Too Many Requests',
      'pull with credentials or through a mirror; nodes may be limited, too',
    ],
    [
      { registry: 'docker.io', retryAfterMs: 850 },
      'docker.io answers 429 Too Many Requests; it says to come back in 850 ms',
      'pull with credentials or through a mirror; nodes may be limited, too',
    ],
    [
      { registry: 'docker.io', retryAfterMs: 1000 },
      'docker.io answers 429 Too Many Requests; it says to come back in 1 s',
      'pull with credentials or through a mirror; nodes may be limited, too',
    ],
    [
      { registry: 'docker.io', retryAfterMs: 41_500 },
      'docker.io answers 429 Too Many Requests; it says to come back in 42 s',
      'pull with credentials or through a mirror; nodes may be limited, too',
    ],
    [
      { registry: 'docker.io', retryAfterMs: 120_001 },
      'docker.io answers 429 Too Many Requests; it says to come back in 3 min',
      'pull with credentials or through a mirror; nodes may be limited, too',
    ],
    [
      { registry: 'docker.io', retryAfterMs: 21_600_000 },
      'docker.io answers 429 Too Many Requests; it says to come back in 6 h',
      'pull with credentials or through a mirror; nodes may be limited, too',
    ],
    [
      { registry: 'docker.io', usedUp: { limit: 100, windowMs: 21_600_000 } },
      'docker.io says that 0 of 100 pulls in 6 h are left, so the next pull gets 429 Too Many Requests',
      'pull with credentials or through a mirror; nodes may be limited, too',
    ],
    [
      { registry: 'docker.io', usedUp: { limit: 100 }, retryAfterMs: 60_000 },
      'docker.io says that 0 of 100 pulls are left, so the next pull gets 429 Too Many Requests; it says to come back in 60 s',
      'pull with credentials or through a mirror; nodes may be limited, too',
    ],
  ],
  'rate-limit-low': [
    [
      { registry: 'docker.io', remaining: 9, limit: 100 },
      'docker.io allows 9 more of 100 pulls',
      'pull with credentials or through a mirror',
    ],
    [
      { registry: 'docker.io', remaining: 9, limit: 100, spared: 'few-left' },
      'docker.io allows 9 more of 100 pulls; the content of the image was not read, to spare them',
      'pull with credentials or through a mirror',
    ],
    [
      { registry: 'docker.io', remaining: 81, limit: 100, spared: 'pull-share' },
      'docker.io allows 81 more of 100 pulls; the content of the image was not read, to stay below limits.pullShare',
      'pull with credentials or through a mirror, or raise limits.pullShare',
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
      'tag latest may move, but IfNotPresent keeps what a node pulled first: nodes may run different images',
      'pin a version or a digest, or set imagePullPolicy: Always',
    ],
  ],
  'needless-always': [
    [
      {},
      'a digest cannot change, yet with Always every restart depends on the registry',
      'set imagePullPolicy: IfNotPresent',
    ],
  ],
  'unpinned-image': [
    [
      {},
      'a tag without a digest: what runs is what the tag points to when a node pulls it',
      'append @ and the digest of the image',
    ],
    [
      { digest },
      'a tag without a digest: what runs is what the tag points to when a node pulls it',
      `append @${digest}`,
    ],
  ],
};

export const findingCases: readonly FindingCase[] = entriesOf(byCode).flatMap(([code, cases]) =>
  cases.map(([data, said, nextStep]) => ({ finding: aFinding({ code, ...data } as FindingDetail), said, nextStep })),
);

function entriesOf<K extends string, V>(record: Readonly<Record<K, V>>): readonly (readonly [K, V])[] {
  return Object.entries(record) as unknown as readonly (readonly [K, V])[];
}
