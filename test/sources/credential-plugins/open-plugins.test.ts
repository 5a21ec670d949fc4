import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lookUp } from '../../../src/core/credential/keyring.ts';
import { type PluginAnswer, pluginKeyringOf } from '../../../src/core/credential/plugin-answer.ts';
import { openPlugins, type PluginSettings } from '../../../src/sources/credential-plugins/open-plugins.ts';
import { readProviders } from '../../../src/sources/credential-plugins/provider-config.ts';
import { type PluginWords, protocol, writePlugins } from '../../support/credential-plugins.ts';

const image = 'registry.test/team/app';

async function opened(words: readonly PluginWords[], settings: Partial<PluginSettings> = {}) {
  const written = await writePlugins(words);
  const read = await readProviders(written.configPath);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const { providers } = read;
  const plugins = openPlugins({
    providers,
    binDir: written.binDir,
    path: process.env.PATH,
    timeoutMs: 30_000,
    ...settings,
  });
  onTestFinished(async () => {
    plugins.close();
    await written.end();
  });
  const answersFor = async (repository = image, signal = new AbortController().signal) =>
    (await plugins.answersFor([repository], signal))(repository);
  return { ...written, plugins, answersFor };
}

function loginsIn(answers: readonly PluginAnswer[], repository = image): readonly string[] {
  return lookUp([pluginKeyringOf(answers)], repository).credentials.map(
    ({ username, password, origin }) =>
      `${new TextDecoder().decode(username.reveal())}:${new TextDecoder().decode(password.reveal())} of ${'name' in origin ? origin.name : ''}`,
  );
}

const answering = (...logins: readonly string[]): PluginWords => ({ does: ['answer', ...logins] });

describe('a plugin', () => {
  test('is given the repository without its tag, and PATH and its own variables alone', async () => {
    const { answersFor, runs } = await opened([
      {
        does: ['answer', 'registry.test=a:1'],
        more: {
          env: [
            { name: 'REGION', value: 'x' },
            { name: 'REGION', value: 'eu' },
          ],
        },
      },
    ]);

    expect(loginsIn(await answersFor())).toEqual(['a:1 of plugin']);

    const [run] = await runs();
    expect(run?.request).toEqual({ kind: 'CredentialProviderRequest', apiVersion: protocol, image });
    // macOS adds a variable of its own to every process.
    expect(Object.keys(run?.env ?? {}).filter((name) => !name.startsWith('__CF'))).toEqual(['PATH', 'REGION']);
    expect(run?.env).toMatchObject({ PATH: process.env.PATH, REGION: 'eu' });
  });

  test('is not run for other images', async () => {
    const { answersFor, runs } = await opened([answering('registry.test=a:1')]);

    expect(await answersFor('registry.test.example/app')).toEqual([]);
    expect(await runs()).toEqual([]);
  });

  test('gives credentials for the keys that it names, not for all that it is asked for', async () => {
    const { answersFor } = await opened([answering('registry.test/other=a:1', 'registry.test/team=b:2')]);

    expect(loginsIn(await answersFor())).toEqual(['b:2 of plugin']);
  });

  test('stands in one keyring with the others', async () => {
    const { answersFor } = await opened([
      { name: 'one', does: ['answer', 'registry.test=a:1'] },
      { name: 'two', does: ['answer', '*.test=b:2', 'registry.test=c:3'] },
    ]);

    expect(loginsIn(await answersFor())).toEqual(['a:1 of one', 'c:3 of two', 'b:2 of two']);
  });

  test('is run once for those who ask for the same image at a time', async () => {
    const { answersFor, runs } = await opened([answering('registry.test=a:1')]);

    await Promise.all([answersFor(), answersFor(), answersFor()]);

    expect(await runs()).toHaveLength(1);
  });

  test('that wants a token of the ServiceAccount is not run', async () => {
    const tokenAttributes = { serviceAccountTokenAudience: 'x', cacheType: 'Token', requireServiceAccount: true };
    const { answersFor, runs } = await opened([{ ...answering('registry.test=a:1'), more: { tokenAttributes } }]);

    expect(await answersFor()).toEqual([
      { kind: 'failed', name: 'plugin', why: 'needs a ServiceAccount token, which only a kubelet gets' },
    ]);
    expect(await runs()).toEqual([]);
  });
});

