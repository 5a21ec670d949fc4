/** `pullgate audit` on a dump of a cluster, before a registry that answers. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aNode } from '../../support/api-objects.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';
import {
  aPullEvent,
  aRolledOutDeployment,
  aRunningPod,
  auditObjects,
  callAudit,
  ownedBy,
} from '../../support/running.ts';

let world: RegistryWorld;

beforeAll(async () => {
  world = await startRegistryWorld({ names: ['docker.io', 'registry.test'] });
  const platforms = [{ os: 'linux', architecture: 'amd64' }];
  world.registry.push('library/nginx', '1.27', buildMultiPlatform(platforms, '1.27'));
  world.registry.push('team/app', '1', buildMultiPlatform(platforms, 'app'));
});

afterAll(async () => {
  await world.end();
});

const configured = (...args: readonly string[]) => ['--config', world.configPath, '--facts', '-', ...args];
const notFoundWords =
  'Failed to pull image "nginx:gone": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:gone": failed to resolve reference "docker.io/library/nginx:gone": docker.io/library/nginx:gone: not found';

/** A Deployment whose only Pod waits, and another one that runs an image which is gone. */
function aShop() {
  const web = aRolledOutDeployment({ name: 'web', image: 'nginx:gone' });
  const ok = aRolledOutDeployment({ name: 'ok', image: 'nginx:1.27' });
  return [
    aNode(),
    ...Object.values(web),
    ...Object.values(ok),
    aRunningPod({
      name: 'web-1-a',
      images: ['nginx:gone'],
      owner: web.replicaSet,
      waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "nginx:gone"' },
    }),
    aRunningPod({ name: 'ok-1-a', images: ['nginx:1.27'], owner: ok.replicaSet }),
    aRunningPod({ name: 'ok-1-b', images: ['nginx:1.27'], owner: ok.replicaSet }),
    aPullEvent({
      pod: 'web-1-a',
      reason: 'Failed',
      message: notFoundWords,
      count: 4,
      first: '2026-12-01T11:55:00Z',
      last: '2026-12-01T11:59:00Z',
    }),
  ];
}

describe('what would not come back', () => {
  test('is told in text, with what the kubelet says and when it tries again', async () => {
    const { output, errors, exitCode } = await callAudit(configured(), { objects: aShop() });

    expect(output).toBe(
      '\u2717 nginx:gone  would not come back\n' +
        `    manifest-not-found: docker.io/library/nginx has no tag gone (asked ${world.registry.host})\n` +
        '      -> Correct the name, or push the image\n' +
        '      ErrImagePull on 1 of 1 node (node-1): certain, assuming mirrors=auto (nodes.hostsDir), preloaded=auto (none seen), imageRewriting=none\n' +
        '    Deployment shop/web, container c0, 1 Pod (1 waits)\n' +
        '      Pod web-1-a on node-1: ImagePullBackOff since 2026-12-01T11:55:00Z, 4 failed attempts, the next at 2026-12-01T12:00:20Z\n\n' +
        '2 workloads with 3 Pods, 2 images: 1 would not come back; 1 Pod waits for an image\n',
    );
    expect(errors).toBe('');
    expect(exitCode).toBe(1);
  });

  test('is told as JSON, one result for each owner', async () => {
    const report = await auditObjects(aShop(), ['--config', world.configPath]);

    expect(report.results.map(({ workload, pods, verdict }) => [workload.kind, workload.name, pods, verdict])).toEqual([
      ['Deployment', 'ok', { total: 2, waiting: 0 }, 'allow'],
      ['Deployment', 'web', { total: 1, waiting: 1 }, 'deny'],
    ]);
    expect(report.results[1]?.workload.source).toBeUndefined();
    expect(report.results[1]?.images[0]?.observed).toEqual({
      pod: 'web-1-a',
      node: 'node-1',
      reason: 'ImagePullBackOff',
      message: notFoundWords,
      meaning: 'not-found',
      since: '2026-12-01T11:55:00Z',
      attempts: 4,
      nextAttempt: '2026-12-01T12:00:20Z',
    });
  });

  test('is grouped where many workloads name the same image', async () => {
    const many = Array.from({ length: 15 }, (_, index) =>
      Object.values(aRolledOutDeployment({ name: `web-${index}`, image: 'nginx:gone' })),
    ).flat();

    const { output } = await callAudit(configured(), { objects: [aNode(), ...many] });

    expect(output).toContain(
      '    Deployment shop/web-0, container c0, no Pods\n' +
        '    Deployment shop/web-1, container c0, no Pods\n' +
        '    Deployment shop/web-10, container c0, no Pods\n' +
        '    and 12 other workloads\n',
    );
  });

  test('with --would-deny says who made it, whatever the mode of the namespace', async () => {
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { 'pullgate.dev/mode': 'audit' } },
    };

    const { output, exitCode } = await callAudit(configured('--would-deny'), { objects: [namespace, ...aShop()] });

    expect(output).toContain('\u2717 nginx:gone  would be denied\n');
    expect(output).toContain(
      '    Deployment shop/web, container c0, 1 Pod (1 waits), created by helm at 2026-11-30T08:00:00Z\n',
    );
    expect(output).toContain('mode enforce would deny 1 of 2 workloads\n');
    expect(exitCode).toBe(1);
    await expect(callAudit(configured(), { objects: [namespace, ...aShop()] })).resolves.toMatchObject({ exitCode: 0 });
  });
});

