import { describe, expect, test } from 'vitest';
import { imageMirrorKindOf, parseImageMirrorSet } from '../../../src/core/object/image-mirror-set.ts';
import { parsePodController } from '../../../src/core/object/pod-controller.ts';

describe('a DaemonSet', () => {
  test('runs the images of its containers', () => {
    const spec = { containers: [{ image: 'a' }, { image: 'b' }], initContainers: [{ image: 'c' }] };
    const object = { metadata: { name: 'spegel', namespace: 'infra' }, spec: { template: { spec } } };

    expect(parsePodController(object)).toEqual({ namespace: 'infra', name: 'spegel', images: ['a', 'b', 'c'] });
  });

  test.each([
    ['no object', 1],
    ['no name', { metadata: {} }],
    [
      'an image that is a number',
      { metadata: { name: 'a' }, spec: { template: { spec: { containers: [{ image: 1 }] } } } },
    ],
  ])('%s is none', (_name, object) => {
    expect(parsePodController(object)).toBeUndefined();
  });

  test('without a spec runs nothing', () => {
    expect(parsePodController({ metadata: { name: 'a' } })).toEqual({ namespace: '', name: 'a', images: [] });
  });
});

describe("OpenShift's sets of mirrors", () => {
  test.each([
    ['config.openshift.io/v1', 'ImageDigestMirrorSet', 'imageDigestMirrors'],
    ['config.openshift.io/v1', 'ImageTagMirrorSet', 'imageTagMirrors'],
    ['operator.openshift.io/v1alpha1', 'ImageContentSourcePolicy', 'repositoryDigestMirrors'],
  ])('%s %s', (apiVersion, kind, member) => {
    const known = imageMirrorKindOf(apiVersion, kind);
    const mirrors = [{ source: 'registry.example.com/team', mirrors: ['mirror.example.com'] }, { mirrors: [] }];
    const object = { metadata: { name: 'ours' }, spec: { [member]: mirrors } };

    expect(known && parseImageMirrorSet(object, known)).toEqual({
      kind,
      name: 'ours',
      sources: ['registry.example.com/team'],
    });
  });

  test.each([
    ['config.openshift.io/v1', 'ImageContentSourcePolicy'],
    ['v1', 'ImageTagMirrorSet'],
    [undefined, undefined],
  ])('%s %s is none', (apiVersion, kind) => {
    expect(imageMirrorKindOf(apiVersion, kind)).toBeUndefined();
  });

  test('one that cannot be understood is none', () => {
    const known = imageMirrorKindOf('config.openshift.io/v1', 'ImageTagMirrorSet');

    expect(known && parseImageMirrorSet({ metadata: { name: 1 } }, known)).toBeUndefined();
  });
});
