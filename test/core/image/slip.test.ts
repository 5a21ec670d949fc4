import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReference } from '../../../src/core/image/reference.ts';
import { writtenPartsOf } from '../../../src/core/image/slip/written-parts.ts';
import { type Slip, slipOf } from '../../../src/core/image/slip.ts';
import { effort } from '../../support/effort.ts';
import { anyText, nearMiss } from './reference-texts.ts';

const hex = 'a'.repeat(64);
const digest = `sha256:${hex}`;

type Example = readonly [image: string, slip: Slip];

/** At least one example of every kind: the compiler asks for it. */
const examples = {
  'unfilled-template': [
    ['{{ .Values.image }}', { kind: 'unfilled-template', placeholder: '{{ .Values.image }}' }],
    [`ghcr.io/org/app:\${TAG}`, { kind: 'unfilled-template', placeholder: `\${TAG}` }],
    ['$IMAGE', { kind: 'unfilled-template', placeholder: '$IMAGE' }],
    ['$(REGISTRY)/app', { kind: 'unfilled-template', placeholder: '$(REGISTRY)' }],
    ['app:{{ .Chart.AppVersion', { kind: 'unfilled-template', placeholder: '{{ .Chart.AppVersion' }],
    ['app:@VERSION@', { kind: 'unfilled-template', placeholder: '@VERSION@' }],
    ['<your-registry>/app', { kind: 'unfilled-template', placeholder: '<your-registry>' }],
  ],
  'unset-value': [
    ['app:<no value>', { kind: 'unset-value', value: '<no value>' }],
    ['TODO', { kind: 'unset-value', value: 'TODO' }],
    ['CHANGEME:1', { kind: 'unset-value', value: 'CHANGEME' }],
    ['app:%!s(<nil>)', { kind: 'unset-value', value: '%!s(<nil>)' }],
    ['undefined/app:1', { kind: 'unset-value', value: 'undefined' }],
    ['ghcr.io/org/app:null', { kind: 'unset-value', value: 'null' }],
  ],
  'pull-command': [['docker pull ghcr.io/org/app:1', { kind: 'pull-command', suggestion: 'ghcr.io/org/app:1' }]],
  'web-page': [
    [
      'https://hub.docker.com/_/nginx/tags?name=1',
      { kind: 'web-page', site: 'hub.docker.com', suggestion: 'docker.io/library/nginx' },
    ],
    ['hub.docker.com/r/org/app:1', { kind: 'web-page', site: 'hub.docker.com', suggestion: 'docker.io/org/app:1' }],
    ['quay.io/repository/org/app', { kind: 'web-page', site: 'quay.io', suggestion: 'quay.io/org/app' }],
    [
      'https://github.com/Org/repo/pkgs/container/app',
      { kind: 'web-page', site: 'github.com', suggestion: 'ghcr.io/org/app' },
    ],
    ['github.com/org/app:1', { kind: 'web-page', site: 'github.com', suggestion: 'ghcr.io/org/app:1' }],
    ['gitlab.com/a/b/c', { kind: 'web-page', site: 'gitlab.com', suggestion: 'registry.gitlab.com/a/b/c' }],
  ],
  'url-scheme': [
    ['https://gcr.io/foo', { kind: 'url-scheme', scheme: 'https', suggestion: 'gcr.io/foo' }],
    [
      `docker-pullable://nginx@${digest}`,
      { kind: 'url-scheme', scheme: 'docker-pullable', suggestion: `nginx@${digest}` },
    ],
    ['https://registry.example.com', { kind: 'url-scheme', scheme: 'https' }],
  ],
  'query-or-fragment': [['gcr.io/foo?tag=1', { kind: 'query-or-fragment' }]],
  'percent-encoding': [[`nginx%40${digest}`, { kind: 'percent-encoding', suggestion: `nginx@${digest}` }]],
  'user-info': [['me:secret@ghcr.io/org/app', { kind: 'user-info', suggestion: 'ghcr.io/org/app' }]],
  'file-path': [
    ['./nginx', { kind: 'file-path' }],
    ['C:\\images\\nginx', { kind: 'file-path' }],
    ['docker-archive:/tmp/x.tar', { kind: 'file-path' }],
  ],
  'image-id': [
    [hex, { kind: 'image-id' }],
    [hex.toUpperCase(), { kind: 'image-id' }],
  ],
  blank: [
    [' nginx\n', { kind: 'blank', where: 'around', suggestion: 'nginx' }],
    ['nginx:1\u{85}', { kind: 'blank', where: 'around', suggestion: 'nginx:1' }],
    ['nginx: 1', { kind: 'blank', where: 'inside', suggestion: 'nginx:1' }],
    ['nginx latest', { kind: 'blank', where: 'inside' }],
  ],
  quotes: [
    ['"nginx"', { kind: 'quotes', suggestion: 'nginx' }],
    ['“nginx:1”', { kind: 'quotes', suggestion: 'nginx:1' }],
  ],
  backslash: [
    ['ghcr.io\\org\\app', { kind: 'backslash', suggestion: 'ghcr.io/org/app' }],
    ['nginx\\:1', { kind: 'backslash', suggestion: 'nginx:1' }],
  ],
  'invisible-character': [
    ['ngi\u{200b}nx', { kind: 'invisible-character', codePoint: 'U+200B', suggestion: 'nginx' }],
    ['\u{feff}nginx', { kind: 'invisible-character', codePoint: 'U+FEFF', suggestion: 'nginx' }],
  ],
  'non-ascii-character': [
    ['my–app', { kind: 'non-ascii-character', character: '–', codePoint: 'U+2013', suggestion: 'my-app' }],
    ['nginx:１', { kind: 'non-ascii-character', character: '１', codePoint: 'U+FF11', suggestion: 'nginx:1' }],
    ['münchen.de/app', { kind: 'non-ascii-character', character: 'ü', codePoint: 'U+00FC' }],
    ['my😀', { kind: 'non-ascii-character', character: '😀', codePoint: 'U+1F600' }],
  ],
  'host-without-path': [
    ['registry.example.com', { kind: 'host-without-path', host: 'registry.example.com' }],
    ['localhost:5000', { kind: 'host-without-path', host: 'localhost:5000' }],
    ['10.0.0.5:5000', { kind: 'host-without-path', host: '10.0.0.5:5000' }],
    [`ghcr.io@${digest}`, { kind: 'host-without-path', host: 'ghcr.io' }],
    ['registry.example.com/', { kind: 'host-without-path', host: 'registry.example.com' }],
    ['ghcr.io/:1', { kind: 'host-without-path', host: 'ghcr.io' }],
    ['[::1]:5000', { kind: 'host-without-path', host: '[::1]:5000' }],
  ],
  'not-a-host': [
    ['*.example.com/app', { kind: 'not-a-host', host: '*.example.com' }],
    ['registry..io/app', { kind: 'not-a-host', host: 'registry..io' }],
    ['foo.com.:5000/bar', { kind: 'not-a-host', host: 'foo.com.:5000', suggestion: 'foo.com:5000/bar' }],
  ],
  'host-with-underscore': [['my_host:5000/app', { kind: 'host-with-underscore', host: 'my_host:5000' }]],
  'upper-case-first-part': [
    ['MyOrg/app:1', { kind: 'upper-case-first-part', part: 'MyOrg', suggestion: 'myorg/app:1' }],
    ['Docker.io/nginx', { kind: 'upper-case-first-part', part: 'Docker.io', suggestion: 'docker.io/nginx' }],
  ],
  'port-not-a-number': [
    ['example.com:port/app', { kind: 'port-not-a-number', port: 'port' }],
    ['example.com:/app', { kind: 'port-not-a-number', port: '' }],
  ],
  'ipv6-without-brackets': [['fe80::1/app', { kind: 'ipv6-without-brackets', suggestion: '[fe80::1]/app' }]],
  'not-an-ipv6-address': [['[1:2]:5000/app', { kind: 'not-an-ipv6-address', address: '1:2' }]],
  'repeated-registry': [
    [
      'quay.io/quay.io/org/app:1',
      { kind: 'repeated-registry', registry: 'quay.io', inner: 'quay.io', suggestion: 'quay.io/org/app:1' },
    ],
    [
      'docker.io/ghcr.io/org/app',
      { kind: 'repeated-registry', registry: 'docker.io', inner: 'ghcr.io', suggestion: 'ghcr.io/org/app' },
    ],
  ],
  'empty-name': [
    ['', { kind: 'empty-name' }],
    [':1', { kind: 'empty-name' }],
  ],
  'upper-case-path': [
    ['ghcr.io/Org/app:V1', { kind: 'upper-case-path', path: 'Org/app', suggestion: 'ghcr.io/org/app:V1' }],
    ['NGINX', { kind: 'upper-case-path', path: 'NGINX', suggestion: 'nginx' }],
  ],
  'misplaced-slash': [
    ['foo/', { kind: 'misplaced-slash', where: 'trailing', suggestion: 'foo' }],
    ['foo/:1', { kind: 'misplaced-slash', where: 'trailing', suggestion: 'foo:1' }],
    ['ghcr.io//app', { kind: 'misplaced-slash', where: 'double', suggestion: 'ghcr.io/app' }],
    ['/app', { kind: 'misplaced-slash', where: 'leading' }],
  ],
  'path-character': [['nginx,redis', { kind: 'path-character', character: ',' }]],
  'path-separator': [['org/foo..bar', { kind: 'path-separator', component: 'foo..bar' }]],
  'path-too-long': [
    ['b'.repeat(248), { kind: 'path-too-long', length: 248 }],
    [`a.io/${'b'.repeat(256)}`, { kind: 'path-too-long', length: 256 }],
  ],
  'slash-before-tag': [['nginx/latest', { kind: 'slash-before-tag', tag: 'latest', suggestion: 'nginx:latest' }]],
  'empty-tag': [
    ['foo:', { kind: 'empty-tag', suggestion: 'foo' }],
    [`foo:@${digest}`, { kind: 'empty-tag', suggestion: `foo@${digest}` }],
  ],
  'several-tags': [
    ['nginx:1:2', { kind: 'several-tags', tags: ['1', '2'] }],
    ['nginx::1', { kind: 'several-tags', tags: ['1'], suggestion: 'nginx:1' }],
    ['nginx:1:1', { kind: 'several-tags', tags: ['1', '1'], suggestion: 'nginx:1' }],
  ],
  'tag-character': [
    ['app:1.2+build', { kind: 'tag-character', character: '+' }],
    ['ghcr.io/app:feature/x', { kind: 'tag-character', character: '/' }],
    ['app:-1', { kind: 'tag-character', character: '-' }],
  ],
  'tag-too-long': [[`app:${'t'.repeat(129)}`, { kind: 'tag-too-long', length: 129 }]],
  'tag-after-at': [['nginx@1.25', { kind: 'tag-after-at', tag: '1.25', suggestion: 'nginx:1.25' }]],
  'tag-after-digest': [
    [`foo@${digest}:1`, { kind: 'tag-after-digest', tag: '1', suggestion: `foo:1@${digest}` }],
    [`foo:2@${digest}:1`, { kind: 'tag-after-digest', tag: '1', suggestion: `foo:2@${digest}` }],
  ],
  'digest-without-name': [
    [`@${digest}`, { kind: 'digest-without-name' }],
    [digest, { kind: 'digest-without-name' }],
  ],
  'digest-without-algorithm': [
    [`nginx@${hex}`, { kind: 'digest-without-algorithm', algorithm: 'sha256', suggestion: `nginx@${digest}` }],
  ],
  'digest-separator': [
    [`nginx:${digest}`, { kind: 'digest-separator', suggestion: `nginx@${digest}` }],
    [`nginx@sha256-${hex}`, { kind: 'digest-separator', suggestion: `nginx@${digest}` }],
  ],
  'empty-digest': [
    ['nginx@', { kind: 'empty-digest' }],
    ['nginx@sha256:', { kind: 'empty-digest' }],
  ],
  'upper-case-digest': [
    [`foo@sha256:${hex.toUpperCase()}`, { kind: 'upper-case-digest', suggestion: `foo@${digest}` }],
    [`foo@SHA256:${hex}`, { kind: 'upper-case-digest', suggestion: `foo@${digest}` }],
  ],
  'digest-length': [
    ['foo@sha256:abc', { kind: 'digest-length', algorithm: 'sha256', digits: 3, expected: 64 }],
    ['foo@0123456789ab', { kind: 'digest-length', algorithm: 'sha256', digits: 12, expected: 64 }],
  ],
  'digest-character': [[`foo@sha256:${'g'.repeat(64)}`, { kind: 'digest-character', character: 'g' }]],
  'unsupported-digest-algorithm': [
    [`foo@md5:${'a'.repeat(32)}`, { kind: 'unsupported-digest-algorithm', algorithm: 'md5' }],
  ],
} satisfies Record<Slip['kind'], readonly Example[]>;

