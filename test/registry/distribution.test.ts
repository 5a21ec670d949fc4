/** The same engine that the other suites drive with registries of our own, asked about a real one. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReportedImage } from '../../src/report/pull-report.ts';
import {
  blobOf,
  buildImage,
  buildIndex,
  buildMultiPlatform,
  documentOf,
  mediaTypes,
} from '../../tools/embedded-registry/image.ts';
import { aNode, aPod, aPullSecret } from '../support/api-objects.ts';
import { checkObjects } from '../support/check.ts';
import { login, type Registries, startRegistries } from './distribution.ts';
import { push, put } from './push.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };

let registries: Registries;
let configPath: string;

beforeAll(async () => {
  registries = await startRegistries();
  const { directory, open, basic, token, caPath, tokenServer } = registries;
  configPath = join(directory, 'configuration.yaml');
  const configuration = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'Configuration',
    assume: { nodeCredentials: 'none', facts: 'complete' },
    nodes: { hostsDir: 'certs.d' },
    egress: { allow: ['127.0.0.1'], trustedTokenServers: [tokenServer] },
  };
  await writeFile(configPath, JSON.stringify(configuration));
  for (const { name, url } of [open, basic, token]) {
    const hosts = join(directory, 'certs.d', name);
    await mkdir(hosts, { recursive: true });
    await writeFile(
      join(hosts, 'hosts.toml'),
      `server = "${url}"\n${url.startsWith('https:') ? `ca = "${caPath}"\n` : ''}`,
    );
  }

  const multi = buildMultiPlatform([amd64, arm64], 'multi');
  await push(multi, { registry: open, repository: 'team/multi', tag: '1' }, directory);
  await push(multi, { registry: open, repository: 'team/multi', tag: '1.1' }, directory);
  await push(multi, { registry: basic, repository: 'team/private', tag: '1' }, directory);
  await push(multi, { registry: token, repository: 'team/private', tag: '1' }, directory);
  await push(buildMultiPlatform([arm64], 'arm'), { registry: open, repository: 'team/arm', tag: '1' }, directory);
  await push(buildImage(arm64, 'single'), { registry: open, repository: 'team/single-arm', tag: '1' }, directory);

  const untyped = { schemaVersion: 2, manifests: indexEntries() };
  await put(documentOf(mediaTypes.index, untyped), { registry: open, repository: 'team/multi', tag: 'untyped' });

  const lost = buildMultiPlatform([amd64], 'lost');
  await push(lost, { registry: open, repository: 'team/lost', tag: '1' }, directory);
  const [child] = lost.children;
  if (child === undefined) throw new Error('an index has children');
  await forget(child.digest, 'team/lost');

  const attested = buildIndex([
    [amd64, buildImage(amd64, 'attested')],
    [{ os: 'unknown', architecture: 'unknown' }, buildImage({ os: 'unknown', architecture: 'unknown' }, 'attestation')],
  ]);
  await push(attested, { registry: open, repository: 'team/attested', tag: '1' }, directory);

  function indexEntries() {
    return multi.children.map(({ mediaType, digest, size }, index) => ({
      mediaType,
      digest,
      size,
      platform: [amd64, arm64][index],
    }));
  }
}, 120_000);

afterAll(async () => {
  await registries.end();
});

/** A registry that has lost a manifest: distribution itself accepts no index without its children. */
async function forget(digest: string, repository: string): Promise<void> {
  const revisions = join(
    registries.open.storage,
    'docker/registry/v2/repositories',
    repository,
    '_manifests/revisions/sha256',
  );
  const hex = digest.slice('sha256:'.length);
  expect(await readdir(revisions)).toContain(hex);
  await rm(join(revisions, hex), { recursive: true });
}

type Scene = {
  readonly image: string;
  readonly secret?: { readonly registry: string; readonly username: string; readonly password: string };
};

async function look({ image, secret }: Scene): Promise<ReportedImage> {
  const spec = secret === undefined ? {} : { imagePullSecrets: [{ name: 'regcred' }] };
  const objects = [aNode(), aPod({ images: [image], spec }), ...(secret === undefined ? [] : [aPullSecret(secret)])];
  const report = await checkObjects(objects, ['--config', configPath]);
  const found = report.results[0]?.images[0];
  if (found === undefined) throw new Error('one image was checked');
  return found;
}

