import { describe, expect, test } from 'vitest';
import { readClientCertificates, readRoots } from '../../../src/core/registry/certificate-files.ts';
import { certificate, privateKey } from './pem-fixtures.ts';

const at = '/certs.d';
const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';

const files = new Map([
  [
    at,
    new Map<string, string | Uint8Array>([
      ['ca.crt', certificate],
      ['bytes.crt', new TextEncoder().encode(`\u{fc}\n${certificate}`)],
      ['latin1.crt', Uint8Array.from([0xfc, 0x0a, ...new TextEncoder().encode(certificate)])],
      ['two.crt', `one:\n${certificate}${broken}two:\r\n${certificate.replaceAll('\n', '\r\n')}`],
      ['headers.crt', certificate.replace('\n', '\nA: b\n\n')],
      ['broken.crt', broken],
      ['text.crt', 'not PEM\n'],
      ['key.pem', privateKey],
      ['ec.pem', parameters + privateKey.replaceAll('PRIVATE', 'EC PRIVATE')],
      ['trusted.crt', certificate.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE')],
      ['eckey.pem', privateKey.replaceAll('PRIVATE', 'EC PRIVATE')],
      ['keys.pem', privateKey + parameters],
      ['prefixed.pem', privateKey.replaceAll('PRIVATE', 'NOPRIVATE')],
      ['suffixed.pem', privateKey.replaceAll('KEY', 'KEY 2')],
      ['both.pem', privateKey + certificate],
      ['parameters.pem', parameters],
      ['brokenkey.pem', privateKey.replace('MAMCAQA=', 'MAMEAQA=')],
      ['dir/x', ''],
    ]),
  ],
]);

describe('roots', () => {
  test.each([
    ['a certificate', ['ca.crt'], 1],
    ['bytes', ['bytes.crt'], 1],
    ['bytes that are no UTF-8', ['latin1.crt'], 1],
    ['several, with text and a broken one between', ['two.crt'], 2],
    ['several files', ['ca.crt', 'two.crt'], 3],
    ['no files', [], 0],
  ])('%s', (_name, names, count) => {
    const roots = readRoots(
      files,
      names.map((name) => `${at}/${name}`),
    );

    expect(roots).toEqual({ kind: 'value', value: Array(count).fill(certificate) });
  });

  test.each([
    ['text.crt', 'unable to load CA cert "/certs.d/text.crt"'],
    ['broken.crt', 'unable to load CA cert "/certs.d/broken.crt"'],
    ['trusted.crt', 'unable to load CA cert "/certs.d/trusted.crt"'],
    ['headers.crt', 'unable to load CA cert "/certs.d/headers.crt"'],
    ['key.pem', 'unable to load CA cert "/certs.d/key.pem"'],
    ['none', 'unable to read CA cert "/certs.d/none": open /certs.d/none: no such file or directory'],
    ['dir', 'unable to read CA cert "/certs.d/dir": read /certs.d/dir: is a directory'],
    ['ca.crt/x', 'unable to read CA cert "/certs.d/ca.crt/x": open /certs.d/ca.crt/x: not a directory'],
  ])('%s ends the pull', (name, error) => {
    expect(readRoots(files, [`${at}/ca.crt`, `${at}/${name}`])).toEqual({ kind: 'pull-fails', error });
  });

  test('of a file that nobody has read nothing is said', () => {
    expect(readRoots(files, ['/etc/ssl/ca.crt'])).toEqual({
      kind: 'unknown',
      reason: '/etc/ssl/ca.crt is not among the files that were read',
    });
  });
});

function readPair(certificateName: string, keyName?: string): unknown {
  const key = keyName === undefined ? {} : { key: `${at}/${keyName}` };
  return readClientCertificates(files, [{ certificate: `${at}/${certificateName}`, ...key }]);
}

describe('client certificates', () => {
  test.each([
    ['a pair', 'ca.crt', 'key.pem', certificate, privateKey],
    ['one file', 'both.pem', undefined, certificate, privateKey],
    ['a chain', 'two.crt', 'key.pem', certificate + broken + certificate, privateKey],
    ['parameters before the key', 'ca.crt', 'ec.pem', certificate, privateKey.replaceAll('PRIVATE', 'EC PRIVATE')],
  ])('%s', (_name, certificateName, keyName, certificates, key) => {
    expect(readPair(certificateName, keyName)).toEqual({ kind: 'value', value: [{ certificates, privateKey: key }] });
  });

  /** Texts of Go's `tls.X509KeyPair`. */
  test.each<readonly [certificateName: string, keyName: string | undefined, error: string]>([
    ['text.crt', 'key.pem', 'tls: failed to find any PEM data in certificate input'],
    [
      'key.pem',
      'key.pem',
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ],
    [
      'parameters.pem',
      'key.pem',
      'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [EC PARAMETERS]',
    ],
    [
      'eckey.pem',
      'key.pem',
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ],
    [
      'keys.pem',
      'key.pem',
      'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [PRIVATE KEY EC PARAMETERS]',
    ],
    [
      'ca.crt',
      'parameters.pem',
      'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [EC PARAMETERS]',
    ],
    [
      'ca.crt',
      'prefixed.pem',
      'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [NOPRIVATE KEY]',
    ],
    [
      'ca.crt',
      'suffixed.pem',
      'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [PRIVATE KEY 2]',
    ],
    ['ca.crt', 'text.crt', 'tls: failed to find any PEM data in key input'],
    ['ca.crt', 'ca.crt', 'tls: found a certificate rather than a key in the PEM for the private key'],
    ['ca.crt', undefined, 'tls: found a certificate rather than a key in the PEM for the private key'],
    [
      'ca.crt',
      'two.crt',
      'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [CERTIFICATE CERTIFICATE CERTIFICATE]',
    ],
    ['broken.crt', 'key.pem', 'x509: malformed certificate'],
    ['ca.crt', 'brokenkey.pem', 'tls: failed to parse private key'],
  ])('%s with %s ends the pull', (certificateName, keyName, error) => {
    expect(readPair(certificateName, keyName)).toEqual({
      kind: 'pull-fails',
      error: `failed to load X509 key pair: ${error}`,
    });
  });

  test('a file that is not there ends the pull', () => {
    const error = 'unable to read CERT file "/certs.d/none": open /certs.d/none: no such file or directory';

    expect(readPair('none', 'key.pem')).toEqual({ kind: 'pull-fails', error });
    expect(readPair('ca.crt', 'none')).toEqual({ kind: 'pull-fails', error });
  });
});

/** What a certificate holds, with a signature of so many bytes. */
const members = (size = 1): readonly number[] => [
  0x30,
  0x00,
  0x30,
  0x00,
  ...(size < 0x80 ? [0x03, size] : [0x03, 0x82, size >> 8, size & 0xff]),
  ...Array.from({ length: size }, () => 0),
];

test.each<readonly [string, readonly number[]]>([
  ['one', [0x30, 0x81, 0x07, ...members()]],
  ['two', [0x30, 0x82, 0x00, 0x07, ...members()]],
  ['two, of which both count', [0x30, 0x82, 0x01, 0x08, ...members(256)]],
  ['four', [0x30, 0x84, 0x00, 0x00, 0x00, 0x07, ...members()]],
])('a certificate whose length has bytes of its own: %s', (_name, bytes) => {
  expect(rootsOf(bytes).kind).toBe('value');
});

function rootsOf(bytes: readonly number[]) {
  const base64 = Buffer.from(bytes).toString('base64');
  const tree = new Map([['x', `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`]]);
  return readRoots(new Map([['/c', tree]]), ['/c/x']);
}

test.each<readonly [string, readonly number[]]>([
  ['a length of five bytes', [0x30, 0x85, 0x00, 0x00, 0x00, 0x00, 0x07, ...members()]],
  ['a member whose length is beyond the end', [0x30, 0x07, 0x30, 0x00, 0x30, 0x00, 0x03, 0x05, 0x00]],
  ['indefinite length, and as much as its byte would say', [0x30, 0x80, ...members(122)]],
  ['length beyond the end', [0x30, 0x07, 0x30, 0x00, 0x30, 0x00, 0x03, 0x01]],
  ['something after the end', [0x30, 0x07, 0x30, 0x00, 0x30, 0x00, 0x03, 0x01, 0x00, 0x00]],
  ['a member missing', [0x30, 0x04, 0x30, 0x00, 0x30, 0x00]],
  ['indefinite length', [0x30, 0x80, 0x00, 0x00]],
  ['a length of nine bytes', [0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
  ['a set', [0x31, 0x07, 0x30, 0x00, 0x30, 0x00, 0x03, 0x01, 0x00]],
])('no certificate: %s', (_name, bytes) => {
  expect(rootsOf(bytes).kind).toBe('pull-fails');
});
