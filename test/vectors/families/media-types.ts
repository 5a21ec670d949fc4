import { createHash } from 'node:crypto';
import { type Content, contentOfBytes, type Wanted } from '../../../src/core/content/content.ts';
import { downloadContent } from '../../../src/core/content/pull-content.ts';
import type { Puller } from '../../../src/core/content/puller.ts';
import type { Family } from '../play.ts';

type Input = { readonly mediaType: string; readonly body: string; readonly blobs?: Readonly<Record<string, string>> };
type Answer = { readonly config?: string; readonly error?: string };
type Expectation = { readonly local: Answer; readonly transfer: Answer; readonly 'containerd1.7'?: Answer };

const node = { os: 'linux', architecture: 'amd64' };

export const mediaTypes: Family = (input: Input, expect: Expectation) => ({
  expected: {
    local: withoutErrorText(expect.local),
    transfer: withoutErrorText(expect.transfer),
    of17: withoutErrorText(expect['containerd1.7'] ?? expect.local),
  },
  came: {
    local: answer(input, { generation: '2.3', path: 'local' }),
    transfer: answer(input, { generation: '2.3', path: 'transfer' }),
    of17: answer(input, { generation: '1.7', path: 'local' }),
  },
});

function answer(input: Input, puller: Puller): unknown {
  const body = new TextEncoder().encode(input.body);
  const root = { mediaType: input.mediaType, digest: digestOf(body), size: body.length, hasUrls: false };
  const outcome = downloadContent(root, (wanted) => contentIn(input, wanted), node, puller);
  if (outcome.kind === 'fails') return { error: true };
  return outcome.kind === 'pulled' ? { config: outcome.config?.digest } : outcome;
}

function contentIn({ body, blobs = {} }: Input, wanted: Wanted): Content {
  const { digest, data } = wanted.descriptor;
  const texts = [body, ...Object.values(blobs)].map((text) => new TextEncoder().encode(text));
  const bytes = (data === undefined ? texts : [data]).find((candidate) => digestOf(candidate) === digest);
  if (bytes !== undefined) return contentOfBytes(wanted, bytes);
  return data === undefined ? { kind: 'absent' } : { kind: 'corrupt' };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function withoutErrorText({ config, error }: Answer): unknown {
  return error === undefined ? { config } : { error: true };
}
