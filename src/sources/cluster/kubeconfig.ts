/**
 * Reads kubeconfigs with the client library. A kubeconfig holds tokens and keys, and the parser of the library quotes the
 * lines around a fault: its errors are not passed on, only the file, the line and the column.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';

/** @throws Error that says what is wrong, without a word of the file */
export function readKubeconfig(path: string | undefined): KubeConfig {
  if (path !== undefined) return loaded([path], (config) => config.loadFromFile(path));
  // As kubectl does: in a Pod of a CI system a kubeconfig that a step has written comes before the Pod's own account.
  const files = defaultFiles();
  if (files.length > 0) return loaded(files, (config) => config.loadFromDefault());
  // The library would then try port 8080 of this machine.
  if (process.env.KUBERNETES_SERVICE_HOST === undefined)
    throw new Error('there is no kubeconfig, and pullgate does not run in a Pod');
  const config = new KubeConfig();
  config.loadFromCluster();
  return config;
}

function defaultFiles(): readonly string[] {
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  const ofUser = join(homedir(), '.kube/config');
  return named.length === 0 && existsSync(ofUser) ? [ofUser] : named;
}

/** `files`: what is read together, to find the faulty one. */
function loaded(files: readonly string[], load: (config: KubeConfig) => void): KubeConfig {
  const config = new KubeConfig();
  if (isLoaded(() => load(config))) return config;
  const fault = files.map(faultOf).find((found) => found !== undefined);
  throw new Error(
    fault ?? `the kubeconfigs ${files.join(', ')} do not fit together; see that no name is in two of them`,
  );
}

/** What it throws is not a cause either: whoever prints an error prints its causes. */
function isLoaded(load: () => void): boolean {
  try {
    load();
    return true;
  } catch {
    return false;
  }
}

function faultOf(file: string): string | undefined {
  try {
    new KubeConfig().loadFromFile(file);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) return `${file} is not a kubeconfig`;
    if ('syscall' in error && 'code' in error) return `cannot read ${file} (${String(error.code)})`;
    if ('mark' in error) return `${placeOf(file, error.mark)}: the kubeconfig is not valid YAML or JSON here`;
    const missing = missingIn(error);
    return missing === undefined ? `${file} is not a kubeconfig` : `${file}: ${missing}`;
  }
}

/** The library counts from 0. */
function placeOf(file: string, mark: unknown): string {
  if (typeof mark !== 'object' || mark === null || !('line' in mark) || !('column' in mark)) return file;
  return `${file}:${Number(mark.line) + 1}:${Number(mark.column) + 1}`;
}

/** `users[0].name is missing`: names of fields alone. */
function missingIn(error: unknown): string | undefined {
  const { message = '' } = error instanceof Error ? error : {};
  return /^(?:clusters|users|contexts)\[\d+\][.a-z]* is missing$/i.test(message) ? message : undefined;
}
