import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCertificates } from '../../../src/entrypoints/serve/certificates.ts';
import { makeSelfSigned } from '../../../src/entrypoints/serve/self-signed.ts';
import { makeAuthority } from '../../support/certificates.ts';

const authority = await makeAuthority('test');
const leaf = await authority.issue({ names: ['localhost'] });
const other = await authority.issue({ names: ['localhost'] });
const expired = await authority.issue({ names: ['localhost'], expired: true });

async function written({ cert, key }: { readonly cert?: string; readonly key?: string }) {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const certPath = join(directory, 'tls.crt');
  const keyPath = join(directory, 'tls.key');
  if (cert !== undefined) await writeFile(certPath, cert);
  if (key !== undefined) await writeFile(keyPath, key);
  return { certPath, keyPath };
}

test('a chain and the key of its leaf are read, with the end of the leaf', async () => {
  const cert = `${leaf.certificate}\n${authority.certificate}\n`;
  const { certPath, keyPath } = await written({ cert, key: leaf.privateKey });
  expect(await readCertificates(certPath, keyPath)).toEqual({
    ok: true,
    certificates: { cert, key: leaf.privateKey },
    expiresAt: new X509Certificate(leaf.certificate).validToDate,
  });
});

type Files = { readonly certPath: string; readonly keyPath: string };

test.each([
  {
    what: 'no certificate file',
    files: { key: leaf.privateKey },
    reason: ({ certPath, keyPath }: Files) => `cannot read ${certPath} and ${keyPath} (ENOENT)`,
  },
  {
    what: 'no key file',
    files: { cert: leaf.certificate },
    reason: ({ certPath, keyPath }: Files) => `cannot read ${certPath} and ${keyPath} (ENOENT)`,
  },
  {
    what: 'an empty certificate file',
    files: { cert: '', key: leaf.privateKey },
    reason: ({ certPath }: Files) => `${certPath} contains no PEM certificate`,
  },
  {
    what: 'a key for a certificate',
    files: { cert: leaf.privateKey, key: leaf.privateKey },
    reason: ({ certPath }: Files) => `${certPath} contains no PEM certificate`,
  },
  {
    what: 'half a key, as while it is written',
    files: { cert: leaf.certificate, key: leaf.privateKey.slice(0, 60) },
    reason: ({ keyPath }: Files) => `${keyPath} contains no PEM private key`,
  },
  {
    what: 'the key of another certificate',
    files: { cert: leaf.certificate, key: other.privateKey },
    reason: ({ certPath, keyPath }: Files) => `${keyPath} is not the key of ${certPath}`,
  },
  {
    what: 'the authority before the leaf',
    files: { cert: `${authority.certificate}\n${leaf.certificate}`, key: leaf.privateKey },
    reason: ({ certPath, keyPath }: Files) => `${keyPath} is not the key of ${certPath}`,
  },
  {
    what: 'an expired certificate',
    files: { cert: expired.certificate, key: expired.privateKey },
    reason: ({ certPath }: Files) =>
      `${certPath} expired at ${new X509Certificate(expired.certificate).validToDate.toISOString()}`,
  },
])('$what: is refused', async ({ files, reason }) => {
  const paths = await written(files);
  expect(await readCertificates(paths.certPath, paths.keyPath)).toEqual({ ok: false, reason: reason(paths) });
});

test('a directory is no certificate file', async () => {
  expect(await readCertificates('/', '/')).toEqual({ ok: false, reason: 'cannot read / and / (EISDIR)' });
});

test('what is made on the spot is for loopback only, of an authority that signs nothing further', async () => {
  const now = new Date('2030-05-01T12:00:00Z');
  const { ca, cert, key, expiresAt } = await makeSelfSigned(now, 30);
  const authorityMade = new X509Certificate(ca);
  const leafMade = new X509Certificate(cert);
  expect(leafMade.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
  expect(leafMade.verify(authorityMade.publicKey)).toBe(true);
  expect(leafMade.checkIssued(authorityMade)).toBe(true);
  expect({ authority: authorityMade.ca, leaf: leafMade.ca }).toEqual({ authority: true, leaf: false });
  expect(leafMade.validFromDate).toEqual(new Date('2030-05-01T11:59:00Z'));
  expect(leafMade.validToDate).toEqual(new Date('2030-05-31T12:00:00Z'));
  expect(expiresAt).toEqual(leafMade.validToDate);
  const { certPath, keyPath } = await written({ cert, key });
  expect(await readCertificates(certPath, keyPath)).toMatchObject({ ok: true });
});