describe('what cannot be found out is told', () => {
  test.each<[string, readonly string[], string]>([
    ['it crashes, and what it said stays with it', ['crash'], 'ended with exit code 3'],
    ['it writes without end', ['endless'], 'writes more than 1 MiB'],
    ['it says nothing', ['raw', ''], 'returned an answer that kubelets do not accept'],
    ['it says no JSON', ['raw', '{"kind":'], 'returned an answer that kubelets do not accept'],
  ])('%s', async (_, does, why) => {
    const { answersFor } = await opened([{ does }]);

    expect(await answersFor()).toEqual([{ kind: 'failed', name: 'plugin', why }]);
  });

  test('it is too slow', async () => {
    const { answersFor } = await opened([{ does: ['slow'] }], { timeoutMs: 100 });

    expect(await answersFor()).toEqual([{ kind: 'failed', name: 'plugin', why: 'gave no answer within 0.1 s' }]);
  });

  test('nobody waits for it any longer, and it is ended with all that it started', async () => {
    const { answersFor, plugins, childPid, runs } = await opened([{ does: ['slow'] }]);
    const asked = answersFor();
    await expect.poll(() => childPid().catch(() => 0)).toBeGreaterThan(0);
    plugins.close();
    await asked;

    const [run] = await runs();
    await Promise.all(
      [childPid(), run?.pid ?? 0].map(async (pid) => expect.poll(async () => isRunning(await pid)).toBe(false)),
    );
  });

  test('nobody waits for it any longer', async () => {
    const { answersFor } = await opened([{ does: ['slow'] }]);

    expect(await answersFor(image, AbortSignal.timeout(100))).toEqual([
      { kind: 'failed', name: 'plugin', why: 'took too long' },
    ]);
    expect(await answersFor(image, AbortSignal.abort())).toMatchObject([{ kind: 'failed' }]);
  });

  test('everything ends', async () => {
    const { answersFor, plugins } = await opened([{ does: ['slow'] }]);
    const asked = answersFor();
    await setTimeout(50);
    plugins.close();

    expect(await asked).toEqual([{ kind: 'failed', name: 'plugin', why: 'took too long' }]);
    expect(await answersFor()).toMatchObject([{ kind: 'failed' }]);
  });

  test('its program is gone', async () => {
    const { answersFor } = await opened([{ does: ['answer'] }], { binDir: '/nowhere' });

    expect(await answersFor()).toEqual([{ kind: 'failed', name: 'plugin', why: 'cannot be run (ENOENT)' }]);
  });

  test('one that failed is run again, and does not silence the others', async () => {
    const { answersFor, runs } = await opened([
      { does: ['crash'] },
      { name: 'other', ...answering('registry.test=a:1') },
    ]);

    for (const _ of [1, 2]) expect(loginsIn(await answersFor())).toEqual(['a:1 of other']);

    expect(await runs()).toHaveLength(2);
    expect(await runs('other')).toHaveLength(1);
  });
});

/** Nobody may have collected it yet: a zombie does not run. */
function isRunning(pid: number): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'stat=', '-p', String(pid)], (_, state) => resolve(/^[^Z]/.test(state.trim())));
  });
}

describe('what it answered is kept', () => {
  const others = [image, 'registry.test/team/other', 'elsewhere.test/app'];

  test.each([
    ['Image', 3],
    ['Registry', 2],
    ['Global', 1],
  ])('for %s', async (cacheKeyType, runsExpected) => {
    const words = { does: ['cache', JSON.stringify({ cacheKeyType }), '*.test=a:1'], matchImages: ['*.test'] };
    const { answersFor, runs } = await opened([words]);

    for (const repository of [...others, ...others])
      expect(loginsIn(await answersFor(repository), repository)).toEqual(['a:1 of plugin']);

    expect(await runs()).toHaveLength(runsExpected);
  });

  test.each<[string, object, number, number]>([
    ['as long as it says', { cacheDuration: '1m' }, 60_000, 1],
    ['no longer than it says', { cacheDuration: '1m' }, 60_001, 2],
    ['not at all', { cacheDuration: '0s' }, 0, 2],
    ['as long as is configured otherwise', {}, 12 * 3_600_000, 1],
    ['no longer than that', { cacheDuration: null }, 12 * 3_600_000 + 1, 2],
  ])('%s', async (_, part, passedMs, runsExpected) => {
    const time = { ms: 5 };
    const { answersFor, runs } = await opened([{ does: ['cache', JSON.stringify(part)] }], { now: () => time.ms });

    await answersFor();
    time.ms += passedMs;
    await answersFor();

    expect(await runs()).toHaveLength(runsExpected);
  });
});
