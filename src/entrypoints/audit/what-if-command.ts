import type { CommandSpec } from '../../cli/command.ts';
import type { Platform } from '../../core/image/platform.ts';
import type { Scenario, WhatIfEntry } from '../../report/what-if-report.ts';
import { runningFlags } from './audit-command.ts';
import type { OpenedRun } from './open-running.ts';

export const whatIfCommand = {
  name: 'pullgate whatif',
  operands: '',
  summary:
    'Says which workloads would not come back if something happened: which cannot even restart where they are, because a container asks its registry whenever it starts (imagePullPolicy: Always), which cannot move to another node, and which are safe.',
  flags: {
    drain: { value: 'NODE', help: 'The Pods of this node have to start elsewhere.' },
    'cordon-zone': {
      value: 'ZONE',
      help: 'The Pods of all nodes with this topology.kubernetes.io/zone have to start elsewhere.',
    },
    down: {
      value: 'REGISTRY',
      repeatable: true,
      help: 'These registries do not answer, such as docker.io; may be repeated. No registry is asked: what nodes report of their images decides.',
    },
    ...runningFlags,
    platform: { value: 'OS/ARCH', help: 'All Pods have to start on nodes of this platform, such as linux/arm64.' },
    output: {
      short: 'o',
      value: 'FORMAT[=FILE]',
      repeatable: true,
      help: 'text, json or junit (default "text"), on standard output or in FILE. May be repeated.',
    },
  },
  notes: [
    'Exit codes: 0 all would come back, 1 some would not, 2 bad usage, configuration or input, something could\nnot be read, or the run ended early, 3 internal error.',
    'Examples:\n  pullgate whatif --drain node-3 -A\n  pullgate whatif --platform linux/arm64 -n shop\n  pullgate whatif --down docker.io --down ghcr.io -A',
  ],
} as const satisfies CommandSpec;

export type Asked =
  | { readonly kind: 'drain'; readonly node: string }
  | { readonly kind: 'cordon-zone'; readonly zone: string }
  | { readonly kind: 'platform'; readonly platform: Platform; readonly written: string }
  | { readonly kind: 'down'; readonly registries: readonly string[] };

export type Foretold = Pick<OpenedRun, 'unread'> & {
  readonly scenario: Scenario;
  readonly entries: readonly WhatIfEntry[];
  readonly complete: boolean;
};
