import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stateLayout } from '../state/layout.ts';
import { killAll } from './end-processes.ts';
import { compile } from './fixtures/compile.mjs';
import { startGuard } from './guard.ts';
import { readProcessStat } from './identity.ts';
import { cleanUpLeftovers } from './leftovers.ts';

/** An engine reduced to what matters here: lock, guard, and processes of every awkward kind. Prints their numbers. */
const ENGINE = `
import { acquireEngineLock } from './state/lock.ts';
import { startGuard } from './processes/guard.ts';
import { startProcess } from './processes/start-process.ts';

const [directory, mode] = process.argv.slice(2);
const result = await acquireEngineLock(directory);
if (result.state !== 'acquired') throw new Error(JSON.stringify(result));
const { engineId, layout } = result.lock;
const guard = await startGuard({ engineId, registryFile: layout.processes, onWarning: (m) => console.log('warning ' + m) });
const base = { cwd: directory, env: { PATH: process.env.PATH }, onLine: (_, line) => console.log('pid ' + line) };
const task = (name, script) =>
  startProcess({ ...base, command: 'sh', args: ['-c', script], marker: { engineId, task: name } });
const handles = [
  await task('a', 'trap "echo task >> story; exit 0" TERM; echo $$; sleep 300 & echo $!; wait'),
  await task('b', 'trap "" TERM; echo $$; while :; do sleep 0.2; done'),
  // Leaves the group and the session, and its parent ends.
  await task('c', 'echo $$; (setsid sh -c "echo \\\\$\\\\$; trap \\'\\' TERM; while :; do sleep 0.2; done" &) ; sleep 300'),
];
for (const { pid, startedAt } of handles) guard.watch({ kind: 'task', name: 't' + pid, pid, startedAt });
const store = await startProcess({
  ...base, command: 'sh', args: ['-c', 'trap "sleep 0.1; echo store >> story; exit 0" INT; trap "" TERM; echo $$; while :; do sleep 0.1; done'],
  marker: { engineId, store: 'db' },
});
guard.watch({ kind: 'store', name: 'db', pid: store.pid, startedAt: store.startedAt });
console.log('guard ' + guard.pid);
setTimeout(async () => {
  console.log('ready');
  if (mode === 'stop') { await guard.stop(); console.log('stopped'); }
}, 400);
setInterval(() => console.log('guard ' + guard.pid), 100);
`;

const alive = (pid: number): boolean => {
  const stat = readProcessStat(pid);
  return stat !== undefined && stat.state !== 'Z';
};

async function gone(pids: readonly number[]): Promise<readonly number[]> {
  for (let round = 0; round < 400 && pids.some(alive); round += 1) await sleep(25);
  return pids.filter(alive);
}

