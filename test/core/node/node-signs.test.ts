import { describe, expect, test } from 'vitest';
import type { NodeParts } from './builders.ts';
import { aNode } from './builders.ts';

function signsOf(parts: NodeParts, name = 'a') {
  return aNode(name, parts).signs;
}

const linux = { operatingSystem: 'linux', architecture: 'amd64' };
const images = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ names: [`quay.io/team/app:${index}`] }));

describe('mirrors', () => {
  test.each<readonly [string, NodeParts, readonly object[]]>([
    [
      'the embedded registry of k3s and RKE2',
      { labels: { 'p2p.k3s.cattle.io/enabled': 'true' } },
      [{ kind: 'k3s-embedded-registry' }],
    ],
    ['the same, switched off', { labels: { 'p2p.k3s.cattle.io/enabled': 'false' } }, []],
    ['GKE', { nodeInfo: { ...linux, kubeletVersion: 'v1.33.4-gke.1134000' } }, [{ kind: 'gke' }]],
    ['another provider', { nodeInfo: { ...linux, kubeletVersion: 'v1.33.4-eks-113cf36' } }, []],
    [
      'programs, each once',
      {
        images: [
          { names: ['ghcr.io/spegel-org/spegel@sha256:ab', 'ghcr.io/spegel-org/spegel:v0.4.0'] },
          { names: ['ghcr.io/spegel-org/spegel:v0.3.0'] },
          { names: ['docker.io/dragonflyoss/client:v1.0.0'] },
        ],
      },
      [
        { kind: 'program', program: 'Spegel', image: 'ghcr.io/spegel-org/spegel@sha256:ab' },
        { kind: 'program', program: 'Dragonfly', image: 'docker.io/dragonflyoss/client:v1.0.0' },
      ],
    ],
  ])('%s', (_name, parts, mirrors) => {
    expect(signsOf(parts).mirrors).toEqual(mirrors);
  });
});

describe('nodes into which images are loaded', () => {
  test.each<readonly [string, string, NodeParts]>([
    ['kind', 'kind-worker', { providerID: 'kind://docker/kind/kind-worker' }],
    ['minikube', 'minikube', { labels: { 'minikube.k8s.io/name': 'minikube' } }],
    ['k3d', 'k3d-dev-agent-0', { providerID: 'k3s://k3d-dev-agent-0' }],
    ['Docker Desktop', 'docker-desktop', {}],
    ['OrbStack', 'orbstack', { nodeInfo: { ...linux, kubeletVersion: 'v1.33.5+orb1' } }],
    ['MicroK8s', 'host', { labels: { 'microk8s.io/cluster': 'true' } }],
    ['Rancher Desktop', 'lima-rancher-desktop', {}],
    ['Colima', 'colima', { nodeInfo: { ...linux, kubeletVersion: 'v1.33.4+k3s1' } }],
  ])('%s', (localCluster, name, parts) => {
    expect(signsOf(parts, name)).toEqual({ mirrors: [], mayHaveMoreImages: false, localCluster });
  });

  test.each<readonly [string, string, NodeParts]>([
    ['k3s on a server', 'edge-1', { providerID: 'k3s://edge-1' }],
    ['a cloud', 'ip-10-0-0-1', { providerID: 'aws:///eu-west-1a/i-0123' }],
    ['a name that begins alike', 'kind-of-blue', {}],
  ])('not %s', (_name, name, parts) => {
    expect(signsOf(parts, name)).not.toHaveProperty('localCluster');
  });
});

describe('images beyond those that are reported', () => {
  test.each<readonly [string, readonly object[], boolean]>([
    ['none reported', [], false],
    ['fewer than the limit', images(49), false],
    ['as many as the limit', images(50), true],
    ['more, where the limit is another', images(137), true],
    ['as many names of one image as are reported', [{ names: ['a/a:1', 'a/a:2', 'a/a:3', 'a/a:4', 'a/a:5'] }], true],
  ])('%s', (_name, reported, mayHaveMoreImages) => {
    expect(signsOf({ images: reported })).toEqual({ mirrors: [], mayHaveMoreImages });
  });
});
