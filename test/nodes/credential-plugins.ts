/**
 * The credential provider plugins of every node that has a kubelet, and of pullgate where a scene has answers for them: the
 * same programs and the same configuration. What they answer is up to the scene.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type PluginFiles = {
  readonly configPath: string;
  readonly binDir: string;
  /** `NAME/IMAGE`: what the plugin writes when it is asked for this image. Without the file it fails. */
  readonly answers: string;
};

/** It says what the file of the image says. The image is known by the name that the kubelet asks for, so without its tag. */
const program = `#!/bin/sh
image=$(sed -n 's/.*"image":"\\([^"]*\\)".*/\\1/p')
exec cat "$(dirname "$0")/../answers/$(basename "$0")/$image"
`;

/** No image of a scene without plugins is among them. */
const matchImages = {
  first: ['*.plugin.test', 'docker.io/library/plugged', 'path.test/team/a'],
  second: ['both.plugin.test'],
};

export const pluginProtocol = 'credentialprovider.kubelet.k8s.io/v1';

/** A kubelet would not ask again while it remembers an answer, and scenes have the same names: nothing is kept. */
const config = {
  apiVersion: 'kubelet.config.k8s.io/v1',
  kind: 'CredentialProviderConfig',
  providers: Object.entries(matchImages).map(([name, images]) => ({
    name,
    matchImages: images,
    defaultCacheDuration: '0s',
    apiVersion: pluginProtocol,
  })),
};

export function writePlugins(folder: string): PluginFiles {
  const [configPath, binDir, answers] = [join(folder, 'config.json'), join(folder, 'bin'), join(folder, 'answers')];
  for (const path of [binDir, answers]) mkdirSync(path, { recursive: true });
  writeFileSync(configPath, JSON.stringify(config));
  for (const name of Object.keys(matchImages)) writeFileSync(join(binDir, name), program, { mode: 0o755 });
  return { configPath, binDir, answers };
}

/** In place of those of the scene before. */
export function writeAnswers({ answers }: PluginFiles, files: Readonly<Record<string, string>> = {}): void {
  rmSync(answers, { recursive: true });
  mkdirSync(answers);
  for (const [path, content] of Object.entries(files)) {
    const file = join(answers, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
