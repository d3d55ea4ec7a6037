import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CloudLogLine, exec, logs, status } from '../src/index.ts';
import { type Emulator, startEmulator } from './emulator/start.ts';
import { planOf } from './emulator/systems.ts';
import { type Deployed, deployed } from './verify/deployed.ts';

let emulator: Emulator;
let restore: () => void;
let system: Deployed;
beforeAll(async () => {
  emulator = await startEmulator();
  restore = emulator.apply();
  system = await deployed(emulator, planOf('catalog'));
}, 120_000);
afterAll(async () => {
  restore?.();
  await emulator?.stop();
});

test('status tells services, targets, databases and where clients go', async () => {
  const now = await status(system.session, system.plan);
  expect(now).toMatchObject({
    system: 'catalog',
    env: 'dev',
    state: 'ready',
    url: system.outputs['LoadBalancerUrl'],
    loadBalancer: { state: 'active', dnsName: system.outputs['LoadBalancerDnsName'] },
    databases: [
      { key: 'products', state: 'available', endpoint: system.outputs['ProductsDatabaseEndpoint'] },
    ],
    alarms: [],
  });
  expect(now.services).toMatchObject([
    {
      key: 'catalog',
      state: 'ACTIVE',
      desired: 2,
      running: 2,
      minimum: 2,
      maximum: 10,
      revision: 1,
      targets: { healthy: 2 },
      deployments: [{ status: 'PRIMARY', state: 'COMPLETED', revision: 1 }],
    },
  ]);
});

test('status shows alarms that went off, and a count that another hand has set', async () => {
  const { clients, plan, session } = system;
  const alarm = (StateValue: 'ALARM' | 'OK') =>
    clients.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'cpu-alarm-catalog-dev', StateValue, StateReason: 'too hot' }),
    );
  const count = (desiredCount: number) =>
    clients.ecs.send(
      new UpdateServiceCommand({ cluster: plan.cluster.name, service: 'service-catalog-dev', desiredCount }),
    );
  await alarm('ALARM');
  await count(3);
  try {
    const now = await status(session, plan);
    expect(now.state).toBe('degraded');
    expect(now.alarms).toMatchObject([
      { key: 'catalog-cpu', name: 'cpu-alarm-catalog-dev', reason: 'too hot' },
    ]);
    expect(now.services[0]).toMatchObject({ desired: 3, running: 3, targets: { healthy: 3 } });
  } finally {
    await alarm('OK');
    await count(2);
  }
});

test('status of a system that was never deployed says that it is missing, without error', async () => {
  const now = await status(system.session, planOf('catalog', 'other'));
  expect(now).toMatchObject({ state: 'missing', url: null, loadBalancer: null });
  expect(now.services).toMatchObject([{ state: 'missing', desired: 0, targets: null }]);
  expect(now.databases).toMatchObject([{ state: 'missing', endpoint: null }]);
});

const GROUP = '/ecs/logs-catalog-dev';
const TASK = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';

async function write(stream: string, ...events: readonly (readonly [number, string])[]): Promise<void> {
  const { logs: client } = system.clients;
  const where = { logGroupName: GROUP, logStreamName: `task-catalog-dev/${stream}` };
  await client.send(new CreateLogStreamCommand(where)).catch(() => {});
  await client.send(
    new PutLogEventsCommand({
      ...where,
      logEvents: events.map(([timestamp, message]) => ({ timestamp, message })),
    }),
  );
}

test('logs are read in order of time over tasks and containers, from a moment on', async () => {
  const start = Date.now() - 60_000;
  await write(`catalog/${TASK}`, [start - 1_000, 'before'], [start, 'first\n'], [start + 20, 'third']);
  await write(`otel-collector/${TASK}`, [start + 10, 'second']);
  const lines: CloudLogLine[] = [];
  const { session, plan } = system;
  const count = await logs(session, { plan, since: start, onLine: (line) => lines.push(line) });
  expect(count).toBe(lines.length);
  // The emulator's own tasks have written as well.
  const ours = lines.filter(({ task }) => task === TASK);
  expect(ours.map(({ line, container }) => [container, line])).toEqual([
    ['catalog', 'first'],
    ['otel-collector', 'second'],
    ['catalog', 'third'],
  ]);
  expect(ours[0]).toMatchObject({ service: 'catalog', task: TASK, at: start });
});

test('of the lines of one task only the last are shown where that is asked', async () => {
  const start = Date.now() - 20_000;
  const [one, two] = ['b'.repeat(32), 'c'.repeat(32)];
  await write(`catalog/${one}`, [start, '1'], [start + 1, '2'], [start + 3, '3']);
  await write(`catalog/${two}`, [start + 2, 'another task'], [start + 4, 'the last of all']);
  const { session, plan } = system;
  const read = async (options: { task?: string; tail?: number }) => {
    const lines: string[] = [];
    const onLine = ({ line }: CloudLogLine) => lines.push(line);
    const count = await logs(session, { plan, since: start, ...options, onLine });
    expect(count).toBe(lines.length);
    return lines;
  };
  expect(await read({ task: 'bbbb', tail: 2 })).toEqual(['2', '3']);
  expect(await read({ task: 'bbbb', tail: 0 })).toEqual([]);
  expect(await read({ task: 'bbbb', tail: 9 })).toEqual(['1', '2', '3']);
  expect(await read({ task: 'cccc' })).toEqual(['another task', 'the last of all']);
});

test('logs that are followed show each line once, also one that comes late, until the signal', async () => {
  const start = Date.now() - 10_000;
  const other = 'a'.repeat(32);
  const ended = new AbortController();
  const lines: string[] = [];
  const seen = (text: string) =>
    expect.poll(() => lines, { timeout: 10_000, message: `waits for ${text}` }).toContain(text);
  const { session, plan } = system;
  await write(`catalog/${other}`, [start, 'one']);
  const followed = logs(session, {
    plan,
    services: ['catalog'],
    since: start,
    follow: true,
    pollMs: 50,
    signal: ended.signal,
    onLine: ({ task, line }) => {
      if (task === other) lines.push(line);
    },
  });
  await seen('one');
  await write(`catalog/${other}`, [start + 2_000, 'three']);
  await seen('three');
  await write(`catalog/${other}`, [start + 1_000, 'two, late']);
  await seen('two, late');
  ended.abort();
  await followed;
  expect(lines).toEqual(['one', 'three', 'two, late']);
});

test('logs of what was never deployed, and of a service that is not there, are refused in words', async () => {
  const { session, plan } = system;
  const onLine = () => {};
  await expect(logs(session, { plan: planOf('catalog', 'other'), since: 0, onLine })).rejects.toMatchObject({
    code: 'nothing-deployed',
    why: 'There is no log group /ecs/logs-catalog-other.',
  });
  await expect(logs(session, { plan, services: ['x'], since: 0, onLine })).rejects.toMatchObject({
    message: 'There is no service x in catalog',
    fix: 'Choose from: catalog.',
  });
});

test('exec says which plugin is missing before it asks for a session', async () => {
  const { session, plan } = system;
  await expect(exec(session, { plan, service: 'catalog', plugin: '/no/such/plugin' })).rejects.toMatchObject({
    code: 'no-build-tool',
    message: 'The Session Manager plugin is not installed',
  });
});
