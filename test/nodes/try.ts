/** Plays a few scenes on all real nodes and prints what they said: `PULLGATE_PARTS=… node test/nodes/try.ts [LANE…]` */
import { openGround } from './ground.ts';
import { type LaneName, laneNames } from './lanes/lane.ts';
import { findParts } from './real-parts/parts.ts';
import { enterSandbox } from './real-parts/sandbox.ts';
import { smokeScenes } from './smoke-scenes.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

const parts = findParts();
const sandbox = await enterSandbox();
const wanted = process.argv.slice(2);
const lanes: readonly LaneName[] = wanted.length === 0 ? laneNames : laneNames.filter((name) => wanted.includes(name));

const started = performance.now();
const ground = await openGround(sandbox, parts, lanes);
print(`all nodes are ready after ${Math.round(performance.now() - started)} ms`);

for (const scene of smokeScenes) {
  print(`\n${scene.name}: ${scene.image}`);
  for (const lane of lanes) {
    const { outcome, asked, ms } = await ground.play(scene, lane);
    const said = outcome.outcome === 'pulled' ? 'pulled' : `${outcome.reason}: ${outcome.message}`;
    const requests = Object.values(asked).flat().length;
    print(
      `  ${lane.padEnd(15)} ${String(Math.round(ms)).padStart(5)} ms ${String(requests).padStart(2)} requests  ${said}`,
    );
  }
}
process.exit(0);
