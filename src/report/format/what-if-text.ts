/** What would not come back, for people in a terminal. */
import { printable } from '../printable.ts';
import type { Scenario, WhatIfReport, WhatIfWorkload } from '../what-if-report.ts';
import { counted, unreadLine } from './summary-line.ts';
import { type Paint, paintWith } from './text.ts';

const mostReasons = 3;
const mostSafe = 10;

export function whatIfTextOf(report: WhatIfReport, { color }: { readonly color: boolean }): string {
  const paint = paintWith(color);
  const { cannotRestart, cannotMove, unconfirmed, safe } = report;
  const blocks = [
    listLines('cannot restart in place', cannotRestart, paint('red', '✗'), paint),
    listLines('cannot move', cannotMove, paint('red', '✗'), paint),
    listLines('could not be found out', unconfirmed, paint('yellow', '?'), paint),
    safeLines(safe, paint),
    [
      paint('bold', whatIfSummaryOf(report)),
      ...(report.unread ?? []).map((unread) => paint('dim', unreadLine(unread))),
      ...(report.summary.complete || report.unread
        ? []
        : [paint('dim', 'incomplete: not all could be read, or the run ended early')]),
    ],
  ];
  const written = blocks.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  return written.join('\n');
}

function listLines(
  title: string,
  workloads: readonly WhatIfWorkload[],
  symbol: string,
  paint: Paint,
): readonly string[] {
  if (workloads.length === 0) return [];
  return [
    paint('bold', `${title}: ${workloads.length}`),
    ...workloads.flatMap((workload) => {
      const { because } = workload;
      const rest = because.length - mostReasons;
      return [
        `  ${symbol} ${nameOf(workload)}`,
        ...because
          .slice(0, mostReasons)
          .flatMap(({ certainty, message, nextStep }) => [
            `      ${printable(message, 500)}${certainty === undefined ? '' : ` (${certainty})`}`,
            ...(nextStep === undefined ? [] : [`        -> ${printable(nextStep, 500)}`]),
          ]),
        ...(rest > 0 ? [`      and ${counted(rest, 'other reason')}`] : []),
      ];
    }),
  ];
}

function safeLines(safe: readonly WhatIfWorkload[], paint: Paint): readonly string[] {
  if (safe.length === 0) return [];
  const rest = safe.length - mostSafe;
  return [
    paint('bold', `safe: ${safe.length}`),
    ...safe.slice(0, mostSafe).map((workload) => `  ${paint('green', '✓')} ${nameOf(workload)}`),
    ...(rest > 0 ? [`  and ${counted(rest, 'other workload')}`] : []),
  ];
}

/** `Deployment shop/web, 2 of 3 Pods` */
export function nameOf({ workload: { kind, namespace, name }, owner, pods }: WhatIfWorkload): string {
  const many =
    pods.affected === pods.total ? counted(pods.total, 'Pod') : `${pods.affected} of ${counted(pods.total, 'Pod')}`;
  return [
    `${printable(kind)} ${printable(namespace)}/${printable(name)}`,
    ...(owner ? [`of ${printable(owner.kind)} ${printable(owner.name)}`] : []),
    many,
  ].join(', ');
}

/** `node-1 drained: 3 workloads, 1 cannot move, 2 safe` */
export function whatIfSummaryOf({ scenario, summary }: WhatIfReport): string {
  const { workloads, cannotRestart, cannotMove, unconfirmed, safe } = summary;
  const parts = [
    counted(workloads, 'workload'),
    ...(cannotRestart > 0 ? [`${cannotRestart} cannot restart in place`] : []),
    ...(cannotMove > 0 ? [`${cannotMove} cannot move`] : []),
    ...(unconfirmed > 0 ? [`${unconfirmed} could not be found out`] : []),
    `${safe} safe`,
  ];
  return `${scenarioText(scenario)}: ${parts.join(', ')}`;
}

function scenarioText(scenario: Scenario): string {
  switch (scenario.kind) {
    case 'drain':
      return `node ${printable(scenario.node)} drained`;
    case 'cordon-zone':
      return `zone ${printable(scenario.zone)} cordoned (${counted(scenario.nodes.length, 'node')})`;
    case 'platform':
      return `all on ${printable(scenario.platform)}`;
    case 'down':
      return `${scenario.registries.map((host) => printable(host)).join(', ')} down`;
  }
}
