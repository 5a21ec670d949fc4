/** Directories with plugins in them, their configuration, and what they were given. */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(import.meta.dirname, 'credential-plugin.mjs');

export type PluginWords = {
  readonly name?: string;
  /** How it behaves, and what with. */
  readonly does: readonly string[];
  readonly matchImages?: readonly string[];
  readonly more?: object;
};

export type PluginRun = {
  readonly request: object;
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
};

export type Plugins = {
  readonly directory: string;
  readonly configPath: string;
  readonly binDir: string;
  readonly runs: (name?: string) => Promise<readonly PluginRun[]>;
  /** Of the program that a slow one started. */
  readonly childPid: () => Promise<number>;
  readonly end: () => Promise<void>;
};

export const protocol = 'credentialprovider.kubelet.k8s.io/v1';

export async function writePlugins(words: readonly PluginWords[]): Promise<Plugins> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-plugins-'));
  const binDir = join(directory, 'bin');
  await mkdir(binDir);
  const notesOf = (name: string) => join(directory, `${name}.notes`);
  const providers = words.map(({ name = 'plugin', does: [behaviour = 'answer', ...rest], matchImages, more }) => ({
    name,
    matchImages: matchImages ?? ['registry.test'],
    defaultCacheDuration: '12h',
    apiVersion: protocol,
    args: [behaviour, notesOf(name), ...rest],
    ...more,
  }));
  for (const { name } of providers) await symlink(program, join(binDir, name));
  const configPath = join(directory, 'credential-providers.json');
  const config = { apiVersion: 'kubelet.config.k8s.io/v1', kind: 'CredentialProviderConfig', providers };
  await writeFile(configPath, JSON.stringify(config));
  return {
    directory,
    configPath,
    binDir,
    runs: async (name = 'plugin') => {
      const notes = await readFile(notesOf(name), 'utf8').catch(() => '');
      return notes
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as PluginRun);
    },
    childPid: async () => Number(await readFile(`${notesOf('plugin')}.child`, 'utf8')),
    end: () => rm(directory, { recursive: true }),
  };
}
