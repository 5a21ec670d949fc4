import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openNames } from '../../../src/sources/registry/names.ts';
import { makeManualClock } from '../../support/clock.ts';
import { addresses, type DnsAnswer, type DnsQuestion, startDns } from '../../support/dns-server.ts';

const none: DnsAnswer = { kind: 'addresses', addresses: [], ttl: 30 };

async function resolving(answer: (question: DnsQuestion) => DnsAnswer, etcHosts = '') {
  const dns = await startDns(answer);
  const clock = makeManualClock();
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const etcHostsPath = join(directory, 'hosts');
  await writeFile(etcHostsPath, etcHosts);
  return { dns, clock, etcHostsPath, resolve: openNames({ clock, dnsServers: [dns.address], etcHostsPath }) };
}

describe('DNS', () => {
  test('answers with the addresses of both families, IPv4 first', async () => {
    const { resolve, dns } = await resolving(addresses(['2001:db8::1', '192.0.2.1', '192.0.2.2']));

    expect(await resolve('Registry.Example.COM.')).toEqual(['192.0.2.1', '192.0.2.2', '2001:db8::1']);
    expect(dns.questions.map(({ name, type }) => `${name} ${type}`).toSorted()).toEqual([
      'registry.example.com A',
      'registry.example.com AAAA',
    ]);
  });

  test.each<[string, DnsAnswer]>([
    ['NXDOMAIN', { kind: 'code', code: 'NXDOMAIN' }],
    ['SERVFAIL', { kind: 'code', code: 'SERVFAIL' }],
    ['REFUSED', { kind: 'code', code: 'REFUSED' }],
    ['no records', none],
  ])('%s means no addresses, and each family is asked once', async (_name, answer) => {
    const { resolve, dns } = await resolving(() => answer);

    expect(await resolve('registry.example.com')).toEqual([]);
    expect(dns.questions).toHaveLength(2);
  });

  test.each(['', '.', 'a..b', `${'a'.repeat(64)}.test`, 'a.'.repeat(200)])('%j is no name', async (name) => {
    const { resolve } = await resolving(() => none);

    expect(await resolve(name)).toEqual([]);
  });

  test('a family that fails does not hide the other', async () => {
    const { resolve } = await resolving((question) =>
      question.type === 'A' ? { kind: 'code', code: 'SERVFAIL' } : addresses(['2001:db8::1'])(question),
    );

    expect(await resolve('registry.example.com')).toEqual(['2001:db8::1']);
  });

  test('a family that is silent is not waited for when the other has answered', async () => {
    const { resolve, clock } = await resolving((question) =>
      question.type === 'AAAA' ? { kind: 'silence' } : addresses(['192.0.2.1'])(question),
    );
    const resolved = resolve('registry.example.com');

    // A second for all, and from the first answer on a tenth of it for the other family.
    await expect.poll(clock.waiting).toEqual([1_000, 100]);
    clock.advance(100);
    expect(await resolved).toEqual(['192.0.2.1']);
  });

  test('silence ends', async () => {
    const { resolve, clock } = await resolving(() => ({ kind: 'silence' }));
    const resolved = resolve('registry.example.com');

    await expect.poll(clock.waiting).toEqual([1_000]);
    clock.advance(1_000);
    expect(await resolved).toEqual([]);
  });

  test('answers are kept as long as they say, and at most a minute', async () => {
    const { resolve, dns, clock } = await resolving(({ name, type }) =>
      type === 'A' ? { kind: 'addresses', addresses: ['192.0.2.1'], ttl: name === 'short.test' ? 5 : 86_400 } : none,
    );

    for (const afterMs of [0, 4999, 1, 54_999, 1]) {
      clock.advance(afterMs);
      await Promise.all([resolve('short.test'), resolve('long.test')]);
    }
    const asked = (name: string) => dns.questions.filter((question) => question.name === name && question.type === 'A');
    expect(asked('short.test')).toHaveLength(3);
    expect(asked('long.test')).toHaveLength(2);
  });

  test('an answer that says zero is not kept', async () => {
    const { resolve, dns } = await resolving(addresses(['192.0.2.1'], 0));

    await resolve('registry.example.com');
    await resolve('registry.example.com');
    expect(dns.questions).toHaveLength(4);
  });

  test('the same name is asked once at a time', async () => {
    const { resolve, dns } = await resolving(addresses(['192.0.2.1'], 0));

    await Promise.all(Array.from({ length: 50 }, () => resolve('registry.example.com')));
    expect(dns.questions).toHaveLength(2);
  });
});

describe('/etc/hosts', () => {
  const text = `
127.0.0.1\tlocalhost localhost.localdomain
::1 localhost # both families
192.0.2.7   Registry.Example.Com  alias
192.0.2.8 registry.example.com
#192.0.2.9 commented.test
fe80::1%eth0 zone.test
300.1.1.1 invalid.test
192.0.2.10
__proto__ constructor`;

  test.each([
    ['registry.example.com', ['192.0.2.7', '192.0.2.8']],
    ['ALIAS.', ['192.0.2.7']],
    ['localhost', ['127.0.0.1', '::1']],
  ])('lists %s', async (name, expected) => {
    const { resolve, dns } = await resolving(() => none, text);

    expect(await resolve(name)).toEqual(expected);
    expect(dns.questions).toEqual([]);
  });

  test.each(['commented.test', 'zone.test', 'invalid.test', 'constructor', '__proto__'])(
    'does not list %s',
    async (name) => {
      const { resolve, dns } = await resolving(() => none, text);

      expect(await resolve(name)).toEqual([]);
      expect(dns.questions).toHaveLength(2);
    },
  );

  test('is read again after a while', async () => {
    const { resolve, clock, etcHostsPath } = await resolving(() => none, '192.0.2.1 registry.test');

    expect(await resolve('registry.test')).toEqual(['192.0.2.1']);
    await writeFile(etcHostsPath, '192.0.2.2 registry.test');
    clock.advance(4999);
    expect(await resolve('registry.test')).toEqual(['192.0.2.1']);
    clock.advance(1);
    expect(await resolve('registry.test')).toEqual(['192.0.2.2']);
  });
});
