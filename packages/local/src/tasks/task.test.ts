import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskState } from '@breakwater/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Guard, startGuard } from '../processes/guard.ts';
import { readProcessStat } from '../processes/identity.ts';
import { createMetadataServer, type MetadataServer } from './metadata-server.ts';
import { createTask, type Task, type TaskHooks, type TaskOptions } from './task.ts';

let cwd: string;
let guard: Guard;
let metadata: MetadataServer;
const tasks: Task[] = [];
const watched = new Set<number>();

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'breakwater-task-'));
  guard = await startGuard({ engineId: 'task-test', registryFile: join(cwd, 'p'), onWarning: () => {} });
  metadata = await createMetadataServer();
  writeFileSync(
    join(cwd, 'server.cjs'),
    `const { createServer } = require('node:http');
     const s = createServer((q, r) => r.end('ok')).listen(Number(process.argv[2] ?? process.env.PORT), process.env.HOST, () => console.log('listening ' + s.address().port));
     process.on('SIGTERM', () => { console.log('terminating'); s.close(() => process.exit(0)); });`,
  );
});
afterEach(async () => {
  await Promise.all(tasks.splice(0).map((task) => task.kill()));
});
afterAll(async () => {
  await guard.stop();
  await metadata.close();
  rmSync(cwd, { recursive: true, force: true });
});

const alive = (pid: number | null): boolean => {
  const stat = readProcessStat(pid ?? 0);
  return stat !== undefined && stat.state !== 'Z';
};

interface Story {
  readonly task: Task;
  readonly states: TaskState[];
  readonly lines: string[];
  readonly hooks: string[];
  readonly warnings: string[];
}

function create(
  args: readonly string[],
  change: {
    readonly hooks?: Partial<TaskHooks>;
    readonly options?: Partial<TaskOptions>;
    readonly command?: string;
  } = {},
): Story {
  const states: TaskState[] = ['PROVISIONING'];
  const lines: string[] = [];
  const hooks: string[] = [];
  const warnings: string[] = [];
  const task = createTask({
    identity: {
      service: 'api',
      family: 'api-dev',
      revision: 3,
      container: 'api',
      image: 'api:3',
      cluster: 'dev',
      account: '000000000000',
      region: 'eu-west-1',
      zone: 'eu-west-1a',
      capacityProvider: 'FARGATE',
      cpuUnits: 512,
      memoryMiB: 1024,
    },
    process: {
      command: change.command ?? 'node',
      args,
      cwd,
      build: null,
      environment: { FROM_IMAGE: 'yes' },
      path: [join(cwd, 'bin')],
      stopSignal: 'SIGTERM',
      source: 'the test',
      notes: [],
    },
    environment: { GIVEN: '1' },
    userEnvironment: { ...process.env, AWS_SECRET_ACCESS_KEY: 'of the user', EDITOR: 'vi' },
    port: 0,
    engineId: 'task-test',
    guard: {
      watch: (one) => {
        watched.add(one.pid);
        guard.watch(one);
      },
      forget: (pid) => {
        watched.delete(pid);
        guard.forget(pid);
      },
    },
    metadata,
    hooks: {
      onState: (_, state) => states.push(state),
      onLine: (_, __, line) => lines.push(line),
      onWarning: (_, message) => warnings.push(message),
      afterStart: () => void hooks.push('afterStart'),
      beforeStop: (_, isAlive) => void hooks.push(`beforeStop ${isAlive}`),
      ...change.hooks,
    },
    ...change.options,
  });
  tasks.push(task);
  return { task, states, lines, hooks, warnings };
}
async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 800 && !condition(); round += 1) await sleep(10);
}
const STOP = {
  stopCode: 'ServiceSchedulerInitiated',
  reason: 'Scaling activity',
  stopTimeoutSeconds: 10,
} as const;

