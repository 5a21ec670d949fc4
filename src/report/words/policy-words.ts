/** Words about pull policies and tags. */
import type { FindingOf } from '../../core/finding/finding.ts';
import { printable } from '../printable.ts';
import type { Subject, Words } from './words.ts';

export function neverPulledWords({ workload }: Subject): Words {
  return {
    said: 'the pull policy is Never and no candidate node reports the image',
    nextStep: `bring the image to the nodes, or set imagePullPolicy: IfNotPresent in ${workload.podSpecPath}`,
  };
}

export function alwaysLocalWords({ tag }: FindingOf<'mutable-tag-always-local'>): Words {
  return {
    said: `tag ${printable(tag)} may move, but IfNotPresent keeps what a node pulled first: nodes may run different images`,
    nextStep: 'pin a version or a digest, or set imagePullPolicy: Always',
  };
}

export function needlessAlwaysWords(): Words {
  return {
    said: 'a digest cannot change, yet with Always every restart depends on the registry',
    nextStep: 'set imagePullPolicy: IfNotPresent',
  };
}

export function unpinnedWords({ digest }: FindingOf<'unpinned-image'>): Words {
  return {
    said: 'a tag without a digest: what runs is what the tag points to when a node pulls it',
    nextStep: digest === undefined ? 'append @ and the digest of the image' : `append @${printable(digest)}`,
  };
}
