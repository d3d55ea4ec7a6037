import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProcessStat } from './identity.ts';
import { type ProcessHandle, type StartOptions, startProcess } from './start-process.ts';
import { stopProcess } from './stop-process.ts';

let cwd: string;
const { PATH = '' } = process.env;
const started: ProcessHandle[] = [];

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'breakwater-process-'));
});
afterAll(async () => {
  for (const handle of started) await stopProcess(handle, { timeoutMs: 0 });
  rmSync(cwd, { recursive: true, force: true });
});

let count = 0;
async function start(
  command: string,
  args: readonly string[],
  change: Partial<StartOptions> = {},
): Promise<{ handle: ProcessHandle; lines: string[] }> {
  const lines: string[] = [];
  count += 1;
  const handle = await startProcess({
    command,
    args,
    cwd,
    env: { PATH },
    marker: { engineId: `test-${process.pid}`, task: `task-${count}` },
    onLine: (_, line) => lines.push(line),
    ...change,
  });
  started.push(handle);
  return { handle, lines };
}
const sh = (script: string): ReturnType<typeof start> => start('sh', ['-c', script]);
const alive = (pid: number): boolean => {
  const stat = readProcessStat(pid);
  return stat !== undefined && stat.state !== 'Z';
};
async function lineCount(lines: readonly string[], wanted: number): Promise<void> {
  for (let round = 0; round < 400 && lines.length < wanted; round += 1) await sleep(10);
}

describe('startProcess', () => {
  it('leads a session of its own, with the marker and nothing else of our environment', async () => {
    const { handle, lines } = await start('node', ['-e', 'console.log(JSON.stringify(process.env))']);
    const stat = readProcessStat(handle.pid);
    if (process.platform === 'linux') expect(stat).toMatchObject({ pgid: handle.pid, session: handle.pid });
    expect(await handle.exited).toEqual({ exitCode: 0, signal: null });
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      PATH,
      BREAKWATER_ENGINE: handle.marker.engineId,
      BREAKWATER_TASK: expect.stringMatching(/^task-/),
    });
  });

  it('tells how a process ended that ended at once', async () => {
    expect(await (await sh('exit 7')).handle.exited).toEqual({ exitCode: 7, signal: null });
    expect(await (await sh('kill -SEGV $$')).handle.exited).toEqual({ exitCode: null, signal: 'SIGSEGV' });
  });

  it('hands on what was written without a line end, and what is no UTF-8', async () => {
    const { handle, lines } = await sh("printf 'one\\r\\ntwo\\377\\n\\nlast'");
    await handle.exited;
    expect(lines).toEqual(['one', 'two\ufffd', '', 'last']);
  });

  it('takes megabytes of output without losing a line', async () => {
    const { handle, lines } = await start('node', [
      '-e',
      'let s=""; for (let i = 0; i < 200000; i++) s += i + " abcdefghijklmnopqrstuvwxyz\\n"; process.stdout.write(s)',
    ]);
    await handle.exited;
    expect(lines).toHaveLength(200_000);
    expect(lines.at(-1)).toBe('199999 abcdefghijklmnopqrstuvwxyz');
  });

  it('tells the end of a process whose daemon still holds its output', async () => {
    const { handle, lines } = await sh('echo before; (setsid sleep 300 &); exit 3');
    expect(await handle.exited).toEqual({ exitCode: 3, signal: null });
    expect(lines).toEqual(['before']);
    expect(await stopProcess(handle, { timeoutMs: 0 })).toMatchObject({ killed: true, left: [] });
  });

  it.each([
    [
      'a command that does not exist',
      'no-such-command',
      'COMMAND_NOT_FOUND',
      /"no-such-command" was not found.*PATH/,
    ],
    [
      'a path that does not exist',
      './no/such',
      'COMMAND_NOT_FOUND',
      /"\.\/no\/such" does not exist \(looked for .*no\/such\)/,
    ],
    ['a file that may not be executed', './plain.txt', 'COMMAND_NOT_EXECUTABLE', /may not be executed/],
    ['a folder', './', 'COMMAND_NOT_FOUND', /does not exist/],
    ['an interpreter that does not exist', './script', 'COMMAND_FAILED', /could not be started/],
    ['an empty command', '', 'COMMAND_NOT_FOUND', /empty/],
  ])('says what is wrong with %s', async (_, command, code, message) => {
    writeFileSync(join(cwd, 'plain.txt'), 'text');
    writeFileSync(join(cwd, 'script'), '#!/no/such/interpreter\n');
    chmodSync(join(cwd, 'script'), 0o755);
    await expect(start(command, [])).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('says that the folder is missing, not the command', async () => {
    await expect(start('sh', [], { cwd: join(cwd, 'nowhere') })).rejects.toMatchObject({
      code: 'FOLDER_MISSING',
    });
  });
});