describe('owners', () => {
  test('are found through custom kinds', async () => {
    const rollout = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: {
        name: 'api',
        namespace: 'shop',
        ownerReferences: ownedBy({ apiVersion: 'x.io/v1', kind: 'App', metadata: { name: 'all' } }),
      },
    };
    const { replicaSet } = aRolledOutDeployment({ name: 'api', image: 'nginx:1.27' });
    const owned = { ...replicaSet, metadata: { ...replicaSet.metadata, ownerReferences: ownedBy(rollout) } };
    const pods = ['a', 'b'].map((name) =>
      aRunningPod({ name: `api-1-${name}`, images: ['nginx:1.27'], owner: replicaSet }),
    );

    const { results } = await auditObjects([aNode(), rollout, owned, ...pods], ['--config', world.configPath]);

    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({
      workload: { kind: 'ReplicaSet', name: 'api-1' },
      owner: { apiVersion: 'x.io/v1', kind: 'App', name: 'all' },
      pods: { total: 2, waiting: 0 },
    });
  });

  test('that are not in the dump are known by their Pods', async () => {
    const owner = { apiVersion: 'game.io/v1', kind: 'GameServer', metadata: { name: 'arena' } };
    const pods = ['a', 'b'].map((name) => aRunningPod({ name: `arena-${name}`, images: ['nginx:gone'], owner }));

    const { results } = await auditObjects([aNode(), ...pods], ['--config', world.configPath]);

    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({
      workload: { kind: 'Pod', name: 'arena-a' },
      owner: { apiVersion: 'game.io/v1', kind: 'GameServer', name: 'arena' },
      pods: { total: 2, waiting: 0 },
    });
  });

  test('are told of images that their Pods alone name', async () => {
    const { deployment, replicaSet } = aRolledOutDeployment({ image: 'nginx:1.27' });
    const pod = aRunningPod({ name: 'web-1-a', images: ['nginx:1.27', 'nginx:sidecar'], owner: replicaSet });

    const { results } = await auditObjects([aNode(), deployment, replicaSet, pod], ['--config', world.configPath]);

    expect(results[0]?.images.map(({ image, pod: named, outcome }) => [image, named, outcome])).toEqual([
      ['nginx:1.27', undefined, 'pullable'],
      ['nginx:sidecar', 'web-1-a', 'unpullable'],
    ]);
    expect(results[0]?.verdict).toBe('warn');
  });

  test('whose Pods are over are not examined', async () => {
    const done = { ...aRunningPod({ name: 'done', images: ['nginx:gone'] }), status: { phase: 'Succeeded' } };

    const { output, exitCode } = await callAudit(configured(), { objects: [aNode(), done] });

    expect(output).toBe('no workloads\n');
    expect(exitCode).toBe(0);
  });
});

function asked(): readonly string[] {
  return world.registry.asked.map(({ method, path }) => `${method} ${path.replace(/sha256:\w+$/, 'DIGEST')}`);
}

