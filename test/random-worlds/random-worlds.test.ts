/**
 * Random worlds, judged by `check` and by a slow node that knows more than the input: what the node pulls is never denied for
 * certain. `npm test` plays a few of them, `PULLGATE_TESTS=full` 500.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReportedImage } from '../../src/report/pull-report.ts';
import { checkObjects } from '../support/check.ts';
import { addresses } from '../support/dns-server.ts';
import { openDns } from '../support/dns-socket.ts';
import { effort } from '../support/effort.ts';
import { behaviourNamed } from './behaviours.ts';
import { imageOf, objectsOf } from './objects.ts';
import { type Registries, startRegistries } from './registries.ts';
import { pulls } from './slow-node.ts';
import { type World, world } from './world.ts';

let registries: Registries;
let folder: string;
let closeDns: () => void;
let resolver: string;

beforeAll(async () => {
  registries = await startRegistries();
  const dns = await openDns(addresses(['127.0.0.1']));
  closeDns = dns.close;
  resolver = dns.address;
  folder = await mkdtemp(join(tmpdir(), 'random-worlds-'));
});

afterAll(async () => {
  await registries.close();
  closeDns();
  await rm(folder, { recursive: true, force: true });
});

let count = 0;

async function checked(random: World): Promise<readonly ReportedImage[]> {
  count += 1;
  const name = `w${count}.test`;
  const host = `${name}:${registries.port}`;
  const images = Object.fromEntries(random.repositories.map((repository) => [repository, imageOf(random, repository)]));
  registries.add(name, { behaviour: behaviourNamed(random.behaviour), images });
  const configuration = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'Configuration',
    mode: 'enforce',
    assume: { nodeCredentials: random.hidden.nodesLogIn ? 'unknown' : 'none' },
    registries: [{ match: host, plainHttp: true }],
    egress: { allow: ['127.0.0.1'], dnsServers: [resolver] },
  };
  const path = join(folder, `${count}.json`);
  await writeFile(path, JSON.stringify(configuration));
  const report = await checkObjects(objectsOf(random, host), ['--config', path]);
  return report.results[0]?.images ?? [];
}

const isDenied = ({ findings }: ReportedImage) => findings.some(({ certainty }) => certainty === 'certain');

/** In parts, because a busy machine takes its time for 500 worlds. */
const parts = Array.from({ length: effort(1, 10) }, (_, index) => index);

test.each(parts)('what a node pulls is never denied for certain (%i)', async (part) => {
  const seen = { denied: 0, pulled: 0, failed: 0 };
  await fc.assert(
    fc.asyncProperty(fc.noBias(world), async (random) => {
      const images = await checked(random);
      expect(images).toHaveLength(random.repositories.length);
      for (const [index, repository] of random.repositories.entries()) {
        const image = images[index];
        const isPulled = pulls(random, repository);
        if (isPulled) seen.pulled += 1;
        else seen.failed += 1;
        if (image === undefined || !isDenied(image)) continue;
        seen.denied += 1;
        expect(isPulled, `${repository}: ${image.findings.map(({ message }) => message).join('; ')}`).toBe(false);
      }
    }),
    { numRuns: effort(60, 50), seed: 20_261_201 + part },
  );
  // Neither of them says the same of every world.
  expect(seen.pulled).toBeGreaterThan(seen.failed / 4);
  expect(seen.failed).toBeGreaterThan(seen.pulled / 4);
  expect(seen.denied).toBeGreaterThan(seen.failed / 10);
});
