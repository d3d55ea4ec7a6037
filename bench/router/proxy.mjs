// The router as the engine runs it, in its own process: `node proxy.mjs <upstream port>…`, started with an IPC channel.
import { createRouter } from '../../packages/local/dist/router/index.js';

let requests = 0;
let failed = 0;
const router = createRouter({
  onRequest: (record) => {
    requests += 1;
    if (record.reason !== 'none' && record.reason !== 'client-closed') failed += 1;
  },
});
router.setTargetGroup('web', {
  health: {
    path: '/',
    intervalMs: 30_000,
    timeoutMs: 5_000,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
    matcher: '200',
  },
  algorithm: 'round_robin',
  deregistrationDelayMs: 300_000,
});
router.setRules([
  {
    priority: 1,
    name: '/health',
    conditions: [{ field: 'path-pattern', values: ['/health'] }],
    action: { kind: 'forward', targetGroups: [{ targetGroup: 'web', weight: 1 }] },
  },
  {
    priority: 2,
    name: '/api/*',
    conditions: [{ field: 'path-pattern', values: ['/api/*'] }],
    action: { kind: 'forward', targetGroups: [{ targetGroup: 'web', weight: 1 }] },
  },
]);
for (const [index, port] of process.argv.slice(2).entries()) {
  router.registerTarget('web', { id: `task-${index}`, host: '127.0.0.1', port: Number(port), zone: 'a' });
}
const port = await router.listen(0);
process.send({ port });
process.on('message', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, rss, arrayBuffers } = process.memoryUsage();
  process.send({ requests, failed, heapUsed, rss, arrayBuffers });
});
process.on('disconnect', () => process.exit());
