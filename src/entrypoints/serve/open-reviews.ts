/** Reviews wired to their sources: the facts of a cluster, and registries. */
import type { Config } from '../../config/config.ts';
import { defaultRequestTimeoutMs } from '../../config/defaults.ts';
import { askingOf, judgingOf, type NodeFilesRead, planSettingsOf } from '../../config/plan-settings.ts';
import type { HostPattern } from '../../core/egress/host-pattern.ts';
import { levelsWith } from '../../core/verdict/verdict.ts';
import { builtInWorkloadKinds } from '../../core/workload/workload-kind.ts';
import type { PredictSettings } from '../../predict.ts';
import type { FuseObject } from '../../sources/cluster/fuse-object.ts';
import type { CredentialPlugins } from '../../sources/credential-plugins/open-plugins.ts';
import { openCarrier } from '../../sources/registry/carrier.ts';
import { pullInspector } from '../../sources/registry/inspect-pull.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { admittedImages } from './admitted-images.ts';
import type { EventRecorder } from './events.ts';
import type { ClusterFacts } from './facts.ts';
import { openFuseBox } from './fuse.ts';
import { observedPods } from './observed-pods.ts';
import { type Review, reviewing } from './review.ts';

export type ReviewSources = {
  readonly config: Config;
  /** What the files that the configuration names say at the moment. */
  readonly filesNow: () => Promise<NodeFilesRead>;
  readonly facts: ClusterFacts;
  /** Absent where the configuration names none. */
  readonly plugins?: CredentialPlugins;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly version: string;
  readonly ownNamespace?: string;
  readonly recordEvent?: EventRecorder;
  /** Absent where there is no cluster, or where the own namespace is not known. */
  readonly fuseObject?: FuseObject;
  /** Where it is, so that nobody leads us to ask it. */
  readonly apiServer: readonly HostPattern[];
};

export type OpenReviews = {
  readonly review: Review;
  /** Ends all connections to registries, and all plugins. */
  readonly close: () => void;
};

export function openReviews(sources: ReviewSources): OpenReviews {
  const { config, filesNow, facts, plugins, log, metrics, version, ownNamespace, apiServer, recordEvent } = sources;
  const { fuseObject } = sources;
  const carrier = openCarrier({
    ...askingOf(config, { requestTimeoutMs: defaultRequestTimeoutMs.serve, apiServer }),
    version,
    noteLookup: metrics.cacheLookup,
    observe: ({ host, method, durationMs, remaining, ...said }) => {
      const isAnswered = 'status' in said;
      const status = isAnswered ? String(said.status) : said.cause;
      metrics.registryRequest({ registry: host, method, status }, isAnswered, durationMs / 1000);
      if (remaining !== undefined) metrics.rateLimitRemains(host, remaining);
    },
  });
  const fuseBox = openFuseBox(config.fuse, {
    ...(fuseObject && { object: fuseObject }),
    nowMs: () => Date.now(),
    onBlown: (registry) => metrics.registryDemoted(registry, 'fuse', () => fuseBox.isBlown(registry)),
    onAlone: (why) => log.warn(why, aloneWithFuse),
  });
  // So that a missing right is logged, and a blown fuse is in the metrics, before the first denial.
  if (fuseObject !== undefined) void fuseBox.look(new AbortController().signal);
  // The same object as long as the files are: plans are remembered by it.
  let known: { readonly files: NodeFilesRead; readonly settings: PredictSettings } | undefined;
  const settingsFor = (files: NodeFilesRead): PredictSettings => {
    if (known?.files === files) return known.settings;
    const levelOf = levelsWith(config.levels);
    const plan = { ...planSettingsOf(config, files, true), mostImageUses };
    const settings = { ...plan, levelOf, judging: judgingOf(config) };
    known = { files, settings };
    return settings;
  };
  const review = reviewing({
    config,
    kinds: [...builtInWorkloadKinds, ...config.workloadKinds],
    facts,
    inspectPull: pullInspector(carrier, config.egress.trustedTokenServers),
    ...(plugins && { pluginAnswers: plugins.answersFor }),
    ...(facts.rewritersSeen && !config.imageRewritingIsTold && { rewritersSeen: facts.rewritersSeen }),
    settingsNow: async () => settingsFor(await filesNow()),
    fuseBox,
    admitted: admittedImages(() => Date.now()),
    observed: observedPods(),
    ...(ownNamespace && { ownNamespace }),
    ...(recordEvent && { recordEvent }),
    log,
    metrics,
  });
  const close = () => {
    carrier.close();
    plugins?.close();
  };
  return { review, close };
}

/** Of one review (contract §5). */
const mostImageUses = 256;

const aloneWithFuse =
  'this replica has a fuse of its own now; apply manifests/components/shared-fuse to share one among replicas';
