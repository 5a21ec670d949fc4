/** Reviews wired to their sources: the facts of a cluster, and registries. */
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config/config.ts';
import { defaultRequestTimeoutMs } from '../../config/defaults.ts';
import { askingOf, judgingOf, type NodeFilesRead, planSettingsOf } from '../../config/plan-settings.ts';
import type { HostPattern } from '../../core/egress/host-pattern.ts';
import { levelsWith } from '../../core/verdict/verdict.ts';
import { builtInWorkloadKinds } from '../../core/workload/workload-kind.ts';
import type { FuseObject } from '../../sources/cluster/fuse-object.ts';
import { type Carrier, openCarrier } from '../../sources/registry/carrier.ts';
import { pullInspector } from '../../sources/registry/inspect-pull.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { admittedImages } from './admitted-images.ts';
import type { Configuration } from './configuration.ts';
import type { EventRecorder } from './events.ts';
import type { ClusterFacts } from './facts.ts';
import { type FuseBox, openFuseBox } from './fuse.ts';
import { observedPods } from './observed-pods.ts';
import { type Review, reviewing } from './review.ts';

import type { ReviewSettings, SettingsOfReviews } from './reviewing.ts';

export type ReviewSources = {
  readonly configuration: Configuration;
  readonly facts: ClusterFacts;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly version: string;
  readonly ownNamespace?: string;
  readonly recordEvent?: EventRecorder;
  /** Absent where there is no cluster, or where the own namespace is not known. */
  readonly fuseObject?: FuseObject;
  /** Where it is, so that nobody leads us to ask it. */
  readonly apiServer: () => readonly HostPattern[];
};

export type OpenReviews = {
  readonly review: Review;
  /** Reviews that begin from now on follow this configuration. What was learned stays where it does not depend on what changed. */
  readonly use: (configuration: Configuration) => void;
  /** Ends all connections to registries, and all plugins. */
  readonly close: () => void;
};

export function openReviews(sources: ReviewSources): OpenReviews {
  const learned = { admitted: admittedImages(() => Date.now()), observed: observedPods() };
  let parts = openParts(sources.configuration, sources);
  let context = reviewingWith(parts, learned, sources);
  const retired = new Set<() => void>();
  const retire = (close: () => void) => {
    const end = () => {
      if (retired.delete(end)) close();
    };
    retired.add(end);
    // Reviews that began before are still asking.
    setTimeout(end, longestReviewMs).unref();
  };
  return {
    review: reviewing(() => context),
    use: (configuration) => {
      const before = parts;
      parts = openParts(configuration, sources, before);
      context = reviewingWith(parts, learned, sources);
      const { plugins } = before.configuration;
      if (parts.carrier !== before.carrier) retire(before.carrier.close);
      if (plugins !== undefined && plugins !== configuration.plugins) retire(plugins.close);
    },
    close: () => {
      for (const end of retired) end();
      parts.carrier.close();
      parts.configuration.plugins?.close();
    },
  };
}

/** The longest deadline of a review, and some. */
const longestReviewMs = 35_000;

/** What is opened for a configuration, and kept for the next one where that says the same of it. */
type Parts = {
  readonly configuration: Configuration;
  readonly carrier: Carrier;
  readonly fuseBox: FuseBox;
};

function openParts(configuration: Configuration, sources: ReviewSources, before?: Parts): Parts {
  const { config } = configuration;
  const isAsLast = (settingOf: (of: Configuration) => unknown) =>
    before !== undefined && isDeepStrictEqual(settingOf(configuration), settingOf(before.configuration));
  return {
    configuration,
    carrier: before && isAsLast(askingAndTrust) ? before.carrier : carrierFor(configuration, sources),
    fuseBox: before && isAsLast((of) => of.config.fuse) ? before.fuseBox : fuseBoxFor(config, sources),
  };
}

/** Not of the configuration, and the same function each time, to be compared. */
const nowhere = () => [];

/** What is remembered of registries holds as long as this. */
function askingAndTrust({ config, egressRoots }: Configuration): unknown {
  const asking = askingOf(config, { requestTimeoutMs: 0, apiServer: nowhere, environment: process.env });
  return [asking, config.egress.trustedTokenServers, egressRoots];
}

function carrierFor({ config, egressRoots }: Configuration, { metrics, version, apiServer }: ReviewSources): Carrier {
  const requestTimeoutMs = defaultRequestTimeoutMs.serve;
  return openCarrier({
    ...askingOf(config, { requestTimeoutMs, apiServer, environment: process.env }),
    ...(egressRoots && { extraRoots: egressRoots }),
    version,
    noteLookup: metrics.cacheLookup,
    observe: ({ host, method, durationMs, remaining, ...said }) => {
      const isAnswered = 'status' in said;
      const status = isAnswered ? String(said.status) : said.cause;
      metrics.registryRequest({ registry: host, method, status }, isAnswered, durationMs / 1000);
      if (remaining !== undefined) metrics.rateLimitRemains(host, remaining);
    },
  });
}

function fuseBoxFor(config: Config, { fuseObject, metrics, log }: ReviewSources): FuseBox {
  const fuseBox = openFuseBox(config.fuse, {
    ...(fuseObject && { object: fuseObject }),
    nowMs: () => Date.now(),
    onBlown: (registry) => metrics.registryDemoted(registry, 'fuse', () => fuseBox.isBlown(registry)),
    onAlone: (why) => log.warn(why, aloneWithFuse),
  });
  // So that a missing right is logged, and a blown fuse is in the metrics, before the first denial.
  if (fuseObject !== undefined) void fuseBox.look(new AbortController().signal);
  return fuseBox;
}

function reviewingWith(
  { configuration, carrier, fuseBox }: Parts,
  learned: Pick<ReviewSettings, 'admitted' | 'observed'>,
  { facts, log, metrics, ownNamespace, recordEvent }: ReviewSources,
): ReviewSettings {
  const { config, filesNow, plugins } = configuration;
  // The same objects as long as the files are: what is known of images is remembered by them.
  let known: { readonly files: NodeFilesRead; readonly settings: SettingsOfReviews } | undefined;
  const settingsFor = (files: NodeFilesRead): SettingsOfReviews => {
    if (known?.files === files) return known.settings;
    const levelOf = levelsWith(config.levels, config.registries);
    const plan = { ...planSettingsOf(config, files, true), mostImageUses, levelOf };
    const judging = { ...judgingOf(config), isConfiguredByFile: true as const };
    const settings = {
      applied: { ...plan, judging },
      dryRun: { ...plan, judging: { ...judging, isDryRun: true as const } },
    };
    known = { files, settings };
    return settings;
  };
  return {
    config,
    kinds: [...builtInWorkloadKinds, ...config.workloadKinds],
    facts,
    inspectPull: pullInspector(carrier, config.egress.trustedTokenServers),
    known: carrier.known,
    ...(plugins && { pluginAnswers: plugins.answersFor }),
    ...(facts.rewritersSeen && !config.imageRewritingIsTold && { rewritersSeen: facts.rewritersSeen }),
    settingsNow: async () => settingsFor(await filesNow()),
    fuseBox,
    ...learned,
    ...(ownNamespace && { ownNamespace }),
    ...(recordEvent && { recordEvent }),
    log,
    metrics,
  };
}

/** Of one review (contract §5). */
const mostImageUses = 256;

const aloneWithFuse =
  'this replica uses its own fuse; apply manifests/components/shared-fuse to share one fuse among the replicas';
