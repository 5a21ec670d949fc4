/**
 * Foreign text inside a line of ours: only printable ASCII is written as it is. Everything else (controls, invisible
 * characters, those that turn the direction of writing or look like others) becomes `\u{…}`, so that it cannot pass for our
 * words, and two names that look alike are seen to differ.
 */
const unprintable = /[^ -~]/u;
const ellipsis = '...';

/** At most `max` UTF-16 units long; what is longer loses its middle, for both ends of a name tell. */
export function printable(text: string, max = 200): string {
  if (text.length <= max && !unprintable.test(text)) return text;
  // Every character is written with at least as many units as it has, so what lies between these two is lost in any case.
  const isLong = text.length > 2 * max;
  const head = Array.from(isLong ? text.slice(0, max) : text, written);
  const whole = isLong ? undefined : head.join('');
  if (whole !== undefined && whole.length <= max) return whole;
  const tail = isLong ? Array.from(text.slice(-max), written) : head;
  const room = Math.max(0, max - ellipsis.length);
  const end = fitting(tail.toReversed(), Math.floor(room / 2)).toReversed();
  return [...fitting(head, Math.ceil(room / 2)), ellipsis, ...end].join('');
}

function written(character: string): string {
  return unprintable.test(character) ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character;
}

/** As many of the first ones as have room: an escape is never cut in two. */
function fitting(characters: readonly string[], room: number): readonly string[] {
  let used = 0;
  const end = characters.findIndex((character) => {
    used += character.length;
    return used > room;
  });
  return end === -1 ? characters : characters.slice(0, end);
}

/** A path for programs, which compare it with names of files: only what they could act upon is escaped. */
export function pathText(path: string): string {
  return path.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/gu, written);
}
