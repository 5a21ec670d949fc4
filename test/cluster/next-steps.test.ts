/** The commands that denials propose are run as they are, and heal what was denied. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import { aNode, aPod, aPullSecret } from '../support/api-objects.ts';
import { aNamespace, until } from './objects.ts';
import { openStage, type Stage } from './stage.ts';

const image = 'registry.test/team/private:1';
const nothing = { registry: 'registry.test', username: 'alice', password: '' };

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  const amd64 = [{ os: 'linux', architecture: 'amd64' }];
  stage.world.registry.push('team/private', '1', buildMultiPlatform(amd64, '1'));
  for (const object of [aNode(), aNamespace('shop', 'enforce')]) await stage.kubectl(['apply', '-f', '-'], object);
  await until(async () => (await stage.kubectl(['get', 'serviceaccounts', '-n', 'shop'])).includes('default'));
});

afterAll(async () => {
  await stage.end();
});

/** Runs what the denial proposes, with a login that works. */
async function heal(denial: string): Promise<string> {
  const [, command = ''] = /\brun: (.*)$/im.exec(denial) ?? [];
  const filled = command.replace('USER', 'alice').replace('PASSWORD', 's3cret');
  const { KUBEBUILDER_ASSETS = '', PATH = '' } = process.env;
  const env = { ...process.env, PATH: `${KUBEBUILDER_ASSETS}:${PATH}`, KUBECONFIG: stage.plane.kubeconfig };
  const { stdout } = await promisify(execFile)('bash', ['-c', filled], { env });
  return stdout;
}

const created = async (name: string, secret?: string) =>
  stage.kubectl(
    ['create', '-f', '-'],
    aPod({ name, images: [image], spec: secret === undefined ? {} : { imagePullSecrets: [{ name: secret }] } }),
  );

test('a Secret that does not exist is created', async () => {
  const denial = await created('first');
  expect(denial).toContain('add { name: regcred } to spec.imagePullSecrets and run: kubectl create secret');
  expect(await heal(denial)).toContain('secret/regcred created');
  await until(async () => (await created('second', 'regcred')) === 'pod/second created');
});

test('a Secret without a password is replaced', async () => {
  await stage.kubectl(['create', '-f', '-'], aPullSecret({ name: 'empty', ...nothing }));
  const denial = await created('third', 'empty');
  expect(denial).toContain('. Run: kubectl create secret docker-registry empty');
  expect(await heal(denial)).toContain('secret/empty replaced');
  await until(async () => (await created('fourth', 'empty')) === 'pod/fourth created');
});
