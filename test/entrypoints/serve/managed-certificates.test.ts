import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { dataOf, type Managed, readManaged, renewed } from '../../../src/entrypoints/serve/managed-certificates.ts';

const names = { dns: ['pullgate.pullgate.svc'], ips: [] };
const start = new Date('2026-01-01T00:00:00Z');
const afterDays = (days: number) => new Date(start.getTime() + days * 24 * 60 * 60 * 1000);

async function made(): Promise<Managed> {
  const renewal = await renewed(undefined, names, start);
  if (renewal === undefined) throw new Error('there was nothing, so all is made');
  return renewal.managed;
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
    const later = (await renewed(managed, names, afterDays(61)))?.managed;
    expect(later?.leaf.cert).not.toBe(managed.leaf.cert);
    expect(later?.authority).toEqual(managed.authority);
    expect(later?.bundle).toBe(managed.bundle);
  });

  test('of a new authority are trusted together with those of the old one', async () => {
    const managed = await made();
    const later = (await renewed(managed, names, afterDays(500)))?.managed;

    expect(later?.authority.cert).not.toBe(managed.authority.cert);
    expect(later?.bundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(later?.bundle).toContain(managed.authority.cert.trim());
    const next = later && (await renewed(later, names, afterDays(561)))?.managed;
    expect(next?.bundle.trim()).toBe(later?.authority.cert.trim());
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

  test.each([
    {
      what: 'a key of another certificate',
      tls: 'other',
      says: 'tls.crt and tls.key are not a certificate and its key',
    },
    { what: 'a key that is none', tls: 'garbage', says: 'tls.crt and tls.key are not a certificate and its key' },
  ])('with $what are issued anew by the same authority', async ({ tls, says }) => {
    const [managed, other] = [await made(), await made()];
    const key = tls === 'other' ? other.leaf.key : 'garbage';
    const renewal = await renewed({ ...managed, leaf: { ...managed.leaf, key } }, names, start);

    expect(renewal?.reason).toBe(says);
    expect(renewal?.managed).toMatchObject({ authority: managed.authority, bundle: managed.bundle });
    expect(renewal && (await renewed(renewal.managed, names, start))).toBeUndefined();
  });

  test('signed by another authority of the same name are issued anew', async () => {
    const [managed, other] = [await made(), await made()];
    const renewal = await renewed({ ...managed, leaf: other.leaf }, names, start);

    expect(renewal?.reason).toBe('tls.crt is not signed by the CA');
    expect(renewal?.managed.authority).toEqual(managed.authority);
  });

  test.each([
    { what: 'a key of another authority', broken: (_: Managed, other: Managed) => ({ key: other.authority.key }) },
    { what: 'a key that is none', broken: () => ({ key: 'garbage' }) },
    { what: 'no PEM at all', broken: () => ({ cert: 'garbage', key: 'garbage' }) },
    { what: 'a certificate that is no authority', broken: ({ leaf }: Managed) => leaf },
  ])('of an authority with $what are made anew with their authority', async ({ broken }) => {
    const [managed, other] = [await made(), await made()];
    const authority = { ...managed.authority, ...broken(managed, other) };
    const renewal = await renewed({ ...managed, authority }, names, start, async () => managed.bundle);

    expect(renewal?.reason).toBe('authority.crt and authority.key are not a CA and its key');
    expect(renewal?.managed.authority.cert).not.toBe(managed.authority.cert);
    expect(renewal?.managed.bundle).toBe(`${renewal?.managed.authority.cert.trim()}\n${managed.bundle}`);
    expect(renewal && (await renewed(renewal.managed, names, start))).toBeUndefined();
  });

  test.each(['garbage', '', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'with a bundle %j, which does not serve, have the authority as their bundle again',
    async (bundle) => {
      const managed = await made();
      const renewal = await renewed({ ...managed, bundle }, names, start);

      expect(renewal?.managed.authority).toEqual(managed.authority);
      expect(renewal?.managed.bundle).toBe(managed.bundle);
    },
  );

  test('of an authority that was lost stay trusted: at most two, and none that is no authority or has expired', async () => {
    const [one, two, three] = [await made(), await made(), await made()];
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const trusted = [broken, one.leaf.cert, one.bundle, one.bundle, two.bundle, three.bundle].join('\n');
    const renewal = await renewed(undefined, names, start, async () => trusted);
    const late = await renewed(undefined, names, afterDays(731), async () => trusted);

    expect(renewal?.managed.bundle).toBe(`${renewal?.managed.authority.cert.trim()}\n${one.bundle}${two.bundle}`);
    expect(late?.managed.bundle.trim()).toBe(late?.managed.authority.cert.trim());
  });

  test('that are whole take nothing from what stands in the configuration', async () => {
    const [managed, other] = [await made(), await made()];
    const trusted = async () => other.bundle;

    expect(await renewed(managed, names, start, trusted)).toBeUndefined();
    expect((await renewed(managed, names, afterDays(500), trusted))?.managed.bundle).not.toContain(other.bundle);
  });
});
