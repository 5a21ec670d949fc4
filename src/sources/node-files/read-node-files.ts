/** The files that a configuration names, as what a plan of pulls is made from. What they mean is decided in the core. */
import type { Config, RegistryConfig } from '../../config/config.ts';
import type { Keyring } from '../../core/credential/keyring.ts';
import type { HostsGiven } from '../../core/pull/route.ts';
import type { RegistryRule } from '../../core/pull/settings.ts';
import { readRoots } from '../../core/registry/certificate-files.ts';
import { readBoundedFile } from '../../file/read-bounded-file.ts';
import { readDockerConfig } from './docker-config.ts';
import { readHosts } from './host-tree.ts';

export type NodeFileFacts = {
  /** What nodes offer beside the Secrets of a Pod. */
  readonly nodeKeyrings: readonly Keyring[];
  /** Undefined where nothing is told of containerd's host configuration. */
  readonly hosts: HostsGiven;
  readonly registries: readonly RegistryRule[];
  /** Sees what exists, and proves nothing else (contract §3, C8). */
  readonly examinerKeyring?: Keyring;
  /** PEM, trusted on our own way out. */
  readonly egressRoots?: readonly string[];
};

export type ReadNodeFiles =
  | ({ readonly ok: true } & NodeFileFacts)
  /** Sentences that start with the key of the configuration and the path. */
  | { readonly ok: false; readonly problems: readonly string[] };

export type NamedFiles = Pick<Config, 'nodes' | 'registries' | 'examiner'> & {
  readonly egress: Pick<Config['egress'], 'caPath'>;
};

const maxBytes = 1024 * 1024;

/** A file that was named and cannot be read is a problem. Never throws. */
export async function readNodeFiles({ nodes, registries, examiner, egress }: NamedFiles): Promise<ReadNodeFiles> {
  const problems: string[] = [];
  const note = (key: string, ...texts: readonly string[]) => problems.push(...texts.map((text) => `${key}: ${text}`));
  const keyringAt = async (key: string, path: string | undefined): Promise<Keyring | undefined> => {
    const read = path === undefined ? undefined : await readDockerConfig(path);
    if (read?.ok === false) note(key, read.problem);
    return read?.ok === true ? read.keyring : undefined;
  };
  const nodeKeyring = await keyringAt('nodes.dockerConfig', nodes.dockerConfigPath);
  const hosts = nodes.hostsDir === undefined ? undefined : await readHosts(nodes.hostsDir);
  if (hosts?.ok === false) note('nodes.hostsDir', ...hosts.problems);
  const rules: RegistryRule[] = [];
  for (const [index, registry] of registries.entries()) {
    const ca = await readCa(registry.caPath);
    if (ca?.ok === false) note(`registries[${index}].ca`, ca.problem);
    rules.push(ruleOf(registry, ca?.ok === true ? ca.pem : undefined));
  }
  const examinerKeyring = await keyringAt('examiner.dockerConfig', examiner.dockerConfigPath);
  const roots = await readCa(egress.caPath);
  if (roots?.ok === false) note('egress.ca', roots.problem);
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    nodeKeyrings: nodeKeyring === undefined ? [] : [nodeKeyring],
    hosts: hosts?.ok === true ? hosts.hosts : undefined,
    registries: rules,
    ...(examinerKeyring !== undefined && { examinerKeyring }),
    ...(roots?.ok === true && { egressRoots: [roots.pem] }),
  };
}

type ReadCa = { readonly ok: true; readonly pem: string } | { readonly ok: false; readonly problem: string };

/** Every certificate of the file and nothing else of it. */
async function readCa(caPath: string | undefined): Promise<ReadCa | undefined> {
  if (caPath === undefined) return undefined;
  const file = await readBoundedFile(caPath, maxBytes);
  if (file.kind !== 'content') return { ok: false, problem: `${caPath}: ${file.reason}` };
  const roots = readRoots(new Map([[caPath, new Map([['', file.bytes]])]]), [caPath]);
  if (roots.kind !== 'value') return { ok: false, problem: `${caPath}: contains no PEM certificate` };
  return { ok: true, pem: roots.value.join('') };
}

function ruleOf(
  { written: _written, caPath: _caPath, findings: _findings, ...rule }: RegistryConfig,
  ca: string | undefined,
): RegistryRule {
  return { ...rule, ...(ca !== undefined && { ca }) };
}
