/** What several endpoints say to several credentials, each something else, as attempts and sightings. */
import { describe, expect, test } from 'vitest';
import type { Credential } from '../../../src/core/credential/credential.ts';
import { secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';
import { dockerSchema1 } from '../../../src/core/image/media-type.ts';
import { parseReference } from '../../../src/core/image/reference.ts';
import type { Answer, Exchange } from '../../../src/core/registry/exchange.ts';
import { type Inquiry, inspect, type Viewer } from '../../../src/core/registry/inspect.ts';
import { buildImage, buildIndex, documentOf } from '../../../tools/embedded-registry/image.ts';
import { headersOf, lineOf, play } from '../../support/dialogues.ts';
import { anEndpoint, aResponse } from '../../support/exchanges.ts';
import { registryHolding } from '../../support/registry-answers.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const onAmd64: Viewer = { platform: amd64, puller: { generation: '2.4', path: 'transfer' } };
const image = buildImage(amd64, 'amd64');

function aCredential(user: string): Credential {
  const origin = { source: 'secret', name: user, key: 'registry.test' } as const;
  return { username: secretBytesOf(user), password: secretBytesOf('p'), origin };
}

const [alice, bob, eve] = [aCredential('alice'), aCredential('bob'), aCredential('eve')];
const mirror = anEndpoint('https://mirror.test');
const registry = anEndpoint('https://registry.test');

function asking(part: Partial<Inquiry>, answer: (exchange: Exchange) => Answer) {
  const parsed = parseReference('registry.test/team/app:1');
  if (!parsed.ok) throw new Error(parsed.error);
  const inquiry: Inquiry = {
    reference: parsed.reference,
    endpoints: [mirror, registry],
    credentials: [],
    examiner: [],
    depth: 'resolve',
    viewers: [onAmd64],
    tokenObjection: () => undefined,
    ...part,
  };
  const { value, asked } = play(inspect(inquiry), answer);
  return { ...value, lines: asked.map(lineOf) };
}

type Says = 'has it' | 'refuses' | 'lacks it' | 'fails';

/** Both want Basic; whom they do not know they refuse. */
function speaking(mirrorSays: Record<string, Says>, registrySays: Record<string, Says>) {
  const content = registryHolding({ '1': image });
  const nothing = registryHolding({});
  return (exchange: Exchange): Answer => {
    const authorization = exchange.headers.authorization ?? '';
    const user = authorization === '' ? '' : (atob(authorization.replace('Basic ', '')).split(':')[0] ?? '');
    const says = exchange.url.startsWith('https://mirror.test/') ? mirrorSays : registrySays;
    switch (says[user] ?? 'refuses') {
      case 'has it':
        return content(exchange);
      case 'lacks it':
        return nothing(exchange);
      case 'fails':
        return aResponse(500);
      case 'refuses':
        return aResponse(401, { headers: headersOf({ 'www-authenticate': 'Basic realm="x"' }) });
    }
  };
}

/** `alice: mirror refused, registry manifest` */
function told(attempts: ReturnType<typeof asking>['attempts']): readonly string[] {
  return attempts.map(({ credential, sightings, found }) => {
    const user = credential?.origin.source === 'secret' ? credential.origin.name : 'nobody';
    const seen = sightings.map(({ host, saw }) => `${host.replace('.test', '')} ${saw.kind}`).join(', ');
    return `${user}: ${seen}${found === undefined ? '' : `, found at ${found.host}`}`;
  });
}

describe('attempts', () => {
  test.each<readonly [string, Record<string, Says>, Record<string, Says>, readonly string[]]>([
    [
      'the second credential is let in by the registry alone',
      { alice: 'lacks it', bob: 'fails' },
      { bob: 'has it' },
      ['alice: mirror absent, registry refused', 'bob: mirror useless, registry manifest, found at registry.test'],
    ],
    [
      'the first credential is let in by the mirror, and nothing else is asked',
      { alice: 'has it' },
      { bob: 'has it' },
      ['alice: mirror manifest, found at mirror.test'],
    ],
    [
      'each is told something else by each',
      { alice: 'lacks it', bob: 'refuses' },
      { alice: 'fails', bob: 'lacks it' },
      ['alice: mirror absent, registry useless', 'bob: mirror refused, registry absent'],
    ],
    [
      'both are refused by both',
      {},
      {},
      ['alice: mirror refused, registry refused', 'bob: mirror refused, registry refused'],
    ],
  ])('%s', (_name, mirrorSays, registrySays, expected) => {
    const { attempts, examined } = asking({ credentials: [alice, bob] }, speaking(mirrorSays, registrySays));

    expect(told(attempts)).toEqual(expected);
    expect(examined).toBeUndefined();
  });

  test.each<readonly [string, Record<string, Says>, Record<string, Says>, readonly string[] | undefined]>([
    [
      'the registry refuses all, whatever the mirror says',
      { alice: 'lacks it', bob: 'fails' },
      { eve: 'has it' },
      ['eve: mirror refused, registry manifest, found at registry.test'],
    ],
    ['the registry tells one that it lacks it', {}, { alice: 'lacks it', eve: 'has it' }, undefined],
    ['the registry fails for one', {}, { bob: 'fails', eve: 'has it' }, undefined],
    ['the mirror alone refuses', {}, { alice: 'lacks it', bob: 'lacks it', eve: 'has it' }, undefined],
    ['one is let in', {}, { bob: 'has it', eve: 'has it' }, undefined],
  ])('an examiner is asked where %s', (_name, mirrorSays, registrySays, expected) => {
    const part = { credentials: [alice, bob], examiner: [eve] };
    const { examined } = asking(part, speaking(mirrorSays, registrySays));

    expect(examined && told(examined)).toEqual(expected);
  });

  test('a mirror on the loopback of the node is marked as such', () => {
    const onNode = { ...mirror, isOnNode: true } as const;
    const { attempts } = asking({ endpoints: [onNode, registry] }, speaking({ '': 'lacks it' }, { '': 'lacks it' }));

    expect(attempts[0]?.sightings.map(({ isOnNode }) => isOnNode)).toEqual([true, undefined]);
  });
});

describe('what is no manifest by its type', () => {
  const { bytes, digest } = documentOf('', { page: true });

  /** HEAD names the digest, GET gives these bytes with this status. */
  function page(status: number, type = 'application/json') {
    const headers = headersOf({ 'content-type': type, 'docker-content-digest': digest });
    return ({ method, digestAlgorithm }: Exchange): Answer => {
      if (method === 'HEAD') return aResponse(200, { headers });
      const answer = aResponse(status, { headers, text: bytes.toString() });
      return digestAlgorithm === undefined ? answer : { ...answer, bodyDigest: digest as `sha256:${string}` };
    };
  }

  test.each([
    [200, 'manifest'],
    [300, 'useless'],
    [404, 'useless'],
  ])('is proven by bytes that come with %i: %s', (status, kind) => {
    const { attempts } = asking({ endpoints: [registry] }, page(status));

    expect(attempts[0]?.sightings[0]?.saw.kind).toBe(kind);
  });

  test.each(['platform', 'resolve'] as const)('is looked into by who converts schema 1, at the depth %s', (depth) => {
    const on17: Viewer = { ...onAmd64, puller: { generation: '1.7', path: 'local' } };
    const { lines } = asking({ endpoints: [registry], viewers: [onAmd64, on17], depth }, page(200, dockerSchema1));

    expect(lines.slice(1)).toEqual([
      'GET https://registry.test/v2/team/app/manifests/1',
      `GET https://registry.test/v2/team/app/manifests/${digest}`,
    ]);
  });
});

test('an index is read for those that are known, and for nobody else', () => {
  const index = buildIndex([[amd64, image]]);
  const { lines } = asking({ endpoints: [registry], depth: 'platform', viewers: [] }, registryHolding({ '1': index }));

  expect(lines).toEqual(['HEAD https://registry.test/v2/team/app/manifests/1']);
});
