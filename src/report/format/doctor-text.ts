/** What nodes have pulled and mode enforce would have denied, for people in a terminal. */
import type { DoctorReport } from '../doctor-report.ts';
import { printable } from '../printable.ts';
import { listed } from '../words/words.ts';
import { counted, unreadLine } from './summary-line.ts';
import { paintWith } from './text.ts';

export function doctorTextOf(report: DoctorReport, { color }: { readonly color: boolean }): string {
  const paint = paintWith(color);
  const { summary, images, unread = [] } = report;
  const blocks = [
    ...images.map(({ image, code, nodes, workloads, line, because }) => [
      `${paint('bold', printable(image))}  ${printable(code)}`,
      `    ${listed(workloads.map((name) => printable(name)))}; pulled by ${listed(nodes.map((name) => printable(name)))}`,
      `    ${because}`,
      `      -> ${printable(line)}`,
    ]),
    [
      paint('bold', figureOf(report)),
      ...(summary.denied > 0
        ? [`with these lines in the configuration: ${summary.deniedWithLines} (print it with -o config)`]
        : []),
      ...unread.map((one) => paint('dim', unreadLine(one))),
      ...(summary.complete || unread.length > 0
        ? []
        : [paint('dim', 'incomplete: not all could be read, or the run ended early')]),
    ],
  ];
  return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/** `enforce would have denied 2 of 40 pulls that nodes made` */
export function figureOf({ summary: { denied, pulls } }: DoctorReport): string {
  return `enforce would have denied ${denied} of ${counted(pulls, 'pull')} that nodes made`;
}
