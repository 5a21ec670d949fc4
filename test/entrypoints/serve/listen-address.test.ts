import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/cli/command.ts';
import { parseListenAddress, urlOfListener } from '../../../src/entrypoints/serve/listen-address.ts';

describe('an address to listen on', () => {
  test.each([
    { text: ':8443', host: '::', port: 8443 },
    { text: ':0', host: '::', port: 0 },
    { text: '127.0.0.1:8443', host: '127.0.0.1', port: 8443 },
    { text: '0.0.0.0:65535', host: '0.0.0.0', port: 65_535 },
    { text: 'localhost:1', host: 'localhost', port: 1 },
    { text: '[::1]:8443', host: '::1', port: 8443 },
    { text: '[::]:0', host: '::', port: 0 },
    { text: '[::ffff:10.0.0.1]:80', host: '::ffff:10.0.0.1', port: 80 },
  ])('$text is host $host, port $port', ({ text, host, port }) => {
    expect(parseListenAddress('listen', text)).toEqual({ host, port });
  });

  test.each([
    '',
    '8443',
    'localhost',
    '127.0.0.1:',
    ':65536',
    ':99999',
    ':123456',
    ':-1',
    ':+1',
    ':8443 ',
    ':0x10',
    '::1:8443',
    '[::1]',
    '[]:80',
    '[::1:80',
    '[host]:80',
    'https://127.0.0.1:8443',
    ':8443\n',
  ])('%j is none', (text) => {
    const parse = () => parseListenAddress('ops-listen', text);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(
      new UsageError(
        `pullgate serve: --ops-listen ${JSON.stringify(text)} is not ADDR:PORT, such as 127.0.0.1:8443 or :8443`,
      ),
    );
  });
});

describe('the URL of a listener', () => {
  test.each([
    { address: '127.0.0.1', url: 'https://127.0.0.1:41234' },
    { address: '10.1.2.3', url: 'https://10.1.2.3:41234' },
    { address: '::1', url: 'https://[::1]:41234' },
    { address: 'fd00::1', url: 'https://[fd00::1]:41234' },
    { address: '::', url: 'https://[::]:41234' },
    { address: '0.0.0.0', url: 'https://0.0.0.0:41234' },
  ])('at $address is $url', ({ address, url }) => {
    expect(urlOfListener('https', { address, port: 41_234 })).toBe(url);
  });

  test('has the scheme that it is given', () => {
    expect(urlOfListener('http', { address: '127.0.0.1', port: 80 })).toBe('http://127.0.0.1:80');
  });
});
