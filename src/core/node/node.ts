/**
 * What a Node object says that matters for a pull: which platform asks, which program pulls, what may land there, which
 * images it reports. It does not know what no API shows: mirrors, credentials and certificates of the node, the CPU
 * variant of an ARM node, images beyond the list in its status.
 */

import * as z from 'zod';
import type { Platform } from '../image/platform.ts';
import { flag, listOf, structOf, text, textMap } from '../object/api-json.ts';
import { type FieldProblem, fieldProblemsOf } from '../object/field-problem.ts';
import { type ReadBy, schemaWhenUsed } from '../object/schema-when-used.ts';
import { type KubeletVersion, parseKubeletVersion } from './kubelet-version.ts';
import { type NodeSigns, nodeSignsOf } from './node-signs.ts';
import { type Resources, resourcesSchema } from './resources.ts';
import { type ContainerRuntime, parseContainerRuntime } from './runtime.ts';
import type { ShareString } from './shared-strings.ts';
import type { Taint } from './toleration.ts';

export type NodePlatform =
  | { readonly kind: 'known'; readonly platform: Platform }
  /** Neither `status.nodeInfo` nor the well-known labels tell both operating system and architecture. */
  | { readonly kind: 'unknown' };

/** Everything about a node on which the judgement of an image depends. */
export type NodeKind = {
  readonly platform: NodePlatform;
  readonly runtime: ContainerRuntime;
  readonly kubelet: KubeletVersion;
  /** Its images are pulled by a provider's back end, of which nothing is known. */
  readonly isVirtualKubelet: boolean;
};

export type Node = NodeKind & {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly taints: readonly Taint[];
  readonly isUnschedulable: boolean;
  /** The kubelet's GOOS; absent where the object does not tell. */
  readonly os?: string;
  /** Normalized names of `status.images`: at most five each of the 50 largest images. Absence from here proves nothing. */
  readonly imageNames: ReadonlySet<string>;
  readonly signs: NodeSigns;
  /** Empty where the object does not tell. */
  readonly allocatable: Resources;
  /** Its condition `Ready` does not say otherwise. */
  readonly isReady: boolean;
  /** Equal for nodes of equal NodeKind. */
  readonly kindKey: string;
};

export type ParsedNode =
  | { readonly ok: true; readonly node: Node }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

const nodeSchema = schemaWhenUsed(() =>
  z.object({
    metadata: z.object({ name: z.string().min(1, 'is empty'), labels: textMap }),
    spec: structOf(
      z.object({
        taints: listOf(structOf(z.object({ key: text, value: text, effect: text }))),
        unschedulable: flag,
        providerID: text,
      }),
    ),
    status: structOf(
      z.object({
        nodeInfo: structOf(
          z.object({
            architecture: text,
            operatingSystem: text,
            kernelVersion: text,
            containerRuntimeVersion: z.string().nullish(),
            kubeletVersion: text,
          }),
        ),
        images: listOf(structOf(z.object({ names: listOf(text) }))),
        allocatable: resourcesSchema,
        conditions: listOf(structOf(z.object({ type: text, status: text }))),
      }),
    ),
  }),
);
type NodeObject = ReadBy<typeof nodeSchema>;

const withNodeInfo = schemaWhenUsed(() => z.object({ status: z.object({ nodeInfo: z.object() }) }));

/** Every node has one as soon as its kubelet runs. What has none is a part of an object, as documentation shows it. */
export function hasNodeInfo(object: unknown): boolean {
  return withNodeInfo.safeParse(object).success;
}

/** Reads a Node object of the API or of a manifest. Give nodes of one cluster one `share`, it saves most of their memory. */
export function parseNode(object: unknown, share: ShareString = (own) => own): ParsedNode {
  const parsed = nodeSchema.safeParse(object);
  if (!parsed.success) return { ok: false, problems: fieldProblemsOf(parsed.error, object) };
  const { metadata, spec, status } = parsed.data;
  const os = osOf(parsed.data);
  const kind: NodeKind = {
    platform: platformOf(parsed.data, os),
    runtime: runtimeOf(status.nodeInfo.containerRuntimeVersion),
    kubelet: parseKubeletVersion(status.nodeInfo.kubeletVersion),
    isVirtualKubelet: isVirtualKubelet(parsed.data),
  };
  const node: Node = {
    ...kind,
    name: metadata.name,
    labels: new Map(Array.from(metadata.labels, ([key, value]) => [key, share(value)])),
    taints: spec.taints,
    isUnschedulable: spec.unschedulable,
    ...(os === undefined ? {} : { os }),
    imageNames: new Set(status.images.flatMap(({ names }) => names.map(share))),
    signs: nodeSignsOf({
      name: metadata.name,
      labels: metadata.labels,
      taints: spec.taints,
      providerId: spec.providerID,
      kubeletVersion: status.nodeInfo.kubeletVersion,
      images: status.images,
    }),
    allocatable: new Map(Array.from(status.allocatable, ([name, amount]) => [share(name), amount])),
    isReady: status.conditions.every(({ type, status: is }) => type !== 'Ready' || is === 'True'),
    kindKey: share(nodeKindKey(kind)),
  };
  return { ok: true, node };
}

/** A text that is equal for equal kinds. */
export function nodeKindKey({ platform, runtime, kubelet, isVirtualKubelet: isVirtual }: NodeKind): string {
  return JSON.stringify([platform, runtime, kubelet, isVirtual]);
}

/** nodeInfo is what the kubelet was built for and counts; manifests written by hand often have only the labels. */
function osOf({ metadata, status }: NodeObject): string | undefined {
  return firstNamed(status.nodeInfo.operatingSystem, metadata.labels.get('kubernetes.io/os'));
}

/** The API server always writes the member, if an empty one. Who writes a Node by hand and leaves it out means an ordinary one. */
function runtimeOf(version: string | null | undefined): ContainerRuntime {
  return version === undefined || version === null
    ? { kind: 'containerd-of-unknown-version' }
    : parseContainerRuntime(version);
}

function platformOf(object: NodeObject, os: string | undefined): NodePlatform {
  const { metadata, status } = object;
  const architecture = firstNamed(status.nodeInfo.architecture, metadata.labels.get('kubernetes.io/arch'));
  if (os === undefined || architecture === undefined) return { kind: 'unknown' };
  const osVersion = os === 'windows' ? windowsBuildOf(object) : undefined;
  return { kind: 'known', platform: { os, architecture, ...(osVersion === undefined ? {} : { osVersion }) } };
}

/** Major, minor and build, as containerd compares them; kernelVersion has the revision behind it (`10.0.20348.2113`). */
function windowsBuildOf({ metadata, status }: NodeObject): string | undefined {
  const sources = [metadata.labels.get('node.kubernetes.io/windows-build') ?? '', status.nodeInfo.kernelVersion];
  const builds = sources.map((source) => /^[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}(?![0-9])/.exec(source)?.[0]);
  return builds.find((build) => build !== undefined);
}

/**
 * The defaults of virtual-kubelet: a label, a taint and a version of the form `v1.15.2-vk-…`. Amazon's Fargate nodes are
 * none: a real kubelet and containerd run there.
 */
function isVirtualKubelet({ metadata, spec, status }: NodeObject): boolean {
  return (
    metadata.labels.get('type') === 'virtual-kubelet' ||
    spec.taints.some(({ key }) => key === 'virtual-kubelet.io/provider') ||
    status.nodeInfo.kubeletVersion.includes('-vk-')
  );
}

function firstNamed(...names: readonly (string | undefined)[]): string | undefined {
  return names.find((name) => name !== undefined && name !== '');
}
