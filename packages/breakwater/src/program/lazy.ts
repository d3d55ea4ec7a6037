import type { Command } from 'commander';
import { EXIT, EXIT_MEANINGS } from '../exit-codes.ts';

/**
 * Wraps the function of a command so that its module loads only when the command runs. The options come last in what
 * the function gets, after the arguments.
 */
export function lazy<TArguments extends readonly unknown[]>(
  load: () => Promise<(...given: TArguments) => Promise<void>>,
): (...given: readonly unknown[]) => Promise<void> {
  return async (...given) => {
    const run = await load();
    // Commander appends the command itself; the declared arguments and options before it are what `run` takes.
    await run(...(given.slice(0, -1) as unknown as TArguments));
  };
}

/** Examples below a command's help. */
export function examples(...lines: readonly (readonly [command: string, meaning: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  return `\nExamples:\n${lines.map(([command, meaning]) => `  $ ${command.padEnd(width)}  ${meaning}`).join('\n')}`;
}

/** The exit codes below the main help. */
export function exitCodeHelp(): string {
  // The keys of both records are the same by type.
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  return `\nExit codes:\n${names.map((name) => `  ${String(EXIT[name]).padStart(3)}  ${EXIT_MEANINGS[name]}`).join('\n')}`;
}

/** Options of every command that reads the definition. */
export function withDefinitionOptions(command: Command): Command {
  return command
    .option('-e, --env <name>', 'environment (default: $ENVIRONMENT_SUFFIX, else dev)')
    .option('-c, --config <file>', 'definition (default: breakwater.config.ts here or above)')
    .option('--region <region>', "AWS Region in place of the definition's");
}

/** Options of every command that talks to the running engine. */
export function withEngineOptions(command: Command): Command {
  return command
    .option('-e, --env <name>', 'insist that the engine runs this environment')
    .option('-c, --config <file>', 'definition whose engine is meant (default: the nearest)')
    .option('--json', 'print JSON on standard output');
}
