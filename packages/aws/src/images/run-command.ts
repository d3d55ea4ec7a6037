import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a command ended. */
export interface CommandResult {
  /** Null when it could not be started. */
  readonly exitCode: number | null;
  /** The last lines of both outputs, in the order in which they came. */
  readonly lines: readonly string[];
}

/** How to run a command. */
export interface CommandOptions {
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Written to its standard input: the place for secrets, which arguments are not. */
  readonly input?: string;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

const KEPT_LINES = 40;

/** Runs a command to its end and never throws: a command that is not there has no exit code. */
export function runCommand(
  command: readonly [string, ...string[]],
  { directory, environment, input, onLine, signal }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const [program, ...args] = command;
    const lines: string[] = [];
    const take = (line: string): void => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      onLine?.(line);
    };
    const child = spawn(program, args, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
      ...(directory === undefined ? {} : { cwd: directory }),
      ...(signal === undefined ? {} : { signal }),
    });
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ exitCode: null, lines: [error.message] });
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', take);
    }
    // A program that does not read its input is none of our concern: its exit code tells.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    child.on('close', (code) => resolve({ exitCode: code ?? 1, lines }));
  });
}
