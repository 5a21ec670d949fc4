/**
 * What an operator decided, with every default in place: the configuration file and the flags that stand beside it as one
 * value (contract §7). It does not know what stands in the files that it names: those are read again while pullgate runs.
 */
import type { HostPattern } from '../core/egress/host-pattern.ts';
import type { NoProxy, ProxyServer } from '../core/egress/proxy.ts';
import type { Level } from '../core/finding/catalogue.ts';
import type { FindingCode } from '../core/finding/finding.ts';
import type { Platform } from '../core/image/platform.ts';
import type { Assumptions, RegistryRule, ToldOfRegistry } from '../core/pull/settings.ts';
import type { Depth } from '../core/registry/inspect.ts';
import type { DenyRules } from '../core/verdict/deny-rule.ts';
import type { Mode } from '../core/verdict/verdict.ts';
import type { WorkloadKind } from '../core/workload/workload-kind.ts';

/** Paths are absolute. */
export type Config = {
  /** Of namespaces without the label; `check` has a flag and a default of its own. */
  readonly mode: Mode;
  readonly exemptNamespaces: readonly string[];
  readonly assume: Assumptions;
  /** Said, and not the default: then nobody looks for rewriters of images. */
  readonly imageRewritingIsTold: boolean;
  /** What `--assume KEY@REGISTRY=VALUE` said, in the order of the flags; it stands above `registries`. */
  readonly told: readonly ToldOfRegistry[];
  readonly inspect: Depth;
  /** Levels that differ from those of the catalogue. */
  readonly levels: ReadonlyMap<FindingCode, Level>;
  /** Which requests a certain finding may reject. */
  readonly deny: DenyRules;
  readonly fuse: Fuse;
  /** Beside the built-in ones. */
  readonly workloadKinds: readonly CustomWorkloadKind[];
  /** The first that matches counts. */
  readonly registries: readonly RegistryConfig[];
  readonly nodes: NodesConfig;
  readonly examiner: ExaminerConfig;
  readonly limits: Limits;
  readonly egress: EgressConfig;
  readonly log: LogConfig;
};

/** Denials of one registry that are too many to be believed. */
export type Fuse =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'fuse';
      /** It blows at more than so many distinct references in one namespace. */
      readonly references: number;
      readonly windowMs: number;
      readonly holdMs: number;
    };

export type CustomWorkloadKind = WorkloadKind & { readonly version: string };

export type RegistryConfig = Omit<RegistryRule, 'ca'> & {
  /** `match` as written, for people. */
  readonly written: string;
  readonly caPath?: string;
  /** Levels that differ from those of other registries. */
  readonly findings?: ReadonlyMap<FindingCode, Level>;
};

export type NodesConfig = {
  /** All that nodes of the cluster may ever have. */
  readonly platforms?: readonly Platform[];
  readonly dockerConfigPath?: string;
  /** As containerd's `config_path`: one directory, or several separated by colons. */
  readonly hostsDir?: string;
  readonly credentialPlugins?: { readonly configPath: string; readonly binDir: string };
};

export type ExaminerConfig = { readonly dockerConfigPath?: string };

export type Limits = {
  /** For the answer to one admission review. */
  readonly deadlineMs: number;
  /** Reviews at the same time; beyond it images are not examined. */
  readonly inFlight: number;
  readonly perRegistryConcurrency: number;
  /** For one request to a registry, where the file says so; `serve` and `check` have defaults of their own. */
  readonly requestTimeoutMs?: number;
  readonly cacheEntries: number;
  /** Of what a registry announces that it allows in a window, for what inspection adds; from 0 to 1. */
  readonly pullShare: number;
};

export type EgressConfig = {
  readonly privateRanges: 'allow' | 'deny';
  readonly allow: readonly HostPattern[];
  readonly deny: readonly HostPattern[];
  readonly trustedTokenServers: readonly HostPattern[];
  /** An answer leads to no host that is not listed. */
  readonly registriesOnly: boolean;
  /** `address` or `address:port` each; those of the system, if absent. */
  readonly dnsServers?: readonly string[];
  /** Absent: those of the environment. */
  readonly proxy?: ProxyServer;
  readonly noProxy?: readonly NoProxy[];
  readonly caPath?: string;
};

export type LogConfig = {
  /** Lines below it are not written. */
  readonly level: LogLevel;
  /** Of reviews: those with a finding, all that were examined, or none. */
  readonly requests: 'findings' | 'all' | 'none';
};

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
