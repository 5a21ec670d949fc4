/** S17, S20: one Pod must not keep the webhook from answering others. Work is bounded, and so is what is asked. */
import { expect, onTestFinished, test } from 'vitest';
import { parseDocument, valueLimit } from '../../src/core/content/document.ts';
import { hasMoreValues } from '../../src/core/go/json-values.ts';
import { aNode, aPod } from '../support/api-objects.ts';
import { startServe } from '../support/serve.ts';
import { startServer } from '../support/servers.ts';

test.each([
  ['[1,2]', 3],
  ['{"a":{}}', 3],
  [`["${','.repeat(50)}"]`, 2],
  [`["\\"${','.repeat(50)}"]`, 2],
  [`["\\\\",${'1,'.repeat(50)}1]`, 53],
  [`["${','.repeat(50)}`, 2],
])('values are counted, and not what strings hold: %s', (text, count) => {
  const padded = bytesOf(`${text}${' '.repeat(200)}`);

  expect(hasMoreValues(padded, count)).toBe(false);
  expect(hasMoreValues(padded, count - 1)).toBe(true);
});

const bytesOf = (text: string) => new TextEncoder().encode(text);
const empties = (count: number) => `[${'{},'.repeat(count)}{}]`;

test.each([
  ['manifest', `{"layers":[],"annotations":${empties(valueLimit)}}`],
  ['manifest', `{"layers":${empties(1_400_000)}}`],
  ['index', `{"manifests":${empties(1_300_000)}}`],
  ['config', `{"history":${empties(valueLimit)}}`],
  ['schema-1', `{"fsLayers":${empties(valueLimit)}}`],
] as const)('a %s of more values than are read is not built', (role, text) => {
  expect(parseDocument(role, bytesOf(text), '', 'sha256:0')).toEqual({ kind: 'too-large' });
});

test('a config of as many values as are read is read', () => {
  expect(parseDocument('config', bytesOf(`{"history":${empties(24_000)}}`), '', 'sha256:0').kind).toBe('config');
});

test('of a Pod with 8,000 containers 256 are examined, and one image twenty times is asked for once', async () => {
  let requests = 0;
  const registry = await startServer((_request, response) => {
    requests += 1;
    response.writeHead(503).end();
  });
  const serve = await startServe({
    configuration: { mode: 'enforce', assume: { nodeCredentials: 'none' }, egress: { allow: ['127.0.0.1'] } },
    facts: [aNode()],
    registries: { 'many.example.com': `http://127.0.0.1:${registry.port}` },
  });
  onTestFinished(async () => void (await serve.end()));
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const images = Array.from({ length: 8000 }, (_, index) =>
    index < 250 ? 'many.example.com/app:1' : `many.example.com/app-${index}:1`,
  );
  const object = aPod({ namespace: 'shop', images });

  const response = await serve.review({ uid: 'u', kind, namespace: 'shop', name: 'web', operation: 'CREATE', object });

  expect(response.allowed).toBe(true);
  // 250 containers of one image, and 6 others.
  expect(requests).toBe(7);
  expect(response.warnings?.join('\n')).toContain('a review covers only the first 256 images of a workload');
});
