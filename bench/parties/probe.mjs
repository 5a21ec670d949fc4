/** Loaded into what is measured, before it: says on request how much is on the heap after a collection, and how late the loop was. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('message', () => {
  delay.disable();
  const loopDelayMs = { p99: delay.percentile(99) / 1e6, most: delay.max / 1e6 };
  // What is behind finalizers goes with the second one.
  for (let turn = 0; turn < 2; turn += 1) globalThis.gc();
  process.send({ heapBytes: process.memoryUsage().heapUsed, loopDelayMs });
  delay.reset();
  delay.enable();
});
process.channel.unref();