describe.each(Object.entries(examples) as readonly [Slip['kind'], readonly Example[]][])('%s', (kind, rows) => {
  test.each(rows)('%s', (image, slip) => {
    expect(slip.kind).toBe(kind);
    expect(slipOf(parseReference(image))).toEqual(slip);
  });
});

test('mistakes that lie on one another are all taken away', () => {
  expect(slipOf(parseReference(' "https://ghcr.io//Org/app:"\n'))).toEqual({
    kind: 'blank',
    where: 'around',
    suggestion: 'ghcr.io/org/app',
  });
});

test.each([
  'nginx',
  'node.js',
  'foo.bar:1',
  'socket.io',
  'asp.net:8.0',
  'registry:5000',
  'my.app:2024',
  'com.acme.shop:8080',
  'com.acme.shop.io',
  'my_registry.lan/app',
  'mcr.microsoft.com/dotnet/sdk:8.0',
  'public.ecr.aws/docker/library/nginx:1.25',
  'registry.example.com/docker.io/library/nginx',
  'GHCR.io/org/app',
  'localhost/app',
  'localhost:v1',
  'myhost/app',
  `app:${hex}`,
  'gcr.io/latest',
  '1.25.3:alpine',
  `nginx:1@${digest}`,
])('%s is left alone', (image) => {
  expect(parseReference(image).ok).toBe(true);
  expect(slipOf(parseReference(image))).toBeUndefined();
});

