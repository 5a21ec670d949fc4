import { describe, expect, test } from 'vitest';
import { mirrorProgramNamed, mirrorProgramOf } from '../../../src/core/node/mirror-program.ts';
import { type MirrorSeen, mirrorFor, mirrorOfDaemonSet, mirrorOfSet } from '../../../src/core/node/mirror-seen.ts';
import { aNode } from './builders.ts';

const app = 'registry.example.com/team/app';

describe('programs', () => {
  test.each([
    ['ghcr.io/spegel-org/spegel:v0.4.0', 'Spegel'],
    ['ghcr.io/xenitab/spegel:v0.0.10', 'Spegel'],
    ['registry.internal:5000/mirror/spegel-org/spegel@sha256:ab', 'Spegel'],
    ['docker.io/dragonflyoss/client:v1.0.0', 'Dragonfly'],
    ['docker.io/dragonflyoss/dfdaemon:v2.1.0', 'Dragonfly'],
    ['gcr.io/uber-container-tools/kraken-agent:v0.1.0', 'Kraken'],
    ['docker.io/library/spegel', 'Spegel'],
    // Parts of Dragonfly that serve no node.
    ['docker.io/dragonflyoss/manager:v2.1.0', undefined],
    ['quay.io/spegel/exporter:1', undefined],
    ['quay.io/team/spegel-dashboard:1', undefined],
    ['quay.io/team/app:spegel', undefined],
  ])('%s', (image, program) => {
    expect(mirrorProgramOf(image)).toBe(program);
  });

  test.each([
    ['spegel', 'Spegel'],
    ['prod-spegel', 'Spegel'],
    ['dragonfly-client', 'Dragonfly'],
    ['dragonfly-dfdaemon', 'Dragonfly'],
    ['kraken-agent', 'Kraken'],
    ['dragonfly', undefined],
    ['spegelmann', undefined],
    ['fluent-bit', undefined],
  ])('a DaemonSet %s', (name, program) => {
    expect(mirrorProgramNamed(name)).toBe(program);
  });
});

describe('objects', () => {
  test.each([
    [
      'its image',
      { name: 'p2p', images: ['quay.io/a/b', 'ghcr.io/spegel-org/spegel:1'] },
      'DaemonSet infra/p2p runs Spegel',
    ],
    [
      'its name',
      { name: 'kraken-agent', images: ['quay.io/team/own-build'] },
      'DaemonSet infra/kraken-agent runs Kraken',
    ],
  ])('a DaemonSet is known by %s', (_name, daemonSet, what) => {
    expect(mirrorOfDaemonSet({ namespace: 'infra', ...daemonSet })).toEqual({ what });
  });

  test('others are not', () => {
    expect(mirrorOfDaemonSet({ namespace: 'infra', name: 'fluent-bit', images: ['quay.io/a/b'] })).toBeUndefined();
  });

  test.each([
    ['the repository', 'registry.example.com/team/app', true],
    ['what is above it', 'registry.example.com/team', true],
    ['its host', 'registry.example.com', true],
    ['all hosts of a domain', '*.example.com', true],
    ['a part of a name', 'registry.example.com/te', false],
    ['another host', 'example.com', false],
    ['another domain', '*.example.org', false],
    ['the domain, which is no host below itself', '*.registry.example.com', false],
  ])('a set of mirrors for %s', (_name, source, serves) => {
    const set = mirrorOfSet({ kind: 'ImageTagMirrorSet', name: 'ours', sources: ['quay.io', source] });

    expect(mirrorFor(app, [], [set])).toBe(serves ? 'ImageTagMirrorSet ours gives nodes a mirror' : undefined);
  });
});

const labelled = (name: string) => aNode(name, { labels: { 'p2p.k3s.cattle.io/enabled': 'true' } });

describe('nodes', () => {
  const gke = aNode('g', { nodeInfo: { kubeletVersion: 'v1.33.4-gke.1134000' } });

  test('each is named, the first in alphabetical order', () => {
    const nodes = [aNode('a'), labelled('c'), labelled('b')];

    expect(mirrorFor(app, nodes, [])).toBe('node b has the label p2p.k3s.cattle.io/enabled=true');
    expect(mirrorFor(app, nodes.toReversed(), [])).toBe('node b has the label p2p.k3s.cattle.io/enabled=true');
  });

  test('by the image of a program', () => {
    const node = aNode('a', { images: [{ names: ['ghcr.io/spegel-org/spegel:v0.4.0'] }] });

    expect(mirrorFor(app, [node], [])).toBe('node a reports the image ghcr.io/spegel-org/spegel:v0.4.0 of Spegel');
  });

  test('those of GKE for Docker Hub alone', () => {
    expect(mirrorFor('docker.io/library/nginx', [gke], [])).toBe('node g is one of GKE, whose nodes ask mirror.gcr.io');
    expect(mirrorFor(app, [gke], [])).toBeUndefined();
    expect(mirrorFor(app, [gke, labelled('z')], [])).toBe('node z has the label p2p.k3s.cattle.io/enabled=true');
  });

  test('objects come before them', () => {
    const listed: readonly MirrorSeen[] = [{ what: 'DaemonSet spegel/spegel runs Spegel' }];

    expect(mirrorFor(app, [labelled('a')], listed)).toBe('DaemonSet spegel/spegel runs Spegel');
  });

  test('none is none', () => {
    expect(mirrorFor(app, [aNode('a')], [])).toBeUndefined();
  });
});
