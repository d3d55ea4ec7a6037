import type { EngineOptions } from '@breakwater/local';
import type { Plan } from '@breakwater/plan';
import { splitCommand } from './command-words.ts';
import { readDatabaseUrls } from './database-urls.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { ownVersion } from './own-files.ts';
import type { DefinitionOptions } from './resolve-plan.ts';

/** Options of the commands that start the engine: `dev` and `start`. */
export interface RunOptions extends DefinitionOptions {
  readonly json?: boolean;
  readonly port?: number;
  readonly timeScale?: number;
  readonly databaseUrl: readonly string[];
  readonly databaseTls?: boolean;
  readonly run: readonly string[];
  readonly watch: boolean;
}

/** What the engine is started with, and whether a password stood on the command line. */
export interface PreparedEngine {
  readonly options: EngineOptions;
  readonly exposedPassword: boolean;
}

/** Translates the command line's options. @throws CliError (usage). */
export function prepareEngine(
  plan: Plan,
  directory: string,
  options: RunOptions,
  environment: NodeJS.ProcessEnv,
): PreparedEngine {
  const { urls, exposed } = readDatabaseUrls(options.databaseUrl, Object.keys(plan.databases), environment);
  return {
    exposedPassword: exposed,
    options: {
      plan,
      directory,
      watch: options.watch,
      version: ownVersion(),
      databaseUrls: urls,
      databaseTls: options.databaseTls ?? false,
      commands: readCommands(options.run, Object.keys(plan.services)),
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(options.timeScale === undefined ? {} : { timeScale: options.timeScale }),
    },
  };
}

/** Commands of `--run service='command'`, by service. @throws CliError (usage). */
export function readCommands(
  given: readonly string[],
  services: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const commands: Record<string, readonly string[]> = {};
  for (const argument of given) {
    const [, service = '', text = ''] = /^([^=\s]+)=(.*)$/s.exec(argument) ?? [];
    const words = splitCommand(text);
    if (service === '' || words === null) {
      throw new CliError(`--run ${argument} cannot be understood`, {
        why:
          service === ''
            ? 'it must name a service and a command'
            : text.trim() === ''
              ? 'the command is empty'
              : 'a quote is left open',
        fix: `Write --run ${service || services[0] || 'service'}='node server.js'.`,
        exitCode: EXIT.usage,
      });
    }
    if (!services.includes(service)) {
      throw new CliError(`--run names the service ${service}`, {
        why: `the definition has ${services.length > 0 ? services.join(', ') : 'none'}`,
        fix: `Write --run ${services[0] ?? 'service'}='…'.`,
        exitCode: EXIT.usage,
      });
    }
    commands[service] = words;
  }
  return commands;
}
