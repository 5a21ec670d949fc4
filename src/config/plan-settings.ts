/** What a configuration, and the files that it names, mean for planning pulls and for asking registries. */
import type { Keyring } from '../core/credential/keyring.ts';
import type { EgressRules } from '../core/egress/address-rules.ts';
import type { HostPattern } from '../core/egress/host-pattern.ts';
import type { JudgingSettings } from '../core/finding/judge-workload.ts';
import type { PlanSettings } from '../core/pull/plan.ts';
import type { HostsGiven } from '../core/pull/route.ts';
import type { RegistryRule } from '../core/pull/settings.ts';
import type { Config } from './config.ts';
import { proxiesOf } from './proxies.ts';

/** The content of the files that a configuration names. */
export type NodeFilesRead = {
  /** In the order of the kubelet. */
  readonly nodeKeyrings: readonly Keyring[];
  readonly examinerKeyring?: Keyring;
  readonly hosts?: HostsGiven;
  readonly registries: readonly RegistryRule[];
  /** PEM, of `egress.ca`. */
  readonly egressRoots?: readonly string[];
};

export const noNodeFiles: NodeFilesRead = { nodeKeyrings: [], registries: [] };

/** `isAdmitted`: objects went through admission, which fills in what manifests leave open. */
export function planSettingsOf(config: Config, files: NodeFilesRead, isAdmitted: boolean): PlanSettings {
  const { assume, inspect, told } = config;
  const { nodeKeyrings, examinerKeyring, hosts, registries } = files;
  return {
    assume,
    inspect,
    told,
    registries,
    nodeKeyrings,
    hosts,
    isAdmitted,
    ...(examinerKeyring && { examinerKeyring }),
  };
}

/** What judging is told by the configuration; more is looked up before a denial. */
export function judgingOf({ nodes: { platforms } }: Config): Pick<JudgingSettings, 'beforeDenial' | 'nodePlatforms'> {
  return { beforeDenial: () => ({}), ...(platforms && { nodePlatforms: platforms }) };
}

export type AskingDefaults = {
  /** For one request, where the configuration says nothing; milliseconds. */
  readonly requestTimeoutMs: number;
  /** Where the API server is, so that nobody is led to ask it. */
  readonly apiServer: () => readonly HostPattern[];
  /** In which the proxy is named, where the configuration names none. */
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** How registries are asked: whom, for how long, how many at a time, and how much is remembered. */
export function askingOf({ egress, limits }: Config, { requestTimeoutMs, apiServer, environment }: AskingDefaults) {
  const read = proxiesOf(egress, environment);
  const { privateRanges, allow, deny, trustedTokenServers, registriesOnly } = egress;
  const rules: EgressRules = { privateRanges, allow, deny, trustedTokenServers, registriesOnly, apiServer: [] };
  return {
    egress: rules,
    apiServer,
    ...(read.ok && { proxies: read.proxies }),
    ...(egress.dnsServers && { dnsServers: egress.dnsServers }),
    requestTimeoutMs: limits.requestTimeoutMs ?? requestTimeoutMs,
    perRegistryConcurrency: limits.perRegistryConcurrency,
    rememberedAnswers: limits.cacheEntries,
    pullShare: limits.pullShare,
  };
}
