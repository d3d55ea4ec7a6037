import { join } from 'node:path';
import type { LogLine } from '@breakwater/protocol';
import { systemErrorCode } from '../state/engine-error.ts';
import {
  createLogFile,
  type DiskTrouble,
  dropOldFiles,
  type LogDisk,
  type LogFile,
  logDisk,
} from './log-file.ts';
import { LogRing, type NumberedLine } from './log-ring.ts';

/** Which lines: of a source, of a task, or all. */
export interface LogFilter {
  readonly source?: string;
  readonly task?: string;
}

export interface FollowOptions {
  /** So many of the lines before now come first. */
  readonly tail: number;
  /** Lines that may wait for a slow reader; the oldest beyond are left out, and a line says so. Default 10,000. */
  readonly maxWaiting?: number;
  readonly signal?: AbortSignal;
}

/** The lines of all tasks, stores and of the engine: the latest in memory, more on disk. */
export interface LogStore {
  append(line: LogLine): void;
  /** The last `count` lines that match, oldest first. */
  tail(filter: LogFilter, count: number): readonly LogLine[];
  /** Calls back for every line that matches, from now on, at once; for quick work only. Returns how to end it. */
  subscribe(filter: LogFilter, callback: (line: LogLine) => void): () => void;
  /** The last lines and all that follow, at the reader's own pace, until the signal. */
  follow(filter: LogFilter, options: FollowOptions): AsyncGenerator<LogLine, void>;
  /** Takes a task's lines out of memory; its file stays. */
  forget(source: string, task: string): void;
  /** Resolves when everything is on disk that the disk takes. */
  flush(): Promise<void>;
}

export interface LogStoreOptions {
  /** `.breakwater/logs`; files are `<source>/<task>.log`. */
  readonly directory: string;
  /** Lines of each task in memory. Default 2,000. */
  readonly perTaskLines?: number;
  /** Bytes of all lines in memory. Default 32 MiB. */
  readonly totalBytes?: number;
  /** Size at which a file is begun anew; one older piece is kept. Default 8 MiB. */
  readonly fileBytes?: number;
  /** Tasks of each service that are kept, in memory and as files. Default 30. */
  readonly keepTasks?: number;
  /** Pause after a failed write, milliseconds. Default 10,000. */
  readonly retryMs?: number;
  readonly disk?: LogDisk;
  readonly now?: () => number;
  /** Told once when the disk takes no more lines, and once when it does again. */
  readonly onWarning: (message: string) => void;
}

