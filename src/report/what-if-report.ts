/** What would not come back if something happened (contract §6), as `pullgate whatif -o json` prints it. */
import type { ImageInOutage } from '../core/running/outage.ts';
import { writtenImage } from '../core/workload/image-use.ts';
import { printable } from './printable.ts';
import type { ReportedImage, ReportedUnread, ReportedWorkload } from './pull-report.ts';
import { listed } from './words/words.ts';

export type Scenario =
  | { readonly kind: 'drain'; readonly node: string }
  | { readonly kind: 'cordon-zone'; readonly zone: string; readonly nodes: readonly string[] }
  | { readonly kind: 'platform'; readonly platform: string }
  | { readonly kind: 'down'; readonly registries: readonly string[] };

export type WhatIfReport = {
  readonly apiVersion: 'pullgate.dev/v1alpha1';
  readonly kind: 'WhatIfReport';
  readonly metadata: { readonly creationTimestamp: string; readonly tool: string };
  readonly scenario: Scenario;
  readonly summary: {
    /** That it concerns. */
    readonly workloads: number;
    readonly cannotRestart: number;
    readonly cannotMove: number;
    readonly unconfirmed: number;
    readonly safe: number;
    /** False if something could not be read, or the run ended early. */
    readonly complete: boolean;
  };
  /** Not even where they are: a container asks the registry whenever it starts (`imagePullPolicy: Always`). */
  readonly cannotRestart: readonly WhatIfWorkload[];
  /** They go on where they are, and no other node could start them. */
  readonly cannotMove: readonly WhatIfWorkload[];
  /** It could not be found out. */
  readonly unconfirmed: readonly WhatIfWorkload[];
  readonly safe: readonly WhatIfWorkload[];
  readonly unread?: readonly ReportedUnread[];
};

export type WhatIfWorkload = Pick<ReportedWorkload, 'workload' | 'owner'> & {
  /** `affected`: those on nodes that it concerns. */
  readonly pods: { readonly total: number; readonly affected: number };
  readonly because: readonly WhatIfReason[];
};

export type WhatIfReason = {
  /** As written; absent where it is not about one image. */
  readonly image?: string;
  readonly container?: string;
  readonly certainty?: string;
  readonly message: string;
  readonly nextStep?: string;
};

export type WhatIfList = 'cannotRestart' | 'cannotMove' | 'unconfirmed' | 'safe';

export type WhatIfEntry = { readonly list: WhatIfList; readonly workload: WhatIfWorkload };

/** `elsewhere`: why no other node takes it, or nothing creates it again. */
export function entryOfPrediction(
  { workload, owner, pods, images }: ReportedWorkload,
  affected: number,
  elsewhere: string | undefined,
): WhatIfEntry {
  const unpullable = images.filter(({ outcome }) => outcome === 'unpullable');
  const unconfirmed = images.filter(({ outcome }) => outcome === 'unconfirmed');
  const said: WhatIfWorkload = {
    workload,
    ...(owner && { owner }),
    pods: { total: pods?.total ?? 0, affected },
    because: [
      ...(elsewhere === undefined ? [] : [{ message: elsewhere }]),
      ...(unpullable.length > 0 ? unpullable : unconfirmed).flatMap(reasonsOf),
    ],
  };
  const list = unpullable.some(({ pullPolicy }) => pullPolicy === 'Always')
    ? 'cannotRestart'
    : unpullable.length > 0 || elsewhere !== undefined
      ? 'cannotMove'
      : unconfirmed.length > 0
        ? 'unconfirmed'
        : 'safe';
  return { list, workload: said };
}

function reasonsOf({ image, container, findings }: ReportedImage): readonly WhatIfReason[] {
  return findings
    .filter(({ certainty }) => certainty !== 'advice')
    .map(({ certainty, message, nextStep }) => ({
      image,
      ...(container !== undefined && { container }),
      certainty,
      message,
      ...(nextStep !== '' && { nextStep }),
    }));
}

export function entryOfOutage(
  subject: Omit<WhatIfWorkload, 'because'>,
  images: readonly ImageInOutage[],
  down: readonly string[],
): WhatIfEntry {
  const lost = images.filter(({ fate }) => fate !== 'safe');
  const isAsking = lost.some(({ fate }) => fate === 'asks-always');
  return {
    list: isAsking ? 'cannotRestart' : lost.length > 0 ? 'cannotMove' : 'safe',
    workload: { ...subject, because: lost.map((image) => outageReason(image, down)) },
  };
}

function outageReason({ use, fate, holders }: ImageInOutage, down: readonly string[]): WhatIfReason {
  const image = writtenImage(use);
  const needs = `needs ${listed(down.map((host) => printable(host)))}`;
  return {
    image,
    container: use.name,
    message: `${printable(image)} ${needs}${whyOf(fate, holders)}`,
    ...stepOf(fate),
  };
}

function whyOf(fate: ImageInOutage['fate'], holders: readonly string[]): string {
  switch (fate) {
    case 'asks-always':
      return ' whenever its container starts: its pull policy is Always';
    case 'held-by-some':
      return ` on all nodes but ${listed(holders.map((name) => printable(name)))}`;
    case 'held-by-none':
      return ' on every other node: none reports it';
    case 'safe':
      return '';
  }
}

function stepOf(fate: ImageInOutage['fate']): Pick<WhatIfReason, 'nextStep'> {
  return fate === 'asks-always' ? { nextStep: 'set imagePullPolicy: IfNotPresent, with a tag that does not move' } : {};
}

export type WhatIfRun = Pick<WhatIfReport, 'scenario' | 'metadata'> & {
  readonly complete: boolean;
  readonly unread: readonly ReportedUnread[];
};

export function whatIfReportOf(entries: readonly WhatIfEntry[], run: WhatIfRun): WhatIfReport {
  const { scenario, metadata, complete, unread } = run;
  const inList = (list: WhatIfList) => entries.filter((entry) => entry.list === list).map(({ workload }) => workload);
  const lists = {
    cannotRestart: inList('cannotRestart'),
    cannotMove: inList('cannotMove'),
    unconfirmed: inList('unconfirmed'),
    safe: inList('safe'),
  };
  return {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'WhatIfReport',
    metadata,
    scenario,
    summary: {
      workloads: entries.length,
      cannotRestart: lists.cannotRestart.length,
      cannotMove: lists.cannotMove.length,
      unconfirmed: lists.unconfirmed.length,
      safe: lists.safe.length,
      complete: complete && unread.length === 0,
    },
    ...lists,
    ...(unread.length > 0 && { unread }),
  };
}
