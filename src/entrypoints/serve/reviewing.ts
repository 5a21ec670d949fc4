/** What reviews are made with. */
import type { Config } from '../../config/config.ts';
import type { WorkloadKind } from '../../core/workload/workload-kind.ts';
import type { PredictSettings, Sources } from '../../predict.ts';
import type { CredentialPlugins } from '../../sources/credential-plugins/open-plugins.ts';
import type { Carrier } from '../../sources/registry/carrier.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { AdmittedImages } from './admitted-images.ts';
import type { EventRecorder } from './events.ts';
import type { ClusterFacts } from './facts.ts';
import type { FuseBox } from './fuse.ts';
import type { ObservedPods } from './observed-pods.ts';

export type ReviewSettings = {
  readonly config: Config;
  readonly kinds: readonly WorkloadKind[];
  readonly facts: ClusterFacts;
  readonly inspectPull: Sources['inspectPull'];
  readonly known: Carrier['known'];
  readonly fuseBox: FuseBox;
  readonly admitted: AdmittedImages;
  readonly observed: ObservedPods;
  readonly pluginAnswers?: CredentialPlugins['answersFor'];
  readonly rewritersSeen?: Sources['rewritersSeen'];
  /** Files on which they rest may change while the server runs. */
  readonly settingsNow: () => Promise<SettingsOfReviews>;
  /** pullgate's own namespace, which must not wait for itself. */
  readonly ownNamespace?: string;
  /** Absent where there is no cluster. */
  readonly recordEvent?: EventRecorder;
  readonly log: Logger;
  readonly metrics: Metrics;
};

export type SettingsOfReviews = { readonly applied: PredictSettings; readonly dryRun: PredictSettings };
