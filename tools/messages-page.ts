/** Prints docs/messages.md, a table of all texts that people read. A test checks that the page is current. */
import { type UserString, userStrings } from './user-strings.ts';

const rooms: readonly (readonly [prefix: string, title: string])[] = [
  ['src/report/words/', 'Findings and their next steps'],
  ['src/core/finding/catalogue.ts', 'Titles and explanations of the codes'],
  ['src/core/', 'Reasons why a finding is not certain'],
  ['src/report/', 'Reports, denials and warnings'],
  ['src/entrypoints/serve/', 'The webhook: answers, logs and start-up'],
  ['src/entrypoints/', 'Commands, flags and their help'],
  ['src/examination/', 'Runs of check, image and audit'],
  ['src/config/', 'Configuration'],
  ['src/sources/', 'Files, clusters, registries and plugins'],
  ['src/telemetry/', 'Help of the metrics'],
  ['src/', 'Command line and files'],
];

export function messagesPage(root: string): string {
  const texts = Map.groupBy(userStrings(root), ({ file }) => rooms.find(([prefix]) => file.startsWith(prefix))?.[1]);
  const sections = rooms.flatMap(([, title]) => {
    const rows = texts.get(title) ?? [];
    return rows.length === 0 ? [] : [`## ${title}\n`, '| Message | Source |', '| --- | --- |', ...rows.map(rowOf), ''];
  });
  return [
    '# Messages',
    '',
    'All texts of pullgate that people read, from the source code. A name in angle brackets is filled in. The parts of one',
    'message follow one another.',
    '',
    ...sections,
  ].join('\n');
}

function rowOf({ file, text }: UserString): string {
  const shown = text
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\|<>*_[\]`~]/g, (character) => `\\${character}`);
  return `| ${shown} | ${file.slice('src/'.length)} |`;
}

if (import.meta.main) process.stdout.write(messagesPage('.'));
