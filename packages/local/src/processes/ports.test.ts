import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { createPortAllocator, type PortAllocator } from './ports.ts';

const allocators: PortAllocator[] = [];
afterEach(() => {
  for (const one of allocators.splice(0)) one.close();
});

/** An engine's; nobody listens in this range during the tests, but another test run may have claimed some of it. */
function allocator(seed: number, range = { from: 29_000, to: 29_499 }): PortAllocator {
  const made = createPortAllocator(seed, range);
  allocators.push(made);
  return made;
}

/** A program that takes ports from the same place on when it is told to, says which, and lives until it is killed. */
async function buildTaker(): Promise<string> {
  const contents = `
    import { createPortAllocator } from './ports.ts';
    const ports = createPortAllocator(0, { from: 29_000, to: 29_499 });
    process.stdin.once('data', async () => {
      const taken = [];
      for (let n = 0; n < 20; n += 1) taken.push(await ports.next());
      console.log(JSON.stringify(taken));
      setInterval(() => {}, 1_000);
    });
    console.log('ready');`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** Gives the next line each time. */
function linesOf(stream: Readable): () => Promise<string> {
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
  return async () => (await lines.next()).value;
}

describe('ports of engines side by side', () => {
  it('differ although all begin at the same place in the same instant and nobody listens yet', async () => {
    const engines = Array.from({ length: 8 }, () => allocator(7));
    const taken = await Promise.all(
      engines.flatMap((engine) => Array.from({ length: 12 }, () => engine.next())),
    );
    expect(new Set(taken).size).toBe(96);
  });

  it('differ between processes, and are free again when one is killed', async () => {
    const program = await buildTaker();
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    try {
      const lines = children.map(({ stdout }) => linesOf(stdout));
      await Promise.all(lines.map((next) => next()));
      for (const { stdin } of children) stdin.write('go\n');
      // What the child writes.
      const taken = await Promise.all(lines.map(async (next) => JSON.parse(await next()) as number[]));
      expect(new Set(taken.flat()).size).toBe(60);
      const [first] = taken;
      const mine = allocator(0);
      expect(await mine.take(first?.[0] ?? 0)).toBe(false);
      children[0]?.kill('SIGKILL');
      await once(children[0] ?? process, 'exit');
      expect(await mine.take(first?.[0] ?? 0)).toBe(true);
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  });

  it('are free again when they are given back, and when the engine ends', async () => {
    const one = allocator(100);
    const other = allocator(100);
    const port = await one.next();
    expect(await other.take(port)).toBe(false);
    one.release(port);
    one.release(port);
    expect(await other.take(port)).toBe(true);
    const last = await one.next();
    one.close();
    expect(await other.take(last)).toBe(true);
  });

  it('can be used for UDP by whoever gets them', async () => {
    const port = await allocator(200).next();
    const socket = createSocket('udp4').bind({ port, address: '127.0.0.1', exclusive: true });
    await once(socket, 'listening');
    socket.close();
  });

  it('are those of the range only', async () => {
    const one = allocator(0);
    expect(await one.take(28_999)).toBe(false);
    expect(await one.take(29_500)).toBe(false);
  });
});
