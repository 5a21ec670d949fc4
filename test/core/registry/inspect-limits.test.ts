import { describe, expect, test } from 'vitest';
import { wanted, wantedKey } from '../../../src/core/content/content.ts';
import type { Answer, Exchange } from '../../../src/core/registry/exchange.ts';
import type { Image } from '../../../tools/embedded-registry/image.ts';
import { aFailure, anEndpoint } from '../../support/exchanges.ts';
import { registryHolding } from '../../support/registry-answers.ts';
import { hostsIn, image, index, inspecting, limited, namesIn, onAmd64, page } from './inspect-dialogue.ts';

/** Which of the requests for an image of this type could be done without. */
function dispensable(type: string) {
  const sent: boolean[] = [];
  const { bytes, digest } = index;
  const answer = page(bytes.toString(), digest, type);
  inspecting({ viewers: [{ ...onAmd64, platform: { os: 'linux', architecture: 'riscv64' } }] }, (exchange) => {
    sent.push(exchange.isDispensable === true);
    return answer(exchange);
  });
  return { sent };
}

describe('a registry that allows few more requests', () => {
  const names = namesIn(index);
  const spared = aFailure('spared');
  const left = { limit: 100, remaining: 24 };

  /** Dispensable requests are not sent, but for so many. */
  function sparing(sent: number, remaining = 25, held: Image = index) {
    const registry = limited(remaining, held);
    let asked = 0;
    return (exchange: Exchange): Answer => {
      asked += exchange.isDispensable ? 1 : 0;
      return exchange.isDispensable && asked > sent
        ? { ...spared, spared: { rateLimit: left, why: 'few-left' } }
        : registry(exchange);
    };
  }

  test.each([
    ['platform', 0, ['GET manifests/index']],
    ['platform', 1, ['GET manifests/index', 'HEAD manifests/manifest0']],
    ['full', 0, ['GET manifests/index']],
  ] as const)('is asked for nothing more once it said so (%s, %i sent)', (depth, sent, tried) => {
    const { lines, last } = inspecting({ depth }, sparing(sent), names);
    expect(lines).toEqual(['HEAD manifests/1', ...tried]);
    expect(last?.found).toMatchObject({ rateLimit: left, spared: 'few-left' });
    expect(last?.found?.contents.size).toBe(sent);
  });

  test('is spared the layers, too', () => {
    const { lines, last } = inspecting({ depth: 'full' }, sparing(2, 25, image));
    expect(lines.slice(1).map((line) => line.split('/')[0])).toEqual(['GET manifests', 'GET blobs', 'HEAD blobs']);
    expect(last?.found).toMatchObject({ rateLimit: left, spared: 'few-left' });
  });

  test('is spared a second look at what is missing', () => {
    const missing = index.children[0]?.digest ?? '';
    const registry = registryHolding({ '1': index }, { missing: [missing] });
    const { lines, last } = inspecting(
      {},
      (exchange) =>
        exchange.secondLook === undefined
          ? registry(exchange)
          : { ...spared, spared: { rateLimit: left, why: 'few-left' } },
      names,
    );
    expect(lines.slice(2)).toEqual(['GET manifests/manifest0', 'GET manifests/manifest0 again']);
    expect(last?.found).toMatchObject({ rateLimit: left, spared: 'few-left' });
  });

  test('is not asked by another way either', () => {
    const endpoints = ['https://mirror.test', 'https://registry.example.com'].map((origin) => anEndpoint(origin));
    const { lines } = inspecting({ endpoints }, sparing(0));
    expect(hostsIn(lines)).toEqual(['mirror', 'mirror']);
  });

  test('was asked for all, and said how little is left of it', () => {
    const { lines, last } = inspecting({}, limited(24), names);
    expect(lines).toEqual(['HEAD manifests/1', 'GET manifests/index', 'HEAD manifests/manifest0']);
    expect(last?.found).toMatchObject({ rateLimit: left });
    expect(last?.found).not.toHaveProperty('spared');
  });

  test('of what it was seen to hold and of what it misses, the latter is known', () => {
    const child = index.children[0];
    if (child === undefined) throw new Error('no child');
    const root = wantedKey(wanted({ ...index, mediaType: index.mediaType, size: 0, hasUrls: false }, 'index'));
    const manifest = wantedKey(wanted({ ...child, size: 0, hasUrls: false }, 'manifest'));
    expect([...(inspecting({}, limited(24)).last?.found?.contents.keys() ?? [])]).toEqual([root]);
    const missing = registryHolding(
      { '1': index },
      { missing: [child.digest], headers: { 'ratelimit-limit': '100', 'ratelimit-remaining': '24' } },
    );
    expect(inspecting({}, missing).last?.found?.contents.get(manifest)).toEqual({ kind: 'absent' });
  });

  test('had nothing to be spared', () => {
    expect(inspecting({ depth: 'resolve' }, sparing(0, 0)).last?.found).toMatchObject({
      rateLimit: { limit: 100, remaining: 0 },
    });
  });

  test('is asked all the same for what is no manifest by its type', () => {
    const { sent } = dispensable('text/plain');
    expect(sent).toEqual([false, false]);
  });

  test('need not be asked for anything but the first answer', () => {
    const { sent } = dispensable(index.mediaType);
    expect(sent).toEqual([false, true]);
  });
});
