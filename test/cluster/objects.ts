/** Objects that an API server accepts, and waiting for what its controllers make of them. */
import { setTimeout } from 'node:timers/promises';
import type { ControlPlane } from '../../tools/cluster/control-plane.ts';
import { aDeployment } from '../support/api-objects.ts';

export function aNamespace(name: string, mode?: string) {
  const labels = mode === undefined ? {} : { 'pullgate.dev/mode': mode };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** A Deployment of one replica with the label `app`. */
export function aWeb(name: string, image: string, { namespace = 'shop', spec = {} } = {}) {
  const deployment = aDeployment({ name, namespace, images: [image], spec });
  const { template } = deployment.spec;
  const labels = { app: name };
  return {
    ...deployment,
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, ...template } },
  };
}

/** Of an operator that is not here: whatever it holds is accepted. */
export function aCustomKind(group: string, version: string, kind: string) {
  const plural = `${kind.toLowerCase()}s`;
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural },
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}

/** For half a minute. */
export async function until(isSo: () => Promise<boolean>, most = 150): Promise<void> {
  for (let tries = 0; tries < most; tries += 1) {
    if (await isSo()) return;
    await setTimeout(200);
  }
  throw new Error('it did not come about');
}

/** As long as what is looked at may fail before it is there. */
export function untilThere(isThere: () => Promise<boolean>, most?: number): Promise<void> {
  return until(() => isThere().catch(() => false), most);
}

/** As the administrator. @throws what kubectl says where it fails */
export async function kubectlOn(plane: ControlPlane, args: readonly string[], input?: string): Promise<string> {
  const { output, errors, exitCode } = await plane.kubectl(args, input);
  if (exitCode !== 0) throw new Error(errors);
  return output;
}

/** One after the other. */
export async function applyOn(plane: ControlPlane, objects: readonly object[]): Promise<void> {
  for (const object of objects) await kubectlOn(plane, ['apply', '-f', '-'], JSON.stringify(object));
}
