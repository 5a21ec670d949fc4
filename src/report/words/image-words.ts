/** Messages about what an image is: absent, for other platforms, or not an image that containerd accepts. */
import type { FindingOf } from '../../core/finding/finding.ts';
import { formatPlatform, type Platform } from '../../core/image/platform.ts';
import type { ImageReference } from '../../core/image/reference.ts';
import { manifestLimit } from '../../core/registry/request.ts';
import { printable } from '../printable.ts';
import { repairOf, slipText } from './name-words.ts';
import { listed, quoteOf, type Subject, type Words } from './words.ts';

export function absentWords(finding: FindingOf<'manifest-not-found'>): Words {
  const { reference, asked, repositoryExists, nearest, slip } = finding;
  const notes = [
    ...(nearest.length > 0 ? [`nearest: ${nearest.map((tag) => printable(tag)).join(', ')}`] : []),
    ...askedElsewhere(reference, asked),
    ...(slip === undefined ? [] : [slipText(slip)]),
  ];
  const note = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
  return {
    said: `${missing(reference, repositoryExists)}${note}${quoteOf(finding.registryMessage)}`,
    nextStep: absentStep(finding),
  };
}

function absentStep({
  reference,
  repositoryExists,
  nearest: [nearest],
  slip,
}: FindingOf<'manifest-not-found'>): string {
  if (nearest !== undefined) return `Use ${printable(withTag(reference, nearest))}, or push the missing tag`;
  if (slip !== undefined) return repairOf(slip);
  if (repositoryExists === false && isOfficial(reference))
    return 'Correct the name, or add the missing registry or user to it';
  return hasOwnTag(reference) || reference.kind === 'digested'
    ? 'Correct the name, or push the image'
    : 'Add a tag that exists to the name, or push the image';
}

/** Only Docker pushes there. */
function isOfficial({ registry, repository }: ImageReference): boolean {
  return registry === 'docker.io' && repository.startsWith('library/');
}

function missing(reference: ImageReference, repositoryExists: boolean | undefined): string {
  const name = printable(reference.name);
  if (repositoryExists === false)
    return `${printable(reference.registry)} has no repository ${printable(reference.repository)}`;
  if (reference.kind === 'digested') return `${name} has no manifest ${printable(reference.digest)}`;
  const byDefault = hasOwnTag(reference) ? '' : ', the default of names without a tag';
  return `${name} has no tag ${printable(reference.tag)}${byDefault}`;
}

function askedElsewhere({ registry }: ImageReference, asked: readonly string[]): readonly string[] {
  const elsewhere = asked.filter((host) => host !== registry && !(registry === 'docker.io' && host === dockerHubHost));
  return elsewhere.length === 0 ? [] : [`asked ${listed(asked.map((host) => printable(host)))}`];
}

const dockerHubHost = 'registry-1.docker.io';

function hasOwnTag({ raw }: ImageReference): boolean {
  return raw.lastIndexOf(':') > raw.lastIndexOf('/');
}

/** As the user wrote it, with another tag. */
function withTag(reference: ImageReference, tag: string): string {
  const { raw } = reference;
  return `${hasOwnTag(reference) ? raw.slice(0, raw.lastIndexOf(':')) : raw}:${tag}`;
}

export function missingPlatformWords({ offers, wanted }: FindingOf<'no-matching-platform'>): Words {
  const offer =
    offers.length === 0 ? 'no entry of the index names a platform' : `the image offers ${platformList(offers)}`;
  const need = wanted.length === 0 ? 'which fits none of the nodes' : `but the nodes need ${platformList(wanted)}`;
  return {
    said: `no match for platform in manifest: ${offer}, ${need}`,
    nextStep:
      wanted.length === 0
        ? 'Build the image for the platform of the nodes'
        : `Build the image for ${platformList(wanted)}, or use an image that supports it`,
  };
}

export function lackingPlatformWords(
  finding: FindingOf<'some-nodes-lack-platform'>,
  { workload: { podSpecPath } }: Subject,
): Words {
  const { lacking, suited } = finding;
  const nodes = finding.nodes === undefined ? '' : `${finding.nodes.failing} of ${finding.nodes.candidates} `;
  const selector = podSpecPath === '' ? undefined : selectorFor(lacking, suited, podSpecPath);
  return {
    said: `no match for platform in manifest on ${nodes}candidate nodes: the image does not support ${platformList(lacking)}`,
    nextStep: selector ?? `Build the image also for ${platformList(lacking)}`,
  };
}

/** The label that keeps the Pods away from nodes that lack the image, where one label can. */
function selectorFor(lacking: readonly Platform[], suited: readonly Platform[], path: string): string | undefined {
  const [first] = suited;
  if (first === undefined) return undefined;
  const distinguishes = (key: 'os' | 'architecture') =>
    suited.every((platform) => platform[key] === first[key]) &&
    lacking.every((platform) => platform[key] !== first[key]);
  const label = distinguishes('architecture')
    ? `kubernetes.io/arch: ${printable(first.architecture)}`
    : distinguishes('os')
      ? `kubernetes.io/os: ${printable(first.os)}`
      : undefined;
  return label === undefined
    ? undefined
    : `Add ${path}.nodeSelector: { ${label} }, or build the image also for ${platformList(lacking)}`;
}

export function otherArchitectureWords({ built, wanted }: FindingOf<'wrong-architecture'>): Words {
  return {
    said: `the image is built only for ${platformText(built)} and fails on ${platformList(wanted)} with "exec format error"`,
    nextStep: `Build the image for ${platformList(wanted)}`,
  };
}

const pushAgain = 'Build the image with a current tool, and push it again';

export function unsupportedWords({ problem }: FindingOf<'unsupported-manifest'>): Words {
  switch (problem.kind) {
    case 'schema-1':
      return { said: 'containerd 2 does not pull schema 1 manifests', nextStep: pushAgain };
    case 'media-type':
      return {
        said: `the media type ${printable(problem.mediaType)} is not that of an image`,
        nextStep: 'Use an image, or push the content as an image',
      };
    case 'too-large':
      return {
        said: `the manifest has ${problem.bytes} bytes, but containerd accepts at most ${manifestLimit}`,
        nextStep: 'Build the image with fewer layers, entries or annotations',
      };
    case 'artifact':
      return {
        said: `the reference is an artifact (${printable(problem.configType)}), not a container image`,
        nextStep: 'Use the image that the artifact belongs to',
      };
    case 'malformed':
      return { said: `containerd cannot use the manifest: ${printable(problem.error)}`, nextStep: pushAgain };
    case 'other-content':
      return {
        said: `containerd cannot use the manifest: ${printable(problem.error)}`,
        nextStep: `Check the digest and size that the registry announces for ${printable(problem.digest)}`,
      };
  }
}

export function incompleteWords({ missing: part, descriptor }: FindingOf<'incomplete-image'>): Words {
  return {
    said: `the registry lacks ${partText(part)}: ${printable(descriptor.digest)} not found`,
    nextStep:
      part === 'root'
        ? 'Check the Docker-Content-Digest header that the registry sends, or push the image again'
        : 'Push the image again',
  };
}

function partText(part: FindingOf<'incomplete-image'>['missing']): string {
  switch (part) {
    case 'root':
      return 'the manifest that its HEAD answer announces';
    case 'manifest':
      return 'a manifest of the index';
    case 'config':
      return 'the config of the image';
    case 'layer':
      return 'a layer of the image';
  }
}

function platformList(platforms: readonly Platform[]): string {
  return listed([...new Set(platforms.map(platformText))], 6);
}

function platformText(platform: Platform): string {
  return printable(formatPlatform(platform));
}
