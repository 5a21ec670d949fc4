/**
 * Lower case as Go's strings.ToLower makes it: each character by itself, one for one. `String.toLowerCase` turns U+0130
 * into two characters and looks around a sigma; Go does neither, so `İ` becomes an ASCII `i`.
 */
export function lowerCaseGo(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return text.replaceAll(/\p{Changes_When_Lowercased}/gu, (char) => (char === '\u{130}' ? 'i' : char.toLowerCase()));
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** Whether Go's strings.ToLower would leave the text as it is. */
export function isLowerCaseGo(text: string): boolean {
  return !/\p{Changes_When_Lowercased}/u.test(text);
}
