import { expect, test } from 'vitest';
import { parseEndpointSlice } from '../../../src/core/object/endpoint-slice.ts';

test('addresses and ports', () => {
  const slice = {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.5'], conditions: { ready: true } }, { addresses: ['10.0.0.6'] }, null],
    ports: [{ name: 'https', port: 6443, protocol: 'TCP' }, { name: 'every' }],
  };

  expect(parseEndpointSlice(slice)).toEqual({ addresses: ['10.0.0.5', '10.0.0.6'], ports: [6443] });
});

test.each([
  undefined,
  null,
  [],
  'x',
  { endpoints: {} },
  { endpoints: [{ addresses: [1] }] },
  { ports: [{ port: '1' }] },
])('%j is none', (object) => {
  expect(parseEndpointSlice(object)).toBeUndefined();
});
