/** A login that a token server refuses for one repository works for the others: C7. */
import { expect, onTestFinished, test } from 'vitest';
import { aNode, aPod, aPullSecret } from '../support/api-objects.ts';
import { startLoginRegistry } from '../support/login-registry.ts';
import { startServe } from '../support/serve.ts';

test.each([
  [['forbidden/two', 'team/three'], 'of an earlier review'],
  [['team/one', 'forbidden/two', 'team/three'], 'between two that work'],
])('%j: the refusal of a repository is not that of the login, %s', async (repositories) => {
  const registry = await startLoginRegistry('right');
  const serve = await startServe({
    configuration: {
      mode: 'enforce',
      assume: { nodeCredentials: 'none', facts: 'complete' },
      inspect: 'resolve',
      egress: { allow: ['127.0.0.1'] },
    },
    facts: [aNode(), aPullSecret({ registry: 'registry.test', username: 'jo', password: 'right' })],
    registries: { 'registry.test': registry.url },
  });
  onTestFinished(async () => void (await serve.end()));
  const said = new Map<string, string>();
  for (const repository of repositories) {
    const spec = { imagePullSecrets: [{ name: 'regcred' }] };
    const object = aPod({ images: [`registry.test/${repository}:1`], spec });
    const kind = { group: '', version: 'v1', kind: 'Pod' };
    const request = { uid: 'u', kind, namespace: 'shop', name: 'web', operation: 'CREATE', object };
    const { auditAnnotations } = await serve.review(request);
    said.set(repository, auditAnnotations?.verdict ?? '');
  }

  expect(said.get('forbidden/two')).not.toBe('allow');
  for (const repository of repositories.filter((name) => name.startsWith('team/')))
    expect([repository, said.get(repository)]).toEqual([repository, 'allow']);
});
