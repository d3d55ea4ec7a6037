// The engine's own memory under a steady load of mixed requests through the router.
import { copySystem, percentile, startEngineCli, startLoad } from '@breakwater/testkit';
import { median, option, table } from '../lib/figures.mjs';

const seconds = option('seconds', 600);
const requestsPerSecond = option('rate', 1_000);
const system = copySystem('catalog');
const engine = await startEngineCli(system.directory, ['--no-watch']);
const samples = [];
const latencies = [];
let failed = 0;
const load = startLoad({
  url: engine.url,
  requestsPerSecond,
  next: (n) => (n % 2 === 0 ? { path: `/api/products/${(n % 20) + 1}` } : { path: '/api/products?limit=10' }),
  onOutcome({ status, latencyMs }) {
    if (status !== 200) failed += 1;
    if (latencies.length < 100_000) latencies.push(latencyMs);
  },
});
const began = performance.now();
while (performance.now() - began < seconds * 1_000) {
  await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, (seconds * 1_000) / 20)));
  const { engine: self } = await engine.snapshot();
  samples.push(self.rssMiB);
  process.stderr.write(
    `\r${Math.round((performance.now() - began) / 1_000)} s: ${self.rssMiB.toFixed(0)} MiB resident, ${self.heapMiB.toFixed(0)} MiB heap, ${load.sent()} sent, ${failed} failed `,
  );
}
await load.stop();
await engine.stop();
system.remove();
process.stderr.write('\n');
const tenth = Math.max(1, Math.floor(samples.length / 10));
table(
  ['engine', 'figure'],
  [
    ['load', `${requestsPerSecond} requests/s for ${seconds} s, ${load.sent()} sent, ${failed} failed`],
    ['resident, largest, MiB', Math.max(...samples).toFixed(0)],
    ['resident after a tenth of the time, MiB', median(samples.slice(tenth, 2 * tenth)).toFixed(0)],
    ['resident in the last tenth, MiB', median(samples.slice(-tenth)).toFixed(0)],
    [
      'latency p50 / p99, ms (load generator in the same machine)',
      `${percentile(latencies, 50).toFixed(1)} / ${percentile(latencies, 99).toFixed(1)}`,
    ],
  ],
);