describe('a task', () => {
  it("goes through ECS's states, from PROVISIONING to STOPPED", async () => {
    const { task, states, lines, hooks } = create(['server.cjs']);
    expect(task.id).toMatch(/^[0-9a-f]{32}$/);
    expect(task).toMatchObject({ state: 'PROVISIONING', pid: null, startedAt: null });
    await task.start();
    expect(task).toMatchObject({ state: 'RUNNING', stopCode: null, exitCode: null, failed: false });
    expect(task.startedAt).toBeGreaterThanOrEqual(task.createdAt);
    await until(() => lines.length > 0);
    const { pid } = task;
    expect(watched).toContain(pid);
    await Promise.all([task.stop(STOP), task.stop({ ...STOP, reason: 'another' })]);
    expect(states).toEqual([
      'PROVISIONING',
      'PENDING',
      'ACTIVATING',
      'RUNNING',
      'DEACTIVATING',
      'STOPPING',
      'DEPROVISIONING',
      'STOPPED',
    ]);
    expect(hooks).toEqual(['afterStart', 'beforeStop true']);
    expect(lines.at(-1)).toBe('terminating');
    expect(task).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Scaling activity',
      exitCode: 0,
      failed: false,
      pid: null,
    });
    expect(watched).not.toContain(pid);
    expect(alive(pid)).toBe(false);
  });

  it('is signalled only after it has drained', async () => {
    let drained = (): void => {};
    const { task, states, lines } = create(['server.cjs'], {
      hooks: {
        beforeStop: () =>
          new Promise<void>((resolve) => {
            drained = resolve;
          }),
      },
    });
    await task.start();
    await until(() => lines.length > 0);
    const stopped = task.stop(STOP);
    await until(() => task.state === 'DEACTIVATING');
    await sleep(100);
    expect(states.at(-1)).toBe('DEACTIVATING');
    expect(lines).not.toContain('terminating');
    drained();
    await stopped;
    expect(lines).toContain('terminating');
  });

  it('that dies while it drains is waited for no longer', async () => {
    const { task, lines } = create(['server.cjs'], {
      hooks: { beforeStop: () => new Promise<void>(() => {}) },
    });
    await task.start();
    await until(() => lines.length > 0);
    const stopped = task.stop(STOP);
    await until(() => task.state === 'DEACTIVATING');
    process.kill(task.pid ?? 0, 'SIGKILL');
    await stopped;
    expect(task).toMatchObject({ state: 'STOPPED', exitCode: 137, stopCode: 'ServiceSchedulerInitiated' });
  });

  it('that ends by itself says so, with its last lines', async () => {
    const { task, states, hooks } = create([
      '-e',
      'for (let i = 0; i < 30; i++) console.log("line " + i); process.exitCode = 3',
    ]);
    await task.start();
    await task.stopped;
    expect(task).toMatchObject({
      state: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      exitCode: 3,
      failed: true,
    });
    expect(task.lastLines()).toHaveLength(20);
    expect(task.lastLines().at(-1)).toBe('line 29');
    expect(task.explanation()).toMatch(/service "api" ended by itself with exit code 3/);
    expect(states.slice(-4)).toEqual(['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED']);
    expect(hooks).toContain('beforeStop false');
  });

  it('leaves no child behind when it ends by itself', async () => {
    const { task, lines } = create(['-c', 'sleep 300 & echo $!; sleep 0.2; exit 1'], { command: 'sh' });
    await task.start();
    await task.stopped;
    expect(alive(Number(lines[0]))).toBe(false);
    expect(task.exitCode).toBe(1);
  });

  it('whose command does not exist never runs, and says what to do', async () => {
    const { task, states, hooks } = create([], { command: 'no-such-program' });
    await task.start();
    expect(states).toEqual(['PROVISIONING', 'PENDING', 'STOPPED']);
    expect(task).toMatchObject({ stopCode: 'TaskFailedToStart', failed: true, exitCode: null });
    expect(task.stoppedReason).toMatch(
      /^CannotStartContainerError: The command "no-such-program" was not found/,
    );
    expect(task.explanation()).toMatch(/Install no-such-program/);
    expect(hooks).toEqual([]);
  });

  it('can be killed at any time, also while it is being stopped', async () => {
    const { task, lines } = create([
      '-e',
      'process.on("SIGTERM", () => console.log("no")); console.log("up"); setInterval(() => {}, 1000)',
    ]);
    await task.start();
    await until(() => lines.includes('up'));
    const stopped = task.stop({ ...STOP, stopTimeoutSeconds: 120 });
    await until(() => lines.includes('no'));
    await task.kill();
    await stopped;
    expect(task).toMatchObject({ state: 'STOPPED', exitCode: 137, stopCode: 'ServiceSchedulerInitiated' });
  });

  it('that is killed from outside counts as failed', async () => {
    const { task, lines } = create(['server.cjs']);
    await task.start();
    await until(() => lines.length > 0);
    await task.kill();
    expect(task).toMatchObject({
      state: 'STOPPED',
      exitCode: 137,
      stopCode: 'EssentialContainerExited',
      failed: true,
    });
  });

  it('may be stopped before and during its start', async () => {
    const before = create(['server.cjs']);
    await before.task.stop(STOP);
    await before.task.start();
    expect(before.states).toEqual(['PROVISIONING', 'STOPPED']);
    const during = create(['server.cjs']);
    const started = during.task.start();
    await during.task.stop(STOP);
    await started;
    expect(during.states.at(-1)).toBe('STOPPED');
    expect(during.states).not.toContain('RUNNING');
    expect(during.task.pid).toBeNull();
  });

  it('lives on when a hook fails', async () => {
    const fail = (): never => {
      throw new Error('no such target');
    };
    const { task, warnings } = create(['server.cjs'], { hooks: { afterStart: fail, beforeStop: fail } });
    await task.start();
    expect(task.state).toBe('RUNNING');
    await task.stop(STOP);
    expect(warnings).toEqual([
      'Registering the target failed: no such target',
      'Draining failed: no such target',
    ]);
  });

  it('gets what a container would get, and nothing of the user', async () => {
    const { task, lines } = create(['-e', 'console.log(JSON.stringify(process.env))'], {
      options: { port: 4321 },
    });
    await task.start();
    await task.stopped;
    const environment = JSON.parse(lines[0] ?? '');
    expect(environment).toMatchObject({
      GIVEN: '1',
      FROM_IMAGE: 'yes',
      PORT: '4321',
      HOST: '127.0.0.1',
      AWS_REGION: 'eu-west-1',
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      BREAKWATER_TASK: task.id,
      ECS_CONTAINER_METADATA_URI_V4: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v4\/[0-9a-f]{32}$/),
      PATH: `${join(cwd, 'bin')}:${process.env['PATH']}`,
    });
    expect(environment).not.toHaveProperty('AWS_SECRET_ACCESS_KEY');
    expect(environment).not.toHaveProperty('EDITOR');
    expect(environment).not.toHaveProperty('VITEST');
  });

  it('gets its port in its arguments', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await until(() => probe.listening);
    const address = probe.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    probe.close();
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are of the text that is read, not of a template.
    const { task, lines } = create(['server.cjs', '${PORT}'], { options: { port } });
    await task.start();
    await until(() => lines.length > 0);
    expect(lines).toEqual([`listening ${port}`]);
  });
});

