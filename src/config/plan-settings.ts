/** What a configuration, and the files that it names, mean for planning pulls and for asking registries. */
import type { Keyring } from '../core/credential/keyring.ts';
import type { EgressRules } from '../core/egress/address-rules.ts';
import type { HostPattern } from '../core/egress/host-pattern.ts';
import type { PlanSettings } from '../core/pull/plan.ts';
import type { HostsGiven } from '../core/pull/route.ts';
import type { RegistryRule } from '../core/pull/settings.ts';
import type { Config } from './config.ts';

/** The content of the files that a configuration names. */
export type NodeFilesRead = {
  /** In the order of the kubelet. */
  readonly nodeKeyrings: readonly Keyring[];
  readonly hosts?: HostsGiven;
  readonly registries: readonly RegistryRule[];
};

export const noNodeFiles: NodeFilesRead = { nodeKeyrings: [], registries: [] };

/** `isAdmitted`: objects went through admission, which fills in what manifests leave open. */
export function planSettingsOf(config: Config, files: NodeFilesRead, isAdmitted: boolean): PlanSettings {
  const { assume, inspect, told } = config;
  const { nodeKeyrings, hosts, registries } = files;
  return { assume, inspect, told, registries, nodeKeyrings, hosts, isAdmitted };
}

/** `apiServer`: where it is, so that nobody is led to ask it. */
export function egressRulesOf({ egress }: Config, apiServer: readonly HostPattern[]): EgressRules {
  const { privateRanges, allow, deny } = egress;
  return { privateRanges, allow, deny, apiServer };
}
