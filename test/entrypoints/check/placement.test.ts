/** Where the Pods of manifests may land, and what that means for the platforms of their images. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aDeployment, aPod } from '../../support/api-objects.ts';
import { checkObjects } from '../../support/check.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const arm = 'registry.test/team/arm:1';
const x86 = 'registry.test/team/x86:1';

let world: RegistryWorld;

beforeAll(async () => {
  world = await startRegistryWorld({ names: ['registry.test'] });
  world.registry.push('team/x86', '1', buildMultiPlatform([amd64], 'x86'));
  world.registry.push('team/arm', '1', buildMultiPlatform([arm64], 'arm'));
});

afterAll(async () => {
  await world.end();
});

/** `no-matching-platform certain`; `pullable` where nothing is found. */
async function foundIn(objects: readonly object[], args: readonly string[] = []): Promise<string> {
  const { results } = await checkObjects(objects, ['--config', world.configPath, ...args]);
  const [image] = results.flatMap(({ images }) => images);
  const [finding] = image?.findings ?? [];
  return finding === undefined ? String(image?.outcome) : `${finding.code} ${finding.certainty}`;
}

describe('with --platform', () => {
  const onArm = { nodeSelector: { 'kubernetes.io/arch': 'arm64' } };
  const both = 'linux/amd64,linux/arm64';

  test.each<readonly [string, object, string, string]>([
    ['a selector excludes the only one', aDeployment({ images: [arm], spec: onArm }), 'linux/amd64', 'pullable'],
    ['a selector leaves the right one', aDeployment({ images: [arm], spec: onArm }), both, 'pullable'],
    [
      'a selector leaves the wrong one',
      aDeployment({ images: [x86], spec: onArm }),
      both,
      'no-matching-platform certain',
    ],
    ['the system excludes it', aPod({ images: [arm], spec: { os: { name: 'windows' } } }), 'linux/amd64', 'pullable'],
    ['nothing is excluded', aDeployment({ images: [arm] }), 'linux/amd64', 'no-matching-platform certain'],
    ['one of two lacks it', aDeployment({ images: [arm] }), both, 'some-nodes-lack-platform likely'],
  ])('%s', async (_name, object, platforms, found) => {
    expect(await foundIn([object], ['--platform', platforms])).toBe(found);
  });
});
