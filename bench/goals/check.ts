/** P9 of `check`: CPU beside kubeconform on the same files, and beside the start of Node. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { millisText, type Outcome, ratios, withProfile } from '../goal.ts';
import { timeOfRun } from '../machine.ts';
import { bundle, writeWorld } from '../parties/webhook.ts';
import { profiled, type Share } from '../profile.ts';
import { registryName } from '../reviews.ts';

/** Of the real parts, else of the path. */
export const kubeconform = [join(process.env.PULLGATE_PARTS ?? '', 'bin/kubeconform'), 'kubeconform'].find(
  (program) => spawnSync(program, ['-v']).status === 0,
);
/** Schemas would have to be downloaded: it reads all files, and finds none. */
const kubeconformFlags = ['-ignore-missing-schemas', '-schema-location', '/nowhere/{{.ResourceKind}}.json'];

const namesOfMany = { files: 5_000, images: 3_510 };

export async function checkGoals({ registry, effort }: Bench): Promise<readonly Outcome[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-bench-'));
  const { configPath } = await writeWorld(directory, registry.url);
  const check = [process.execPath, '--disable-proto=delete', bundle, 'check'];
  const asking = [...check, '--config', configPath];
  const [deployments, pod, quietPod] = ['deployments.yaml', 'pod.yaml', 'quiet.yaml'].map((name) =>
    join(directory, name),
  );
  if (deployments === undefined || pod === undefined || quietPod === undefined) throw new Error('three files');
  const uses = 2 * (effort.files / 5);
  await writeFile(deployments, manifests(uses / 2, (number) => [number % 2, (number + 1) % 2]).join('---\n'));
  await writeFile(pod, podOf('Always'));
  await writeFile(quietPod, podOf('Never'));
  const many = join(directory, 'many');
  const images = Math.round((effort.files * namesOfMany.images) / namesOfMany.files);
  await writeMany(many, effort.files, images);
  const besideKubeconform = async (what: string, product: readonly string[], path: string, atMost: number) => {
    const goal = { id: 'P9', what: `${what}: CPU / kubeconform` };
    if (kubeconform === undefined)
      return { ...goal, because: 'kubeconform is neither among the parts (PULLGATE_PARTS) nor on the path' };
    const reference = [kubeconform, ...kubeconformFlags, path];
    return ratioOf(goal, await inTurn(product, reference, Math.min(3, effort.rounds)), atMost);
  };
  const files = ['--platform', 'linux/amd64,linux/arm64', many];
  const besideNode = async (what: string, product: readonly string[], atMost: number) =>
    ratioOf(
      { id: 'P9', what: `${what}: CPU / start of Node` },
      await inTurn(product, [process.execPath, '-e', ''], effort.rounds * 2),
      atMost,
    );
  const outcomes = [
    await besideNode('`check` of one Pod without anything to ask', [...check, quietPod], 2.5),
    await besideNode('`check` of one Pod, one registry by a configuration', [...asking, pod], 2.5),
    await besideKubeconform(`\`check\`, ${uses} uses of 2 images`, [...asking, deployments], deployments, 3),
    await besideKubeconform(
      `\`check\`, ${effort.files} files, ${images} images, two platforms`,
      [...asking, ...files],
      many,
      5,
    ),
  ];
  const explained = await withProfile(
    await withProfile(
      outcomes,
      ({ what }) => what.includes('uses of'),
      () => profileOf([...asking, deployments]),
    ),
    ({ what }) => what.includes('files'),
    () => profileOf([...asking, ...files]),
  );
  await rm(directory, { recursive: true });
  registry.takeCounts();
  return explained;
}

function profileOf([node = '', ...args]: readonly string[]): Promise<readonly Share[]> {
  return profiled((flags) => timeOfRun([node, ...flags, ...args]));
}

/** CPU time of both, in milliseconds. */
async function inTurn(product: readonly string[], reference: readonly string[], rounds: number) {
  const taken = { product: [] as number[], reference: [] as number[] };
  // What Node compiles is kept for the next run, as it is on the machine of a user.
  await timeOfRun(product);
  for (let round = 0; round < rounds; round += 1) {
    taken.product.push((await timeOfRun(product)).cpuMs);
    taken.reference.push((await timeOfRun(reference)).cpuMs);
  }
  return taken;
}

function ratioOf(
  goal: { readonly id: string; readonly what: string },
  { product, reference }: { readonly product: readonly number[]; readonly reference: readonly number[] },
  atMost: number,
): Outcome {
  return {
    ...goal,
    kind: 'ratio',
    unit: '×',
    bound: { atMost },
    anchor: `${millisText(product)} / ${millisText(reference)}`,
    rounds: ratios(product, reference),
  };
}

function podOf(imagePullPolicy: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: ${registryName}/team/web:v1
      imagePullPolicy: ${imagePullPolicy}
`;
}

function manifests(count: number, imagesOf: (number: number) => readonly number[]): readonly string[] {
  return Array.from(
    { length: count },
    (_, number) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${number}
  namespace: shop
  labels:
    app.kubernetes.io/name: web-${number}
    app.kubernetes.io/managed-by: Helm
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: web-${number}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: web-${number}
    spec:
      containers:
${imagesOf(number)
  .map(
    (image, container) => `        - name: c${container}
          image: "${registryName}/team/check-${image}:v1"
          env:
            - name: LOG_LEVEL
              value: "info"
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          resources:
            requests: { cpu: 100m, memory: 128Mi }
            limits:
              memory: 256Mi
`,
  )
  .join('')}`,
  );
}

async function writeMany(directory: string, files: number, images: number): Promise<void> {
  await mkdir(directory);
  for (const [number, text] of manifests(files, (file) => [file % images]).entries())
    await writeFile(join(directory, `deployment-${number}.yaml`), text);
}
