import { describe, expect, test } from 'vitest';
import type { Puller } from '../../../src/core/content/puller.ts';
import { hostDirectoriesOf, loadHostDirectory, unconfigured } from '../../../src/core/registry/host-directory.ts';

const directory = '/certs.d/quay.io';
const containerd17: Puller = { generation: '1.7', path: 'local' };
const newest: Puller = { generation: '2.4', path: 'transfer' };

function loading(names: Readonly<Record<string, string>>, puller = newest) {
  return loadHostDirectory(directory, new Map([[directory, new Map(Object.entries(names))]]), puller);
}

test.each<readonly [string, readonly string[]]>([
  ['quay.io', ['quay.io', '_default']],
  ['quay.io:5000', ['quay.io_5000_', 'quay.io:5000', '_default']],
  [':5000', [':5000', '_default']],
])('the directories of %s', (registry, expected) => {
  expect(hostDirectoriesOf(registry)).toEqual(expected);
});

describe('a directory without hosts.toml', () => {
  test.each<readonly [string, readonly string[], object]>([
    ['nothing', [], {}],
    ['roots', ['a.crt', 'b.crt', 'crt'], { ca: [`${directory}/a.crt`, `${directory}/b.crt`] }],
    [
      'client certificates, with keys beside them or in them',
      ['a.cert', 'a.key', 'b.cert', 'c.cert.cert', 'c.cert.key', 'd.key'],
      {
        client: [
          { certificate: `${directory}/a.cert`, key: `${directory}/a.key` },
          { certificate: `${directory}/b.cert` },
          { certificate: `${directory}/c.cert.cert`, key: `${directory}/c.cert.key` },
        ],
      },
    ],
  ])('holds %s', (_name, names, expected) => {
    expect(loading(Object.fromEntries(names.map((name) => [name, ''])))).toEqual({
      kind: 'value',
      value: [{ ...unconfigured, ...expected }],
    });
  });
});

const fill = (size: number) => 'server = "https://a.test"\n#'.padEnd(size, 'x');

describe('a hosts.toml', () => {
  test('is read up to 64 KiB', () => {
    expect(loading({ 'hosts.toml': fill(65_536) })).toMatchObject({ kind: 'value', value: [{ host: 'a.test' }] });
    expect(loading({ 'hosts.toml': fill(65_537) })).toEqual({
      kind: 'unknown',
      reason: '/certs.d/quay.io/hosts.toml is longer than 65536 bytes',
    });
  });

  test('may begin with a byte order mark for containerd 1.7, which keeps those that stand elsewhere', () => {
    const text = '[host."https://a.test"]\n[host."https://a.test".header]\nx = "\u{feff}b"';
    const headers = [['x', ['\u{feff}b']]];

    expect(loading({ 'hosts.toml': text }, containerd17)).toMatchObject({ value: [{ host: 'a.test', headers }, {}] });
    expect(loading({ 'hosts.toml': `\u{feff}${text}` }, containerd17)).toMatchObject({
      value: [{ host: 'a.test', headers }, {}],
    });
  });

  test.each<readonly [string, object]>([
    ['skip_verify = true', { scheme: '', host: '', path: '', hasDialTimeout: false }],
    ['server = "https://a.test"', { scheme: 'https', host: 'a.test', path: '/v2', hasDialTimeout: false }],
    ['server = "a.test/v2/x"', { scheme: 'https', host: 'a.test', path: '/v2/x/v2', hasDialTimeout: false }],
    ['server = "a.test/x/v2"\ndial_timeout = "1s"', { host: 'a.test', path: '/x/v2', hasDialTimeout: true }],
  ])('%s', (text, expected) => {
    expect(loading({ 'hosts.toml': text })).toMatchObject({ kind: 'value', value: [expected] });
  });
});
