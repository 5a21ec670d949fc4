/** A webhook in a cluster where images are rewritten on their way in. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noNodeFiles } from '../../../src/config/plan-settings.ts';
import { readConfig } from '../../../src/config/read-config.ts';
import { readFileFacts } from '../../../src/entrypoints/serve/file-facts.ts';
import { openReviews } from '../../../src/entrypoints/serve/open-reviews.ts';
import { openLog } from '../../../src/telemetry/log.ts';
import { openMetrics } from '../../../src/telemetry/metrics.ts';
import { aDeployment, aNode, aPod } from '../../support/api-objects.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';
import { aRequest } from './requests.ts';

// A name that is refused needs no registry.
const refused = 'Nginx:1';
const ofDeployments = { kind: { group: 'apps', version: 'v1', kind: 'Deployment' } };
const deployment = aRequest(aDeployment({ images: [refused] }), ofDeployments);
const capped =
  'likely to fail: Nginx:1: is not a valid image name: Nginx must be in lower case (invalid reference format: repository name (library/Nginx) must be lowercase; Zarf may rewrite the image of its Pods) [invalid-image-name]';

let world: RegistryWorld;

beforeAll(async () => {
  world = await startRegistryWorld({ names: [] });
  await writeFile(join(world.directory, 'facts.yaml'), JSON.stringify(aNode()));
});

afterAll(async () => {
  await world.end();
});

async function reviewed(request: typeof deployment, assume: object = {}) {
  const read = await readConfig(await world.configured({ assume }));
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const files = await readFileFacts([join(world.directory, 'facts.yaml')], () => read.config);
  if (!files.ok) throw new Error(files.problems.join('\n'));
  const log = openLog();
  log.level = 'silent';
  let looks = 0;
  const rewritersSeen = async () => {
    looks += 1;
    return { rewriter: 'Zarf' };
  };
  const { review, close } = openReviews({
    configuration: { config: read.config, filesNow: async () => noNodeFiles },
    facts: { ...files.facts, rewritersSeen },
    apiServer: () => [],
    log,
    metrics: openMetrics('test'),
    version: 'test',
  });
  try {
    return { ...(await review(request, 5_000)), looks };
  } finally {
    close();
  }
}

describe('with a known rewriter', () => {
  test('a template is not denied, and the warning names it', async () => {
    expect(await reviewed(deployment)).toMatchObject({ allowed: true, warnings: [capped], looks: 1 });
  });

  test('a Pod is denied: what it names has been rewritten', async () => {
    expect(await reviewed(aRequest(aPod({ images: [refused] })))).toMatchObject({ allowed: false, looks: 0 });
  });

  test('a template is denied where imageRewriting: none is written, and nobody looks', async () => {
    expect(await reviewed(deployment, { imageRewriting: 'none' })).toMatchObject({ allowed: false, looks: 0 });
  });

  test('nobody looks where imageRewriting: unknown is written', async () => {
    const { allowed, warnings, looks } = await reviewed(deployment, { imageRewriting: 'unknown' });

    expect({ allowed, looks }).toEqual({ allowed: true, looks: 0 });
    expect(warnings?.join()).toContain('something may rewrite the images; imageRewriting: none would make it certain');
  });
});
