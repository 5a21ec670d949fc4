import type { PlatformRules } from '../image/platform.ts';

/** Minor versions of containerd whose pulls differ. */
const generations = ['1.7', '2.0', '2.1', '2.2', '2.3', '2.4'] as const;
export type Generation = (typeof generations)[number];

/**
 * One way in which a containerd pulls: by the client inside its CRI plugin (`local`), or by the transfer service, which is the
 * default from 2.1 on. Settings that no API shows make later versions pull locally, too (internal/cri/config/config.go).
 */
export type Puller = {
  readonly generation: Generation;
  readonly path: 'local' | 'transfer';
  /** It is the containerd of k3s and RKE2, which follows the tables `rewrite` of a hosts.toml. */
  readonly followsRewrites?: true;
};

/** What of a node's runtime decides how it pulls. */
export type ContainerdVersion = {
  readonly major: number;
  readonly minor: number;
  readonly followsRewrites?: true;
};

/** The default way of a version first, then the other possible ones; of an unknown version all ways that differ, newest first. */
export function pullersOf(version: ContainerdVersion | undefined): readonly [Puller, ...Puller[]] {
  if (version === undefined) return everyPuller;
  const generation = generationOf(version.major, version.minor);
  const [first, ...others] = isAtLeast(generation, '2.1')
    ? bothPaths(generation)
    : ([{ generation, path: 'local' }] as const);
  const build = (puller: Puller): Puller => (version.followsRewrites ? { ...puller, followsRewrites: true } : puller);
  return [build(first), ...others.map(build)];
}

/** Newer versions are taken for the newest known, older ones for the oldest. */
function generationOf(major: number, minor: number): Generation {
  if (major < 2) return '1.7';
  const known = generations.find((generation) => generation === `${major}.${minor}`);
  return known ?? '2.4';
}

function bothPaths(generation: Generation): readonly [Puller, Puller] {
  return [
    { generation, path: 'transfer' },
    { generation, path: 'local' },
  ];
}

/** 2.1 pulls as 2.2 does. */
const everyPuller: readonly [Puller, ...Puller[]] = [
  ...bothPaths('2.4'),
  ...bothPaths('2.3'),
  ...bothPaths('2.2'),
  { generation: '2.0', path: 'local' },
  { generation: '1.7', path: 'local' },
  { generation: '2.4', path: 'transfer', followsRewrites: true },
  { generation: '1.7', path: 'local', followsRewrites: true },
];

/** The newest kinds of containerd stand in where no node is known: endpoints of others differ in rare files only. */
export const newestPullers: readonly [Puller, ...Puller[]] = [
  { generation: '2.4', path: 'transfer' },
  { generation: '2.4', path: 'transfer', followsRewrites: true },
];

/** `generation` is `since` or a later one. */
export function isAtLeast(generation: Generation, since: Generation): boolean {
  return generations.indexOf(generation) >= generations.indexOf(since);
}

/** The github.com/containerd/platforms that a generation was built with (its go.mod). */
export function platformRulesOf(generation: Generation): PlatformRules {
  switch (generation) {
    case '1.7':
      return 'v0.2.1';
    case '2.0':
      return 'v1.0.0-rc.1';
    case '2.1':
    case '2.2':
      return 'v1.0.0-rc.2';
    case '2.3':
      return 'v1.0.0-rc.4';
    case '2.4':
      return 'v1.0.0-rc.5';
  }
}
