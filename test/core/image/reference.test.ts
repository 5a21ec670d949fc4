import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectFailedMessage, isTooLongForKubelet131, parseReference } from '../../../src/core/image/reference.ts';
import { effort } from '../../support/effort.ts';
import { anyText, validReference } from './reference-texts.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;

describe('parseReference', () => {
  test('a short name is a repository of Docker Hub, sent as written with the tag that was left out', () => {
    expect(parseReference('nginx')).toEqual({
      ok: true,
      reference: {
        kind: 'tagged',
        raw: 'nginx',
        name: 'docker.io/library/nginx',
        registry: 'docker.io',
        repository: 'library/nginx',
        tag: 'latest',
        sent: 'nginx:latest',
        pulled: 'docker.io/library/nginx:latest',
      },
    });
  });

  test('a digest is what is pulled, and the tag beside it is kept', () => {
    expect(parseReference(`ghcr.io:443/org/app:1@${digest}`)).toEqual({
      ok: true,
      reference: {
        kind: 'digested',
        raw: `ghcr.io:443/org/app:1@${digest}`,
        name: 'ghcr.io:443/org/app',
        registry: 'ghcr.io:443',
        repository: 'org/app',
        tag: '1',
        digest,
        sent: `ghcr.io:443/org/app:1@${digest}`,
        pulled: `ghcr.io:443/org/app@${digest}`,
      },
    });
  });

  test('a digest without tag implies none', () => {
    const parsed = parseReference(`nginx@${digest}`);

    expect(parsed.ok && 'tag' in parsed.reference).toBe(false);
  });

  test('a host that only containerd refuses leaves what the kubelet made of it', () => {
    expect(parseReference('[:]/app')).toEqual({
      ok: false,
      raw: '[:]/app',
      refusedBy: 'containerd',
      error:
        'parse "dummy://[:]/app:latest": invalid host: ParseAddr(":"): each colon-separated field must have at least one digit (at ":")',
      accepted: {
        kind: 'tagged',
        raw: '[:]/app',
        name: '[:]/app',
        tag: 'latest',
        sent: '[:]/app:latest',
        pulled: '[:]/app:latest',
      },
    });
  });

  test.each([
    ['Ex_ample.com/app', 'repository name must be lowercase'],
    ['quay.io/app:v\u{130}', 'repository name must be lowercase'],
    ['quay.io/\u{212a}', 'invalid reference format: repository name (\u{212a}) must be lowercase'],
    [`foo:1@SHA256:${'a'.repeat(64)}`, 'invalid checksum digest format'],
    [
      `foo@SHA256:${'a'.repeat(64)}`,
      'invalid reference format: repository name (library/foo@SHA256) must be lowercase',
    ],
    [`ex_a.com/${'b'.repeat(247)}`, 'repository name must not be more than 255 characters'],
    [`${'b'.repeat(256)}/c@md5:${'a'.repeat(32)}`, 'repository name must not be more than 255 characters'],
    [`foo@md5:${'a'.repeat(31)}`, 'invalid reference format'],
    ['constructor/__proto__', 'invalid reference format'],
    ['nginx\n', 'invalid reference format'],
  ])('refuses %j as the kubelet does', (raw, error) => {
    expect(parseReference(raw)).toEqual({ ok: false, raw, refusedBy: 'kubelet', error });
  });

  test('never throws, and keeps what was written', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const parsed = parseReference(raw);

        expect(parsed.ok ? parsed.reference.raw : parsed.raw).toBe(raw);
      }),
      { numRuns: effort(400, 2000) },
    );
  });

  test('what is pulled is its own normal form, and so is what is sent', () => {
    fc.assert(
      fc.property(validReference, (raw) => {
        const parsed = parseReference(raw);
        if (!parsed.ok) throw new Error(`${raw}: ${parsed.error}`);
        const { registry, repository, name, pulled, sent } = parsed.reference;

        expect(`${registry}/${repository}`).toBe(name);
        for (const again of [pulled, sent]) {
          const second = parseReference(again);
          expect(second.ok && second.reference).toMatchObject({ registry, repository, name, pulled, sent: again });
        }
      }),
      { numRuns: effort(400, 2000) },
    );
  });

  test('what is pulled has a tag or a digest, never both', () => {
    fc.assert(
      fc.property(validReference, (raw) => {
        const parsed = parseReference(raw);
        if (!parsed.ok) throw new Error(`${raw}: ${parsed.error}`);
        const { reference } = parsed;

        expect(reference.pulled.slice(reference.name.length)).toBe(
          reference.kind === 'digested' ? `@${reference.digest}` : `:${reference.tag}`,
        );
      }),
    );
  });
});

describe('hostile length', () => {
  const oneMegabyte = 1_000_000;
  const units = [
    'a',
    'A',
    '/',
    'a/',
    '.',
    'a.',
    '-',
    'a-',
    '_',
    '__',
    ':',
    '1:',
    '@',
    '[',
    '[:',
    'a:',
    '\u{130}',
    '"',
    '{{',
    '\0',
    '\u{d800}',
  ];
  const starts = ['', 'a.b/', '[', 'a.b:', 'a@sha256:'];
  const ends = ['', ']/a!'];

  test.each(units)('%j again and again is no reference', (unit) => {
    const filling = unit.repeat(effort(100_000, oneMegabyte) / unit.length);
    for (const start of starts) for (const end of ends) expect(parseReference(start + filling + end).ok).toBe(false);
  });
});

describe('inspectFailedMessage', () => {
  test.each([
    [
      'Nginx',
      `Failed to apply default image tag "Nginx": couldn't parse image name "Nginx": invalid reference format: repository name (library/Nginx) must be lowercase`,
    ],
    [
      '"nginx"\u{200b}',
      String.raw`Failed to apply default image tag "\"nginx\"\u200b": couldn't parse image name "\"nginx\"\u200b": invalid reference format`,
    ],
  ])('%j is reported as the kubelet does', (raw, message) => {
    const parsed = parseReference(raw);

    expect(!parsed.ok && inspectFailedMessage(parsed)).toBe(message);
  });
});

test.each([
  [`a.io/${'b'.repeat(250)}`, false],
  [`a.io/${'b'.repeat(251)}`, true],
  ['nginx', false],
])('kubelets up to 1.31 count the domain, too', (raw, isTooLong) => {
  const parsed = parseReference(raw);

  expect(parsed.ok && isTooLongForKubelet131(parsed.reference)).toBe(isTooLong);
});
