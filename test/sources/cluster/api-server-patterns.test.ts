import { expect, test } from 'vitest';
import type { ApiAnswer } from '../../../src/sources/cluster/api.ts';
import { apiServerPatterns } from '../../../src/sources/cluster/api-server-patterns.ts';
import { patternsOf } from '../../core/egress/patterns.ts';
import { startApiServer } from '../../support/api-server.ts';

const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';
const slice = { endpoints: [{ addresses: ['10.0.0.5', 'fd00::5'] }], ports: [{ port: 6443 }] };

test('the API server is known by its endpoints, and those stay when they cannot be read any more', async () => {
  let status = 200;
  const { api } = await startApiServer(({ path: asked, reply }) => reply(asked === path ? status : 404, slice));
  const { now, readEndpoints } = apiServerPatterns(api);
  const before = now();

  expect(before).toEqual(patternsOf(`127.0.0.1:${api.port}`, 'kubernetes.default.svc'));
  expect(await readEndpoints(new AbortController().signal)).toBeUndefined();
  expect(now()).toEqual([...before, ...patternsOf('10.0.0.5:6443', '[fd00::5]:6443')]);
  status = 403;
  expect(await readEndpoints(new AbortController().signal)).toBe('status 403');
  expect(now()).toHaveLength(4);
});

test.each<[ApiAnswer, string]>([
  [{ kind: 'absent' }, 'status 404'],
  [{ kind: 'unreachable', reason: 'ECONNREFUSED' }, 'ECONNREFUSED'],
])('%j', async (answer, why) => {
  const { readEndpoints } = apiServerPatterns({ host: '10.0.0.1', port: 443, get: async () => answer });

  expect(await readEndpoints(new AbortController().signal)).toBe(why);
});
