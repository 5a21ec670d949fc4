import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { startCarrier } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { errorDocument } from '../../support/dialogues.ts';
import { amd64, type Given, inShortOf, predicting } from '../../support/predicting.ts';
import { startServer } from '../../support/servers.ts';

const login = { username: 'alice', password: 'secret' };
const app = buildMultiPlatform([amd64], 'app');

type Replicas = {
  /** Of which each connection belongs to one, in turn. */
  readonly count: number;
  /** `missing` is in no repository, `private` is refused to everybody. */
  readonly error: string;
};

/** Replicas of a registry behind a balancer, each of which takes only the tokens that it gave itself. */
async function startReplicas({ count, error }: Replicas) {
  const replicaOf = new WeakMap<Socket, number>();
  let connections = 0;
  let generation = 0;
  const server = await startServer(({ method, url: asked, headers }, response, { socket }) => {
    const [url = ''] = asked.split('?');
    const known = replicaOf.get(socket);
    const replica = known ?? connections % count;
    if (known === undefined) connections += 1;
    replicaOf.set(socket, replica);
    const token = `${generation}-${replica}`;
    if (url.startsWith('/token')) return response.end(JSON.stringify({ token, access_token: token, expires_in: 300 }));
    const realm = `Bearer realm="http://${headers.host}/token"`;
    const refuse = (why: string) =>
      response.writeHead(401, { 'WWW-Authenticate': `${realm}${why}` }).end(errorDocument('UNAUTHORIZED'));
    if (headers.authorization === undefined) return refuse('');
    if (headers.authorization !== `Bearer ${token}`) return refuse(error);
    if (url.includes('private')) return refuse(',error="insufficient_scope"');
    if (url.includes('missing')) return response.writeHead(404).end(errorDocument('MANIFEST_UNKNOWN'));
    const found = [app, ...app.children].find(({ digest }) => url.endsWith(digest)) ?? app;
    const blob = app.children.flatMap(({ blobs }) => blobs).find(({ digest }) => url.endsWith(digest));
    const { bytes } = blob ?? found;
    response.writeHead(200, {
      'Content-Type': blob === undefined ? found.mediaType : 'application/octet-stream',
      'Docker-Content-Digest': (blob ?? found).digest,
      'Content-Length': bytes.length,
    });
    return response.end(method === 'HEAD' ? undefined : bytes);
  });
  const clock = makeClock();
  const carrier = startCarrier({ clock });
  const review = async (names: readonly string[], given: Partial<Given> = {}): Promise<readonly string[]> =>
    inShortOf(
      await predicting({
        carrier,
        url: `http://127.0.0.1:${server.port}`,
        images: names.map((name) => `registry.example.com/${name}`),
        ...given,
      }),
    );
  const restart = () => {
    generation += 1;
  };
  return { clock, review, restart, asked: () => server.requests.length };
}

const invalid = ',error="invalid_token"';

describe.each([2, 3])('%i replicas, each with a key of its own', (count) => {
  test.each<[string, Partial<Given>]>([
    ['of public images', {}],
    ['of images behind a login', { login }],
    ['with platforms', { inspect: 'platform', platforms: [amd64] }],
  ])('never keep a Pod from its images: %s', async (_name, given) => {
    const { clock, review } = await startReplicas({ count, error: invalid });
    const found = new Set<string>();

    for (let round = 0; round < 12; round += 1) {
      const pods = Array.from({ length: 8 }, (_, pod) =>
        [1, 2, 3].map((number) => `team/app${pod}${number}:${round % 4}`),
      );
      for (const outcomes of await Promise.all(pods.map((names) => review(names, given))))
        for (const outcome of outcomes) found.add(outcome);
      clock.advance(20_000);
    }
    expect(found).toEqual(new Set(['pullable:']));
  });

  test('are as sure as one of what is not there', async () => {
    const { review } = await startReplicas({ count, error: invalid });
    const names = Array.from({ length: 10 }, (_, number) => `team/missing${number}:1`);
    expect(new Set(await review(names))).toEqual(new Set(['unpullable: manifest-not-found certain']));
  });

  test('are as sure as one of who lacks the right', async () => {
    const { review } = await startReplicas({ count, error: invalid });
    const names = Array.from({ length: 10 }, (_, number) => `team/private${number}:1`);
    expect(new Set(await review(names))).toEqual(new Set(['unpullable: access-denied certain']));
  });
});

describe('a registry that starts again with another key', () => {
  test.each([
    ['with a word why', invalid],
    ['without a word', ''],
  ])('is asked for new tokens: %s', async (_name, error) => {
    const { clock, review, restart, asked } = await startReplicas({ count: 1, error });

    expect(await review(['team/app:1'])).toEqual(['pullable:']);
    expect(asked()).toBe(3);
    restart();
    clock.advance(67_000);
    expect(await review(['team/app:1'])).toEqual(['pullable:']);
    // The old token, a new one, and that.
    expect(asked()).toBe(6);
    expect(await review(['team/app:2'])).toEqual(['pullable:']);
    expect(asked()).toBe(7);
  });
});
