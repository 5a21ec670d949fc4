/**
 * What containerd finds in its `config_path` about one registry (HostDirFromRoot and loadHostDir in
 * core/remotes/docker/config/hosts.go).
 */

import { isAtLeast, type Puller } from '../content/puller.ts';
import { joinPath } from '../go/path.ts';
import { type ClientPaths, type HostSettings, parseHostsFile } from './hosts-file.ts';
import { existsOnNode, type FromFiles, fileNamesIn, type NodeFiles, readNodeFile, textOf } from './node-files.ts';

/** Operators write a few lines; what is longer than this would cost the parser too much memory. */
const longestHostsFile = 64 * 1024;

/** The settings of the registry itself where nothing is said about it. */
export const unconfigured: HostSettings = {
  scheme: '',
  host: '',
  path: '',
  capabilities: [],
  headers: [],
  hasDialTimeout: false,
};

/** Names below a `config_path` that are looked for, in this order, when `registry` is asked for; the first one that exists counts. */
export function hostDirectoriesOf(registry: string): readonly string[] {
  const colon = registry.lastIndexOf(':');
  const withoutColon = colon > 0 ? [`${registry.slice(0, colon)}_${registry.slice(colon + 1)}_`] : [];
  return [...withoutColon, registry, '_default'];
}

/** An absolute path, if there is such a directory. */
export function hostDirectoryOf(
  registry: string,
  configPath: string,
  files: NodeFiles,
  puller: Puller,
): string | undefined {
  // The transfer service takes a whole list for the name of one directory, and so finds none.
  const roots = puller.path === 'local' ? configPath.split(':') : [configPath];
  return roots
    .filter((root) => root !== '')
    .flatMap((root) => hostDirectoriesOf(registry).map((name) => joinPath(root, name)))
    .find((path) => existsOnNode(files, path));
}

/**
 * The hosts in the order in which they are tried. A hosts.toml that is absent, empty or unreadable gives way to the
 * certificates that Docker would look for.
 */
export function loadHostDirectory(
  directory: string,
  files: NodeFiles,
  puller: Puller,
): FromFiles<readonly HostSettings[]> {
  const path = joinPath(directory, 'hosts.toml');
  const file = readNodeFile(files, path);
  if (file.kind === 'unreadable') return { kind: 'pull-fails', error: file.error };
  const content = file.kind === 'content' ? file.content : '';
  if (content.length > longestHostsFile)
    return { kind: 'unknown', reason: `${path} is longer than ${longestHostsFile} bytes` };
  const text = readTomlText(content, puller);
  const settings = text && parseHostsFile(text, directory, puller);
  return { kind: 'value', value: settings || [{ ...unconfigured, ...dockerCertificatesIn(directory, files) }] };
}

/** Undefined for bytes that are not UTF-8. Readers before 2.0 replace them, and pass over a byte order mark. */
function readTomlText(content: string | Uint8Array, puller: Puller): string | undefined {
  if (!isAtLeast(puller.generation, '2.0')) return textOf(content).replace(/^\u{feff}/u, '');
  if (typeof content === 'string') return content;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** `*.crt` are roots, `*.cert` client certificates, with their keys in `*.key` beside them or in the same file. */
function dockerCertificatesIn(directory: string, files: NodeFiles): Pick<HostSettings, 'ca' | 'client'> {
  const names = fileNamesIn(files, directory);
  const ca = names.filter((name) => name.endsWith('.crt')).map((name) => joinPath(directory, name));
  const client = names
    .filter((name) => name.endsWith('.cert'))
    .map((name): ClientPaths => {
      const certificate = joinPath(directory, name);
      const key = certificate.replace(/\.cert$/, '.key');
      return existsOnNode(files, key) ? { certificate, key } : { certificate };
    });
  return { ...(ca.length > 0 && { ca }), ...(client.length > 0 && { client }) };
}