function fifty(image: string): readonly object[] {
  return Array.from({ length: 50 }, (_, index) =>
    Object.values(aRolledOutDeployment({ name: `web-${index}`, image })),
  ).flat();
}

describe('a registry', () => {
  test('is asked each distinct question once', async () => {
    world.registry.forgetAsked();

    await callAudit(configured(), { objects: [aNode(), ...fifty('registry.test/team/app:1')] });

    expect(asked()).toEqual([
      'HEAD /v2/team/app/manifests/1',
      'GET /v2/team/app/manifests/DIGEST',
      'GET /v2/team/app/manifests/DIGEST',
      'GET /v2/team/app/blobs/DIGEST',
    ]);
  });

  test('that is Docker Hub is asked by HEAD alone, unless the configuration says otherwise', async () => {
    world.registry.forgetAsked();
    await callAudit(configured(), { objects: [aNode(), ...fifty('nginx:1.27')] });
    expect(asked()).toEqual(['HEAD /v2/library/nginx/manifests/1.27']);

    const path = await world.configured({ registries: [{ match: 'docker.io', inspect: 'platform' }] });
    await callAudit(['--config', path, '--facts', '-'], { objects: [aNode(), ...fifty('nginx:1.27')] });
    expect(asked()).toHaveLength(5);
  });
});

describe('input and output', () => {
  test('a broken document is named, and the others are still examined', async () => {
    const input = `{ "apiVersion": "v1"\n---\n${JSON.stringify(aRunningPod({ name: 'x', images: ['nginx:1.27'] }))}`;

    const { output, exitCode } = await callAudit(configured(), { input });

    expect(output).toContain('1 workload with 1 Pod, 1 image: all would come back\n');
    expect(output).toContain('incomplete: 1 problem in the input\n');
    expect(exitCode).toBe(2);
  });

  test('goes to several places', async () => {
    const file = join(world.directory, 'report.json');
    const { output, errors } = await callAudit(configured('-o', 'junit', '-o', `json=${file}`), { objects: aShop() });

    expect(output).toContain('<testsuites name="pullgate" tests="2" failures="1" errors="0" skipped="0">');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ kind: 'PullReport' });
    expect(errors).toBe(
      'pullgate audit: 2 workloads with 3 Pods, 2 images: 1 would not come back; 1 Pod waits for an image\n',
    );
  });

  test('as HTML is one file', async () => {
    const { output } = await callAudit(configured('-o', 'html'), { objects: aShop() });

    expect(output).toMatch(/^<!DOCTYPE html>\n/);
    expect(output).toContain(
      '<tr data-namespace="shop" data-code="manifest-not-found" data-certainty="certain" data-registry="docker.io">',
    );
  });

  test('an interrupted run tells what is known', async () => {
    const { output, exitCode } = await callAudit(configured(), {
      objects: aShop(),
      interrupted: AbortSignal.abort(),
    });

    expect(output).toContain('incomplete: the run was interrupted, 2 images were not examined\n');
    expect(exitCode).toBe(2);
  });

  test.each([
    [
      ['--facts', 'a', '--context', 'x'],
      '--context is given, and --facts, which needs no cluster; leave out one of them',
    ],
    [
      ['--facts', 'a', '-n', 'Shop'],
      '--namespace "Shop" is not a valid namespace name; use lower case letters, digits and dashes',
    ],
    [['--facts', 'a', '-A', '-n', 'shop'], '--namespace and --all-namespaces are given; leave out one of them'],
    [['x.yaml'], 'takes no operand "x.yaml"; name a dump with --facts PATH'],
    [['--facts', 'a', '-o', 'sarif'], '--output "sarif" is not one of text, json, junit, html'],
    [
      ['--platform', 'linux/amd64'],
      '--platform is given, and a cluster has Nodes; leave it out, or name a dump with --facts',
    ],
  ])('%j is bad usage', async (args, problem) => {
    await expect(callAudit(args)).resolves.toEqual({
      exitCode: 2,
      output: '',
      errors: `pullgate audit: ${problem}\nRun "pullgate audit --help" for its flags.\n`,
    });
  });
});
