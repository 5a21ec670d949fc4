/** What nodes have pulled and mode enforce would have denied (contract §6), as `pullgate doctor -o json` prints it. */
import type { DeniedPull, WrongPremise } from '../core/running/pulls-made.ts';
import type { Subject } from '../core/running/subjects.ts';
import { printable } from './printable.ts';
import type { ReportedUnread } from './pull-report.ts';

/** `subject`: whose denial it would have been. */
export type ExplainedPull = DeniedPull & { readonly subject: Subject };

/** A line of the configuration. */
export type ConfigLine =
  | { readonly kind: 'registry'; readonly match: string; readonly key: string; readonly value: string }
  | { readonly kind: 'level'; readonly match: string; readonly code: string }
  | { readonly kind: 'assume'; readonly key: string; readonly value: string };

export type DoctorReport = {
  readonly apiVersion: 'pullgate.dev/v1alpha1';
  readonly kind: 'DoctorReport';
  readonly metadata: { readonly creationTimestamp: string; readonly tool: string };
  readonly summary: {
    /** That nodes have made: each image once for each node. */
    readonly pulls: number;
    /** Of these, with the configuration that was given. */
    readonly denied: number;
    /** Of these, with the lines that explain them. */
    readonly deniedWithLines: number;
    readonly complete: boolean;
  };
  readonly images: readonly {
    readonly image: string;
    readonly code: string;
    readonly nodes: readonly string[];
    readonly workloads: readonly string[];
    /** Of the configuration: `registries[match: registry.test].mirrors: unknown`. */
    readonly line: string;
    readonly because: string;
  }[];
  readonly unread?: readonly ReportedUnread[];
};

export type DoctorRun = Pick<DoctorReport, 'metadata'> & {
  readonly pulls: number;
  readonly denied: number;
  readonly remaining: number;
  readonly complete: boolean;
  readonly unread: readonly ReportedUnread[];
};

export function doctorReportOf(denied: readonly ExplainedPull[], run: DoctorRun): DoctorReport {
  const groups = Map.groupBy(denied, ({ written, code, premise }) => JSON.stringify([written, code, premise]));
  const images = [...groups.values()].flatMap((pulls) => {
    const [first] = pulls;
    if (first === undefined) return [];
    return [
      {
        image: first.written,
        code: first.code,
        nodes: distinct(pulls.map(({ node }) => node)),
        workloads: distinct(
          pulls.map(({ subject: { workload } }) => `${workload.kind} ${workload.namespace}/${workload.name}`),
        ),
        line: lineText(lineOf(first)),
        because: becauseOf(first),
      },
    ];
  });
  return {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'DoctorReport',
    metadata: run.metadata,
    summary: {
      pulls: run.pulls,
      denied: run.denied,
      deniedWithLines: run.remaining,
      complete: run.complete,
    },
    images,
    ...(run.unread.length > 0 && { unread: run.unread }),
  };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted();
}

/** Each once, in the order in which they came. */
export function linesOf(denied: readonly ExplainedPull[]): readonly ConfigLine[] {
  return [...new Map(denied.map((pull) => [lineText(lineOf(pull)), lineOf(pull)])).values()];
}

/** The same as flags `--assume`. */
export function assumeFlagsOf(denied: readonly ExplainedPull[]): readonly string[] {
  return linesOf(denied).flatMap((line) => {
    if (line.kind === 'registry') return [`${line.key}@${line.match}=${line.value}`];
    return line.kind === 'assume' ? [`${line.key}=${line.value}`] : [];
  });
}

function lineOf({ premise, registry, repository, code }: DeniedPull): ConfigLine {
  switch (premise) {
    case 'nodeCredentials':
    case 'mirrors':
    case 'preloaded':
      return { kind: 'registry', match: registry, key: premise, value: 'unknown' };
    case 'imageRewriting':
      return { kind: 'assume', key: premise, value: 'unknown' };
    case 'placeholder':
      return { kind: 'level', match: repository, code };
    case 'findings':
      return { kind: 'level', match: registry, code };
  }
}

function lineText(line: ConfigLine): string {
  switch (line.kind) {
    case 'registry':
      return `registries: [{ match: ${JSON.stringify(line.match)}, ${line.key}: ${line.value} }]`;
    case 'level':
      return `registries: [{ match: ${JSON.stringify(line.match)}, findings: { ${line.code}: warn } }]`;
    case 'assume':
      return `assume: { ${line.key}: ${line.value} }`;
  }
}

const becauses: Readonly<Record<Exclude<WrongPremise, 'imageRewriting' | 'placeholder'>, string>> = {
  nodeCredentials: 'the registry refuses it, so that nodes must have credentials of their own',
  mirrors: 'the registry does not have it: nodes have it from a mirror, or it was removed since they pulled it',
  preloaded: 'the registry does not have it: it was loaded into the nodes, or removed since they pulled it',
  findings: 'pullgate has no word for why it could be pulled all the same',
};

function becauseOf({ premise, image }: DeniedPull): string {
  return premise === 'imageRewriting' || premise === 'placeholder'
    ? `its Pods have another image, ${printable(image)}: something replaces it on its way`
    : becauses[premise];
}
