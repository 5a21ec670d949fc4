import { once } from 'node:events';
import { createServer } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EgressRules } from '../../../src/core/egress/address-rules.ts';
import { systemTls } from '../../../src/core/registry/endpoint.ts';
import { type Dialled, makeDial, type Target } from '../../../src/sources/registry/dial.ts';
import { makeKeys } from '../../../src/sources/registry/keys.ts';
import { openNames } from '../../../src/sources/registry/names.ts';
import { openSecureContexts } from '../../../src/sources/registry/secure-contexts.ts';
import { patternsOf } from '../../core/egress/patterns.ts';
import { openEgress } from '../../support/carriers.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { makeManualClock } from '../../support/clock.ts';
import { addresses, type DnsAnswer, type DnsQuestion, startDns } from '../../support/dns-server.ts';
import { startCanary, startServer, startTcpServer } from '../../support/servers.ts';

const authority = await makeAuthority('Test CA');
const other = await authority.issue({ names: [] });
const leaf = await authority.issue({ names: ['registry.test', '127.0.0.1'] });
const trusting = { ...systemTls, extraRoots: [authority.certificate] };
const contextOf = openSecureContexts(makeKeys().ofTls);

type Dialling = {
  readonly answer?: (question: DnsQuestion) => DnsAnswer;
  readonly egress?: Partial<EgressRules>;
  readonly connectTimeoutMs?: number;
};

async function dialling({ answer = addresses(['127.0.0.1']), egress = {}, connectTimeoutMs = 30_000 }: Dialling = {}) {
  const dns = await startDns(answer);
  const names = { clock: makeManualClock(), dnsServers: [dns.address], etcHostsPath: '/nonexistent' };
  const dial = makeDial({ resolveName: openNames(names), egress: openEgress(egress), contextOf, connectTimeoutMs });
  return {
    dns,
    dial: async (target: Partial<Target> & { readonly port: number }): Promise<Dialled> => {
      const dialled = await dial({ scheme: 'http', name: 'registry.test', tls: systemTls, ...target });
      if (dialled.kind === 'connected') onTestFinished(() => void dialled.socket.destroy());
      return dialled;
    },
  };
}

const inShort = (dialled: Dialled) => (dialled.kind === 'connected' ? 'connected' : dialled.cause);

const serve = (keys: { certificate: string; privateKey: string }, options = {}) =>
  startServer((_request, response) => response.end(), {
    cert: keys.certificate,
    key: keys.privateKey,
    ...options,
  });

describe('addresses', () => {
  test('the resolved address is dialled', async () => {
    const server = await startTcpServer(() => {});
    const { dial } = await dialling();

    expect(inShort(await dial({ port: server.port }))).toBe('connected');
    expect(server.connections()).toBe(1);
  });

  test('a literal is dialled without asking DNS', async () => {
    const server = await startTcpServer(() => {});
    const { dial, dns } = await dialling();

    expect(inShort(await dial({ name: '127.0.0.1', port: server.port }))).toBe('connected');
    expect(dns.questions).toEqual([]);
  });

  test.each([
    ['loopback', ['127.0.0.2']],
    ['one forbidden address after a good one', ['127.0.0.1', '127.0.0.2']],
    ['one forbidden address before a good one', ['127.0.0.2', '127.0.0.1']],
    ['a forbidden address of the other family', ['127.0.0.1', '::1']],
    ['metadata', ['169.254.169.254']],
    ['mapped', ['::ffff:127.0.0.2']],
  ])('%s is refused, and nobody is contacted', async (_name, list) => {
    const canary = await startCanary('127.0.0.2');
    const { dial } = await dialling({ answer: addresses(list) });

    expect(inShort(await dial({ port: canary.port }))).toBe('refused-address');
    expect(canary.contacts()).toBe(0);
  });

  test.each(['127.0.0.2', '::1', '169.254.169.254', '0.0.0.0', '::ffff:127.0.0.2', '64:ff9b::7f00:2'])(
    'the literal %s is refused',
    async (name) => {
      const { dial } = await dialling();

      expect(inShort(await dial({ name, port: 5000 }))).toBe('refused-address');
    },
  );

  test('a name that is denied, or a port that no registry uses, is not even resolved', async () => {
    const { dial, dns } = await dialling({ egress: { deny: patternsOf('*.evil.test') } });

    expect(inShort(await dial({ name: 'a.evil.test', port: 443 }))).toBe('refused-address');
    expect(inShort(await dial({ port: 6379 }))).toBe('refused-port');
    expect(inShort(await dial({ name: '10.0.0.1', port: 22 }))).toBe('refused-port');
    expect(dns.questions).toEqual([]);
  });

  test('a name that changes its address with every answer is never followed to a forbidden one', async () => {
    const server = await startTcpServer((socket) => socket.destroy());
    const canary = await startCanary('127.0.0.2', server.port);
    let count = 0;
    const answer = (question: DnsQuestion): DnsAnswer => {
      if (question.type === 'AAAA') return { kind: 'addresses', addresses: [], ttl: 0 };
      count += 1;
      return { kind: 'addresses', addresses: [count % 2 === 0 ? '127.0.0.2' : '127.0.0.1'], ttl: 0 };
    };
    const { dial } = await dialling({ answer });

    const seen = new Map<string, number>();
    for (let turn = 0; turn < 300; turn += 1) {
      const outcome = inShort(await dial({ port: server.port }));
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }
    expect(seen).toEqual(
      new Map([
        ['connected', 150],
        ['refused-address', 150],
      ]),
    );
    expect(canary.contacts()).toBe(0);
  });

  test('the next address is tried where one does not answer', async () => {
    const server = await startTcpServer(() => {}, '127.0.0.1');
    const egress = { allow: patternsOf('127.0.0.0/24') };
    const { dial } = await dialling({ answer: addresses(['127.0.0.9', '127.0.0.1']), egress });

    expect(inShort(await dial({ port: server.port }))).toBe('connected');
  });
});

