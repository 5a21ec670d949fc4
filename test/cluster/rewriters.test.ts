/** What users of a real kubectl see where images are rewritten on their way into the cluster. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import { aDeployment, aNode, aPod } from '../support/api-objects.ts';
import { openStage, type Stage } from './stage.ts';

const noTag = 'nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest; asked REGISTRY)';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  stage.world.registry.push(
    'library/nginx',
    'latest',
    buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], 'latest'),
  );
  await stage.kubectl(['apply', '-f', '-'], aNode());
  await stage.kubectl(['create', 'namespace', 'shop']);
  while (!(await stage.kubectl(['get', 'serviceaccount', 'default', '-n', 'shop'])).includes('default'))
    await setTimeout(200);
});

afterAll(async () => {
  await stage.end();
});

/** Nobody answers for it: the API server goes on without. */
const zarf = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'zarf' },
  webhooks: [
    {
      name: 'agent-pod.zarf.dev',
      clientConfig: { service: { name: 'agent-hook', namespace: 'zarf', path: '/mutate/pod' } },
      rules: [{ operations: ['CREATE', 'UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
      failurePolicy: 'Ignore',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    },
  ],
};

test('a Deployment is not denied because of an image that Zarf may rewrite', async () => {
  const { kubectl } = stage;
  const deployment = aDeployment({ images: ['nginx:latestt'] });
  const labels = { app: 'web' };
  const template = { metadata: { labels }, ...deployment.spec.template };
  const web = { ...deployment, spec: { selector: { matchLabels: labels }, template } };
  const tried = (object: object) => kubectl(['apply', '--dry-run=server', '-f', '-'], object);
  await kubectl(['apply', '-f', '-'], zarf);

  expect(await tried(web)).toBe(
    `Warning: likely to fail: ${noTag.slice(0, -1)}; Zarf may rewrite the image of its Pods) [manifest-not-found]\ndeployment.apps/web created (server dry run)`,
  );
  expect(await tried(aPod({ images: ['nginx:latestt'] }))).toContain(
    `denied the request: ${noTag} [manifest-not-found]`,
  );
});
