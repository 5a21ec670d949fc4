/** More reviews at a time than `limits.inFlight`: those beyond are answered at once, and the others as ever. */
import { expect, onTestFinished, test } from 'vitest';
import { aNode, aPod } from '../../support/api-objects.ts';
import { startServe } from '../../support/serve.ts';
import { heldAnswers, startServer } from '../../support/servers.ts';

function namespaceIn(name: string, mode: string) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'pullgate.dev/mode': mode } } };
}

function requestIn(namespace: string, tag: string) {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const object = aPod({ namespace, images: [`held.example.com/app-${tag}:1`] });
  return { uid: tag, kind, namespace, name: 'web', operation: 'CREATE', object };
}

const turnedAway = 'pullgate: images were not examined because of too many concurrent reviews [registry-not-examined]';

test('reviews beyond the limit are allowed at once, and say so', async () => {
  const held = heldAnswers();
  const registry = await startServer(held.handle);
  const serve = await startServe({
    configuration: {
      mode: 'enforce',
      assume: { nodeCredentials: 'none', facts: 'complete' },
      egress: { allow: ['127.0.0.1'] },
      // Nothing ends by itself.
      limits: { inFlight: 2, deadline: '30s', requestTimeout: '5m' },
    },
    facts: [aNode(), namespaceIn('watched', 'audit'), namespaceIn('free', 'off')],
    registries: { 'held.example.com': `http://127.0.0.1:${registry.port}` },
    environment: { POD_NAMESPACE: 'pullgate' },
  });
  onTestFinished(async () => void (await serve.end()));
  const review = (tag: string, namespace = 'shop') => serve.review(requestIn(namespace, tag), '?timeout=30s');
  const before = Promise.all([review('first'), review('second')]);
  await expect.poll(held.waiting).toBe(2);

  expect(await review('third')).toEqual({ uid: 'third', allowed: true, warnings: [turnedAway] });
  expect(await review('fourth')).toEqual({ uid: 'fourth', allowed: true, warnings: [turnedAway] });
  for (const namespace of ['watched', 'free', 'pullgate'])
    expect(await review(namespace, namespace)).toEqual({ uid: namespace, allowed: true });
  expect(held.waiting()).toBe(2);
  expect(serve.log.filter(({ msg }) => msg === 'too many concurrent reviews; images are not examined')).toMatchObject([
    { inFlight: 2 },
  ]);

  // Busy is not unready.
  expect(await (await fetch(`${serve.opsUrl}/readyz`)).text()).toBe('ok\n');

  held.release();
  for (const { warnings } of await before) expect(warnings).not.toContain(turnedAway);
  expect((await review('fifth')).warnings).not.toContain(turnedAway);
});
