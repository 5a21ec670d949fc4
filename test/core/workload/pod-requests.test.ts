import { expect, test } from 'vitest';
import { workloadOf } from '../../support/judging.ts';

function requestsOf(spec: object): Readonly<Record<string, number>> {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec };
  return Object.fromEntries(workloadOf(pod).requests);
}

function container(requests: object, more: object = {}) {
  return { name: 'c', image: 'a', resources: { requests }, ...more };
}

test.each<readonly [string, object, object]>([
  ['nothing', { containers: [{ name: 'c', image: 'a' }] }, {}],
  ['containers are added up', { containers: [container({ cpu: 1 }), container({ cpu: '500m' })] }, { cpu: 1.5 }],
  [
    'limits stand in for requests',
    { containers: [{ name: 'c', image: 'a', resources: { limits: { memory: '1Gi', 'nvidia.com/gpu': 1 } } }] },
    { memory: 1024 ** 3, 'nvidia.com/gpu': 1 },
  ],
  [
    'requests stand above limits',
    { containers: [{ name: 'c', image: 'a', resources: { limits: { cpu: 4 }, requests: { cpu: 1 } } }] },
    { cpu: 1 },
  ],
  [
    'the largest init container counts',
    { containers: [container({ cpu: 1 })], initContainers: [container({ cpu: 3 }), container({ cpu: 2 })] },
    { cpu: 3 },
  ],
  [
    'sidecars run beside all that follow',
    {
      containers: [container({ cpu: 1 })],
      initContainers: [container({ cpu: 2 }, { restartPolicy: 'Always' }), container({ cpu: 3 })],
    },
    { cpu: 5 },
  ],
  ['overhead is added', { containers: [container({ cpu: 1 })], overhead: { cpu: '250m' } }, { cpu: 1.25 }],
  [
    'what the Pod asks for as a whole stands above its containers',
    { containers: [container({ cpu: 1, memory: 1 })], resources: { requests: { cpu: 8 } } },
    { cpu: 8, memory: 1 },
  ],
  [
    'claims for devices are something that no node is seen to have',
    { containers: [container({ cpu: 1 })], resourceClaims: [{ name: 'gpu' }] },
    { cpu: 1, resourceClaims: 1 },
  ],
  ['what is no quantity is not counted', { containers: [container({ cpu: 'many' })] }, {}],
  ['resources of a wrong type do not matter', { containers: [{ name: 'c', image: 'a', resources: 7 }] }, {}],
])('%s', (_name, spec, requests) => {
  expect(requestsOf(spec)).toEqual(requests);
});
