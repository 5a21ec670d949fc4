/** Where the time of a program goes: V8's profile of its processor time, by the folders of the project and by package. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of all samples in which the program did not wait. */
export type Share = { readonly of: string; readonly percent: number };

type Node = {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
};
type Profile = {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

/** Smaller shares are told together. */
const leastPercent = 4;

/** `run` starts Node with these flags in it, and returns when the program has ended by itself. */
export async function profiled(run: (flags: readonly string[]) => Promise<unknown>): Promise<readonly Share[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-profile-'));
  await run(['--cpu-prof', '--cpu-prof-interval', '200', '--cpu-prof-dir', directory]);
  const takenBy = new Map<string, number>();
  for (const file of await readdir(directory))
    await addTimes(JSON.parse(await readFile(join(directory, file), 'utf8')) as Profile, takenBy);
  await rm(directory, { recursive: true });
  const whole = [...takenBy.values()].reduce((sum, micros) => sum + micros, 0);
  const shares = [...takenBy].map(([of, micros]) => ({ of, percent: (micros / whole) * 100 }));
  const shown = shares
    .filter(({ percent }) => percent >= leastPercent)
    .toSorted((one, other) => other.percent - one.percent);
  const rest = 100 - shown.reduce((sum, { percent }) => sum + percent, 0);
  return [...shown, { of: 'all else', percent: rest }];
}

async function addTimes({ nodes, samples, timeDeltas }: Profile, takenBy: Map<string, number>): Promise<void> {
  const placeOf = new Map<number, string>();
  for (const { id, callFrame } of nodes) placeOf.set(id, await placeOfFrame(callFrame));
  for (const [index, id] of samples.entries()) {
    const place = placeOf.get(id) ?? '';
    if (place !== '(idle)') takenBy.set(place, (takenBy.get(place) ?? 0) + (timeDeltas[index] ?? 0));
  }
}

/** `src/core/content`, `yaml`, `Node.js`, `(garbage collector)`. */
async function placeOfFrame({ functionName, url, lineNumber, columnNumber }: Node['callFrame']): Promise<string> {
  if (functionName === '(idle)' || functionName === '(garbage collector)') return functionName;
  if (!url.startsWith('file:')) return 'Node.js';
  const map = await sourceMapOf(fileURLToPath(url));
  const entry = map?.findEntry(lineNumber, columnNumber);
  const source = entry !== undefined && 'originalSource' in entry ? entry.originalSource : url;
  const [, name] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source) ?? [];
  return name ?? /(?:^|\/)(src(?:\/[^/]+)*)\/[^/]+$/.exec(source)?.[1] ?? 'Node.js';
}

const sourceMaps = new Map<string, Promise<SourceMap | undefined>>();

function sourceMapOf(file: string): Promise<SourceMap | undefined> {
  const known = sourceMaps.get(file);
  if (known !== undefined) return known;
  const read = readFile(`${file}.map`, 'utf8').then(
    (text) => new SourceMap(JSON.parse(text)),
    () => undefined,
  );
  sourceMaps.set(file, read);
  return read;
}

export function sharesText(shares: readonly Share[]): string {
  return shares
    .map(({ of, percent }) => `\`${of}\` ${Math.round(percent)} %`)
    .join(', ')
    .replaceAll('`all else`', 'all else');
}