function findingsOf({ findings }: ReportedImage): readonly string[] {
  return findings.map(({ code, certainty }) => `${code} ${certainty}`);
}

describe('an open registry', () => {
  test.each([
    ['a multi-platform index', 'team/multi:1'],
    ['an OCI index without mediaType', 'team/multi:untyped'],
    ['an index with attestations', 'team/attested:1'],
  ])('%s can be pulled', async (_what, path) => {
    const image = await look({ image: `open.test/${path}` });

    expect(image).toMatchObject({ outcome: 'pullable', findings: [] });
    expect(image.digest).toMatch(/^sha256:[\da-f]{64}$/);
  });

  test('a mistyped tag is denied, with the nearest tags', async () => {
    const image = await look({ image: `open.test/team/multi:1.11` });

    expect(findingsOf(image)).toEqual(['manifest-not-found certain']);
    expect(image.findings[0]?.message).toBe(
      `open.test/team/multi:1.11: open.test/team/multi has no tag 1.11 (nearest: 1.1; asked ${registries.open.host})`,
    );
  });

  test('a repository that does not exist is denied', async () => {
    const image = await look({ image: `open.test/team/mutli:1` });

    expect(findingsOf(image)).toEqual(['manifest-not-found certain']);
    expect(image.findings[0]?.message).toContain('has no repository team/mutli');
  });

  test('an index without the platform of the nodes is denied', async () => {
    const image = await look({ image: `open.test/team/arm:1` });

    expect(findingsOf(image)).toEqual(['no-matching-platform certain']);
  });

  test('a single manifest of another architecture is pulled, and advised against', async () => {
    const image = await look({ image: `open.test/team/single-arm:1` });

    expect(image.outcome).toBe('pullable');
    expect(findingsOf(image)).toEqual(['wrong-architecture advice']);
  });

  test('an index that has lost the manifest of the nodes is denied', async () => {
    const image = await look({ image: `open.test/team/lost:1` });

    expect(findingsOf(image)).toEqual(['incomplete-image certain']);
  });

  test('a digest that is there, and one that is not', async () => {
    const { digest } = await look({ image: `open.test/team/multi:1` });

    expect(await look({ image: `open.test/team/multi@${digest}` })).toMatchObject({
      outcome: 'pullable',
    });
    const absent = await look({ image: `open.test/team/multi@${blobOf('nothing').digest}` });
    expect(findingsOf(absent)).toEqual(['manifest-not-found certain']);
  });
});

describe.each(['basic', 'token'] as const)('a registry that wants a login (%s)', (kind) => {
  const image = () => `${registries[kind].name}/team/private:1`;
  const secret = (changed = {}) => ({ registry: registries[kind].name, ...login, ...changed });

  test('the right login pulls, and is named', async () => {
    expect(await look({ image: image(), secret: secret() })).toMatchObject({
      outcome: 'pullable',
      findings: [],
      credential: { source: 'secret', namespace: 'shop', name: 'regcred', key: registries[kind].name },
    });
  });

  test('a stranger is refused', async () => {
    expect(findingsOf(await look({ image: image() }))).toEqual(['access-denied certain']);
  });

  test('a wrong password is rejected, and its Secret and key are named', async () => {
    const seen = await look({ image: image(), secret: secret({ password: 'wrong' }) });

    expect(findingsOf(seen)).toEqual(['credentials-rejected certain']);
    expect(seen.findings[0]?.message).toContain(`Secret shop/regcred (key ${registries[kind].name})`);
  });

  test('a Secret for another registry explains the refusal', async () => {
    const seen = await look({ image: image(), secret: secret({ registry: 'registry.example.com' }) });

    expect(findingsOf(seen)).toEqual(['access-denied certain', 'pull-secret-no-match advice']);
  });

  test('a missing tag is denied only to who may see it', async () => {
    const missing = `${registries[kind].name}/team/private:2`;

    expect(findingsOf(await look({ image: missing, secret: secret() }))).toEqual(['manifest-not-found certain']);
    expect(findingsOf(await look({ image: missing }))).toEqual(['access-denied certain']);
  });
});
