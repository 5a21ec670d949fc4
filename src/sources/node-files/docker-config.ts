import type { Keyring } from '../../core/credential/keyring.ts';
import { nodeDockerConfigOf, nodeKeyringOf } from '../../core/credential/node-docker-config.ts';
import { SecretBytes } from '../../core/credential/secret-bytes.ts';
import { readBoundedFile } from '../../file/read-bounded-file.ts';

export type ReadDockerConfig =
  | { readonly ok: true; readonly keyring: Keyring }
  /** A sentence that starts with the path and holds nothing secret. */
  | { readonly ok: false; readonly problem: string };

const maxBytes = 1024 * 1024;

/**
 * Credentials that every node has: the kubelet's `config.json` (pull-semantics 3.8). The kubelet passes over a file that it
 * cannot decode; here somebody named it, and is told.
 */
export async function readDockerConfig(path: string): Promise<ReadDockerConfig> {
  const file = await readBoundedFile(path, maxBytes);
  if (file.kind !== 'content') return { ok: false, problem: `${path}: ${file.reason}` };
  const config = nodeDockerConfigOf([{ path, shape: 'auths', content: new SecretBytes(file.bytes) }]);
  const [skipped] = config.skipped;
  if (skipped !== undefined)
    return { ok: false, problem: `${path}: the kubelet cannot decode it (${skipped.error}); correct it` };
  return { ok: true, keyring: nodeKeyringOf(config) };
}
