import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Generation } from '../../../src/core/content/puller.ts';
import { type HostSettings, parseHostsFile } from '../../../src/core/registry/hosts-file.ts';
import { effort } from '../../support/effort.ts';

const directory = '/etc/containerd/certs.d/quay.io';

function parse(text: string, generation: Generation = '2.3'): readonly HostSettings[] | undefined {
  return parseHostsFile(text, directory, { path: 'local', generation });
}

/** Hosts but the last, which is that of `server`. */
function hostsIn(text: string, generation: Generation = '2.3'): readonly string[] | undefined {
  return parse(text, generation)
    ?.slice(0, -1)
    .map((settings) => settings.host);
}

describe('which hosts are listed', () => {
  test.each<
    [name: string, text: string, since20: readonly string[] | undefined, before: readonly string[] | undefined]
  >([
    ['in file order', '[host."b"]\n[host."a"]\n[host."c"]', ['b', 'a', 'c'], ['b', 'a', 'c']],
    ['inline', 'host = {"b" = {}, "a" = {}}', [], ['b', 'a']],
    ['inline below a header', '[host]\n"a" = {}', [], ['a']],
    ['dotted', 'host."a".skip_verify = true', [], ['a']],
    ['a subtable after its host', '[host.a]\n[host.a.header]\n[host.b]', ['a', 'b'], ['a', 'b']],
    ['a subtable alone', '[host.a.header]', ['a'], ['a']],
    ['a subtable apart', '[host.a]\n[host.b]\n[host.a.header]', ['a', 'b', 'a'], ['a', 'b']],
    ['a subtable before its host', '[host.a.header]\n[host.b]\n[host.a]', ['a', 'b', 'a'], ['a', 'b']],
    ['other tables between', '[host.a]\n[other]\n[host.a.header]', ['a'], ['a']],
    ['other tables that hold the same', '[other.a]\n[host.b]', ['b'], ['b']],
    ['an array below a host', '[[host.a.x]]', [], ['a']],
    ['an array of hosts', '[[host.a]]', undefined, undefined],
    ['the empty name', '[host.""]', [], ['']],
    ['the empty name later', '[host.a]\n[host.""]', ['a', ''], ['a', '']],
    ['an address in brackets', '[host."http://[::1]:5000"]', ['[::1]:5000'], undefined],
    [
      'names that objects know',
      '[host.__proto__]\n[host.constructor]',
      ['__proto__', 'constructor'],
      ['__proto__', 'constructor'],
    ],
  ])('%s', (_name, text, since20, before) => {
    expect(hostsIn(text, '2.0')).toEqual(since20);
    expect(hostsIn(text, '2.4')).toEqual(since20);
    expect(hostsIn(text, '1.7')).toEqual(before);
  });

  test('every table lists its host once, in its place', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 8 });
    fc.assert(
      fc.property(names, (hosts) => {
        const text = hosts.map((host) => `[host."https://${host}"]\nskip_verify = true\n`).join('');
        expect(hostsIn(text)).toEqual(hosts);
        expect(hostsIn(text, '1.7')).toEqual(hosts);
      }),
    );
  });
});

describe('what makes a file unreadable', () => {
  const all: readonly Generation[] = ['1.7', '2.0', '2.1', '2.2', '2.3', '2.4'];
  const none: readonly Generation[] = [];
  const since20 = all.slice(1);
  const before20 = all.slice(0, 1);
  const before22 = all.slice(0, 3);
  const before24 = all.slice(0, 5);

  test.each<[text: string, unreadable: readonly Generation[]]>([
    ['server = 5', all],
    ['host = 5', all],
    ['host.a = 5', all],
    ['capabilities = "pull"', all],
    ['capabilities = ["pull", 1]', all],
    ['capabilities = ["explode"]', all],
    ['capabilities = ["referrers"]', before22],
    ['skip_verify = "true"', all],
    ['override_path = 1', all],
    ['header = ["x"]', all],
    ['header.x = 5', all],
    ['header.x.y = "1"', all],
    ['ca = 5', all],
    ['ca = [["a"]]', all],
    ['client = [[]]', all],
    ['client = [["a"]]', all],
    ['client = [["a", "b", "c"]]', all],
    ['client = [["a", 5]]', all],
    ['client = {}', all],
    ['dial_timeout = 5', since20],
    ['dial_timeout = "soon"', since20],
    ['server = "https://a b"', all],
    ['[host."https://a/%zz"]', all],
    // a host that is not listed must have the right types all the same, its values may be anything
    ['host.a.capabilities = 5', all],
    ['host.a.capabilities = ["explode"]', before20],
    // members are matched in any case, and before 2.0 in two
    ['Skip_Verify = "true"', since20],
    ['SKIP_VERIFY = "true"', all],
    ['header = {\n x = "1",\n}', before24],
    ['unknown = 5', none],
    ['[unknown]\nserver = 5', none],
  ])('%s: %j', (text, unreadable) => {
    expect(all.filter((generation) => parse(text, generation) === undefined)).toEqual(unreadable);
  });
});

test('reads all that can be said of a host', () => {
  const text = [
    '[host."https://Mirror.example.com:8443/hub"]',
    'capabilities = ["Resolve", "PULL"]',
    'ca = ["ca.crt", "../ca.crt", "/etc/ca.crt"]',
    'client = ["a.pem", ["b.cert", "/etc/b.key"]]',
    'skip_verify = false',
    'override_path = true',
    'dial_timeout = "3s"',
    '[host."https://Mirror.example.com:8443/hub".header]',
    'x-one = "1"',
    '__proto__ = ["2", "3"]',
  ].join('\n');

  expect(parse(text)?.[0]).toEqual({
    scheme: 'https',
    host: 'Mirror.example.com:8443',
    path: '/hub',
    capabilities: ['pull', 'resolve'],
    ca: [`${directory}/ca.crt`, '/etc/containerd/certs.d/ca.crt', '/etc/ca.crt'],
    client: [{ certificate: `${directory}/a.pem` }, { certificate: `${directory}/b.cert`, key: '/etc/b.key' }],
    skipVerify: false,
    headers: [
      ['x-one', ['1']],
      ['__proto__', ['2', '3']],
    ],
    hasDialTimeout: true,
  });
});

test('an empty list of roots is something said, one of client certificates is not', () => {
  const [settings] = parse('ca = []\nclient = []') ?? [];

  expect(settings?.ca).toEqual([]);
  expect(settings?.client).toBeUndefined();
});

test('reads whatever is not a hosts.toml as none, without an exception', () => {
  const part = fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '=',
    '.',
    ',',
    '\n',
    '#',
    ' ',
    'host',
    'a',
    'server',
    'ca',
    '1',
    '\\',
    '"""',
  );
  const anything = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(anything, fc.constantFrom('1.7' as const, '2.4' as const), (text, generation) => {
      expect([0, 1, 2, 3, 4, 5, 6, undefined]).toContain(hostsIn(text, generation)?.length);
    }),
    { numRuns: effort(400, 2000) },
  );
});
