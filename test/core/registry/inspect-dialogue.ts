import type { Credential } from '../../../src/core/credential/credential.ts';
import { secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';
import { parseReference } from '../../../src/core/image/reference.ts';
import type { Answer, Exchange } from '../../../src/core/registry/exchange.ts';
import { type Inquiry, inspect, type Viewer } from '../../../src/core/registry/inspect.ts';
import { buildImage, buildMultiPlatform, documentOf, type Image } from '../../../tools/embedded-registry/image.ts';
import { headersOf, lineOf, play } from '../../support/dialogues.ts';
import { anEndpoint, aResponse } from '../../support/exchanges.ts';
import { registryHolding } from '../../support/registry-answers.ts';

export const amd64 = { os: 'linux', architecture: 'amd64' };
export const arm64 = { os: 'linux', architecture: 'arm64' };
export const onAmd64: Viewer = { platform: amd64, puller: { generation: '2.4', path: 'transfer' } };
export const onArm64: Viewer = { platform: arm64, puller: { generation: '2.4', path: 'transfer' } };
export const image = buildImage(amd64, 'amd64');
export const index = buildMultiPlatform([amd64, arm64], 'both');

export function referenceTo(text: string): Inquiry['reference'] {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.reference;
}

export function aCredential(username: string, password: string): Credential {
  const origin = { source: 'secret', name: username, key: 'registry.example.com' } as const;
  return { username: secretBytesOf(username), password: secretBytesOf(password), origin };
}

/** Requests with `…/v2/team/app/` left out, and digests by the names that the test gives them. */
export function inspecting(
  part: Partial<Inquiry>,
  answer: (exchange: Exchange) => Answer,
  names: Readonly<Record<string, string>> = {},
) {
  const { value, asked, rounds } = play(
    inspect({
      reference: referenceTo('registry.example.com/team/app:1'),
      endpoints: [anEndpoint('https://registry.example.com')],
      credentials: [],
      examiner: [],
      depth: 'platform',
      viewers: [onAmd64],
      tokenObjection: () => undefined,
      ...part,
    }),
    answer,
  );
  const lines = asked.map((exchange) => {
    let line = lineOf(exchange).replace('https://registry.example.com/v2/team/app/', '');
    for (const [name, digest] of Object.entries(names)) line = line.replaceAll(digest, name);
    return line;
  });
  return { ...value, last: value.attempts.at(-1), lines, rounds };
}

/** Names for what is in a two-platform index. */
export function namesIn({ digest, children }: typeof index): Readonly<Record<string, string>> {
  const parts = children.flatMap((child, number) => [
    [`manifest${number}`, child.digest],
    [`config${number}`, child.blobs[0]?.digest ?? ''],
    [`layer${number}`, child.blobs[1]?.digest ?? ''],
  ]);
  return { index: digest, ...Object.fromEntries(parts) };
}

/** Allows 100 requests. */
export function limited(remaining: number, held: Image = index): (exchange: Exchange) => Answer {
  return registryHolding(
    { '1': held },
    { headers: { 'ratelimit-limit': '100', 'ratelimit-remaining': `${remaining}` } },
  );
}

export function sentPasswords(lines: readonly string[]): number {
  return lines.filter((line) => line.startsWith('POST')).length;
}

export function hostsIn(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line.includes('mirror.test') ? 'mirror' : 'registry'));
}

export function hashOf(json: string): `sha256:${string}` {
  return documentOf('', JSON.parse(json) as object).digest as `sha256:${string}`;
}

/** Bytes that are served as this type and under this digest. */
export const page = (bytes: string, digest: string, type: string) => (exchange: Exchange) => {
  const { method, digestAlgorithm } = exchange;
  const headers = headersOf({
    'content-type': type,
    'content-length': `${bytes.length}`,
    'docker-content-digest': digest,
  });
  const answer = aResponse(200, { headers, text: method === 'HEAD' ? '' : bytes });
  return digestAlgorithm === undefined || method === 'HEAD' ? answer : { ...answer, bodyDigest: hashOf(bytes) };
};