describe('the metadata endpoint', () => {
  const get = async (url: string): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(url);
    return { status: response.status, body: JSON.parse(await response.text()) };
  };

  it('describes task and container as on Fargate', async () => {
    const usage = (atMs: number, cpuSeconds: number) => ({
      atMs,
      cpuSeconds,
      rssBytes: 50_000_000,
      processes: 2,
    });
    const { task, lines } = create(
      ['-e', 'console.log(process.env.ECS_CONTAINER_METADATA_URI_V4); setInterval(() => {}, 1000)'],
      {
        options: { usage: () => ({ previous: usage(1000, 2), current: usage(2000, 2.5) }) },
      },
    );
    await task.start();
    await until(() => lines.length > 0);
    const url = lines[0] ?? '';
    expect((await get(`${url}/task`)).body).toMatchObject({
      Cluster: 'arn:aws:ecs:eu-west-1:000000000000:cluster/dev',
      TaskARN: `arn:aws:ecs:eu-west-1:000000000000:task/dev/${task.id}`,
      Family: 'api-dev',
      Revision: '3',
      DesiredStatus: 'RUNNING',
      KnownStatus: 'RUNNING',
      Limits: { CPU: 0.5, Memory: 1024 },
      AvailabilityZone: 'eu-west-1a',
      LaunchType: 'FARGATE',
      Containers: [{ Name: 'api', KnownStatus: 'RUNNING', Limits: { CPU: 512, Memory: 1024 } }],
    });
    const container = (await get(url)).body;
    expect(container).toMatchObject({ Name: 'api', Image: 'api:3', Type: 'NORMAL' });
    expect(container['ContainerARN']).toMatch(
      /^arn:aws:ecs:eu-west-1:000000000000:container\/dev\/[0-9a-f]{32}\/[0-9a-f-]{36}$/,
    );
    const stats = (await get(`${url}/stats`)).body;
    expect(stats).toMatchObject({
      cpu_stats: { cpu_usage: { total_usage: 2_500_000_000 } },
      precpu_stats: { cpu_usage: { total_usage: 2_000_000_000 } },
      memory_stats: { usage: 50_000_000, limit: 1024 * 1024 * 1024 },
    });
    expect((await get(`${url}/task/stats`)).body).toEqual({
      [String(container['DockerId'])]: expect.objectContaining({ name: 'api' }),
    });
    expect((await get(`${url}/nonsense`)).status).toBe(404);
    await task.stop(STOP);
    expect((await get(`${url}/task`)).status).toBe(404);
  });

  it('answers nobody who does not know the id, or comes by another name', async () => {
    expect((await get(`${metadata.url}/v4/${'0'.repeat(32)}/task`)).status).toBe(404);
    expect((await get(`${metadata.url}/`)).status).toBe(404);
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      request(metadata.url, { headers: { host: 'evil.example:80' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });
});
