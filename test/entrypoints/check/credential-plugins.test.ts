/** The kubelet's credential provider plugins, as `pullgate check` asks them. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aNode, aPod } from '../../support/api-objects.ts';
import { callCheck, checkObjects, runPullgate } from '../../support/check.ts';
import { type PluginWords, writePlugins } from '../../support/credential-plugins.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';

const access = { kind: 'token', username: 'alice', password: 's3cret', publicRepositories: ['team/public'] } as const;
const right = 'registry.test=alice:s3cret';
const image = 'registry.test/team/private:1';
/** It lists no pull Secrets, so that a refusal would be certain. */
const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' } };

let world: RegistryWorld;

beforeAll(async () => {
  world = await startRegistryWorld({ names: ['registry.test'], registry: { access } });
  for (const repository of ['team/private', 'team/public'])
    world.registry.push(repository, '1', buildMultiPlatform([{ os: 'linux', architecture: 'arm64' }], repository));
});

afterAll(async () => {
  await world.end();
});

async function withPlugins(words: readonly PluginWords[]) {
  const plugins = await writePlugins(words);
  onTestFinished(plugins.end);
  const nodes = {
    hostsDir: 'certs.d',
    credentialProviderConfig: plugins.configPath,
    credentialProviderBinDir: plugins.binDir,
  };
  return { plugins, args: ['--config', await world.configured({ nodes })] };
}

async function outcomeWith(does: readonly string[], checked = image) {
  const { plugins, args } = await withPlugins([{ does }]);
  const report = await checkObjects([account, aPod({ images: [checked] })], args);
  const [judged] = report.results[0]?.images ?? [];
  return { verdict: report.results[0]?.verdict, judged, plugins };
}

describe('credentials of a plugin', () => {
  test('show that an image is there', async () => {
    const { verdict, judged } = await outcomeWith(['answer', right]);

    expect(verdict).toBe('allow');
    expect(judged).toMatchObject({
      outcome: 'pullable',
      credential: { source: 'plugin', name: 'plugin' },
      findings: [],
    });
  });

  test('show for which platforms it is', async () => {
    const { args } = await withPlugins([{ does: ['answer', right] }]);
    const report = await checkObjects([account, aPod({ images: [image] }), aNode()], args);

    expect(report.results[0]).toMatchObject({
      verdict: 'deny',
      images: [{ findings: [{ code: 'no-matching-platform', certainty: 'certain' }] }],
    });
  });

  test('show that an image is not there', async () => {
    const { verdict, judged } = await outcomeWith(['answer', right], 'registry.test/team/private:2');

    expect(verdict).toBe('deny');
    expect(judged?.findings).toMatchObject([{ code: 'manifest-not-found', certainty: 'certain' }]);
  });

  test('prove nothing when they are refused', async () => {
    const { verdict, judged } = await outcomeWith(['answer', 'registry.test=alice:wrong']);

    expect(verdict).not.toBe('deny');
    expect(judged).toMatchObject({
      outcome: 'unconfirmed',
      findings: [
        {
          code: 'credentials-rejected',
          certainty: 'unconfirmed',
          assuming: [],
          cappedBy: 'credential provider plugin plugin may give nodes other credentials than pullgate',
          nextStep: 'Grant the identity of the credential provider plugin the right to pull team/private',
        },
      ],
    });
    expect(judged?.findings[0]?.message).toContain(
      'registry.test/team/private:1: registry.test rejects the credentials of credential provider plugin plugin (credential provider plugin plugin may give nodes other credentials than pullgate)',
    );
  });
});

describe('a plugin that gives nothing leaves it open whether nodes may pull', () => {
  test.each<[string, readonly string[], string]>([
    ['no credentials', ['answer'], 'credential provider plugin plugin may give nodes other credentials than pullgate'],
    [
      'a crash',
      ['crash'],
      'nodes may have credentials of credential provider plugin plugin, which failed for pullgate: it ended with exit code 3',
    ],
    [
      'no end',
      ['endless'],
      'nodes may have credentials of credential provider plugin plugin, which failed for pullgate: it writes more than 1 MiB',
    ],
    [
      'no JSON',
      ['raw', 'alice:s3cret'],
      'nodes may have credentials of credential provider plugin plugin, which failed for pullgate: it returned an answer that kubelets do not accept',
    ],
  ])('%s', async (_, does, cappedBy) => {
    const { judged } = await outcomeWith(does);

    expect(judged).toMatchObject({
      outcome: 'unconfirmed',
      findings: [{ code: 'access-denied', certainty: 'unconfirmed', assuming: [], cappedBy }],
    });
    expect(JSON.stringify(judged)).not.toMatch(/s3cret|hunter2/);
  });

  test('what needs no credentials is pulled nevertheless', async () => {
    const { judged } = await outcomeWith(['crash'], 'registry.test/team/public:1');

    expect(judged).toMatchObject({ outcome: 'pullable', findings: [] });
  });
});

test('a plugin for other images changes nothing', async () => {
  const { plugins, args } = await withPlugins([{ does: ['answer', right], matchImages: ['other.test'] }]);
  const report = await checkObjects([account, aPod({ images: [image] })], args);

  expect(report.results[0]?.images[0]?.findings).toMatchObject([{ code: 'access-denied', certainty: 'certain' }]);
  expect(await plugins.runs()).toEqual([]);
});

test('a plugin is not run for what is not pulled', async () => {
  const { plugins, args } = await withPlugins([{ does: ['answer', right] }]);
  const never = { containers: [{ name: 'a', image, imagePullPolicy: 'Never' }] };
  await checkObjects([aPod({ images: [], spec: never })], args);

  expect(await plugins.runs()).toEqual([]);
});

test('nothing of our environment reaches a plugin but PATH', async () => {
  const { plugins, args } = await withPlugins([{ does: ['answer', right] }]);
  await runPullgate(['check', ...args, '-'], {
    input: JSON.stringify(aPod({ images: [image] })),
    environment: { GITHUB_TOKEN: 'ghp_secret' },
  });

  const [run] = await plugins.runs();
  expect(Object.keys(run?.env ?? {}).filter((name) => !name.startsWith('__CF'))).toEqual(['PATH']);
});

test('what is wrong with the configuration of plugins ends the run', async () => {
  const { plugins, args } = await withPlugins([{ does: ['answer'], more: { defaultCacheDuration: 12 } }]);
  const { errors, exitCode } = await callCheck([...args, '-']);

  expect(errors).toContain(
    `nodes.credentialProviderConfig: ${plugins.configPath}:1: providers[0].defaultCacheDuration: write a duration such as 12h, or 0s, not 12\n`,
  );
  expect(exitCode).toBe(2);
});
