import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineFile } from '@breakwater/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compile } from '../processes/fixtures/compile.mjs';
import { processStartedAt } from '../processes/identity.ts';
import { readEngineFile, writeEngineFile } from './engine-file.ts';
import { stateLayout } from './layout.ts';
import { acquireEngineLock } from './lock.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'breakwater-lock-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const STARTER = `
import { acquireEngineLock } from './state/lock.ts';
await new Promise((resolve) => process.stdin.once('data', resolve));
const result = await acquireEngineLock(process.argv[2]);
console.log(JSON.stringify({ state: result.state, pid: result.pid ?? process.pid }));
process.stdin.once('data', () => process.exit());
`;

async function race(starters: number): Promise<{ state: string; pid: number }[]> {
  const program = compile(directory, 'starter', STARTER);
  const children = Array.from({ length: starters }, () =>
    spawn(process.execPath, [program, directory], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  // All have loaded when the first line is sent; then they claim at the same moment.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const answers = children.map(async (child) => {
    const [data] = await once(child.stdout, 'data');
    return JSON.parse(String(data));
  });
  for (const child of children) child.stdin.write('go\n');
  const said = await Promise.all(answers);
  for (const child of children) {
    const ended = once(child, 'exit');
    child.stdin.end('end\n');
    await ended;
  }
  return said;
}

async function engineFile(change: Partial<EngineFile> = {}): Promise<EngineFile> {
  return {
    protocol: 1,
    pid: process.pid,
    pidStartedAt: (await processStartedAt(process.pid)) ?? '',
    controlUrl: 'http://127.0.0.1:1',
    url: null,
    token: 'token',
    system: 'test',
    env: 'dev',
    ...change,
  };
}

describe('acquireEngineLock', () => {
  it('lets exactly one of five that start at once have the folder, and the others know which', async () => {
    const said = await race(5);
    const winners = said.filter(({ state }) => state === 'acquired');
    expect(winners).toHaveLength(1);
    expect(new Set(said.map(({ pid }) => pid))).toEqual(new Set([winners[0]?.pid]));
  });

  it('lets exactly one of five take over from an engine that is gone', async () => {
    const { claims } = stateLayout(directory);
    mkdirSync(claims, { recursive: true });
    // This very number runs, but since another moment: it was given away again.
    writeFileSync(
      join(claims, `${'0'.repeat(16)}.json`),
      JSON.stringify({ pid: process.pid, startedAt: 'boot:1', held: true }),
    );
    await writeEngineFile(directory, await engineFile({ pidStartedAt: 'boot:1' }));
    const said = await race(5);
    expect(said.filter(({ state }) => state === 'acquired')).toHaveLength(1);
    expect(said.filter(({ state }) => state === 'running')).toHaveLength(4);
    expect(existsSync(stateLayout(directory).engineFile)).toBe(false);
  });

  it('tells a second start about the first, and gives the folder free', async () => {
    const first = await acquireEngineLock(directory);
    if (first.state !== 'acquired') throw new Error(first.state);
    expect(await acquireEngineLock(directory)).toEqual({ state: 'running', pid: process.pid, engine: null });
    const engine = await engineFile();
    await writeEngineFile(directory, engine);
    expect(await acquireEngineLock(directory)).toEqual({ state: 'running', pid: process.pid, engine });
    await first.lock.release();
    await first.lock.release();
    expect(await readEngineFile(directory)).toEqual({ state: 'none' });
    const next = await acquireEngineLock(directory);
    expect(next.state).toBe('acquired');
    if (next.state === 'acquired') {
      expect(next.lock.engineId).not.toBe(first.lock.engineId);
      expect(next.lock.engineId.split('-')[0]).toBe(first.lock.engineId.split('-')[0]);
    }
  });

  it('keeps everything for this user, and out of version control', async () => {
    await acquireEngineLock(directory);
    await writeEngineFile(directory, await engineFile());
    const { root, engineFile: path } = stateLayout(directory);
    expect(statSync(root).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('*\n');
    expect(readdirSync(root).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('closes a folder that others may read, but leaves a server its way through it', async () => {
    const { root } = stateLayout(directory);
    mkdirSync(root);
    chmodSync(root, 0o755);
    await acquireEngineLock(directory);
    expect(statSync(root).mode & 0o777).toBe(0o711);
  });

  it('says it when a file has the name of its folder', async () => {
    writeFileSync(join(directory, '.breakwater'), '');
    const result = await acquireEngineLock(directory);
    expect(result).toMatchObject({ state: 'failed', error: { code: 'FOLDER_IS_A_FILE' } });
  });

  it.skipIf(process.getuid?.() === 0)('says it when the folder cannot be written', async () => {
    chmodSync(directory, 0o500);
    const result = await acquireEngineLock(directory);
    chmodSync(directory, 0o700);
    expect(result).toMatchObject({ state: 'failed', error: { code: 'FOLDER_NOT_WRITABLE' } });
  });
});

describe('readEngineFile', () => {
  it('tells a running engine from one that is gone', async () => {
    await acquireEngineLock(directory);
    expect(await readEngineFile(directory)).toEqual({ state: 'none' });
    await writeEngineFile(directory, await engineFile());
    expect((await readEngineFile(directory)).state).toBe('running');
    await writeEngineFile(directory, await engineFile({ pidStartedAt: 'boot:1' }));
    expect((await readEngineFile(directory)).state).toBe('stale');
    const child = spawn('true');
    await once(child, 'exit');
    await writeEngineFile(directory, await engineFile({ pid: child.pid ?? 0 }));
    expect((await readEngineFile(directory)).state).toBe('stale');
  });

  it.each(['', '{', '[]', 'null', '{"protocol":2}', '{"protocol":1,"pid":"1"}'])(
    'takes a damaged file for none: %s',
    async (text) => {
      await acquireEngineLock(directory);
      writeFileSync(stateLayout(directory).engineFile, text);
      expect(await readEngineFile(directory)).toEqual({ state: 'none' });
    },
  );
});
