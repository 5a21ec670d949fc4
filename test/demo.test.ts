/** `npm run demo` tells its seven stories, word for word. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const hook = 'admission webhook "validate.pullgate.dev" denied the request:';

test('the demonstration', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['tools/demo/main.ts']);

  const stories = stdout
    .replaceAll(/127\.0\.0\.1:\d+/g, 'ADDRESS')
    .split(/^# /m)
    .slice(1);
  expect(stories.map((story) => story.trimEnd().split('\n').slice(1))).toEqual([
    [
      '$ kubectl apply -f examples/workloads/mistyped-tag.yaml',
      `Error from server (Forbidden): error when creating "examples/workloads/mistyped-tag.yaml": ${hook} nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest; asked ADDRESS) [manifest-not-found]`,
      '- spec.template.spec.containers[0].image: nginx:latestt [manifest-not-found]. Use nginx:latest, or push the missing tag',
    ],
    [
      '$ kubectl apply -f examples/workloads/arm-only.yaml',
      `Error from server (Forbidden): error when creating "examples/workloads/arm-only.yaml": ${hook} registry.example.com/edge/agent:2.1: no match for platform in manifest: the image offers linux/arm64, but the nodes need linux/amd64 [no-matching-platform]`,
      '- spec.template.spec.containers[0].image: registry.example.com/edge/agent:2.1 [no-matching-platform]. Build the image for linux/amd64, or use an image that supports it',
    ],
    [
      '$ kubectl apply -f examples/workloads/rejected-credentials.yaml',
      `Error from server (Forbidden): error when creating "examples/workloads/rejected-credentials.yaml": ${hook} registry.example.com/shop/checkout:1.4: registry.example.com rejects the credentials of Secret shop/regcred (key registry.example.com) [credentials-rejected]`,
      '- spec.containers[0].image: registry.example.com/shop/checkout:1.4 [credentials-rejected]. Run: kubectl create secret docker-registry regcred -n shop --docker-server=registry.example.com --docker-username=USER --docker-password=PASSWORD --dry-run=client -o yaml | kubectl replace --force -f -',
    ],
    [
      '$ kubectl apply -f examples/workloads/unreachable-registry.yaml',
      'Warning: could not confirm old-registry.example.com/reports/nightly:7: cannot connect to ADDRESS [registry-unreachable]',
      'cronjob.batch/report created',
    ],
    [
      '$ kubectl apply -f examples/workloads/missing-secret.yaml',
      'Warning: nginx:1.27: the kubelet skips pull Secret dockerhub because it does not exist in namespace shop [pull-secret-not-found]',
      'statefulset.apps/cache created',
    ],
    [
      '$ kubectl apply -f examples/workloads/mistyped-tag-in-sandbox.yaml',
      'Warning: would be denied: nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest; asked ADDRESS) [manifest-not-found]',
      'deployment.apps/web created',
    ],
    ['$ kubectl apply -f examples/workloads/everything-right.yaml', 'pod/hello created'],
  ]);
});

test.each(readdirSync('examples/workloads'))('the review of %s holds the manifest of the same name', (file) => {
  const review = JSON.parse(readFileSync(`examples/reviews/${file.replace('.yaml', '.json')}`, 'utf8')) as {
    readonly request: { readonly object: unknown };
  };

  expect(review.request.object).toEqual(parse(readFileSync(`examples/workloads/${file}`, 'utf8')));
});