describe('stopProcess', () => {
  it('sends SIGTERM to the process alone, as ECS does, and lets it end its workers in its own way', async () => {
    // The worker would tell a signal of its own; the server sends it a line instead.
    const worker =
      "process.on('SIGTERM', () => console.log('worker signalled')); process.stdin.on('data', () => { console.log('worker done'); process.exit(0); }); console.log('worker up')";
    writeFileSync(join(cwd, 'worker.cjs'), worker);
    writeFileSync(
      join(cwd, 'server.cjs'),
      "const w = require('node:child_process').spawn(process.execPath, ['worker.cjs'], { stdio: ['pipe', 'inherit', 'inherit'] }); process.on('SIGTERM', () => { console.log('server signalled'); w.on('exit', () => process.exit(0)); w.stdin.write('end') }); setInterval(() => {}, 1000)",
    );
    const { handle, lines } = await start('node', ['server.cjs']);
    await lineCount(lines, 1);
    const result = await stopProcess(handle, { timeoutMs: 10_000 });
    expect(lines).toEqual(['worker up', 'server signalled', 'worker done']);
    expect(result).toEqual({
      exit: { exitCode: 0, signal: null },
      signalled: 'process',
      killed: false,
      left: [],
    });
  });

  it('signals the server behind a shell, and waits for it', async () => {
    const server =
      "process.on('SIGTERM', () => setTimeout(() => { console.log('done'); process.exit(0) }, 300)); console.log('up'); setInterval(() => {}, 1000)";
    writeFileSync(join(cwd, 'slow.cjs'), server);
    const { handle, lines } = await sh('node slow.cjs; echo never');
    await lineCount(lines, 1);
    const result = await stopProcess(handle, { timeoutMs: 10_000 });
    expect(result).toMatchObject({ signalled: 'group', killed: false });
    await lineCount(lines, 2);
    expect(lines).toEqual(['up', 'done']);
  });

  it('kills one that ignores SIGTERM, with its children', async () => {
    const { handle, lines } = await sh('trap "" TERM; sleep 300 & echo $!; while :; do sleep 0.1; done');
    await lineCount(lines, 1);
    const result = await stopProcess(handle, { timeoutMs: 200 });
    expect(result).toMatchObject({ exit: { signal: 'SIGKILL' }, killed: true, left: [] });
    expect(alive(Number(lines[0]))).toBe(false);
  });

  it('ends the children that a process leaves behind', async () => {
    const { handle, lines } = await sh('sleep 300 & echo $!; wait');
    await lineCount(lines, 1);
    await stopProcess(handle, { timeoutMs: 5_000 });
    expect(alive(Number(lines[0]))).toBe(false);
  });

  it.runIf(process.platform === 'linux')('finds daemons that left group, session and parent', async () => {
    const { handle, lines } = await sh(
      '(setsid sh -c "echo \\$\\$; trap \'\' TERM; while :; do sleep 0.1; done" &); sleep 300',
    );
    await lineCount(lines, 1);
    const daemon = Number(lines[0]);
    expect(readProcessStat(daemon)?.session).toBe(daemon);
    const result = await stopProcess(handle, { timeoutMs: 300 });
    expect(alive(daemon)).toBe(false);
    expect(result).toMatchObject({ killed: true, left: [] });
  });

  it('finds children that cleared their environment and left the session', async () => {
    const { handle, lines } = await sh(
      'env -i setsid sh -c "echo \\$\\$; trap \'\' TERM; while :; do sleep 0.1; done" & wait',
    );
    await lineCount(lines, 1);
    await stopProcess(handle, { timeoutMs: 300 });
    expect(alive(Number(lines[0]))).toBe(false);
  });

  it('leaves other tasks of the same engine alone', async () => {
    const one = await sh('sleep 300');
    const other = await sh('sleep 300');
    await stopProcess(one.handle, { timeoutMs: 1_000 });
    expect(alive(other.handle.pid)).toBe(true);
  });

  it('stops what has ended already', async () => {
    const { handle } = await sh('exit 0');
    await handle.exited;
    expect(await stopProcess(handle, { timeoutMs: 1_000 })).toEqual({
      exit: { exitCode: 0, signal: null },
      signalled: null,
      killed: false,
      left: [],
    });
  });
});
