/**
 * Plays a few scenes on a real node of every lane and prints what they said:
 * `PULLGATE_PARTS=… node test/nodes/try.ts [LANE…]`. The exit code is 1 when one of them said something unexpected.
 */
import { openGround } from './ground.ts';
import { type LaneName, laneNames, type Outcome } from './lanes/lane.ts';
import { findParts } from './real-parts/parts.ts';
import { enterSandbox } from './real-parts/sandbox.ts';
import { type SmokeScene, smokeScenes } from './smoke-scenes.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const since = (start: number) => `${Math.round(performance.now() - start)} ms`;

function isExpected({ expected }: SmokeScene, lane: LaneName, outcome: Outcome): boolean {
  if (outcome.outcome === 'pulled') return expected === 'pulled';
  return lane.startsWith('kubelet') ? expected === outcome.reason : expected !== 'pulled';
}

const parts = findParts();
const sandbox = await enterSandbox();
const wanted = process.argv.slice(2);
const lanes = laneNames.filter((name) => wanted.length === 0 || wanted.includes(name));

const opening = performance.now();
const ground = await openGround(sandbox, parts, Object.fromEntries(lanes.map((lane) => [lane, 1])));
print(`${lanes.length} nodes are ready after ${since(opening)}`);

const playing = performance.now();
let unexpected = 0;
await Promise.all(
  smokeScenes.map(async (scene) => {
    const played = await Promise.all(lanes.map(async (lane) => ({ lane, ...(await ground.play(scene, lane)) })));
    print(`\n${scene.name}: ${scene.image}`);
    for (const { lane, outcome, asked, ms } of played) {
      const said = outcome.outcome === 'pulled' ? 'pulled' : `${outcome.reason}: ${outcome.message}`;
      const requests = Object.values(asked).flat().length;
      const mark = isExpected(scene, lane, outcome) ? ' ' : '!';
      print(
        `${mark} ${lane.padEnd(15)}${ms.toFixed(0).padStart(5)} ms ${String(requests).padStart(2)} requests  ${said}`,
      );
      if (mark === '!') unexpected += 1;
    }
  }),
);
print(`\n${smokeScenes.length} scenes on ${lanes.length} nodes took ${since(playing)}; unexpected: ${unexpected}`);
process.exit(unexpected === 0 ? 0 : 1);
