import type { CommandSpec, FlagSpec } from './command.ts';

const width = 100;

/** The help of one command: usage, what it does, flags, notes. */
export function helpOf({ name, operands, summary, flags, notes }: CommandSpec): string {
  const rows = Object.entries(flags).map(([flag, spec]) => [flagText(flag, spec), spec.help] as const);
  const left = Math.max(...rows.map(([flag]) => flag.length)) + 2;
  const body = rows.flatMap(([flag, help]) => {
    const [first = '', ...rest] = wrapped(help, width - left - 2);
    return [`  ${flag.padEnd(left)}${first}`, ...rest.map((line) => `  ${' '.repeat(left)}${line}`)];
  });
  const usage = ['Usage:', name, operands, '[flags]'].filter((part) => part !== '').join(' ');
  return [
    usage,
    '',
    ...wrapped(summary, width),
    '',
    'Flags:',
    ...body,
    ...notes.flatMap((note) => ['', note]),
    '',
  ].join('\n');
}

function flagText(flag: string, { short, value }: FlagSpec): string {
  const long = value === undefined ? `--${flag}` : `--${flag} ${value}`;
  return short === undefined ? `    ${long}` : `-${short}, ${long}`;
}

function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
