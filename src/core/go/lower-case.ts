/**
 * Lower case as Go's strings.ToLower makes it: each character by itself, one for one. `String.toLowerCase` turns U+0130
 * into two characters and looks around a sigma; Go does neither, so `İ` becomes an ASCII `i`.
 */
export function lowerCaseGo(text: string): string {
  return text.replaceAll(/\p{Changes_When_Lowercased}/gu, (char) => (char === '\u{130}' ? 'i' : char.toLowerCase()));
}

/** Whether Go's strings.ToLower would leave the text as it is. */
export function isLowerCaseGo(text: string): boolean {
  return !/\p{Changes_When_Lowercased}/u.test(text);
}
