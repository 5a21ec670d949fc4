/** Lines that are broken between words at the width of a terminal. */

/** Escape sequences take no room. Continued lines are indented a little further. */
export function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrappedLine(line, columns))
    .join('\n');
}

function wrappedLine(line: string, columns: number): string {
  if (roomOf(line) <= columns) return line;
  const [start = ''] = /^(?:\u001b\[\d+m| )*/.exec(line) ?? [];
  const further = ' '.repeat(roomOf(start) + 2);
  // Too little is left of a narrow terminal: it breaks lines by itself.
  if (columns - further.length < narrowest) return line;
  const [first = '', ...words] = line.slice(start.length).split(' ');
  const lines: string[] = [];
  let current = start + first;
  for (const word of words)
    if (roomOf(current) + 1 + roomOf(word) > columns) {
      lines.push(current);
      current = further + word;
    } else current = `${current} ${word}`;
  return [...lines, current].join('\n');
}

const narrowest = 30;

const roomOf = (text: string): number => text.replaceAll(/\u001b\[\d+m/g, '').length;
