/** A Pod that brings hundreds of passwords for one user guesses none of them: few are sent, and the answer does not tell which was right. */
import { expect, onTestFinished, test } from 'vitest';
import { aNode, aPod } from '../support/api-objects.ts';
import { startLoginRegistry } from '../support/login-registry.ts';
import { startServe } from '../support/serve.ts';

/** `r*ry`, `re*`: all that match a word and hold one asterisk. */
function globsOf(word: string): readonly string[] {
  const ends = Array.from({ length: word.length + 1 }, (_, end) => end);
  return ends.flatMap((from) => ends.slice(from).map((to) => `${word.slice(0, from)}*${word.slice(to)}`));
}

const keys = globsOf('registry').flatMap((host) => globsOf('test').map((domain) => `${host}.${domain}`));

function secretOf(passwordOf: (index: number) => string) {
  const logins = keys.map((key, index) => [key, { username: 'admin', password: passwordOf(index) }]);
  const config = JSON.stringify({ auths: Object.fromEntries(logins) });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'guesses', namespace: 'shop' },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  };
}

async function guessing(right: string) {
  const registry = await startLoginRegistry(right);
  const serve = await startServe({
    configuration: {
      mode: 'enforce',
      assume: { nodeCredentials: 'none', facts: 'complete' },
      inspect: 'resolve',
      egress: { allow: ['127.0.0.1'] },
    },
    facts: [aNode(), secretOf((index) => `guess-${index}`)],
    registries: { 'registry.test': registry.url },
  });
  onTestFinished(async () => void (await serve.end()));
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const review = (image: string, isDryRun: boolean) => {
    const object = aPod({ images: [`registry.test/${image}`], spec: { imagePullSecrets: [{ name: 'guesses' }] } });
    const request = { uid: 'u', kind, namespace: 'shop', name: 'web', operation: 'CREATE', object, dryRun: isDryRun };
    return serve.review(request);
  };
  return { registry, review };
}

test('of 675 passwords for one user ten are sent, whatever is asked for in the next minutes', async () => {
  const { registry, review } = await guessing('none of them');

  for (const image of ['team/a:1', 'team/b:1', 'team/c:1']) {
    const { allowed } = await review(image, image === 'team/a:1');
    expect(allowed).toBe(true);
  }
  expect(new Set(registry.passwords()).size).toBe(10);
});

test('the answer says neither which password was right, nor any of them', async () => {
  const { review } = await guessing('guess-0');
  const { allowed, warnings, auditAnnotations } = await review('team/a:1', false);

  expect(allowed).toBe(true);
  expect(JSON.stringify([warnings, auditAnnotations])).not.toMatch(/guess-\d/);
});
