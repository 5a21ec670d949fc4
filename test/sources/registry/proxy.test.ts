import { describe, expect, onTestFinished, test } from 'vitest';
import type { ProxyServer } from '../../../src/core/egress/proxy.ts';
import { systemTls } from '../../../src/core/registry/endpoint.ts';
import { type Dialled, makeDial, type Target } from '../../../src/sources/registry/dial.ts';
import { makeKeys } from '../../../src/sources/registry/keys.ts';
import { openNames } from '../../../src/sources/registry/names.ts';
import { openSecureContexts } from '../../../src/sources/registry/secure-contexts.ts';
import { openEgress } from '../../support/carriers.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { makeManualClock } from '../../support/clock.ts';
import { addresses, type DnsAnswer, type DnsQuestion, startDns } from '../../support/dns-server.ts';
import { type ProxyOptions, startProxy } from '../../support/proxy.ts';
import { startServer } from '../../support/servers.ts';

const authority = await makeAuthority('Test CA');
const leaf = await authority.issue({ names: ['registry.test', '127.0.0.1'] });
const company = await makeAuthority('Company CA');
const forged = await company.issue({ names: ['registry.test'] });

/** Names of the outside are not known here. */
const unknown = (): DnsAnswer => ({ kind: 'code', code: 'NXDOMAIN' });

type World = {
  readonly proxy?: Partial<ProxyOptions>;
  readonly server?: Partial<ProxyServer>;
  readonly roots?: readonly string[];
  readonly answer?: (question: DnsQuestion) => DnsAnswer;
};

async function aWorld({ proxy = {}, server = {}, roots = [authority.certificate], answer }: World) {
  const registry = await startServer((_request, response) => response.end('ok'), {
    cert: leaf.certificate,
    key: leaf.privateKey,
  });
  const started = await startProxy({ port: registry.port, ...proxy });
  const dns = await startDns(answer ?? unknown);
  const dial = makeDial({
    resolveName: openNames({ clock: makeManualClock(), dnsServers: [dns.address], etcHostsPath: '/nonexistent' }),
    egress: openEgress(),
    contextOf: openSecureContexts(makeKeys().ofTls, roots),
    proxies: { https: { scheme: 'http', host: '127.0.0.1', port: started.port, ...server }, noProxy: [] },
    connectTimeoutMs: 30_000,
  });
  const dialled = async (target: Partial<Target> = {}): Promise<string> => {
    const end: Dialled = await dial({ scheme: 'https', name: 'registry.test', port: 443, tls: systemTls, ...target });
    if (end.kind === 'failed') return end.cause;
    onTestFinished(() => void end.socket.destroy());
    return 'connected';
  };
  return { dialled, asked: started.asked, registry };
}

test('a registry whose name the proxy alone knows is reached through it, over TLS of its own', async () => {
  const { dialled, asked, registry } = await aWorld({});
  expect(await dialled()).toBe('connected');
  expect(asked).toEqual([{ host: 'registry.test:443', authorization: undefined }]);
  expect(registry.connections()).toBe(1);
});

test('the proxy is logged in at, and may speak TLS itself', async () => {
  const { dialled, asked } = await aWorld({
    proxy: { tls: leaf },
    server: { scheme: 'https', login: { user: 'jo', password: 's3cret' } },
  });
  expect(await dialled()).toBe('connected');
  expect(asked).toEqual([{ host: 'registry.test:443', authorization: `Basic ${btoa('jo:s3cret')}` }]);
});

describe('a proxy that ends TLS', () => {
  test('is trusted by its authority', async () => {
    const { dialled, registry } = await aWorld({ proxy: { intercept: forged }, roots: [company.certificate] });
    expect(await dialled()).toBe('connected');
    expect(registry.connections()).toBe(0);
  });

  test('is not trusted without', async () => {
    const { dialled } = await aWorld({ proxy: { intercept: forged } });
    expect(await dialled()).toBe('tls');
  });
});

test.each([407, 403, 502])('a proxy that answers %i is what keeps us from the registry', async (status) => {
  const { dialled } = await aWorld({ proxy: { status } });
  expect(await dialled()).toBe('proxy');
});

test('a proxy that is not there is told as such', async () => {
  const { dialled } = await aWorld({ server: { port: 1 } });
  expect(await dialled()).toBe('proxy');
});

describe('the rules for addresses hold behind a proxy', () => {
  test.each(['169.254.169.254', '224.0.0.1'])('for %s', async (name) => {
    const { dialled, asked } = await aWorld({});
    expect(await dialled({ name })).toBe('refused-address');
    expect(asked).toEqual([]);
  });

  test('for a name that leads to one here', async () => {
    const { dialled, asked } = await aWorld({ answer: addresses(['169.254.169.254']) });
    expect(await dialled()).toBe('refused-address');
    expect(asked).toEqual([]);
  });

  test('for ports', async () => {
    const { dialled, asked } = await aWorld({});
    expect(await dialled({ port: 22 })).toBe('refused-port');
    expect(asked).toEqual([]);
  });
});
