import { delimitedPlaceholderIn, unsetValueIn } from '../placeholder.ts';
import type { Spotted } from './slip-kind.ts';
import { webPageRepair } from './web-page.ts';

/** Mistakes of the text as a whole: what was pasted, and characters that no part may hold. Only for short texts. */
export function spotInText(text: string): Spotted | undefined {
  return spotTemplate(text) ?? spotWrapping(text) ?? spotForeignForm(text) ?? spotForeignCharacter(text);
}

function spotTemplate(text: string): Spotted | undefined {
  const value =
    unsetValueIn(text) ?? /^(?:TODO|TBD|FIXME|CHANGE_?ME|REPLACE_?ME|PLACEHOLDER)(?=[:@]|$)/.exec(text)?.[0];
  if (value !== undefined) return { slip: { kind: 'unset-value', value } };
  const placeholder = delimitedPlaceholderIn(text);
  return placeholder === undefined ? undefined : { slip: { kind: 'unfilled-template', placeholder } };
}

/** What stands around the image. */
function spotWrapping(text: string): Spotted | undefined {
  const trimmed = text.replace(/^\p{White_Space}+/u, '').replace(/\p{White_Space}+$/u, '');
  if (trimmed !== text) return { slip: { kind: 'blank', where: 'around' }, repaired: trimmed };
  const unquoted = text.replace(/^["'`\u{2018}-\u{201f}]+/u, '').replace(/["'`\u{2018}-\u{201f}]+$/u, '');
  if (unquoted !== text) return { slip: { kind: 'quotes' }, repaired: unquoted };
  const image = /^(?:sudo )?(?:docker|podman|nerdctl|crictl|crane)\s(?:image\s)?pull\s(\S+)$/.exec(text)?.[1];
  return image === undefined ? undefined : { slip: { kind: 'pull-command' }, repaired: image };
}

/** URLs and files. */
function spotForeignForm(text: string): Spotted | undefined {
  if (/^(?:\.{1,2}\/|~\/|[A-Za-z]:[\\/]|(?:file|dir|docker-archive|oci-archive):)/.test(text))
    return { slip: { kind: 'file-path' } };
  const page = webPageRepair(text);
  if (page !== undefined) return page;
  const [, scheme, rest] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(text) ?? [];
  if (scheme !== undefined && rest !== undefined) return { slip: { kind: 'url-scheme', scheme }, repaired: rest };
  const [, afterUser] = /^[^/@]*@((?:[^/@:]*\.[^/@:]*|localhost)(?::[0-9]+)?\/.*)$/s.exec(text) ?? [];
  if (afterUser !== undefined) return { slip: { kind: 'user-info' }, repaired: afterUser };
  if (/[?#]/.test(text)) return { slip: { kind: 'query-or-fragment' } };
  if (text.startsWith('[') || !/%[0-9a-f]{2}/i.test(text)) return undefined;
  return { slip: { kind: 'percent-encoding' }, repaired: text.replaceAll(/%([2-7][0-9a-f])/gi, decoded) };
}

function decoded(_escape: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function spotForeignCharacter(text: string): Spotted | undefined {
  const hidden = /(?!\p{White_Space})[\p{Cc}\p{Cf}]/u.exec(text)?.[0];
  if (hidden !== undefined) {
    const slip = { kind: 'invisible-character', codePoint: codePointOf(hidden) } as const;
    return { slip, repaired: text.replaceAll(/(?!\p{White_Space})[\p{Cc}\p{Cf}]/gu, '') };
  }
  if (blank.test(text)) return spotInnerBlank(text);
  if (text.includes('\\'))
    return { slip: { kind: 'backslash' }, repaired: text.replaceAll(/\\(?=[:@])/g, '').replaceAll('\\', '/') };
  const character = /[^\p{ASCII}]/u.exec(text)?.[0];
  if (character === undefined) return undefined;
  // Full-width forms have one ASCII meaning, and word processors turn hyphens into dashes; a letter `é` stays what it is.
  const ascii = text.normalize('NFKC').replaceAll(/[\u{2010}-\u{2015}\u{2212}]/gu, '-');
  const slip = { kind: 'non-ascii-character', character, codePoint: codePointOf(character) } as const;
  return /^\p{ASCII}*$/u.test(ascii) ? { slip, repaired: ascii } : { slip };
}

/** What the API server calls white space (Go unicode.IsSpace), without U+FEFF, that is. */
const blank = /\p{White_Space}/u;

/** `nginx: 1.25` is clear; what `nginx latest` or `my app` should be is not. */
function spotInnerBlank(text: string): Spotted {
  const slip = { kind: 'blank', where: 'inside' } as const;
  const repaired = text.replaceAll(/\p{White_Space}*([:@/])\p{White_Space}*/gu, '$1');
  return blank.test(repaired) ? { slip } : { slip, repaired };
}

function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
