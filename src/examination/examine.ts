/** Workloads examined one by one, for every command that is given many: one engine, one set of connections, one memory. */
import pLimit from 'p-limit';
import type { Config } from '../config/config.ts';
import { defaultRequestTimeoutMs } from '../config/defaults.ts';
import { askingOf, judgingOf, planSettingsOf } from '../config/plan-settings.ts';
import { exemptionOf } from '../core/verdict/exemption.ts';
import { modeOfNamespace } from '../core/verdict/mode-of.ts';
import { levelsWith, type Mode } from '../core/verdict/verdict.ts';
import type { Workload } from '../core/workload/workload.ts';
import { type Prediction, type PredictSettings, predict, type Sources, unexamined } from '../predict.ts';
import type { Clock } from '../sources/registry/send.ts';
import { registriesWhenAsked } from './registries.ts';
import type { Settings } from './settings.ts';
import type { ExaminedWorld } from './world.ts';

export type Examined = { readonly prediction: Prediction; readonly mode: Mode };

export type ExaminationSettings = {
  readonly world: ExaminedWorld;
  readonly settings: Settings;
  /** Where no label of the Namespace says otherwise. */
  readonly mode: Mode;
  /** The workloads come from an API server, whose admission has filled in what manifests leave open. */
  readonly isAdmitted: boolean;
  /** Workloads at the same time. */
  readonly concurrency: number;
  readonly version: string;
  readonly clock?: Clock;
  readonly signal: AbortSignal;
  readonly onExamined: () => void;
};

/** In the order of the workloads. Ends all connections and programs that it opened. */
export async function examineMany(
  workloads: readonly Workload[],
  examining: ExaminationSettings,
): Promise<readonly Examined[]> {
  const { world, settings, concurrency, version, clock, signal, onExamined } = examining;
  const { config, files, plugins } = settings;
  const asking = askingOf(config, {
    requestTimeoutMs: defaultRequestTimeoutMs.check,
    apiServer: world.apiServer,
    environment: process.env,
  });
  const registries = registriesWhenAsked(
    { ...asking, ...(files.egressRoots && { extraRoots: files.egressRoots }), version, ...(clock && { clock }) },
    config.egress.trustedTokenServers,
  );
  const sources = sourcesOf(world, config, {
    ...(plugins && { pluginAnswers: plugins.answersFor }),
    inspectPull: registries.inspectPull,
  });
  const predicting = predictSettingsOf(examining);
  const limited = pLimit(concurrency);
  const examine = async (workload: Workload): Promise<Examined> => {
    const mode = await modeIn(workload.namespace, examining);
    const exemption = mode === 'off' ? 'mode off' : exemptionOf(workload);
    const prediction =
      exemption === undefined ? await predict(workload, sources, predicting, signal) : unexamined(workload, exemption);
    onExamined();
    return { prediction, mode };
  };
  try {
    return await Promise.all(workloads.map((workload) => limited(examine, workload)));
  } finally {
    registries.close();
    plugins?.close();
  }
}

function sourcesOf(
  { worldOf, lookBeforeDenial, rewritersSeen }: ExaminedWorld,
  config: Config,
  asked: Pick<Sources, 'pluginAnswers' | 'inspectPull'>,
): Sources {
  return {
    worldOf,
    ...(lookBeforeDenial && { lookBeforeDenial }),
    ...(rewritersSeen && !config.imageRewritingIsTold && { rewritersSeen }),
    ...asked,
  };
}

function predictSettingsOf({ settings: { config, files }, isAdmitted }: ExaminationSettings): PredictSettings {
  return {
    ...planSettingsOf(config, files, isAdmitted),
    levelOf: levelsWith(config.levels, config.registries),
    judging: judgingOf(config),
  };
}

/** Who names a manifest or a namespace wants it examined, whichever namespace it is. */
async function modeIn(namespace: string, { world, mode, signal }: ExaminationSettings): Promise<Mode> {
  const settings = { default: mode, exemptNamespaces: [] };
  return modeOfNamespace(namespace, await world.namespaceNamed(namespace, signal), settings).mode;
}
