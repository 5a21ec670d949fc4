/** Messages about image names that do not parse, and about common typing mistakes in them. */
import type { FindingOf } from '../../core/finding/finding.ts';
import type { Slip } from '../../core/image/slip.ts';
import { printable } from '../printable.ts';
import type { Words } from './words.ts';

export function invalidNameWords({ parsed, slip }: FindingOf<'invalid-image-name'>): Words {
  const error = printable(parsed.error);
  if (slip === undefined)
    return {
      said: `is not a valid image name: ${error}`,
      nextStep: 'Use the form [HOST[:PORT]/]PATH[:TAG][@DIGEST] with PATH in lower case',
    };
  return { said: `is not a valid image name: ${slipText(slip)} (${error})`, nextStep: repairOf(slip) };
}

/** The corrected name where it is clear, else what to look for. */
export function repairOf({ suggestion, ...slip }: Slip): string {
  return suggestion === undefined ? remedyOf(slip) : `Use ${printable(suggestion)}`;
}

/** A description of the mistake. */
export function slipText(slip: Slip): string {
  switch (slip.kind) {
    case 'unfilled-template':
      return `the placeholder ${printable(slip.placeholder)} was not replaced`;
    case 'unset-value':
      return `${printable(slip.value)} shows that no value was set for the image`;
    case 'pull-command':
      return 'it is a command, not an image';
    case 'web-page':
      return `it is the address of a web page of ${printable(slip.site)}`;
    case 'url-scheme':
      return `image names do not start with ${printable(slip.scheme)}://`;
    case 'query-or-fragment':
      return 'image names have no query or fragment';
    case 'percent-encoding':
      return 'image names are not percent-encoded';
    case 'user-info':
      return 'image names cannot contain a user name or password';
    case 'file-path':
      return 'it is a file path';
    case 'image-id':
      return 'it is the ID of a local image, which registries do not know';
    case 'blank':
      return slip.where === 'around' ? 'whitespace before or after the name' : 'whitespace in the name';
    case 'quotes':
      return 'the name contains quotes';
    case 'backslash':
      return 'the name contains a backslash';
    case 'invisible-character':
      return `the name contains the invisible character ${printable(slip.codePoint)}`;
    case 'non-ascii-character':
      return `the character ${printable(slip.codePoint)} only looks like an ASCII character`;
    case 'host-without-path':
      return `${printable(slip.host)} is a registry without a repository`;
    case 'not-a-host':
      return `${printable(slip.host)} is not a valid host name`;
    case 'host-with-underscore':
      return `the host ${printable(slip.host)} contains an underscore`;
    case 'upper-case-first-part':
      return `${printable(slip.part)} is read as a host because it contains upper case letters`;
    case 'port-not-a-number':
      return `the port ${printable(slip.port)} is not a number`;
    case 'ipv6-without-brackets':
      return 'an IPv6 address must be in brackets';
    case 'not-an-ipv6-address':
      return `[${printable(slip.address)}] is not a valid IPv6 address`;
    case 'repeated-registry':
      return `the name contains two registries, ${printable(slip.registry)} and ${printable(slip.inner)}`;
    case 'empty-name':
      return 'the name is empty';
    case 'upper-case-path':
      return `${printable(slip.path)} must be in lower case`;
    case 'misplaced-slash':
      return `the name has a ${slip.where} slash`;
    case 'path-character':
      return `the character ${JSON.stringify(printable(slip.character))} is not allowed in a path`;
    case 'path-separator':
      return `${printable(slip.component)} contains a misplaced or repeated separator`;
    case 'path-too-long':
      return `a path of ${slip.length} characters is too long`;
    case 'slash-before-tag':
      return 'a tag must follow a colon, not a slash';
    case 'empty-tag':
      return 'the tag after the colon is empty';
    case 'several-tags':
      return `it has ${slip.tags.length} tags`;
    case 'tag-character':
      return `the character ${JSON.stringify(printable(slip.character))} is not allowed in a tag`;
    case 'tag-too-long':
      return `a tag of ${slip.length} characters is longer than 128`;
    case 'tag-after-at':
      return 'a tag must follow a colon, not @';
    case 'tag-after-digest':
      return 'the tag must come before the digest';
    case 'digest-without-name':
      return 'it is a digest without an image name';
    case 'digest-without-algorithm':
      return `the prefix ${slip.algorithm}: is missing from the digest`;
    case 'digest-separator':
      return 'a digest must have the form name@algorithm:digits';
    case 'empty-digest':
      return 'the digest after @ is empty';
    case 'upper-case-digest':
      return 'a digest must be in lower case';
    case 'digest-length':
      return `a ${slip.algorithm} digest must have ${slip.expected} digits, but this one has ${slip.digits}`;
    case 'digest-character':
      return `the character ${JSON.stringify(printable(slip.character))} is not a hexadecimal digit`;
    case 'unsupported-digest-algorithm':
      return `${printable(slip.algorithm)} is not a supported digest algorithm`;
  }
}

function remedyOf(slip: Slip): string {
  if (slip.kind === 'host-without-path') return `Add the repository: ${printable(slip.host)}/PATH:TAG`;
  return remedies[slip.kind] ?? 'Correct the name';
}

const remedies: Readonly<Partial<Record<Slip['kind'], string>>> = {
  'unfilled-template': 'Set a value for the image in the template',
  'unset-value': 'Set a value for the image',
  'repeated-registry': 'Keep one registry',
  'image-id': 'Use the name that the image was pushed with',
  'digest-without-name': 'Use the name that the image was pushed with',
  'user-info': 'Create a pull Secret, and list it in imagePullSecrets',
  'empty-name': 'Set the name of an image',
  'digest-length': 'Copy the whole digest again',
  'digest-character': 'Copy the whole digest again',
  'empty-digest': 'Copy the whole digest again',
};
