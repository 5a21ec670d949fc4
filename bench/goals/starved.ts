/** P12: with every processor taken by others, who get no less than we do, reviews of warm images are answered in time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import type { Outcome } from '../goal.ts';
import { cpuMicrosOf } from '../machine.ts';
import { startWith, writeWorld } from '../parties/webhook.ts';

const perSecond = 20;
const busyPerProcessor = 2;
/** Of `manifests/base/deployment.yaml`, in thousandths of a processor. */
const requestedCpu = 100;
/** The readiness probe's. */
const probeTimeoutMs = 5_000;
/** The deadline of `limits.deadline`; the API server waits for a second longer. */
const deadlineMs = 4_000;

export async function starvedGoals({ registry, call, effort }: Bench): Promise<readonly Outcome[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-starved-'));
  const { configPath, factsPath } = await writeWorld(directory, registry.url, { inspect: 'platform' });
  const caPath = join(directory, 'ca.crt');
  const opsPort = await freePort();
  const args = ['--config', configPath, '--facts', factsPath, '--ca-out', caPath];
  const product = await startWith(args, caPath, directory, [], `127.0.0.1:${opsPort}`);
  const reviews = { images: 50, containers: 3 };
  await call(product, { count: 500, load: { kind: 'closed', callers: 8 }, reviews });
  const busy = Array.from({ length: busyPerProcessor * availableParallelism() }, startBusy);
  const probes = watchProbes(`http://127.0.0.1:${opsPort}/readyz`);
  const cpuBefore = cpuMicrosOf(product.pid);
  const count = Math.max(200, Math.floor(effort.reviews / 5));
  const called = await call(product, { count, load: { kind: 'open', perSecond }, reviews });
  const cpuMillis = (cpuMicrosOf(product.pid) - cpuBefore) / 1000;
  const failedProbes = await probes.stop();
  for (const child of busy) child.kill('SIGKILL');
  await product.end();
  registry.takeCounts();
  const what = `${perSecond} warm reviews/s beside ${busyPerProcessor} busy processes on each processor`;
  const { latencyMs, failed, seconds } = called;
  return [
    {
      id: 'P12',
      what: `${what}: failed calls`,
      kind: 'count',
      unit: 'calls',
      bound: { exactly: 0 },
      anchor: `${count} calls`,
      rounds: [failed],
    },
    {
      id: 'P12',
      what: 'the same: the slowest call',
      kind: 'figure',
      unit: 'ms',
      bound: { atMost: deadlineMs },
      anchor: `the deadline; p99 is ${latencyMs.p99.toFixed(0)} ms`,
      rounds: [latencyMs.most],
    },
    {
      id: 'P12',
      what: 'the same: probes of readiness that a kubelet would count as failed',
      kind: 'count',
      unit: 'probes',
      bound: { exactly: 0 },
      anchor: 'the timeout of the probe',
      rounds: [failedProbes],
    },
    {
      id: 'P12',
      what: 'the same: processor time that is used',
      kind: 'figure',
      unit: 'm',
      bound: { atMost: requestedCpu },
      anchor: `the request of the Deployment, ${requestedCpu}m`,
      rounds: [cpuMillis / seconds],
    },
  ];
}

function startBusy(): ChildProcess {
  return spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
}

function watchProbes(url: string): { readonly stop: () => Promise<number> } {
  const over = new AbortController();
  let failed = 0;
  const watching = (async () => {
    while (!over.signal.aborted) {
      const isOk = await fetch(url, { signal: AbortSignal.timeout(probeTimeoutMs) }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (!isOk) failed += 1;
      await setTimeout(500);
    }
    return failed;
  })();
  return {
    stop: () => {
      over.abort();
      return watching;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('it listened on a TCP port');
  return address.port;
}