describe('suggestions', () => {
  test('parse, differ from what was written, and hold no mistake', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const suggestion = slipOf(parseReference(raw))?.suggestion;
        fc.pre(suggestion !== undefined);
        const parsed = parseReference(suggestion);

        expect(suggestion).not.toBe(raw);
        expect(parsed.ok).toBe(true);
        expect(slipOf(parsed)).toBeUndefined();
      }),
      { numRuns: effort(200, 2000) },
    );
  });

  test('stay with the registry that was written', () => {
    fc.assert(
      fc.property(nearMiss, (raw) => {
        const { host, path } = writtenPartsOf(raw);
        const written = parseReference(`${host}/app`);
        const slip = slipOf(parseReference(raw));
        // A host of upper case without a dot is the mistake itself, and a dot in the path may be a second registry.
        fc.pre(host !== undefined && !path.includes('.') && slipOf(written) === undefined);
        fc.pre(slip?.suggestion !== undefined);
        const suggested = parseReference(slip.suggestion);

        expect(suggested.ok && suggested.reference.registry).toBe(written.ok && written.reference.registry);
      }),
      { numRuns: effort(80, 500) },
    );
  });
});

test.each(['a', ' ', '"', '{{', '%41', '/', ':', '@', '<', '\u{301}', 'a.', 'A', '((', '$('])(
  '%j hundreds of thousands of times is no typing mistake',
  (unit) => {
    const long = unit.repeat(effort(200_000, 1_000_000));
    for (const text of [long, `a/${long}`, `${long}/a`])
      expect(slipOf(parseReference(text))?.suggestion).toBeUndefined();
  },
);
