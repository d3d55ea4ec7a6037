import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type BuildResult, runBuild } from './run-build.ts';

const cwd = tmpdir();
const watched: number[] = [];
const guard = {
  watch: ({ pid }: { readonly pid: number }) => void watched.push(pid),
  forget: (pid: number) => void watched.splice(watched.indexOf(pid), 1),
};

const { PATH = '' } = process.env;

describe('runBuild', () => {
  const build = (script: string, signal?: AbortSignal): Promise<BuildResult> =>
    runBuild({
      build: { command: 'sh', args: ['-c', script], path: [] },
      cwd,
      env: { PATH },
      engineId: 'task-test',
      service: 'api',
      guard,
      onLine: () => {},
      ...(signal === undefined ? {} : { signal }),
    });

  it('tells success, and failure with the last lines', async () => {
    expect(await build('echo fine')).toEqual({ state: 'built' });
    expect(await build('echo one; echo two >&2; exit 2')).toEqual({
      state: 'failed',
      message: expect.stringMatching(/build of service "api" failed with exit code 2/),
      fix: null,
      lastLines: expect.arrayContaining(['one', 'two']),
    });
  });

  it('is ended by its signal, with everything that it started', async () => {
    const abort = new AbortController();
    const result = build('sleep 300 & sleep 300; echo never', abort.signal);
    await sleep(200);
    abort.abort();
    expect(watched).toHaveLength(1);
    expect(await result).toEqual({ state: 'aborted' });
    expect(watched).toEqual([]);
    expect(await build('exit 0', abort.signal)).toEqual({ state: 'aborted' });
  });
});
