/** Compares what pullgate said of a scene with what the nodes did. */
import type { ReportedImage } from '../../src/report/pull-report.ts';
import type { Finds, Scenario } from '../scenarios/scenario.ts';
import type { Foretold } from './foretell.ts';
import { type LaneName, laneNames, type Outcome } from './lanes/lane.ts';
import type { Generation } from './real-parts/parts.ts';
import type { SaidByWays } from './usual-ways/usual-ways.ts';

export type Row = {
  readonly scenario: Scenario;
  readonly foretold: Foretold;
  readonly nodes: Readonly<Partial<Record<LaneName, Outcome>>>;
  /** What the usual ways to check say, where they were asked. */
  readonly usualWays?: SaidByWays;
};

export type Judgement = {
  /** Lanes on which pullgate and the node said the same. */
  readonly agreements: number;
  /** Lanes of which pullgate said that it cannot know. */
  readonly undecided: number;
  readonly falseDenials: readonly string[];
  readonly falsePasses: readonly string[];
  /** Everything else that is not as it should be. */
  readonly surprises: readonly string[];
};

/** containerd alone knows nothing of pull policies, Secrets, files and plugins of the kubelet. */
export function lanesOf(scenario: Scenario): readonly LaneName[] {
  const { cluster, pullPolicy, nodeDockerConfig, pluginAnswers, isPresent } = scenario;
  const ofKubelets = [cluster, pullPolicy, nodeDockerConfig, pluginAnswers];
  const isForKubelet = isPresent === true || ofKubelets.some((what) => what !== undefined);
  return laneNames.filter((lane) => !isForKubelet || lane.startsWith('kubelet-'));
}

export function generationOf(lane: LaneName): Generation {
  return lane.endsWith('1.7') ? '1.7' : '2.4';
}

export function findsOf({ findings }: ReportedImage): Finds {
  // Advice on tags and policies is about the manifest, not about the pull.
  return findings
    .filter(({ code }) => code !== 'mutable-tag-always-local')
    .map(({ code, certainty }) => `${code} ${certainty}`);
}

export function expectedOf({ finds }: Scenario, generation: Generation): Finds {
  return 'length' in finds ? finds : finds[generation];
}

export function judge({ scenario, foretold, nodes }: Row): Judgement {
  const surprises: string[] = [];
  const falseDenials: string[] = [];
  const falsePasses: string[] = [];
  let agreements = 0;
  let undecided = 0;
  for (const generation of ['1.7', '2.4'] as const) {
    const [found, expected] = [
      findsOf(foretold.byGeneration[generation]).join(', '),
      expectedOf(scenario, generation).join(', '),
    ];
    if (found !== expected) surprises.push(`on ${generation} it finds [${found}], expected is [${expected}]`);
  }
  for (const [lane, outcome] of Object.entries(nodes) as [LaneName, Outcome][]) {
    const image = foretold.byGeneration[generationOf(lane)];
    const isPulled = outcome.outcome === 'pulled';
    const said = isPulled ? `${lane} pulls` : `${lane} says ${outcome.reason}: ${outcome.message.slice(0, 300)}`;
    switch (image.outcome) {
      case 'unconfirmed':
        undecided += 1;
        if (scenario.undecidable === undefined) surprises.push(`it is unconfirmed without a reason; ${said}`);
        break;
      case 'unpullable':
        if (!isPulled) agreements += 1;
        else if (isCertain(image)) falseDenials.push(said);
        else if (scenario.undecidable !== undefined) undecided += 1;
        else surprises.push(`it is held to be unpullable; ${said}`);
        break;
      case 'pullable':
      case 'not-pulled':
        if (isPulled) agreements += 1;
        else falsePasses.push(said);
    }
  }
  surprises.push(...ofBoth({ scenario, foretold, nodes }));
  return { agreements, undecided, falseDenials, falsePasses, surprises };
}

function isCertain({ findings }: ReportedImage): boolean {
  return findings.some(({ certainty }) => certainty === 'certain');
}

/** In a cluster with nodes of both generations only what fails on both is denied, and the webhook says what the check says. */
function ofBoth({ foretold }: Row): readonly string[] {
  const { byGeneration, byBoth, admission } = foretold;
  const failsEverywhere = Object.values(byGeneration).every(isCertain);
  return [
    ...(isCertain(byBoth) && !failsEverywhere ? ['it denies for both generations what one of them pulls'] : []),
    ...(!isCertain(byBoth) && failsEverywhere ? ['it does not deny for both what fails on each'] : []),
    ...(admission.allowed === isCertain(byBoth)
      ? [`the webhook says ${admission.allowed ? 'allowed' : 'denied'}, the check the opposite`]
      : []),
  ];
}
