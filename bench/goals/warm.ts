/** P3, P10, P11: CPU of a review whose images are known, beside webhooks that know nothing. */
import type { Bench } from '../bench.ts';
import { type Goal, median, type Outcome, ratios, withProfile } from '../goal.ts';
import { goIsMissing, startFloor, startProduct, startReference, type Webhook } from '../parties/webhook.ts';
import { profiled, type Share } from '../profile.ts';

const load = { kind: 'closed', callers: 8 } as const;
const images = 50;
const sizes = [1, 3, 50] as const;

export async function warmGoals(bench: Bench): Promise<readonly Outcome[]> {
  const { registry, effort } = bench;
  const product = await startProduct(registry.url, { inspect: 'platform' });
  const floor = await startFloor();
  const reference = goIsMissing === undefined ? await startReference() : undefined;
  const parties = { product, floor, ...(reference && { reference }) };
  const taken = new Map<number, Rounds>();
  for (const containers of sizes) {
    const count = Math.ceil(effort.reviews / (containers === 50 ? 5 : 1));
    taken.set(containers, await interleaved(bench, parties, { count, containers }));
  }
  const handshakes = await handshakesOf(bench, parties, taken.get(1));
  for (const party of Object.values(parties)) await party.end();
  registry.takeCounts();
  const [one, fifty] = [taken.get(1)?.product ?? [], taken.get(50)?.product ?? []];
  return [
    ...(await withProfile(
      [...taken].flatMap(([containers, rounds]) => besideOthers(containers, rounds)),
      ({ what }) => what.startsWith(subjectOf(3)),
      () => profileOf(bench),
    )),
    {
      id: 'P10',
      what: 'each further container of a warm review: CPU',
      kind: 'figure',
      unit: 'µs',
      bound: { atMost: 5 },
      anchor: 'of 50 containers and of one',
      rounds: fifty.map((micros, round) => (micros - (one[round] ?? Number.NaN)) / 49),
    },
    ...handshakes,
  ];
}

type Rounds = { readonly product: number[]; readonly floor: number[]; readonly reference: number[] };
type Parties = { readonly product: Webhook; readonly floor: Webhook; readonly reference?: Webhook };

/** One party after the other in each round, so that whatever else the machine does meets all of them. */
async function interleaved(
  { cpuMicrosPerCall, effort }: Bench,
  { product, floor, reference }: Parties,
  { count, containers, newConnections }: { count: number; containers: number; newConnections?: true },
): Promise<Rounds> {
  const calls = { count, load, reviews: { images, containers }, ...(newConnections && { newConnections }) };
  const rounds: Rounds = { product: [], floor: [], reference: [] };
  // What is measured is compiled, and knows its images.
  for (const party of [product, floor, reference]) if (party !== undefined) await cpuMicrosPerCall(party, calls);
  for (let round = 0; round < effort.rounds; round += 1) {
    rounds.product.push(await cpuMicrosPerCall(product, calls));
    rounds.floor.push(await cpuMicrosPerCall(floor, calls));
    if (reference !== undefined) rounds.reference.push(await cpuMicrosPerCall(reference, calls));
  }
  return rounds;
}

const microsText = (rounds: readonly number[]) => `${Math.round(median(rounds))} µs`;

function subjectOf(containers: number): string {
  return `warm review, ${containers} container${containers === 1 ? '' : 's'}`;
}

function profileOf({ registry, call, effort }: Bench): Promise<readonly Share[]> {
  return profiled(async (flags) => {
    const product = await startProduct(registry.url, { inspect: 'platform' }, flags);
    await call(product, { count: 2 * effort.reviews, load, reviews: { images, containers: 3 } });
    await product.leave();
  });
}

function besideOthers(containers: number, { product, floor, reference }: Rounds): readonly Outcome[] {
  const subject = subjectOf(containers);
  const ratio = { id: 'P3', kind: 'ratio', unit: '×' } as const;
  const besideFloor: Outcome = {
    ...ratio,
    what: `${subject}: CPU / bare Node`,
    bound: { atMost: 1.6 },
    anchor: `${microsText(product)} / ${microsText(floor)}`,
    rounds: ratios(product, floor),
  };
  const what = `${subject}: CPU / generic Go webhook`;
  if (goIsMissing !== undefined) return [{ id: 'P3', what, because: goIsMissing }, besideFloor];
  return [
    {
      ...ratio,
      what,
      bound: { atMost: 1 },
      anchor: `${microsText(product)} / ${microsText(reference)}`,
      rounds: ratios(product, reference),
    },
    besideFloor,
  ];
}

/** What a call costs more on a connection of its own. */
async function handshakesOf(bench: Bench, parties: Parties, kept: Rounds | undefined): Promise<readonly Outcome[]> {
  const goal = { id: 'P11', what: 'TLS handshake: CPU / Go, both with a P-256 key' };
  if (goIsMissing !== undefined || kept === undefined) return [{ ...goal, because: goIsMissing ?? 'no warm review' }];
  const count = Math.ceil(bench.effort.reviews / 2);
  const opened = await interleaved(bench, parties, { count, containers: 1, newConnections: true });
  const more = (party: keyof Rounds) => opened[party].map((micros) => micros - median(kept[party]));
  const [product, reference] = [more('product'), more('reference')];
  const measured: Goal = {
    ...goal,
    kind: 'ratio',
    unit: '×',
    bound: { atMost: 1.5 },
    anchor: `${microsText(product)} / ${microsText(reference)}`,
  };
  return [{ ...measured, rounds: ratios(product, reference) }];
}
