/** The part of a random world that stands in manifests. */
import { buildImage, buildMultiPlatform, type Image } from '../../tools/embedded-registry/image.ts';
import { aNode } from '../support/api-objects.ts';
import { rightLogin, wrongLogin } from './registries.ts';
import type { RandomNode, SecretState, Steering, World } from './world.ts';

const namespace = 'shop';

/** @param host of the registry, with its port */
export function objectsOf(world: World, host: string): readonly object[] {
  const { nodes, secrets, account } = world;
  const names = secrets.map((_state, index) => `secret-${index}`);
  const ofAccount = account === 'lists a Secret' ? ['of-account'] : [];
  return [
    ...nodes.map((node, index) => nodeObject(world, node, `node-${index}`, host)),
    ...namespaceObjects(world),
    ...runtimeClassObjects(world),
    ...secrets.flatMap((state, index) => secretObjects(state, `secret-${index}`, host)),
    ...ofAccount.flatMap((name) => secretObjects('right', name, host)),
    ...(account === 'not in the input' ? [] : [accountObject(ofAccount)]),
    workloadObject(world, names, host),
  ];
}

function nodeObject({ repositories }: World, node: RandomNode, name: string, host: string): object {
  const { architecture, generation, pool, isTainted, hasGpu, isCordoned, reports, sign } = node;
  const base = aNode({ name, architecture, containerd: generation });
  const taints = [
    ...(isTainted && pool !== undefined ? [{ key: 'pool', value: pool, effect: 'NoSchedule' }] : []),
    ...(hasGpu ? [{ key: 'example.com/gpu', value: 'present', effect: 'NoSchedule' }] : []),
    ...(isCordoned ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] : []),
  ];
  return {
    ...base,
    metadata: {
      ...base.metadata,
      labels: {
        ...base.metadata.labels,
        ...(pool !== undefined && { pool }),
        ...(sign === 'k3s-peers' && { 'p2p.k3s.cattle.io/enabled': 'true' }),
      },
    },
    spec: {
      taints,
      ...(isCordoned && { unschedulable: true }),
      ...(sign === 'kind' && { providerID: `kind://docker/kind/${name}` }),
    },
    status: {
      ...base.status,
      allocatable: { cpu: '8', memory: '8Gi', pods: '110', ...(hasGpu && { 'example.com/gpu': '4' }) },
      conditions: [{ type: 'Ready', status: 'True' }],
      images: reports ? repositories.map((path) => ({ names: [`${host}/${path}:1`], sizeBytes: 1 })) : [],
    },
  };
}

function tolerationsOf({ tolerates }: Steering): readonly object[] {
  return tolerates.map((value) => ({ key: 'pool', operator: 'Equal', value, effect: 'NoSchedule' }));
}

function namespaceObjects({ namespace: steering }: World): readonly object[] {
  if (steering === undefined) return [];
  const annotations = {
    ...(steering.pool !== undefined && { 'scheduler.alpha.kubernetes.io/node-selector': `pool=${steering.pool}` }),
    'scheduler.alpha.kubernetes.io/defaultTolerations': JSON.stringify(tolerationsOf(steering)),
  };
  return [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, annotations } }];
}

function runtimeClassObjects({ runtimeClass }: World): readonly object[] {
  if (runtimeClass?.isInInput !== true) return [];
  const { pool } = runtimeClass;
  const scheduling = {
    tolerations: tolerationsOf(runtimeClass),
    ...(pool !== undefined && { nodeSelector: { pool } }),
  };
  return [
    { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'special' }, handler: 'x', scheduling },
  ];
}

function secretObjects(state: SecretState, name: string, host: string): readonly object[] {
  const secret = (registry: string, login: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': JSON.stringify({ auths: { [registry]: login } }) },
  });
  switch (state) {
    case 'right':
      return [secret(host, rightLogin)];
    case 'wrong':
      return [secret(host, wrongLogin)];
    case 'for another registry':
      return [secret('other.test', rightLogin)];
    case 'not in the input':
      return [];
    case 'twice':
      return [secret(host, wrongLogin), secret(host, rightLogin)];
    case 'encrypted': {
      const data = { '.dockerconfigjson': 'ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A=,type:str]' };
      const { stringData: _plain, ...rest } = secret(host, rightLogin);
      return [{ ...rest, data, sops: { version: '3.9.0', mac: 'ENC[AES256_GCM,data:x,type:str]' } }];
    }
  }
}

function accountObject(names: readonly string[]): object {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace },
    imagePullSecrets: names.map((name) => ({ name })),
  };
}

function workloadObject(
  { kind, spec, runtimeClass, repositories }: World,
  names: readonly string[],
  host: string,
): object {
  const { architecture, pool, isHuge, wantsGpu, pullPolicy } = spec;
  const limits = { ...(isHuge && { memory: '64Gi' }), ...(wantsGpu && { 'example.com/gpu': '1' }) };
  const podSpec = {
    nodeSelector: {
      ...(pool !== undefined && { pool }),
      ...(architecture !== undefined && { 'kubernetes.io/arch': architecture }),
    },
    tolerations: tolerationsOf(spec),
    ...(runtimeClass !== undefined && { runtimeClassName: 'special' }),
    imagePullSecrets: names.map((name) => ({ name })),
    containers: repositories.map((repository, index) => ({
      name: `c${index}`,
      image: `${host}/${repository}:1`,
      imagePullPolicy: pullPolicy,
      resources: { limits, requests: limits },
    })),
  };
  const metadata = { name: 'web', namespace };
  if (kind === 'Pod') return { apiVersion: 'v1', kind, metadata, spec: podSpec };
  const labels = { app: 'web' };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata,
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
  };
}

/** What the registry has under each repository of the world. */
export function imageOf({ content }: World, repository: string): Image | undefined {
  const platforms = content.architectures.map((architecture) => ({ os: 'linux', architecture }));
  const [first] = platforms;
  if (content.kind === 'gone' || first === undefined) return undefined;
  return content.kind === 'index' ? buildMultiPlatform(platforms, repository) : buildImage(first, repository);
}
