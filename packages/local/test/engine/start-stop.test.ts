import { existsSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startEngine } from '../../src/index.ts';
import {
  cleanUpAfterEach,
  createProject,
  eventually,
  freePort,
  isAlive,
  pidsOf,
  planOf,
  start,
  startReady,
} from './harness.ts';

cleanUpAfterEach();

describe('an engine', () => {
  it('starts, answers through the router, and says how it stands', async () => {
    const project = createProject();
    const { engine, events, get, web } = await startReady(project, planOf());
    expect(await get('/')).toBe('one');
    expect(engine.snapshot()).toMatchObject({
      state: 'ready',
      system: 'sample',
      env: 'test',
      url: engine.file.url,
    });
    expect(web()).toMatchObject({ desired: 2, running: 2, healthy: 2, problem: null, revision: 1 });
    const file = join(project.directory, '.breakwater', 'engine.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.some((event) => event.kind === 'engine' && event.state === 'ready')).toBe(true);
  });

  it('refuses a second one in its folder and tells where the first is', async () => {
    const project = createProject();
    const { engine } = await startReady(project, planOf());
    await expect(start(project, planOf())).rejects.toMatchObject({
      code: 'ENGINE_RUNNING',
      message: expect.stringContaining(engine.file.url ?? '?'),
    });
    // The refused one has taken nothing of the first away.
    expect(existsSync(join(project.directory, '.breakwater', 'engine.json'))).toBe(true);
  });

  it('ends everything when it stops, however often it is told to', async () => {
    const project = createProject();
    const { engine } = await startReady(project, planOf());
    const pids = pidsOf(engine.snapshot());
    expect(pids).toHaveLength(2);
    await Promise.all([engine.stop(), engine.stop()]);
    await engine.stopped;
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(join(project.directory, '.breakwater', 'engine.json'))).toBe(false);
    await expect(fetch(engine.file.url ?? '')).rejects.toThrow();
    await expect(fetch(engine.file.controlUrl)).rejects.toThrow();
    // And the folder can be used again.
    const again = await startReady(project, planOf());
    expect(await again.get('/')).toBe('one');
  });

  it('can be stopped before it is ready', async () => {
    const { engine } = await start(createProject('silent'), planOf());
    const rejected = expect(engine.ready).rejects.toMatchObject({ code: 'STOPPED' });
    await engine.stop();
    await rejected;
    expect(engine.snapshot().tasks.filter(({ pid }) => pid !== null && isAlive(pid))).toEqual([]);
  });

  it('lets requests in flight end before it ends their tasks', async () => {
    const { engine, get } = await startReady(createProject(), planOf());
    const answers = Array.from({ length: 4 }, () => get('/burn'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await engine.stop();
    expect(await Promise.all(answers)).toEqual(['one', 'one', 'one', 'one']);
  });

  it('gives up a start when it is told to, while a build runs, and leaves nothing', async () => {
    const project = createProject();
    project.write('web/build.mjs', `console.log('building', process.pid); setInterval(() => {}, 1000);`);
    const plan = planOf({
      process: { command: ['node', 'server.mjs'], build: ['node', 'build.mjs'] },
    });
    const abort = new AbortController();
    const starting = start(project, plan, { signal: abort.signal });
    const failed = expect(starting).rejects.toMatchObject({ code: 'STOPPED' });
    const logs = join(project.directory, '.breakwater', 'logs', 'web');
    const pid = await eventually(() => {
      const log = existsSync(join(logs, 'build.log')) ? project.read('.breakwater/logs/web/build.log') : '';
      return Number(/building (\d+)/.exec(log)?.[1] ?? 0);
    });
    expect(isAlive(pid)).toBe(true);
    abort.abort();
    await failed;
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(join(project.directory, '.breakwater', 'claims'))).toEqual([]);
  });

  it('kills everything at once when it is told to, also in the middle of a stop', async () => {
    const project = createProject();
    project.write(
      'web/server.mjs',
      `${project.read('web/server.mjs')}\nprocess.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => {});`,
    );
    const { engine } = await startReady(project, planOf({ stopTimeout: '120 s' }));
    const pids = pidsOf(engine.snapshot());
    const stopping = engine.stop();
    engine.killNow();
    await stopping;
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('says which port is taken when it was asked for', async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const project = createProject();
    await expect(start(project, planOf(), { port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(String(port)),
    });
    await new Promise((resolve) => other.close(resolve));
    expect(readdirSync(join(project.directory, '.breakwater', 'claims'))).toEqual([]);
    const { get } = await startReady(project, planOf(), { port });
    expect(await get('/')).toBe('one');
  });

  it('takes the next port when its own is taken and none was asked for', async () => {
    const [first, second] = [createProject(), createProject()];
    const begin = (directory: string) =>
      startEngine({ plan: planOf({ scaling: { tasks: 1 } }), directory, watch: false });
    const one = await begin(first.directory);
    const two = await begin(second.directory);
    try {
      expect(one.file.url).not.toBe(two.file.url);
      await Promise.all([one.ready, two.ready]);
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
  });

  it('goes on when somebody who listens to its events throws', async () => {
    let heard = 0;
    const { lines, get } = await startReady(createProject(), planOf(), {
      onEvent: () => {
        heard += 1;
        throw new Error('a listener that fails');
      },
    });
    expect(heard).toBe(1);
    expect(await get('/')).toBe('one');
    expect(lines.every(({ line }) => !line.includes('undefined'))).toBe(true);
  });

  it('is ready with a service that wants no tasks, and starts them when they are wanted', async () => {
    const plan = planOf({ scaling: { tasks: [0, 3], desired: 0, cpu: 70 } });
    const { engine, get, ask, web } = await startReady(createProject(), plan);
    expect(engine.snapshot().tasks).toEqual([]);
    await ask('/v1/scale', { service: 'web', desired: 1 });
    await eventually(
      () => web().healthy,
      (healthy) => healthy === 1,
    );
    expect(await get('/')).toBe('one');
  });
});