describe.skipIf(process.platform !== 'linux')('when the engine is killed', () => {
  let directory: string;
  let engine: ChildProcess;
  let pids: number[];
  let guardPid: number;

  async function start(mode: string): Promise<string[]> {
    const program = compile(directory, 'engine', ENGINE);
    engine = spawn(process.execPath, [program, directory, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
    pids = [];
    const said: string[] = [];
    const lines = createInterface({ input: engine.stdout as NonNullable<typeof engine.stdout> });
    await new Promise<void>((resolve, reject) => {
      engine.once('exit', () => reject(new Error('the engine ended')));
      lines.on('line', (line) => {
        said.push(line);
        const [word, number] = line.split(' ');
        if (word === 'pid') pids.push(Number(number));
        if (word === 'guard' && number !== 'null') guardPid = Number(number);
        if (line === (mode === 'stop' ? 'stopped' : 'ready')) resolve();
      });
    });
    return said;
  }

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'breakwater-guard-'));
  });
  afterEach(async () => {
    if (engine.exitCode === null && engine.signalCode === null) {
      engine.kill('SIGKILL');
      await once(engine, 'exit');
    }
    await killAll({ groups: [...pids, guardPid] });
    rmSync(directory, { recursive: true, force: true });
  });

  it('the guard ends tasks, daemons that left their session, and the database in its own way', async () => {
    await start('run');
    expect(pids).toHaveLength(6);
    expect(pids.filter(alive)).toEqual(pids);
    engine.kill('SIGKILL');
    expect(await gone(pids)).toEqual([]);
    // Tasks first, in good order; their last writes reach the store.
    expect(readFileSync(join(directory, 'story'), 'utf8')).toBe('task\nstore\n');
    expect(await gone([guardPid])).toEqual([]);
  });

  it.each([
    ['with the list of its processes', true],
    ['by their markers alone', false],
  ])('the next start ends everything when the guard was killed too, %s', async (_, listed) => {
    await start('run');
    process.kill(guardPid, 'SIGKILL');
    engine.kill('SIGKILL');
    await once(engine, 'exit');
    await sleep(300);
    expect(pids.filter(alive)).toEqual(pids);
    if (!listed) rmSync(stateLayout(directory).processes);
    const report = await cleanUpLeftovers(directory);
    expect(pids.filter(alive)).toEqual([]);
    expect(report.left).toEqual([]);
    expect(report.ended.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'store db',
      'task a',
      'task b',
      'task c',
    ]);
    expect(report.ended.find(({ name }) => name === 'a')).toMatchObject({ processes: 2 });
    expect(report.removed).toEqual(listed ? [stateLayout(directory).processes] : []);
    // Tasks first, in good order; their last writes reach the store.
    expect(readFileSync(join(directory, 'story'), 'utf8')).toBe('task\nstore\n');
    expect(await cleanUpLeftovers(directory)).toEqual({ ended: [], left: [], removed: [] });
  });

  it('a guard that was killed is replaced, and the new one does the same', async () => {
    await start('run');
    const first = guardPid;
    process.kill(first, 'SIGKILL');
    for (let round = 0; round < 400 && guardPid === first; round += 1) await sleep(25);
    expect(guardPid).not.toBe(first);
    engine.kill('SIGKILL');
    expect(await gone(pids)).toEqual([]);
  });

  it('a guard that was sent away while something still ran ends it when the engine ends', async () => {
    await start('stop');
    engine.kill('SIGKILL');
    expect(await gone(pids)).toEqual([]);
  });

  it('a guard that was sent away touches nothing of an engine that lives on', async () => {
    await start('stop');
    expect(await gone([guardPid])).toEqual([]);
    engine.kill('SIGKILL');
    await once(engine, 'exit');
    await sleep(300);
    expect(pids.filter(alive)).toEqual(pids);
  });

  it('the guard ignores what a terminal sends', async () => {
    await start('run');
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGQUIT'] as const) process.kill(guardPid, signal);
    await sleep(200);
    expect(alive(guardPid)).toBe(true);
    expect(readProcessStat(guardPid)?.session).toBe(guardPid);
    engine.kill('SIGKILL');
    expect(await gone(pids)).toEqual([]);
  });
});

describe('the guard', () => {
  it('leaves a number alone that belongs to another process now', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'breakwater-guard-'));
    const bystander = spawn('sleep', ['300'], { detached: true });
    const program = compile(
      directory,
      'engine',
      `import { startGuard } from './processes/guard.ts';
       const guard = await startGuard({ engineId: 'none', registryFile: process.argv[2] + '/p', onWarning: () => {} });
       guard.watch({ kind: 'task', name: 't', pid: ${bystander.pid}, startedAt: 'boot:1' });
       console.log(guard.pid); setInterval(() => {}, 1000);`,
    );
    const engine = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(engine.stdout, 'data');
    engine.kill('SIGKILL');
    expect(await gone([Number(said)])).toEqual([]);
    expect(alive(bystander.pid ?? 0)).toBe(process.platform === 'linux');
    bystander.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  it('ends when it is sent away, and may be sent away twice', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'breakwater-guard-'));
    const guard = await startGuard({
      engineId: 'x',
      registryFile: join(directory, 'p'),
      onWarning: () => {},
    });
    const { pid } = guard;
    await guard.stop();
    await guard.stop();
    expect(await gone([pid ?? 0])).toEqual([]);
    rmSync(directory, { recursive: true, force: true });
  });
});
