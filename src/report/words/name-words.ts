/** Words about names of images that do not parse, and about the usual slips in writing them. */
import type { FindingOf } from '../../core/finding/finding.ts';
import type { Slip } from '../../core/image/slip.ts';
import { printable } from '../printable.ts';
import type { Words } from './words.ts';

export function invalidNameWords({ parsed, slip }: FindingOf<'invalid-image-name'>): Words {
  const error = printable(parsed.error);
  if (slip === undefined)
    return {
      said: `is no image name: ${error}`,
      nextStep: 'write [HOST[:PORT]/]PATH[:TAG][@DIGEST], PATH in lower case',
    };
  return { said: `is no image name: ${slipText(slip)} (${error})`, nextStep: repairOf(slip) };
}

/** What to write instead, where it is clear; else what to look for. */
export function repairOf({ suggestion, ...slip }: Slip): string {
  return suggestion === undefined ? remedyOf(slip) : `write ${printable(suggestion)}`;
}

/** The mistake itself, in words. */
export function slipText(slip: Slip): string {
  switch (slip.kind) {
    case 'unfilled-template':
      return `${printable(slip.placeholder)} was never filled in`;
    case 'unset-value':
      return `${printable(slip.value)} is what a template leaves where a value was missing`;
    case 'pull-command':
      return 'it is a command, not an image';
    case 'web-page':
      return `it is the address of a page of ${printable(slip.site)}, not of the image`;
    case 'url-scheme':
      return `${printable(slip.scheme)}:// does not belong to the name`;
    case 'query-or-fragment':
      return 'a query or fragment does not belong to the name';
    case 'percent-encoding':
      return 'names are not percent-encoded';
    case 'user-info':
      return 'user names and passwords belong to a pull Secret, not to the name';
    case 'file-path':
      return 'it is the path of a file';
    case 'image-id':
      return 'it is the ID of a local image, which no registry knows';
    case 'blank':
      return slip.where === 'around' ? 'a blank stands before or behind the name' : 'a blank stands in the name';
    case 'quotes':
      return 'quotes became part of the name';
    case 'backslash':
      return 'a backslash stands in the name';
    case 'invisible-character':
      return `the invisible character ${printable(slip.codePoint)} stands in the name`;
    case 'non-ascii-character':
      return `the character ${printable(slip.codePoint)} looks like an ordinary one, but is none`;
    case 'host-without-path':
      return `${printable(slip.host)} is a registry without an image`;
    case 'not-a-host':
      return `${printable(slip.host)} is no host name`;
    case 'host-with-underscore':
      return `the host ${printable(slip.host)} holds an underscore`;
    case 'upper-case-first-part':
      return `${printable(slip.part)} is read as a host because of its upper case letters`;
    case 'port-not-a-number':
      return `the port ${printable(slip.port)} is not a number`;
    case 'ipv6-without-brackets':
      return 'an IPv6 address stands in brackets';
    case 'not-an-ipv6-address':
      return `[${printable(slip.address)}] is no IPv6 address`;
    case 'repeated-registry':
      return `${printable(slip.inner)} stands behind ${printable(slip.registry)}`;
    case 'empty-name':
      return 'the name is empty';
    case 'upper-case-path':
      return `${printable(slip.path)} must be in lower case`;
    case 'misplaced-slash':
      return `a ${slip.where} slash stands in the name`;
    case 'path-character':
      return `the character ${JSON.stringify(printable(slip.character))} is not allowed in a path`;
    case 'path-separator':
      return `${printable(slip.component)} holds separators where none, or fewer, may stand`;
    case 'path-too-long':
      return `a path of ${slip.length} characters is too long`;
    case 'slash-before-tag':
      return 'a slash stands where the colon of the tag belongs';
    case 'empty-tag':
      return 'nothing stands behind the colon of the tag';
    case 'several-tags':
      return `it has ${slip.tags.length} tags`;
    case 'tag-character':
      return `the character ${JSON.stringify(printable(slip.character))} is not allowed in a tag`;
    case 'tag-too-long':
      return `a tag of ${slip.length} characters is longer than 128`;
    case 'tag-after-at':
      return 'behind @ stands a tag, which follows a colon';
    case 'tag-after-digest':
      return 'the tag stands behind the digest';
    case 'digest-without-name':
      return 'it is a digest without the name of an image';
    case 'digest-without-algorithm':
      return `${slip.algorithm}: is missing before the digest`;
    case 'digest-separator':
      return 'a digest is written name@algorithm:digits';
    case 'empty-digest':
      return 'nothing stands behind @';
    case 'upper-case-digest':
      return 'a digest is written in lower case';
    case 'digest-length':
      return `a ${slip.algorithm} digest has ${slip.expected} digits, this one has ${slip.digits}`;
    case 'digest-character':
      return `the character ${JSON.stringify(printable(slip.character))} is no hexadecimal digit`;
    case 'unsupported-digest-algorithm':
      return `${printable(slip.algorithm)} is no digest algorithm of images`;
  }
}

function remedyOf(slip: Slip): string {
  if (slip.kind === 'host-without-path') return `write the image behind it: ${printable(slip.host)}/PATH:TAG`;
  return remedies[slip.kind] ?? 'correct the name';
}

const remedies: Readonly<Partial<Record<Slip['kind'], string>>> = {
  'unfilled-template': 'give the template a value for the image',
  'unset-value': 'give the template a value for the image',
  'repeated-registry': 'write one registry only',
  'image-id': 'write the name under which the image was pushed',
  'digest-without-name': 'write the name under which the image was pushed',
  'user-info': 'create a pull Secret, and name it under imagePullSecrets',
  'empty-name': 'write the name of an image',
  'digest-length': 'copy the whole digest again',
  'digest-character': 'copy the whole digest again',
  'empty-digest': 'copy the whole digest again',
};
