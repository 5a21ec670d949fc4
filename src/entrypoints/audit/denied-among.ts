/** Pulls that nodes have made, and that mode enforce would have denied. */
import type { Config } from '../../config/config.ts';
import { type Denied, deniedPullsOf } from '../../core/running/pulls-made.ts';
import type { RunningObjects } from '../../core/running/running-objects.ts';
import type { Subject } from '../../core/running/subjects.ts';
import { levelsWith, repositoryOf, weightOf } from '../../core/verdict/verdict.ts';
import type { ExplainedPull } from '../../report/doctor-report.ts';
import type { Checked } from '../../report/report-of.ts';

export function deniedAmong(
  subjects: readonly Subject[],
  checked: readonly Checked[],
  running: RunningObjects,
  { levels, registries }: Config,
): readonly ExplainedPull[] {
  const levelOf = levelsWith(levels, registries);
  return subjects.flatMap((subject, index) => {
    const one = checked[index];
    const predictions = one === undefined ? [] : [one.prediction, ...(one.running?.added ?? [])];
    const denied = predictions.flatMap(({ images }) =>
      images.flatMap(({ use, findings }): readonly Denied[] => {
        const repository = repositoryOf({ use });
        const denying = findings.find((finding) => weightOf(finding, levelOf(finding.code, repository)) === 'deny');
        return denying === undefined ? [] : [{ use, code: denying.code }];
      }),
    );
    return deniedPullsOf(subject, denied, running).map((pull) => ({ ...pull, subject }));
  });
}
