import { describe, expect, test } from 'vitest';
import type { Answer, Exchange } from '../../../src/core/registry/exchange.ts';
import type { Inquiry } from '../../../src/core/registry/inspect.ts';
import { headersOf } from '../../support/dialogues.ts';
import { anEndpoint, aResponse } from '../../support/exchanges.ts';
import { registryHolding } from '../../support/registry-answers.ts';
import { aCredential, image, inspecting, sentPasswords } from './inspect-dialogue.ts';

describe('credentials', () => {
  const bearer = 'Bearer realm="https://registry.example.com/token"';
  const challenge = aResponse(401, { headers: headersOf({ 'www-authenticate': bearer }) });
  const [alice, bob, carol] = [aCredential('alice', 'a'), aCredential('bob', 'b'), aCredential('carol', 'c')];

  /** A token server of which these users are known, and a registry that lets in who has a token of theirs. */
  function registryOf(users: readonly string[]): (exchange: Exchange) => Answer {
    const content = registryHolding({ '1': image });
    return (exchange) => {
      const { purpose, body, headers } = exchange;
      if (purpose === 'token') {
        const user = new URLSearchParams(body).get('username') ?? '';
        return users.includes(user) ? aResponse(200, { text: `{"access_token":"${user}"}` }) : aResponse(403);
      }
      return users.includes(headers.authorization?.replace('Bearer ', '') ?? '') ? content(exchange) : challenge;
    };
  }

  test('are tried in the order of the kubelet, each from the beginning, until one is let in', () => {
    const { attempts, lines } = inspecting(
      { credentials: [alice, bob, carol], depth: 'resolve' },
      registryOf(['bob', 'carol']),
    );
    expect(attempts.map(({ credential, found }) => [credential, found !== undefined])).toEqual([
      [alice, false],
      [bob, true],
    ]);
    expect(lines).toEqual([
      'HEAD manifests/1',
      'POST https://registry.example.com/token',
      `GET https://registry.example.com/token Basic ${btoa('alice:a')}`,
      'HEAD manifests/1',
      'POST https://registry.example.com/token',
      'HEAD manifests/1 Bearer bob',
    ]);
  });

  test('are all tried, and nobody is not at the end', () => {
    const { attempts, lines } = inspecting({ credentials: [alice, bob, carol] }, registryOf([]));
    expect(attempts.map(({ credential }) => credential)).toEqual([alice, bob, carol]);
    expect(attempts.map(({ sightings }) => sightings[0]?.saw)).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ kind: 'refused', presentedPassword: true })),
    );
    expect(sentPasswords(lines)).toBe(3);
    // Each is checked by itself.
    expect(lines.filter((line) => line.startsWith('GET'))).toEqual(
      ['alice:a', 'bob:b', 'carol:c'].map((login) => `GET https://registry.example.com/token Basic ${btoa(login)}`),
    );
  });

  test('that do not help against a 404 are tried all the same', () => {
    const { attempts } = inspecting({ credentials: [alice, bob] }, registryHolding({}));
    expect(attempts.map(({ credential }) => credential)).toEqual([alice, bob]);
  });

  test('are not sent to who does not ask', () => {
    const { attempts, lines } = inspecting(
      { credentials: [alice, bob], depth: 'resolve' },
      registryHolding({ '1': image }),
    );
    expect(lines).toEqual(['HEAD manifests/1']);
    expect(attempts.map(({ credential }) => credential)).toEqual([alice]);
  });

  test('of which 16 are refused were all tried', () => {
    const credentials = Array.from({ length: 16 }, (_, number) => aCredential(`user${number}`, 'p'));
    const { attempts } = inspecting({ credentials }, registryOf([]));
    expect(attempts.map(({ sightings }) => sightings.map(({ saw }) => saw.kind))).toEqual(
      Array.from({ length: 16 }, () => ['refused']),
    );
  });

  test('that are too many are not told of the registry where a mirror alone is asked', () => {
    const credentials = Array.from({ length: 17 }, (_, number) => aCredential(`user${number}`, 'p'));
    const endpoints = [anEndpoint('https://mirror.test')];
    expect(inspecting({ credentials, endpoints }, () => aResponse(500)).last?.sightings).toEqual([
      { host: 'mirror.test', saw: { kind: 'not-asked', why: 'credential-limit' } },
    ]);
  });

  test('are 16 for one image at most, and nothing is proven beyond', () => {
    const credentials = Array.from({ length: 17 }, (_, number) => aCredential(`user${number}`, 'p'));
    const { attempts, lines } = inspecting({ credentials }, registryOf(['user16']));
    expect(sentPasswords(lines)).toBe(16);
    expect(attempts).toHaveLength(17);
    expect(attempts.at(-1)).toEqual({
      sightings: [{ host: 'registry.example.com', saw: { kind: 'not-asked', why: 'credential-limit' } }],
    });
  });

  test('of which the sixteenth is taken are as many as there may be', () => {
    const credentials = Array.from({ length: 17 }, (_, number) => aCredential(`user${number}`, 'p'));
    expect(inspecting({ credentials }, registryOf(['user15'])).attempts).toHaveLength(16);
  });

  test('of none there is one attempt, by nobody', () => {
    const { attempts } = inspecting({ credentials: [] }, registryOf([]));
    expect(attempts).toHaveLength(1);
    expect(attempts[0]).not.toHaveProperty('credential');
  });

  test('of an examiner are tried where all others are refused, and kept apart', () => {
    const { attempts, examined } = inspecting({ credentials: [alice], examiner: [bob, carol] }, registryOf(['carol']));
    expect(attempts.map(({ credential }) => credential)).toEqual([alice]);
    expect(examined?.map(({ credential, found }) => [credential, found !== undefined])).toEqual([
      [bob, false],
      [carol, true],
    ]);
  });

  test.each<[string, (exchange: Exchange) => Answer]>([
    ['who is let in', registryOf(['alice'])],
    ['who is told that there is nothing', registryHolding({})],
    ['a registry that fails', () => aResponse(500)],
  ])('of an examiner are not tried after %s', (_, answer) => {
    expect(inspecting({ credentials: [alice], examiner: [bob] }, answer)).not.toHaveProperty('examined');
  });

  test('without a user are nobody to the token server', () => {
    const { attempts, lines } = inspecting({ credentials: [aCredential('', 'p')] }, registryOf([]));
    expect(sentPasswords(lines)).toBe(0);
    expect(attempts[0]?.sightings[0]?.saw).toMatchObject({
      kind: 'refused',
      presentedPassword: false,
      secondLook: 'refused-too',
    });
  });

  test('are asked about with the realm, the endpoint, and whether a password would go there', () => {
    const questions: unknown[] = [];
    const tokenObjection: Inquiry['tokenObjection'] = ({ url }, { host }, withPassword) => {
      questions.push([url, host, withPassword]);
      return 'other-server';
    };
    const { attempts } = inspecting({ credentials: [alice, aCredential('bob', '')], tokenObjection }, registryOf([]));
    const url = 'https://registry.example.com/token';
    expect(questions).toEqual([
      [url, 'registry.example.com', true],
      [url, 'registry.example.com', false],
    ]);
    expect(attempts[0]?.sightings[0]?.saw).toEqual({
      kind: 'not-asked',
      why: 'foreign-token-server',
      tokenServer: 'registry.example.com',
      objection: 'other-server',
    });
  });
});
