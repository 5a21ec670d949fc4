import { describe, expect, test } from 'vitest';
import { imagesOfOwner, imagesOfPod } from '../../../src/core/workload/images-in-use.ts';

const metadata = { name: 'web-1', namespace: 'shop' };
const nginx = 'docker.io/library/nginx:1.27';
const sidecar = 'quay.io/team/sidecar:1';
const spec = {
  initContainers: [{ name: 'init', image: 'busybox' }],
  containers: [
    { name: 'web', image: 'nginx:1.27' },
    { name: 'sidecar', image: sidecar },
  ],
  ephemeralContainers: [{ name: 'debug', image: 'quay.io/team/debug:1' }],
  volumes: [{ name: 'model', image: { reference: 'quay.io/team/model:1' } }, { name: 'empty' }],
};

describe('a Pod', () => {
  test('names what containerd would resolve, each once', () => {
    expect(imagesOfPod({ metadata, spec })).toEqual({
      namespace: 'shop',
      name: 'web-1',
      named: [nginx, sidecar, 'docker.io/library/busybox:latest', 'quay.io/team/debug:1', 'quay.io/team/model:1'],
      running: [],
    });
  });

  test('runs what a container of it runs, whatever its status calls that', () => {
    const containerStatuses = [
      { name: 'web', image: 'quay.io/other/name:2', imageID: 'quay.io/other/name@sha256:ab', state: { running: {} } },
      { name: 'sidecar', image: sidecar, imageID: '', state: { waiting: { reason: 'ErrImagePull' } } },
    ];
    const initContainerStatuses = [{ name: 'init', image: 'busybox', imageID: 'sha256:cd', state: { terminated: {} } }];

    expect(imagesOfPod({ metadata, spec, status: { containerStatuses, initContainerStatuses } })?.running).toEqual([
      nginx,
      'docker.io/library/busybox:latest',
      'quay.io/other/name:2',
    ]);
  });

  test.each([
    ['no object', 1],
    ['no name', { metadata: {}, spec }],
  ])('%s is none', (_name, object) => {
    expect(imagesOfPod(object)).toBeUndefined();
  });

  test.each([
    ['without a spec', { metadata }],
    ['with parts of other types', { metadata, spec: { containers: 'x', volumes: [1] }, status: [] }],
    ['with images that are no names', { metadata, spec: { containers: [{ image: 'Nginx' }, { image: 1 }, {}] } }],
  ])('%s names nothing', (_name, object) => {
    expect(imagesOfPod(object)).toMatchObject({ named: [], running: [] });
  });
});

describe('an owner', () => {
  test.each([
    ['ReplicaSet', { spec: { template: { spec } } }],
    ['CronJob', { spec: { jobTemplate: { spec: { template: { spec } } } } }],
    ['ControllerRevision', { data: { spec: { template: { spec } } } }],
  ])('%s names the images of its template', (_kind, object) => {
    expect(imagesOfOwner({ metadata, ...object })).toMatchObject({ name: 'web-1', owners: [] });
    expect(imagesOfOwner({ metadata, ...object })?.named).toContain(nginx);
  });

  test('of another form names nothing', () => {
    expect(imagesOfOwner({ metadata, data: { raw: 'x' }, spec: 1 })).toMatchObject({ named: [] });
    expect(imagesOfOwner({})).toBeUndefined();
  });
});
