/** Whoever changes the mode of a namespace is told what it means for what is there; owners are told of their Pods. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import { aNode, aPod } from '../support/api-objects.ts';
import { aNamespace, aWeb, until } from './objects.ts';
import { openStage, type Stage } from './stage.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const manifests = join(import.meta.dirname, '../../manifests');
const noTag = 'nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest; asked REGISTRY)';

let stage: Stage;
let kubectl: Stage['kubectl'];

beforeAll(async () => {
  stage = await openStage();
  kubectl = stage.kubectl;
  stage.world.registry.push('library/nginx', 'latest', buildMultiPlatform([amd64], 'latest'));
  const bad = 'nginx:latestt';
  for (const object of [
    aNode(),
    aNamespace('old', 'off'),
    aWeb('web', bad, { namespace: 'old' }),
    aWeb('api', bad, { namespace: 'old' }),
    aWeb('fine', 'nginx:latest', { namespace: 'old' }),
    aWeb('asleep', 'nginx:asleep', { namespace: 'old' }),
    aPod({ name: 'alone', namespace: 'old', images: ['registry.away/team/app:1'] }),
  ])
    await kubectl(['apply', '-f', '-'], object);
  await until(async () => (await kubectl(['get', 'pods', '-n', 'old', '-o', 'name'])).split('\n').length === 5);
});

afterAll(async () => {
  await stage.end();
});

const labelled = (mode: string, ...flags: readonly string[]) =>
  kubectl(['label', 'namespace', 'old', `pullgate.dev/mode=${mode}`, '--overwrite', ...flags]);

describe('a mode', () => {
  test('is set without a word where existing workloads may not be listed', async () => {
    expect(await labelled('enforce', '--dry-run=server')).toBe('namespace/old labeled (server dry run)');
  });

  test('is set with what is found of what exists, of owners alone, also by a dry run', async () => {
    await kubectl(['apply', '-k', join(manifests, 'optional/preview')]);
    const warnings = [
      'Warning: pullgate: namespace old: 4 of 5 existing workloads have findings',
      `Warning: Deployment/api (and 1 more) would be denied: ${noTag} [manifest-not-found]`,
      'Warning: Deployment/asleep would be denied: nginx:asleep: docker.io/library/nginx has no tag asleep (asked REGISTRY) [manifest-not-found]',
      'Warning: could not confirm registry.away/team/app:1: cannot resolve registry.away [registry-unreachable]',
    ];

    expect((await labelled('enforce', '--dry-run=server')).split('\n')).toEqual([
      ...warnings,
      'namespace/old labeled (server dry run)',
    ]);
    expect((await labelled('warn')).split('\n')).toEqual([...warnings, 'namespace/old labeled']);
  });

  test('audit is set with what will fail, and denies nothing', async () => {
    const [first, second] = (await labelled('audit', '--dry-run=server')).split('\n');

    expect(first).toBe(
      'Warning: pullgate: namespace old: 4 of 5 existing workloads have findings; mode audit denies nothing and shows no warnings',
    );
    expect(second).toBe(`Warning: Deployment/api (and 1 more) will fail: ${noTag} [manifest-not-found]`);
  });

  test('that stays, or becomes off, says nothing', async () => {
    expect(await kubectl(['label', 'namespace', 'old', 'team=web'])).toBe('namespace/old labeled');
    expect(await labelled('off')).toBe('namespace/old labeled');
  });

  test('that is mistyped is told as well', async () => {
    const [first, second] = (await labelled('strict', '--dry-run=server')).split('\n');

    expect(first).toBe(
      'Warning: pullgate: pullgate.dev/mode: strict is not a valid mode; "enforce" applies; valid are enforce, warn, audit, off',
    );
    expect(second).toBe('Warning: pullgate: namespace old: 4 of 5 existing workloads have findings');
  });
});

describe('the Pod of a controller', () => {
  test('is let through, and its owner is told by an Event', async () => {
    await kubectl(['apply', '-k', join(manifests, 'optional/events')]);
    await labelled('enforce');
    await kubectl(['delete', 'pods', '-n', 'old', '-l', 'app=web', '--wait=false', '--force']);
    const listed = () =>
      kubectl(['get', 'events', '-n', 'old', '--field-selector=source=pullgate', '-o', 'jsonpath={.items[*].message}']);
    await until(async () => (await listed()) !== '');

    expect(await listed()).toBe(
      `allowed although an image cannot be pulled now: ${noTag} [manifest-not-found]. Use nginx:latest, or push the missing tag`,
    );
    const pod = await kubectl(['get', 'pods', '-n', 'old', '-l', 'app=web', '-o', 'name']);
    expect(pod).toMatch(/^pod\/web-/);
    const [replicaSet = ''] = (await kubectl(['get', 'rs', '-n', 'old', '-l', 'app=web', '-o', 'name'])).split('\n');
    expect(await kubectl(['describe', replicaSet, '-n', 'old'])).toMatch(
      /Warning +ManifestNotFound +\S+ +pullgate +allowed although an image cannot be pulled now/,
    );
  });
});
