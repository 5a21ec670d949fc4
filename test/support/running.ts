/** The commands on what runs, called as `main.ts` does, and objects as a cluster has them. */
import { Readable } from 'node:stream';
import { UsageError } from '../../src/cli/command.ts';
import { runAudit } from '../../src/entrypoints/audit/audit.ts';
import { runDoctor } from '../../src/entrypoints/audit/doctor.ts';
import { runExplain } from '../../src/entrypoints/audit/explain.ts';
import type { RunningSurroundings } from '../../src/entrypoints/audit/run.ts';
import { runWhatIf } from '../../src/entrypoints/audit/what-if.ts';
import type { PullReport } from '../../src/report/pull-report.ts';
import { aDeployment, aPod } from './api-objects.ts';
import type { Ran } from './check.ts';
import { makeHurriedClock } from './clock.ts';

type Command = (args: readonly string[], surroundings: RunningSurroundings) => Promise<number>;

export type CallOptions = {
  /** For `--facts -`. */
  readonly objects?: readonly object[];
  readonly input?: string;
  readonly interrupted?: AbortSignal;
};

export const now = '2026-12-01T12:00:00Z';

export async function callCommand(
  run: Command,
  args: readonly string[],
  { objects = [], input = streamOf(objects), interrupted = new AbortController().signal }: CallOptions = {},
): Promise<Ran> {
  const written = { output: '', errors: '' };
  const surroundings: RunningSurroundings = {
    version: '0.0.0-test',
    standardInput: Readable.from([Buffer.from(input)]),
    standardOutput: { write: (text: string) => (written.output += text) },
    standardError: { write: (text: string) => (written.errors += text) },
    environment: { PATH: process.env.PATH, NO_COLOR: '1' },
    now: () => new Date(now),
    interrupted,
    clock: makeHurriedClock(),
  };
  try {
    const exitCode = await run(args, surroundings);
    return { exitCode, ...written };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { exitCode: 2, output: written.output, errors: `${written.errors}${error.message.trimEnd()}\n` };
  }
}

function streamOf(objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

export function callAudit(args: readonly string[], options: CallOptions = {}): Promise<Ran> {
  return callCommand(runAudit, args, options);
}

export function callExplain(args: readonly string[], options: CallOptions = {}): Promise<Ran> {
  return callCommand(runExplain, args, options);
}

export function callWhatIf(args: readonly string[], options: CallOptions = {}): Promise<Ran> {
  return callCommand(runWhatIf, args, options);
}

export function callDoctor(args: readonly string[], options: CallOptions = {}): Promise<Ran> {
  return callCommand(runDoctor, args, options);
}

export async function auditObjects(objects: readonly object[], args: readonly string[] = []): Promise<PullReport> {
  const ran = await callAudit(['--facts', '-', '-o', 'json', ...args], { objects });
  if (ran.output === '') throw new Error(`no report: ${ran.errors}`);
  return JSON.parse(ran.output) as PullReport;
}

export type OwnerOf = {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid?: string };
};

export function ownedBy({ apiVersion = 'v1', kind, metadata }: OwnerOf) {
  return [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? `uid-${metadata.name}`, controller: true }];
}

export type RunningPodOptions = {
  readonly name: string;
  readonly images: readonly string[];
  readonly owner?: OwnerOf;
  readonly node?: string;
  readonly namespace?: string;
  /** Of its first container. */
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly spec?: object;
};

/** A Pod that runs, or waits for its first image. */
export function aRunningPod({ name, images, owner, node = 'node-1', namespace, waiting, spec }: RunningPodOptions) {
  const pod = aPod({ name, images, spec: { nodeName: node, ...spec }, ...(namespace !== undefined && { namespace }) });
  const containerStatuses = images.map((image, index) => {
    const isWaiting = index === 0 && waiting !== undefined;
    const state = isWaiting ? { waiting } : { running: { startedAt: '2026-12-01T08:00:00Z' } };
    return {
      name: `c${index}`,
      image,
      imageID: isWaiting ? '' : `${image.split(':')[0]}@sha256:${'a'.repeat(64)}`,
      state,
    };
  });
  const conditions = [{ type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-12-01T08:00:00Z' }];
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      uid: `uid-${name}`,
      creationTimestamp: '2026-12-01T08:00:00Z',
      ...(owner && { ownerReferences: ownedBy(owner) }),
    },
    status: { phase: waiting === undefined ? 'Running' : 'Pending', conditions, containerStatuses },
  };
}

/** A Deployment and the ReplicaSet that its controller made. */
export function aRolledOutDeployment({ name = 'web', namespace = 'shop', image = '' }) {
  const plain = aDeployment({ name, namespace, images: [image] });
  const deployment = {
    ...plain,
    metadata: {
      ...plain.metadata,
      uid: `uid-${name}`,
      creationTimestamp: '2026-11-30T08:00:00Z',
      managedFields: [{ manager: 'helm', operation: 'Update', time: '2026-11-30T08:00:00Z' }],
    },
  };
  const replicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `${name}-1`, namespace, uid: `uid-${name}-1`, ownerReferences: ownedBy(deployment) },
    spec: { replicas: 1, ...plain.spec },
  };
  return { deployment, replicaSet };
}

export type PullEventOptions = {
  readonly pod: string;
  readonly reason: string;
  readonly message: string;
  readonly count?: number;
  readonly first?: string;
  readonly last: string;
};

export function aPullEvent({ pod, reason, message, count = 1, last, first = last }: PullEventOptions) {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${pod}.${reason}.${last}`, namespace: 'shop' },
    involvedObject: { kind: 'Pod', namespace: 'shop', name: pod, uid: `uid-${pod}`, fieldPath: 'spec.containers{c0}' },
    reason,
    message,
    count,
    firstTimestamp: first,
    lastTimestamp: last,
  };
}
