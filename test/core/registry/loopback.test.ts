import { describe, expect, test } from 'vitest';
import { isLoopbackHost, isLoopbackReference } from '../../../src/core/registry/loopback.ts';

describe('what containerd takes for loopback, and what means the node itself', () => {
  test.each([
    ['localhost', true, true],
    ['localhost:5000', true, true],
    ['127.0.0.1', true, true],
    ['127.1.2.3:443', true, true],
    ['[::1]:5000', true, true],
    ['[0:0::1]:5000', true, true],
    ['[::ffff:127.0.0.1]:5000', true, true],
    ['[::ffff:7f00:1]:5000', true, true],
    // containerd does not see through the brackets without a port
    ['[::1]', false, true],
    ['::1', true, true],
    // names are compared as they are spelled
    ['LOCALHOST:5000', false, true],
    ['Localhost', false, true],
    ['localhost.', false, true],
    ['registry.localhost:5000', false, true],
    ['a.b.LocalHost', false, true],
    ['localhost.localdomain', false, true],
    // spellings that a resolver turns into 127.0.0.1
    ['127.1:5000', false, true],
    ['127.0.1', false, true],
    ['2130706433:5000', false, true],
    ['0x7f000001:5000', false, true],
    ['0X7F.1', false, true],
    ['0x7f.255.1', false, true],
    ['0177.0.0.1', false, true],
    ['017700000001', false, true],
    ['127.0.0.1.', false, true],
    ['127.000.000.001', false, true],
    // Linux connects to itself
    ['0.0.0.0:5000', false, true],
    ['0:5000', false, true],
    ['[::]:5000', false, true],
    // neither
    ['docker.io', false, false],
    ['localhost.example.com', false, false],
    ['notlocalhost', false, false],
    ['127.0.0.1.nip.io', false, false],
    ['128.0.0.1:5000', false, false],
    ['10.0.0.5:5000', false, false],
    ['1.127.0.0.1', false, false],
    ['126.1', false, false],
    ['127.256.0.1', false, false],
    ['127.0.65536', false, false],
    ['4294967296:5000', false, false],
    ['0x17f000001', false, false],
    ['08.0.0.1', false, false],
    ['127.0.0.1.0', false, false],
    ['00x1', false, false],
    ['10x7f000001', false, false],
    ['0x7f000001g', false, false],
    ['2130706433x', false, false],
    ['[127.0.0.11', false, false],
    ['127.', false, false],
    ['[::2]:5000', false, false],
    ['[::ffff:10.0.0.1]:5000', false, false],
    ['host.docker.internal:5000', false, false],
    ['', false, false],
    ['[', false, false],
  ])('%s: %s, %s', (host, toContainerd, toUs) => {
    expect([isLoopbackHost(host), isLoopbackReference(host)]).toEqual([toContainerd, toUs]);
  });

  test.each(['1', '1.', '.localhost', '0', ':', '['])('a million times %s is read at once', (part) => {
    const host = part.repeat(1_000_000);

    expect([isLoopbackHost(host), isLoopbackReference(host)]).toEqual([false, part === '.localhost']);
  });
});
