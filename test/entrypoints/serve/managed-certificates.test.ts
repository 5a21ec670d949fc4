import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { dataOf, type Managed, readManaged, renewed } from '../../../src/entrypoints/serve/managed-certificates.ts';

const names = { dns: ['pullgate.pullgate.svc'], ips: [] };
const start = new Date('2026-01-01T00:00:00Z');
const afterDays = (days: number) => new Date(start.getTime() + days * 24 * 60 * 60 * 1000);

async function made(): Promise<Managed> {
  const managed = await renewed(undefined, names, start);
  if (managed === undefined) throw new Error('there was nothing, so all is made');
  return managed;
}

describe('self-managed certificates', () => {
  test('are made where there are none, for the name of the Service, and are P-256', async () => {
    const { leaf, authority, bundle } = await made();
    const certificate = new X509Certificate(leaf.cert);

    expect(certificate.subjectAltName).toBe('DNS:pullgate.pullgate.svc');
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(certificate.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
    expect(bundle.trim()).toBe(authority.cert.trim());
  });

  test('are left alone until two thirds of their life are over', async () => {
    const managed = await made();

    expect(await renewed(managed, names, afterDays(59))).toBeUndefined();
    const later = await renewed(managed, names, afterDays(61));
    expect(later?.leaf.cert).not.toBe(managed.leaf.cert);
    expect(later?.authority).toEqual(managed.authority);
    expect(later?.bundle).toBe(managed.bundle);
  });

  test('of a new authority are trusted together with those of the old one', async () => {
    const managed = await made();
    const later = await renewed(managed, names, afterDays(500));

    expect(later?.authority.cert).not.toBe(managed.authority.cert);
    expect(later?.bundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(later?.bundle).toContain(managed.authority.cert.trim());
  });

  test('for another name, or of another authority, are made anew', async () => {
    const [managed, other] = [await made(), await made()];

    expect(await renewed(managed, { dns: ['pullgate.elsewhere.svc'], ips: [] }, start)).toBeDefined();
    expect(await renewed({ ...managed, leaf: other.leaf }, names, start)).toBeDefined();
    expect(await renewed({ ...managed, leaf: { cert: 'none', key: 'none' } }, names, start)).toBeDefined();
  });

  test('are read as they are written; a Secret that lacks a member holds none', async () => {
    const managed = await made();
    const data = new Map(Object.entries(dataOf(managed)));

    expect(readManaged(data)).toEqual(managed);
    data.delete('tls.key');
    expect(readManaged(data)).toBeUndefined();
    expect(readManaged(new Map())).toBeUndefined();
  });
});
