/**
 * Foreign text that may stand in a line of a terminal, a log or a Markdown page: what is invisible, breaks the line or turns
 * its direction is written as `\u{…}`, so that two names that look alike are seen to differ.
 */

/** Controls (C0, C1), format characters (bidi, zero width, tags), what is no character, separators other than the space. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const ellipsis = '…';

/** At most `max` UTF-16 units long; what is longer loses its middle, for both ends of a name tell. */
export function printable(text: string, max = 200): string {
  if (text.length <= max && !unseen.test(text)) return text;
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
  return unseen.test(character) ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character;
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
