import { defaultAssumptions } from '../core/pull/settings.ts';
import type { Config } from './config.ts';

/**
 * What holds where nobody says otherwise. Each default is on the lenient side: a cluster that was just given pullgate is
 * warned and not rejected, nothing that a node may know is taken for absent, and what pullgate asks of registries is bounded.
 */
export function defaultConfig(): Config {
  return {
    // Warnings first: an operator sees what would be denied before anything is.
    mode: 'warn',
    // A cluster that cannot start its own components cannot be repaired.
    exemptNamespaces: ['kube-system', 'kube-public', 'kube-node-lease'],
    assume: defaultAssumptions,
    imageRewritingIsTold: false,
    told: [],
    // HEAD alone would not see a missing platform; looking at each layer costs a request a layer.
    inspect: 'platform',
    levels: new Map(),
    // No Pod of a controller means no Pending for the autoscaler, and a back-off of many minutes (contract §3).
    deny: { workloads: true, pods: true, controlledPods: false },
    // What fails for so many at once is more likely the registry's trouble, or ours, than theirs.
    fuse: { kind: 'fuse', references: 10, windowMs: 5 * minuteMs, holdMs: 60 * minuteMs },
    workloadKinds: [],
    registries: [],
    nodes: {},
    examiner: {},
    // The API server waits 5 s where the chart has its say.
    // Nodes need the rest of what a registry allows.
    limits: { deadlineMs: 4000, inFlight: 512, perRegistryConcurrency: 16, cacheEntries: 20_000, pullShare: 0.2 },
    // Registries of one's own live in private ranges; loopback, link-local and metadata addresses are refused all the same.
    egress: { privateRanges: 'allow', allow: [], deny: [], trustedTokenServers: [], registriesOnly: false },
    // What was found, whose it is and why: not the reviews in which nothing was found.
    log: { level: 'info', requests: 'findings' },
  };
}

const minuteMs = 60_000;

/** Of requests to registries, where the file says nothing. */
export const defaultRequestTimeoutMs = {
  // A registry that is slow once leaves time for another try before the deadline.
  serve: 1500,
  // Nobody waits for an admission; what counts is an answer.
  check: 10_000,
} as const;
