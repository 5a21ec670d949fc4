/** Words about what an image is: absent, for other platforms, or not an image that containerd takes. */
import type { FindingOf } from '../../core/finding/finding.ts';
import { formatPlatform, type Platform } from '../../core/image/platform.ts';
import type { ImageReference } from '../../core/image/reference.ts';
import { manifestLimit } from '../../core/registry/request.ts';
import { printable } from '../printable.ts';
import { repairOf, slipText } from './name-words.ts';
import { listed, type Subject, type Words } from './words.ts';

export function absentWords({
  reference,
  asked,
  repositoryExists,
  nearest,
  slip,
}: FindingOf<'manifest-not-found'>): Words {
  const tags = nearest.map((tag) => printable(tag));
  const near = tags.length > 0 ? `; nearest: ${tags.join(', ')}` : '';
  const typed = slip === undefined ? '' : `; ${slipText(slip)}`;
  return {
    said: `${missing(reference, repositoryExists)}${near}${askedElsewhere(reference, asked)}${typed}`,
    nextStep:
      nearest[0] !== undefined
        ? `write ${printable(withTag(reference, nearest[0]))}, or push the tag first`
        : slip !== undefined
          ? repairOf(slip)
          : repositoryExists === false && isOfficial(reference)
            ? 'correct the name, or write the registry or user before it'
            : 'correct the name, or push the image first',
  };
}

/** Nobody but Docker pushes there. */
function isOfficial({ registry, repository }: ImageReference): boolean {
  return registry === 'docker.io' && repository.startsWith('library/');
}

function missing(reference: ImageReference, repositoryExists: boolean | undefined): string {
  const name = printable(reference.name);
  if (repositoryExists === false)
    return `${printable(reference.registry)} has no repository ${printable(reference.repository)}`;
  return reference.kind === 'tagged'
    ? `${name} has no tag ${printable(reference.tag)}`
    : `${name} has no manifest ${printable(reference.digest)}`;
}

function askedElsewhere({ registry }: ImageReference, asked: readonly string[]): string {
  const elsewhere = asked.filter((host) => host !== registry && !(registry === 'docker.io' && host === dockerHubHost));
  return elsewhere.length === 0 ? '' : ` (asked ${listed(asked.map((host) => printable(host)))})`;
}

const dockerHubHost = 'registry-1.docker.io';

/** As the user wrote it, with another tag. */
function withTag({ raw }: ImageReference, tag: string): string {
  const colon = raw.lastIndexOf(':');
  const hasTag = colon > raw.lastIndexOf('/');
  return `${hasTag ? raw.slice(0, colon) : raw}:${tag}`;
}

export function missingPlatformWords({ offers, wanted }: FindingOf<'no-matching-platform'>): Words {
  const nodes = wanted.length === 0 ? 'the nodes' : `the nodes (${platformList(wanted)})`;
  const has = offers.length === 0 ? 'its entries name no platform' : `it offers ${platformList(offers)}`;
  return {
    said: `no match for platform in manifest: nothing for ${nodes}; ${has}`,
    nextStep:
      wanted.length === 0
        ? 'build the image for the nodes'
        : `build it for ${platformList(wanted)}, or choose an image that has it`,
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
    said: `no match for platform in manifest on ${nodes}candidate nodes: nothing for ${platformList(lacking)}`,
    nextStep: selector ?? `build it for ${platformList(lacking)}, too`,
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
    : `add ${path}.nodeSelector: { ${label} }, or build it for ${platformList(lacking)}, too`;
}

export function otherArchitectureWords({ built, wanted }: FindingOf<'wrong-architecture'>): Words {
  return {
    said: `is built for ${platformText(built)} alone; on ${platformList(wanted)} it ends with "exec format error"`,
    nextStep: `build it for ${platformList(wanted)}`,
  };
}

export function unsupportedWords({ problem }: FindingOf<'unsupported-manifest'>): Words {
  switch (problem.kind) {
    case 'schema-1':
      return {
        said: 'is a schema 1 manifest, which containerd 2 no longer pulls',
        nextStep: 'push it again with a current tool',
      };
    case 'media-type':
      return {
        said: `is of type ${printable(problem.mediaType)}, which is no image`,
        nextStep: 'name an image, or push it as one',
      };
    case 'too-large':
      return {
        said: `its manifest has ${problem.bytes} bytes, more than containerd accepts (${manifestLimit})`,
        nextStep: 'build it with fewer layers, entries or annotations',
      };
    case 'artifact':
      return {
        said: `is an artifact (${printable(problem.configType)}), not an image to be run`,
        nextStep: 'name the image that belongs to it',
      };
    case 'malformed':
      return {
        said: `its manifest cannot be used: ${printable(problem.error)}`,
        nextStep: 'push it again with a current tool',
      };
  }
}

export function incompleteWords({ missing: what, descriptor }: FindingOf<'incomplete-image'>): Words {
  return {
    said: `the registry has lost ${lostPart(what)}: ${printable(descriptor.digest)} not found`,
    nextStep: 'push the image again',
  };
}

function lostPart(what: FindingOf<'incomplete-image'>['missing']): string {
  switch (what) {
    case 'root':
      return 'the manifest that it names for this image';
    case 'manifest':
      return 'a manifest of its index';
    case 'config':
    case 'layer':
      return `its ${what}`;
  }
}

function platformList(platforms: readonly Platform[]): string {
  return listed([...new Set(platforms.map(platformText))], 6);
}

function platformText(platform: Platform): string {
  return printable(formatPlatform(platform));
}