describe('failures', () => {
  test.each<[DnsAnswer]>([
    [{ kind: 'code', code: 'NXDOMAIN' }],
    [{ kind: 'code', code: 'SERVFAIL' }],
    [{ kind: 'addresses', addresses: [], ttl: 30 }],
  ])('%j is dns', async (answer) => {
    const { dial } = await dialling({ answer: () => answer });

    expect(inShort(await dial({ port: 5000 }))).toBe('dns');
  });

  test('a closed port is connection', async () => {
    const { dial } = await dialling();

    expect(inShort(await dial({ port: await closedPort() }))).toBe('connection');
  });

  test.each([
    ['plain HTTP', 'plain-http', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['an old HTTP', 'plain-http', 'HTTP/1.0 400 Bad Request\r\n\r\n'],
    ['a connection that ends', 'connection', ''],
    ['an alert', 'tls', '\x15\x03\x03\x00\x02\x02\x28'],
  ])('%s instead of TLS is %s', async (_name, cause, bytes) => {
    const server = await startTcpServer((socket) => socket.once('data', () => socket.end(bytes, 'latin1')));
    const { dial } = await dialling();

    expect(inShort(await dial({ scheme: 'https', port: server.port }))).toBe(cause);
  });

  test('a handshake that never goes on is timeout, and the connection is closed', async () => {
    const server = await startTcpServer((socket) => socket.on('data', () => {}));
    const { dial } = await dialling({ connectTimeoutMs: 100 });

    expect(inShort(await dial({ scheme: 'https', port: server.port }))).toBe('timeout');
    await expect.poll(server.openConnections).toBe(0);
  });

  test('a handshake that drips is timeout', async () => {
    const hello = Buffer.from('\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03', 'latin1');
    const server = await startTcpServer((socket) => {
      let at = 0;
      const timer = setInterval(() => {
        socket.write(hello.subarray(at, at + 1));
        at += 1;
      }, 20);
      socket.on('close', () => clearInterval(timer));
    });
    const { dial } = await dialling({ connectTimeoutMs: 100 });

    expect(inShort(await dial({ scheme: 'https', port: server.port }))).toBe('timeout');
  });
});

describe('TLS', () => {
  test('a root that is configured is trusted, the name is sent and looked for', async () => {
    const { port } = await serve(leaf);
    const { dial } = await dialling();

    const dialled = await dial({ scheme: 'https', port, tls: trusting });
    expect(inShort(dialled)).toBe('connected');
  });

  test('an address is looked for in the certificate, but not sent as a server name', async () => {
    const names: unknown[] = [];
    const { port } = await serve(leaf, {
      SNICallback: (name: string, done: (error: null) => void) => {
        names.push(name);
        done(null);
      },
    });
    const { dial } = await dialling();

    expect(inShort(await dial({ scheme: 'https', name: '127.0.0.1', port, tls: trusting }))).toBe('connected');
    expect(inShort(await dial({ scheme: 'https', port, tls: trusting }))).toBe('connected');
    expect(names).toEqual(['registry.test']);
  });

  test.each([
    ['unknown root', { names: ['registry.test'] }, systemTls],
    ['another name', { names: ['other.test'] }, trusting],
    ['another address', { names: ['127.0.0.7'] }, trusting],
    ['expired', { names: ['registry.test'], expired: true }, trusting],
    ['common name alone', { names: [], commonName: 'registry.test' }, trusting],
    ['signed with SHA-1', { names: ['registry.test'], hash: 'SHA-1' as const }, trusting],
  ])('%s is refused, unless certificates are not verified', async (_name, options, tls) => {
    const { port } = await serve(await authority.issue(options));
    const { dial } = await dialling();

    expect(inShort(await dial({ scheme: 'https', port, tls }))).toBe('tls');
    expect(inShort(await dial({ scheme: 'https', port, tls: { ...tls, verifiesCertificate: false } }))).toBe(
      'connected',
    );
  });

  test.each(['TLSv1', 'TLSv1.1'])('%s is refused, whatever is configured', async (version) => {
    const ciphers = 'DEFAULT:@SECLEVEL=0';
    const { port } = await serve(leaf, { minVersion: version, maxVersion: version, ciphers });
    const { dial } = await dialling();

    expect(inShort(await dial({ scheme: 'https', port, tls: { ...trusting, verifiesCertificate: false } }))).toBe(
      'tls',
    );
  });

  test('a short RSA key is refused', async () => {
    const weak = await authority.issue({ names: ['registry.test'], key: 'RSA-1024' });
    const { port } = await serve(weak, { ciphers: 'DEFAULT:@SECLEVEL=0' });
    const { dial } = await dialling();

    expect(inShort(await dial({ scheme: 'https', port, tls: trusting }))).toBe('tls');
  });

  test('a client certificate is presented', async () => {
    const client = await authority.issue({ names: ['node.test'] });
    const { port } = await serve(leaf, { requestCert: true, ca: authority.certificate, maxVersion: 'TLSv1.2' });
    const { dial } = await dialling();
    const certificate = { certificates: client.certificate, privateKey: client.privateKey };

    expect(inShort(await dial({ scheme: 'https', port, tls: trusting }))).toBe('tls');
    const dialled = await dial({ scheme: 'https', port, tls: { ...trusting, clientCertificates: [certificate] } });
    expect(inShort(dialled)).toBe('connected');
  });

  test.each([
    ['no key', { certificates: leaf.certificate, privateKey: '' }],
    ['another key', { certificates: leaf.certificate, privateKey: other.privateKey }],
    ['no certificate', { certificates: 'nothing', privateKey: leaf.privateKey }],
  ])('a client certificate with %s fails before anything is sent', async (_name, certificate) => {
    const server = await serve(leaf);
    const { dial } = await dialling();

    const tls = { ...trusting, clientCertificates: [certificate] };
    expect(inShort(await dial({ scheme: 'https', port: server.port, tls }))).toBe('tls');
    expect(server.requests).toEqual([]);
  });

  test('HTTP/1.1 is all that is offered', async () => {
    let offered: unknown;
    const { port } = await serve(leaf, {
      ALPNCallback: ({ protocols }: { protocols: readonly string[] }) => {
        offered = protocols;
        return 'http/1.1';
      },
    });
    const { dial } = await dialling();

    await dial({ scheme: 'https', port, tls: trusting });
    expect(offered).toEqual(['http/1.1']);
  });

  test('failing again and again leaves nothing behind', async () => {
    const server = await serve(leaf);
    const { dial } = await dialling();

    for (let turn = 0; turn < 50; turn += 1) await dial({ scheme: 'https', port: server.port });
    await expect.poll(server.openConnections).toBe(0);
  });

  test('the socket that is handed over is the secured one', async () => {
    const { port } = await serve(leaf);
    const { dial } = await dialling();

    const dialled = await dial({ scheme: 'https', port, tls: trusting });
    if (dialled.kind === 'failed') throw new Error(dialled.cause);
    const socket = dialled.socket as TLSSocket;
    expect([socket.encrypted, socket.authorized]).toEqual([true, true]);
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
