/** Messages about pull policies and tags. */
import type { FindingOf } from '../../core/finding/finding.ts';
import { printable } from '../printable.ts';
import type { Subject, Words } from './words.ts';

export function neverPulledWords({ field }: Subject): Words {
  return {
    said: 'the pull policy is Never, but no candidate node reports the image',
    nextStep: `Load the image onto the nodes, or set ${policyField(field)}: IfNotPresent`,
  };
}

/** The field next to the one that names the image. */
function policyField(field = 'image'): string {
  return field.endsWith('.reference')
    ? field.replace(/reference$/, 'pullPolicy')
    : field.replace(/image$/, 'imagePullPolicy');
}

export function alwaysLocalWords({ tag }: FindingOf<'mutable-tag-always-local'>, { field }: Subject): Words {
  return {
    said: `with IfNotPresent each node keeps the first image it pulled for tag ${printable(tag)}`,
    nextStep: `Pin a version or a digest, or set ${policyField(field)}: Always`,
  };
}

export function needlessAlwaysWords({ field }: Subject): Words {
  return {
    said: 'the pull policy Always contacts the registry at every restart for a digest that cannot change',
    nextStep: `Set ${policyField(field)}: IfNotPresent`,
  };
}

export function unpinnedWords({ digest }: FindingOf<'unpinned-image'>): Words {
  return {
    said: 'the image has a tag but no digest, so it can change between pulls',
    nextStep: digest === undefined ? 'Append @ and the digest of the image' : `Append @${printable(digest)}`,
  };
}
