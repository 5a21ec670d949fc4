import { resolve } from 'node:path';
import { findingCodes, type Level } from '../core/finding/catalogue.ts';
import type { FindingCode } from '../core/finding/finding.ts';
import type { Config, CustomWorkloadKind, EgressConfig, Fuse, NodesConfig, RegistryConfig } from './config.ts';
import { defaultConfig } from './defaults.ts';
import type { WrittenConfig } from './schema.ts';

/**
 * What was written, with defaults for the rest. Lists are taken whole, nothing is added to them.
 * @param directory from which paths start
 */
export function configOf(written: WrittenConfig, directory: string): Config {
  const { mode, exemptNamespaces, assume, inspect, findings, deny, workloadKinds, registries, egress } = written;
  const defaults = defaultConfig();
  return {
    mode: mode ?? defaults.mode,
    exemptNamespaces: exemptNamespaces ?? defaults.exemptNamespaces,
    assume: { ...defaults.assume, ...assume },
    imageRewritingIsTold: assume?.imageRewriting !== undefined,
    told: defaults.told,
    inspect: inspect ?? defaults.inspect,
    levels: levelsOf(findings ?? {}),
    deny: { ...defaults.deny, ...deny },
    fuse: fuseOf(written.fuse ?? {}, defaults.fuse),
    workloadKinds: workloadKinds?.map(workloadKindOf) ?? defaults.workloadKinds,
    registries: registries?.map((registry) => registryOf(registry, directory)) ?? defaults.registries,
    nodes: nodesOf(written.nodes ?? {}, directory),
    examiner: pathMember('dockerConfigPath', written.examiner?.dockerConfig, directory),
    limits: limitsOf(written.limits ?? {}, defaults.limits),
    egress: { ...defaults.egress, ...egressOf(egress ?? {}, directory) },
    log: { ...defaults.log, ...written.log },
  };
}

type Section<Name extends keyof WrittenConfig> = NonNullable<WrittenConfig[Name]>;

function levelsOf(findings: Section<'findings'>): ReadonlyMap<FindingCode, Level> {
  return new Map(
    findingCodes.flatMap((code) => {
      const level = findings[code];
      return level === undefined ? [] : [[code, level] as const];
    }),
  );
}

function fuseOf({ references, workloads, window, hold }: Section<'fuse'>, otherwise: Config['fuse']): Fuse {
  const most = references ?? workloads;
  if (most === 0 || otherwise.kind === 'none') return { kind: 'none' };
  return {
    kind: 'fuse',
    references: most ?? otherwise.references,
    windowMs: window ?? otherwise.windowMs,
    holdMs: hold ?? otherwise.holdMs,
  };
}

function workloadKindOf({ optional, partial, ...kind }: Section<'workloadKinds'>[number]): CustomWorkloadKind {
  return {
    ...kind,
    ...(optional === true && { podSpecIsOptional: true }),
    missingImage: partial === true ? 'filled-in' : 'unknown',
  };
}

function registryOf(
  { match, ca, findings, ...rules }: Section<'registries'>[number],
  directory: string,
): RegistryConfig {
  return {
    ...rules,
    ...(findings && { findings: levelsOf(findings) }),
    match: match.match,
    written: match.written,
    ...pathMember('caPath', ca, directory),
  };
}

function nodesOf(nodes: Section<'nodes'>, directory: string): NodesConfig {
  const { platforms, dockerConfig, hostsDir, credentialProviderConfig, credentialProviderBinDir } = nodes;
  return {
    ...(platforms && { platforms }),
    ...pathMember('dockerConfigPath', dockerConfig, directory),
    ...(hostsDir !== undefined && { hostsDir: hostsDir.map((path) => resolve(directory, path)).join(':') }),
    ...(credentialProviderConfig !== undefined &&
      credentialProviderBinDir !== undefined && {
        credentialPlugins: {
          configPath: resolve(directory, credentialProviderConfig),
          binDir: resolve(directory, credentialProviderBinDir),
        },
      }),
  };
}

function limitsOf(limits: Section<'limits'>, otherwise: Config['limits']): Config['limits'] {
  const { deadline, inFlight, requestTimeout, perRegistryConcurrency, cacheEntries, pullShare } = limits;
  return {
    deadlineMs: deadline ?? otherwise.deadlineMs,
    inFlight: inFlight ?? otherwise.inFlight,
    perRegistryConcurrency: perRegistryConcurrency ?? otherwise.perRegistryConcurrency,
    cacheEntries: cacheEntries ?? otherwise.cacheEntries,
    pullShare: pullShare ?? otherwise.pullShare,
    ...(requestTimeout !== undefined && { requestTimeoutMs: requestTimeout }),
  };
}

/** Empty texts and lists say nothing. */
function egressOf({ proxy, noProxy, ca, ...rules }: Section<'egress'>, directory: string): Partial<EgressConfig> {
  return {
    ...rules,
    ...(proxy !== undefined && proxy !== 'none' && { proxy }),
    ...(noProxy !== undefined && noProxy.length > 0 && { noProxy }),
    ...pathMember('caPath', ca === '' ? undefined : ca, directory),
  };
}

function pathMember<Name extends string>(
  name: Name,
  path: string | undefined,
  directory: string,
): { readonly [Key in Name]?: string } {
  const member: { [Key in Name]?: string } = {};
  if (path !== undefined) member[name] = resolve(directory, path);
  return member;
}
