import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogLine } from '@breakwater/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logDisk } from './log-file.ts';
import { createLogStore, type LogStore, type LogStoreOptions } from './log-store.ts';

let directory: string;
let warnings: string[];
let opened: LogStore[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'breakwater-logs-'));
  warnings = [];
});
afterEach(async () => {
  // Lines on their way to the disk would make the folder again.
  await Promise.all(opened.map((logs) => logs.flush()));
  opened = [];
  rmSync(directory, { recursive: true, force: true });
});

const store = (options: Partial<LogStoreOptions> = {}): LogStore => {
  const logs = createLogStore({ directory, onWarning: (message) => warnings.push(message), ...options });
  opened.push(logs);
  return logs;
};
const line = (text: string, task: string | null = 'a', source = 'api'): LogLine => ({
  at: 0,
  source,
  task,
  stream: 'stdout',
  line: text,
});
const texts = (lines: readonly LogLine[]): string[] => lines.map((one) => one.line);
const noSpace = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

describe('createLogStore', () => {
  it('gives the last lines of one task, one source or all, in the order in which they came', () => {
    const logs = store();
    for (let n = 0; n < 6; n += 1) logs.append(line(`${n}`, n % 2 === 0 ? 'a' : 'b', n < 4 ? 'api' : 'web'));
    expect(texts(logs.tail({}, 4))).toEqual(['2', '3', '4', '5']);
    expect(texts(logs.tail({ source: 'api' }, 10))).toEqual(['0', '1', '2', '3']);
    expect(texts(logs.tail({ source: 'api', task: 'b' }, 1))).toEqual(['3']);
    expect(logs.tail({ task: 'none' }, 5)).toEqual([]);
    expect(logs.tail({}, 0)).toEqual([]);
    logs.forget('api', 'a');
    expect(texts(logs.tail({}, 10))).toEqual(['1', '3', '4', '5']);
  });

  it('keeps so many lines of each task, and so many bytes of all; who writes most loses first', () => {
    const logs = store({ perTaskLines: 1000, totalBytes: 100_000 });
    for (let n = 0; n < 50; n += 1) logs.append(line(`quiet ${n}`, 'quiet'));
    for (let n = 0; n < 5000; n += 1) logs.append(line(`loud ${n} ${'x'.repeat(100)}`, 'loud'));
    expect(logs.tail({ task: 'quiet' }, 1000)).toHaveLength(50);
    const loud = logs.tail({ task: 'loud' }, 10_000);
    expect(loud.at(-1)?.line).toMatch(/^loud 4999/);
    expect(loud.length).toBeGreaterThan(100);
    expect(loud.length * 200).toBeLessThan(100_000);
    const few = store({ perTaskLines: 3 });
    for (let n = 0; n < 500; n += 1) few.append(line(`${n}`));
    expect(texts(few.tail({}, 10))).toEqual(['497', '498', '499']);
  });

  it('keeps only the tasks of a source that wrote last', () => {
    const logs = store({ keepTasks: 2 });
    for (const task of ['a', 'b', 'a', 'c', 'd']) logs.append(line(`of ${task}`, task));
    logs.append(line('of web', 'x', 'web'));
    expect(texts(logs.tail({}, 10))).toEqual(['of c', 'of d', 'of web']);
  });

  it('writes a file for each task, for this user only', async () => {
    const logs = store({ now: () => 0 });
    logs.append(line('one'));
    logs.append({ ...line('two'), stream: 'stderr' });
    logs.append(line('up', null, 'engine'));
    logs.append(line('strange', '../../x', '../etc'));
    await logs.flush();
    expect(readFileSync(join(directory, 'api', 'a.log'), 'utf8')).toBe(
      '1970-01-01T00:00:00.000Z out one\n1970-01-01T00:00:00.000Z err two\n',
    );
    expect(statSync(join(directory, 'api', 'a.log')).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual(['__etc', 'api', 'engine']);
    expect(readdirSync(join(directory, '__etc'))).toEqual(['__.._x.log']);
  });

  it('begins a file anew at its cap, and keeps one older piece', async () => {
    const logs = store({ fileBytes: 1000 });
    for (let n = 0; n < 100; n += 1) {
      logs.append(line(`${n} ${'x'.repeat(60)}`));
      await logs.flush();
    }
    const sizes = ['a.log', 'a.log.1'].map((name) => statSync(join(directory, 'api', name)).size);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
    expect(readdirSync(join(directory, 'api'))).toHaveLength(2);
    expect(readFileSync(join(directory, 'api', 'a.log'), 'utf8')).toContain('99 xx');
  });

  it('keeps the files of the last tasks of each service', async () => {
    mkdirSync(join(directory, 'api'));
    for (let n = 0; n < 5; n += 1) {
      for (const end of ['.log', '.log.1']) {
        writeFileSync(join(directory, 'api', `old${n}${end}`), '');
        utimesSync(join(directory, 'api', `old${n}${end}`), n, n);
      }
    }
    const logs = store({ keepTasks: 2 });
    logs.append(line('one', 'new'));
    await logs.flush();
    const kept = (): string[] =>
      readdirSync(join(directory, 'api'))
        .filter((name) => name.startsWith('old'))
        .sort();
    for (let round = 0; round < 100 && kept().length > 4; round += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(kept()).toEqual(['old3.log', 'old3.log.1', 'old4.log', 'old4.log.1']);
  });

  it('goes on in memory without disk space, says so once, and writes again when there is some', async () => {
    let now = 0;
    let full = true;
    let tries = 0;
    const disk = {
      ...logDisk,
      append: async (path: string, text: string): Promise<void> => {
        tries += 1;
        if (full) throw noSpace;
        await logDisk.append(path, text);
      },
    };
    const logs = store({ disk, now: () => now, retryMs: 1000 });
    for (const text of ['one', 'two', 'three']) {
      logs.append(line(text));
      logs.append(line(text, 'b'));
      await logs.flush();
    }
    expect(warnings).toEqual([
      expect.stringMatching(/no disk space left for logs in .*ENOSPC.*Everything goes on/),
    ]);
    // One for each file that was under way when the first failed.
    expect(tries).toBeLessThanOrEqual(2);
    expect(texts(logs.tail({ task: 'a' }, 5))).toEqual(['one', 'two', 'three']);
    now = 1000;
    logs.append(line('four'));
    await logs.flush();
    expect(warnings).toHaveLength(1);
    full = false;
    now = 2000;
    logs.append(line('five'));
    await logs.flush();
    expect(warnings.slice(1)).toEqual([expect.stringMatching(/written to .* again/)]);
    expect(readFileSync(join(directory, 'api', 'a.log'), 'utf8')).toContain('five');
  });

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'survives a disk that is really full',
    async () => {
      const mount = join(directory, 'small');
      mkdirSync(mount);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mount]);
      try {
        const logs = store({ directory: mount, retryMs: 0 });
        for (let n = 0; n < 200; n += 1) {
          logs.append(line(`${n} ${'x'.repeat(1000)}`));
          await logs.flush();
        }
        expect(warnings).toEqual([expect.stringMatching(/ENOSPC/)]);
        expect(logs.tail({}, 1000)).toHaveLength(200);
        rmSync(join(mount, 'api'), { recursive: true });
        logs.append(line('there is room'));
        await logs.flush();
        logs.append(line('now'));
        await logs.flush();
        expect(warnings.slice(1)).toEqual([expect.stringMatching(/again/)]);
      } finally {
        execFileSync('umount', [mount]);
      }
    },
  );

  it('makes its folder again when someone has removed it', async () => {
    const logs = store();
    logs.append(line('one'));
    await logs.flush();
    rmSync(join(directory, 'api'), { recursive: true });
    logs.append(line('two'));
    await logs.flush();
    expect(readFileSync(join(directory, 'api', 'a.log'), 'utf8')).toMatch(/two\n$/);
    expect(warnings).toEqual([]);
  });

  it('leaves lines out of the file that come faster than the disk takes them, and says how many', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let written = '';
    const disk = {
      ...logDisk,
      append: async (_: string, text: string): Promise<void> => {
        await held;
        written += text;
      },
    };
    const logs = store({ disk });
    for (let n = 0; n < 30; n += 1) {
      logs.append(line('x'.repeat(100_000)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    release();
    await logs.flush();
    expect(written.length).toBeLessThan(2.5 * 1024 * 1024);
    expect(written).toMatch(/… \d+ lines are left out here/);
  });
});

describe('following', () => {
  it('gives the last lines and then those that come, to many readers, until it is ended', async () => {
    const logs = store();
    logs.append(line('before'));
    const abort = new AbortController();
    const read = async (task: string): Promise<string[]> => {
      const seen: string[] = [];
      for await (const one of logs.follow({ task }, { tail: 5, signal: abort.signal })) seen.push(one.line);
      return seen;
    };
    const readers = [read('a'), read('a'), read('b')];
    await new Promise((resolve) => setImmediate(resolve));
    logs.append(line('after'));
    logs.append(line('other', 'b'));
    await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    expect(await Promise.all(readers)).toEqual([['before', 'after'], ['before', 'after'], ['other']]);
  });

  it('leaves lines out for a reader that is too slow, and tells it', async () => {
    const logs = store();
    const lines = logs.follow({}, { tail: 0, maxWaiting: 100 });
    const first = lines.next();
    logs.append(line('first'));
    expect((await first).value?.line).toBe('first');
    for (let n = 0; n < 1000; n += 1) logs.append(line(`${n}`));
    const next = (await lines.next()).value?.line ?? '';
    const leftOut = Number(/^… (\d+) lines are left out/.exec(next)?.[1]);
    expect((await lines.next()).value?.line).toBe(String(leftOut));
    await lines.return();
    expect(leftOut).toBeGreaterThanOrEqual(900);
  });

  it('is ended by the function that it answered with', () => {
    const logs = store();
    const seen: string[] = [];
    const end = logs.subscribe({ source: 'api' }, (one) => seen.push(one.line));
    logs.append(line('one'));
    logs.append(line('two', 'a', 'web'));
    end();
    logs.append(line('three'));
    expect(seen).toEqual(['one']);
  });
});
