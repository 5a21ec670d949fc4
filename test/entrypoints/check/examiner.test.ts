/** Credentials that are used only to see what exists, as `pullgate check` uses them. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aNode, aPod, aPullSecret } from '../../support/api-objects.ts';
import { checkObjects } from '../../support/check.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';

const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' } };

let world: RegistryWorld;

beforeAll(async () => {
  const access = {
    kind: 'token',
    username: 'examiner',
    password: 's3cret',
    publicRepositories: ['team/public'],
  } as const;
  world = await startRegistryWorld({ names: ['registry.test'], registry: { access } });
  for (const repository of ['team/private', 'team/public'])
    world.registry.push(repository, '1', buildMultiPlatform([{ os: 'linux', architecture: 'arm64' }], repository));
  for (const password of ['s3cret', 'wrong']) await writeFile(fileOf(password), dockerConfig(password));
});

afterAll(async () => {
  await world.end();
});

const fileOf = (password: string) => join(world.directory, `${password}.json`);

function dockerConfig(password: string): string {
  return JSON.stringify({ auths: { 'registry.test': { username: 'examiner', password } } });
}

async function findingsOf(image: string, { password = 's3cret', objects = [] as readonly object[], spec = {} } = {}) {
  const asked = world.registry.asked.length;
  const report = await checkObjects(
    [account, ...objects, aPod({ images: [image], spec })],
    ['--config', world.configPath, '--examiner-config', fileOf(password)],
  );
  const [judged] = report.results[0]?.images ?? [];
  const tokens = world.registry.asked.slice(asked).filter(({ kind }) => kind === 'token');
  return {
    found: judged?.findings.map(({ code, certainty }) => `${code} ${certainty}`),
    judged,
    tokens: tokens.length,
  };
}

test('a refusal remains one where the image exists', async () => {
  const { found, judged, tokens } = await findingsOf('registry.test/team/private:1');

  expect(found).toEqual(['access-denied certain']);
  expect(judged).not.toHaveProperty('credential');
  expect(judged?.digest).toMatch(/^sha256:/);
  // Of nobody twice, for the second look, and of the examiner.
  expect(tokens).toBe(3);
});

test('what is not there is told beside the refusal', async () => {
  const { found } = await findingsOf('registry.test/team/private:2');

  expect(found).toEqual(['access-denied certain', 'manifest-not-found certain']);
});

test('a platform that is missing is told beside the refusal', async () => {
  const { found } = await findingsOf('registry.test/team/private:1', { objects: [aNode()] });

  expect(found).toEqual(['access-denied certain', 'no-matching-platform certain']);
});

test('it stands beside credentials that are rejected, too, which are told as the ones tried', async () => {
  const objects = [aPullSecret({ registry: 'registry.test', username: 'alice', password: 'no' })];
  const { found, judged } = await findingsOf('registry.test/team/private:2', {
    objects,
    spec: { imagePullSecrets: [{ name: 'regcred' }] },
  });

  expect(found?.map((text) => text.split(' ')[0])).toEqual(['credentials-rejected', 'manifest-not-found']);
  expect(judged?.credential).toMatchObject({ source: 'secret', name: 'regcred' });
});

test('of an examiner who is refused nothing is made', async () => {
  const { found } = await findingsOf('registry.test/team/private:2', { password: 'wrong' });

  expect(found).toEqual(['access-denied certain']);
});

test('nobody examines what needs no credentials', async () => {
  const { found, tokens } = await findingsOf('registry.test/team/public:1');

  expect(found).toEqual([]);
  expect(tokens).toBe(1);
});
