import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inSourceTurn } from './source-turn.ts';

let source: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  source = mkdtempSync(join(tmpdir(), 'breakwater-source-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(source, { recursive: true, force: true });
});

const options = () => ({ signal: new AbortController().signal, onWait: () => {} });

/** Another engine, which has its turn in the folder and keeps it until it is told to end, or killed. */
async function holder(): Promise<ChildProcess> {
  const contents = `
    import { inSourceTurn } from './source-turn.ts';
    const options = { signal: new AbortController().signal, onWait: () => {} };
    void inSourceTurn(${JSON.stringify(source)}, options, async () => {
      console.log('mine');
      await new Promise((resolve) => process.stdin.once('data', resolve));
    }).then(() => process.exit(0));`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const child = spawn(process.execPath, ['-e', outputFiles[0]?.text ?? ''], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

it('lets one work in a folder after the other, also when one fails', async () => {
  const order: string[] = [];
  const work = (name: string, fails = false) =>
    inSourceTurn(source, options(), async () => {
      order.push(`${name} begins`);
      await sleep(20);
      order.push(`${name} ends`);
      if (fails) throw new Error(`${name} fails`);
      return name;
    });
  const results = await Promise.allSettled([work('one', true), work('two'), work('three')]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(order).toEqual(['one', 'two', 'three'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});

it('waits for another engine in the same folder, and goes on when that has finished', async () => {
  const other = await holder();
  let begun = false;
  const mine = inSourceTurn(source, options(), async () => {
    begun = true;
  });
  await sleep(200);
  expect(begun).toBe(false);
  other.stdin?.write('end\n');
  await mine;
  expect(begun).toBe(true);
});

it('does not wait for an engine that was killed in its turn', async () => {
  const other = await holder();
  const mine = inSourceTurn(source, options(), async () => 'done');
  other.kill('SIGKILL');
  expect(await mine).toBe('done');
});

it('gives up its place when it is told to', async () => {
  await holder();
  const abort = new AbortController();
  const mine = inSourceTurn(source, { signal: abort.signal, onWait: () => {} }, async () => 'done');
  abort.abort();
  expect(await mine).toBeUndefined();
});

it('says once whom it waits for', async () => {
  const other = await holder();
  const told: number[] = [];
  const mine = inSourceTurn(
    source,
    { signal: new AbortController().signal, onWait: (pid) => told.push(pid), tellAfterMs: 100 },
    async () => {},
  );
  await expect.poll(() => told, { timeout: 10_000 }).toEqual([other.pid]);
  other.stdin?.write('end\n');
  await mine;
  expect(told).toHaveLength(1);
});
