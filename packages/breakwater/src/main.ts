import { CommanderError } from 'commander';
import { formatError, toCliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { createProgram } from './program/program.ts';
import { errStyle, note, onBrokenPipe } from './terminal.ts';

/** Runs the command line and sets the exit code. The only place that prints an error. */
export async function main(argv: readonly string[]): Promise<void> {
  onBrokenPipe(() => process.exit(EXIT.ok));
  try {
    await createProgram().parseAsync([...argv]);
  } catch (error) {
    const code = report(error);
    process.exitCode = code;
    // Whoever interrupts does not want to wait for what libraries still do in the background.
    if (code === EXIT.interrupted) process.exit();
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message already; help and version are no errors.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  note(formatError(error, errStyle));
  return toCliError(error)?.exitCode ?? EXIT.error;
}
