import type { DeploymentSnapshot, ServiceSnapshot, Snapshot, TaskSnapshot } from '@breakwater/protocol';

const AT = Date.UTC(2026, 10, 20, 12, 0, 0);

/** A running task; ids differ in their first digits. */
export function task(id: string, changes: Partial<TaskSnapshot> = {}): TaskSnapshot {
  return {
    id: id.padEnd(32, '0'),
    service: 'catalog',
    revision: 1,
    state: 'RUNNING',
    health: 'healthy',
    healthReason: null,
    zone: 'ap-southeast-2a',
    capacityProvider: 'FARGATE',
    pid: 4242,
    host: '127.0.0.1',
    port: 41000,
    createdAt: AT,
    startedAt: AT,
    stoppedAt: null,
    stopCode: null,
    stoppedReason: null,
    exitCode: null,
    cpuPercent: 12.3,
    memoryMiB: 84.2,
    inFlight: 0,
    ...changes,
  };
}

/** A deployment that is finished. */
export function deployment(changes: Partial<DeploymentSnapshot> = {}): DeploymentSnapshot {
  return {
    id: 'd-1',
    service: 'catalog',
    revision: 1,
    state: 'COMPLETED',
    strategy: 'rolling',
    stage: null,
    trafficPercent: 100,
    reason: '',
    failedTasks: 0,
    startedAt: AT,
    finishedAt: AT + 1800,
    ...changes,
  };
}

/** The catalogue's service with two healthy tasks. */
export function service(changes: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return {
    name: 'catalog',
    desired: 2,
    running: 2,
    pending: 0,
    healthy: 2,
    minimum: 2,
    maximum: 10,
    revision: 1,
    paths: ['/api/*', '/health'],
    deployments: [],
    cpuPercent: 11,
    memoryMiB: 83,
    requestsPerSecond: 120,
    p50: 2.1,
    p99: 11.6,
    errors: 0,
    problem: null,
    ...changes,
  };
}

/** The catalogue, ready. */
export function snapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    protocol: 1,
    system: 'catalog',
    env: 'dev',
    region: 'ap-southeast-2',
    state: 'ready',
    pid: process.pid,
    startedAt: AT,
    readyAt: AT + 2300,
    url: 'http://127.0.0.1:8080',
    controlUrl: 'http://127.0.0.1:1',
    timeScale: 1,
    zones: [
      { name: 'ap-southeast-2a', lost: false },
      { name: 'ap-southeast-2b', lost: false },
    ],
    services: [service()],
    tasks: [
      task('1f0c22aa'),
      task('1f9d0000', { zone: 'ap-southeast-2b', capacityProvider: 'FARGATE_SPOT' }),
    ],
    stores: [
      {
        name: 'products',
        kind: 'postgresql',
        state: 'running',
        address: 'postgresql://127.0.0.1:54321/productdb',
        version: '18.0',
        pid: 77,
        problem: null,
      },
    ],
    calls: [],
    alarms: [],
    engine: { rssMiB: 90, heapMiB: 40, version: '0.1.0' },
    ...changes,
  };
}
