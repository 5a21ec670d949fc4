/** `--wait`: images that are pushed while a run waits for them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCheck } from '../../../src/entrypoints/check/run.ts';
import type { Clock } from '../../../src/sources/registry/send.ts';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aPod } from '../../support/api-objects.ts';
import { callCheck } from '../../support/check.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';

let world: RegistryWorld;

beforeAll(async () => {
  world = await startRegistryWorld({ names: ['registry.test'] });
});
afterAll(() => world.end());

/** Waits take no time; `onPause` is called at each between rounds. */
async function checkWaiting(image: string, wait: string, onPause: (pause: number) => void) {
  let nowMs = 0;
  let pauses = 0;
  const waits: number[] = [];
  const clock: Clock = {
    nowMs: () => nowMs,
    wait: async (ms) => {
      nowMs += ms;
      // The second look at an absence comes sooner.
      if (ms < 1_000) return;
      waits.push(ms);
      pauses += 1;
      onPause(pauses);
    },
  };
  const written = { output: '', errors: '' };
  const input = JSON.stringify(aPod({ images: [image] }));
  const exitCode = await runCheck(['--config', world.configPath, '--wait', wait, '-'], {
    version: '0.0.0-test',
    standardInput: (async function* () {
      yield Buffer.from(input);
    })(),
    standardOutput: { write: (text) => (written.output += text) },
    standardError: { write: (text) => (written.errors += text) },
    environment: {},
    clock,
  });
  return { ...written, exitCode, waits };
}

test('an image that comes in time is pullable', async () => {
  const image = buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], 'late');
  const ran = await checkWaiting('registry.test/team/app:late', '1m', (pause) => {
    if (pause === 2) world.registry.push('team/app', 'late', image);
  });

  expect(ran.output).toContain('1 workload, 1 image: nothing denied, nothing warned\n');
  expect(ran.errors).toMatch(/^waiting up to 60s for images of 1 workload that are not there yet\n/);
  expect(ran.waits).toEqual([1_000, 2_000]);
  expect(ran.exitCode).toBe(0);
});

test('one that does not come is asked for once more at the end', async () => {
  const ran = await checkWaiting('registry.test/team/app:never', '5s', () => {});

  expect(ran.output).toContain('1 denied');
  expect(ran.waits.slice(0, 2)).toEqual([1_000, 2_000]);
  expect(ran.waits.length).toBe(3);
  expect(ran.exitCode).toBe(1);
});

test('takes a duration', async () => {
  const { errors, exitCode } = await callCheck(['--wait', 'long', '-']);

  expect(errors.split('\n')[0]).toBe('pullgate check: --wait "long" is not a duration, such as 90s or 5m');
  expect(exitCode).toBe(2);
});