/** Keeps logs in bounded memory and bounded files. Without disk space it goes on in memory, says so once, and tries again later. */
export function createLogStore(options: LogStoreOptions): LogStore {
  const { directory, onWarning, disk = logDisk, now = Date.now } = options;
  const { perTaskLines = 2_000, totalBytes = 32 * 1024 * 1024, fileBytes = 8 * 1024 * 1024 } = options;
  const { keepTasks = 30, retryMs = 10_000 } = options;
  const rings = new Map<string, LogRing>();
  const logFiles = new Map<string, LogFile>();
  const listeners = new Set<{ readonly filter: LogFilter; readonly callback: (line: LogLine) => void }>();
  const trouble = createDiskTrouble(directory, retryMs, now, onWarning);
  let seq = 0;
  let bytes = 0;

  const ringOf = ({ source, task }: LogLine): LogRing => {
    const key = keyOf(source, task);
    let ring = rings.get(key);
    if (ring === undefined) {
      ring = new LogRing(source, task, perTaskLines);
      rings.set(key, ring);
      forgetOldTasks(source);
    }
    return ring;
  };
  const fileOf = ({ source, task }: LogLine): LogFile => {
    const key = keyOf(source, task);
    let file = logFiles.get(key);
    if (file === undefined) {
      const folder = join(directory, fileName(source));
      file = createLogFile(join(folder, `${fileName(task ?? source)}.log`), fileBytes, disk, trouble);
      logFiles.set(key, file);
      // Old files that stay do no harm; the next task tries again.
      if (task !== null) dropOldFiles(folder, keepTasks, disk).catch(() => {});
    }
    return file;
  };
  const forget = (source: string, task: string | null): void => {
    const key = keyOf(source, task);
    bytes -= rings.get(key)?.bytes ?? 0;
    rings.delete(key);
    logFiles.delete(key);
  };
  /** Deployments replace tasks again and again: of each source only those that wrote last stay. */
  const forgetOldTasks = (source: string): void => {
    const ofSource = [...rings.values()].filter((ring) => ring.source === source && ring.task !== null);
    if (ofSource.length <= keepTasks) return;
    // The new one has no line yet, and must not be the oldest for that.
    const lastSeq = (ring: LogRing): number => ring.last(1)[0]?.seq ?? Number.POSITIVE_INFINITY;
    const oldest = ofSource.reduce((a, b) => (lastSeq(a) <= lastSeq(b) ? a : b));
    forget(oldest.source, oldest.task);
  };
  const matching = (filter: LogFilter, count: number): readonly LogLine[] => {
    const lines: NumberedLine[] = [];
    for (const ring of rings.values()) if (matches(filter, ring)) lines.push(...ring.last(count));
    lines.sort((a, b) => a.seq - b.seq);
    return lines.slice(Math.max(0, lines.length - count)).map(({ line }) => line);
  };
  const subscribe: LogStore['subscribe'] = (filter, callback) => {
    const listener = { filter, callback };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  return {
    append(line) {
      const ring = ringOf(line);
      const before = ring.bytes;
      seq += 1;
      ring.add({ seq, line });
      bytes += ring.bytes - before;
      // The longest loses first, so that one that writes much does not push out the others.
      while (bytes > totalBytes) {
        const longest = [...rings.values()].reduce((a, b) => (a.bytes >= b.bytes ? a : b));
        const had = longest.bytes;
        for (let n = Math.ceil(longest.length / 10); n > 0 && longest.dropOldest(); n -= 1);
        bytes -= had - longest.bytes;
        if (had === longest.bytes) break;
      }
      fileOf(line).write(fileLine(line));
      for (const { filter, callback } of listeners) if (matches(filter, line)) callback(line);
    },
    tail: matching,
    subscribe,
    follow: (filter, follow) => followLines(filter, follow, matching, subscribe, now),
    forget,
    async flush() {
      await Promise.all([...logFiles.values()].map((file) => file.flush()));
    },
  };
}

async function* followLines(
  filter: LogFilter,
  { tail, maxWaiting = 10_000, signal }: FollowOptions,
  last: LogStore['tail'],
  subscribe: LogStore['subscribe'],
  now: () => number,
): AsyncGenerator<LogLine, void> {
  let waiting: LogLine[] = [];
  let leftOut = 0;
  let wake = (): void => {};
  const end = subscribe(filter, (line) => {
    waiting.push(line);
    // Dropped in pieces: taking the first off a long list for each line would cost its length each time.
    if (waiting.length > maxWaiting) leftOut += waiting.splice(0, Math.ceil(maxWaiting / 10)).length;
    wake();
  });
  const onAbort = (): void => wake();
  signal?.addEventListener('abort', onAbort);
  try {
    yield* last(filter, tail);
    while (signal?.aborted !== true) {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const lines = waiting;
      waiting = [];
      if (leftOut > 0) {
        yield {
          at: now(),
          source: 'engine',
          task: null,
          stream: 'stderr',
          line: `… ${leftOut} lines are left out here: they came faster than they were read.`,
        };
        leftOut = 0;
      }
      yield* lines;
    }
  } finally {
    end();
    signal?.removeEventListener('abort', onAbort);
  }
}

function createDiskTrouble(
  directory: string,
  retryMs: number,
  now: () => number,
  onWarning: (message: string) => void,
): DiskTrouble {
  let failedAt: number | null = null;
  return {
    mayTry: () => failedAt === null || now() - failedAt >= retryMs,
    failed(path, error) {
      const first = failedAt === null;
      failedAt = now();
      if (!first) return;
      const code = systemErrorCode(error);
      const why =
        code === 'ENOSPC' || code === 'EDQUOT'
          ? `There is no disk space left for logs in ${directory} (${code}).`
          : `Logs cannot be written to ${path}: ${error instanceof Error ? error.message : String(error)}.`;
      onWarning(
        `${why} Everything goes on; the latest lines stay in memory, and writing is tried again every ${retryMs / 1000} s.`,
      );
    },
    worked() {
      if (failedAt === null) return;
      failedAt = null;
      onWarning(`Logs are written to ${directory} again.`);
    },
  };
}

const keyOf = (source: string, task: string | null): string => `${source}\n${task ?? ''}`;

const matches = (filter: LogFilter, { source, task }: { source: string; task: string | null }): boolean =>
  (filter.source === undefined || filter.source === source) &&
  (filter.task === undefined || filter.task === task);

/** `2026-11-20T09:30:00.000Z out text` */
const fileLine = ({ at, stream, line }: LogLine): string =>
  `${new Date(at).toISOString()} ${stream === 'stdout' ? 'out' : 'err'} ${line}\n`;

/** A name that is no path. */
const fileName = (name: string): string => name.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_') || '_';
