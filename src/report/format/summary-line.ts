import { printable } from '../printable.ts';
import type { PullReport, ReportedSkip, ReportedUnread } from '../pull-report.ts';

/** What a report comes to, in one line: `3 workloads, 5 images: 1 denied, 1 warned, 1 image unconfirmed`. */
export function summaryLineOf({ summary, results, problems }: PullReport): string {
  const { workloads, images, denied, warned, unconfirmed } = summary;
  if (workloads === 0) return problems.length === 0 ? 'no workloads in the input' : 'no workloads could be checked';
  const rejected = results.filter(({ action }) => action === 'deny').length;
  const letThrough = results.filter(({ notDeniedBecause }) => notDeniedBecause !== undefined).length;
  const wouldBe = denied - rejected - letThrough;
  const parts = [
    ...(rejected > 0 ? [`${rejected} denied`] : []),
    ...(wouldBe > 0 ? [`${wouldBe} would be denied`] : []),
    ...(letThrough > 0 ? [`${letThrough} let through`] : []),
    ...(warned > 0 ? [`${warned} warned`] : []),
    ...(unconfirmed > 0 ? [`${counted(unconfirmed, 'image')} unconfirmed`] : []),
  ];
  const outcome = parts.length > 0 ? parts.join(', ') : 'nothing denied, nothing warned';
  const examined = isOfReferences(results) ? [] : [counted(workloads, 'workload')];
  return `${[...examined, counted(images, 'image')].join(', ')}: ${outcome}`;
}

/** What a reader must know to read the summary right: what was not looked at, and why. */
export function caveatsOf({
  summary,
  results,
  problems,
  skipped,
  unknownKinds,
  unread = [],
}: PullReport): readonly string[] {
  const { workloads, complete, outOfTime, platformsJudged, platformsNotJudgedBecause, interrupted } = summary;
  const ended = interrupted ? 'the run was interrupted' : 'the time limit was reached';
  const { ignored = 0, known = 0, resolved = 0 } = summary;
  const exempt = results.flatMap(({ notExaminedBecause: why }) => (why === undefined ? [] : [why]));
  return [
    ...[...new Set(exempt)].map(
      (why) => `${counted(exempt.filter((other) => other === why).length, 'workload')} not examined: ${why}`,
    ),
    ...(platformsJudged || exempt.length === workloads
      ? []
      : [
          `platforms were not checked: ${platformsNotJudgedBecause ?? (isOfReferences(results) ? 'no --platform' : 'no Node objects and no --platform')}`,
        ]),
    ...(problems.length > 0 ? [`incomplete: ${counted(problems.length, 'problem')} in the input`] : []),
    ...(outOfTime > 0
      ? [`incomplete: ${ended}, ${counted(outOfTime, 'image')} ${outOfTime === 1 ? 'was' : 'were'} not examined`]
      : []),
    ...unread.map(unreadLine),
    ...(!complete && outOfTime + problems.length + unread.length === 0
      ? [`incomplete: ${ended} before everything was looked up`]
      : []),
    ...(ignored > 0 ? [`ignored: ${counted(ignored, 'finding')}, by the annotation pullgate.dev/ignore`] : []),
    ...(known > 0 ? [`known from the baseline: ${counted(known, 'finding')}`] : []),
    ...(resolved > 0
      ? [
          `${counted(resolved, 'finding')} of the baseline ${resolved === 1 ? 'is' : 'are'} gone; write it again with --write-baseline`,
        ]
      : []),
    ...(unknownKinds.length > 0 ? [`not examined: ${kindList(unknownKinds)}, see workloadKinds`] : []),
    ...skipped.map(skipLine),
  ];
}

/** `pullgate image` examines references, which are of no workload. */
function isOfReferences(results: PullReport['results']): boolean {
  return results.every(
    ({ workload: { kind, apiVersion } }) => kind === 'Image' && apiVersion.startsWith('pullgate.dev/'),
  );
}

export function unreadLine({ resource, namespace, why, remedy }: ReportedUnread): string {
  const where = namespace === undefined ? '' : ` in namespace ${printable(namespace)}`;
  return `incomplete: ${resource}${where} could not be listed (${printable(why)}); ${remedy}`;
}

const mostKinds = 8;

function kindList(kinds: PullReport['unknownKinds']): string {
  const shown = kinds.slice(0, mostKinds).map(({ kind, count }) => `${printable(kind)} ${count}`);
  const rest = kinds.length - shown.length;
  return [...shown, ...(rest > 0 ? [counted(rest, 'more kind')] : [])].join(', ');
}

const skipNouns: Readonly<Record<string, readonly [one: string, many: string, remedy?: string]>> = {
  'helm-chart': ['template of a Helm chart', 'templates of Helm charts', 'run: helm template CHART | pullgate check -'],
  template: ['template', 'templates', 'render them first, and pipe the result to pullgate check -'],
  kustomization: ['kustomization', 'kustomizations', 'run: kubectl kustomize DIR | pullgate check -'],
  'kustomize-patch': ['patch or part of a kustomization', 'patches and parts of kustomizations'],
  values: ['values file', 'values files'],
  list: ['list that is not an object', 'lists that are not objects'],
  'other-json': ['JSON file that is not a manifest', 'JSON files that are not manifests'],
  'other-tool': ['configuration of another tool', 'configurations of other tools'],
  ci: ['file of CI and build tools', 'files of CI and build tools'],
  'node-without-info': ['Node without status.nodeInfo', 'Nodes without status.nodeInfo'],
  untyped: ['object without apiVersion or kind', 'objects without apiVersion or kind'],
};

const mostPlaces = 3;

/** `skipped: 2 values files (charts/web 1, charts/db 1)` */
function skipLine({ reason, count, directories, names = [] }: ReportedSkip): string {
  const [one, many, remedy] = skipNouns[reason] ?? [reason, reason];
  const named = names.length > 0 ? `: ${names.map((name) => printable(name)).join(', ')}` : '';
  const places = directories.slice(0, mostPlaces).map(({ directory, count: inside }) => {
    const place = directory === '-' ? 'stdin' : printable(directory);
    return directories.length === 1 ? place : `${place} ${inside}`;
  });
  const rest = directories.length - places.length;
  const where = [...places, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
  return `skipped: ${count} ${count === 1 ? one : many}${named} (${where})${remedy === undefined ? '' : `; ${remedy}`}`;
}

/** `1 image`, `2 images` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
