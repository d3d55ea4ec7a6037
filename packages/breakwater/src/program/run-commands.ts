import { type Command, Option } from 'commander';
import { collect, parseDuration, parsePort, parseTimeScale } from '../arguments.ts';
import type { DevOptions } from '../commands/dev.ts';
import { WAIT_GOAL_NAMES } from '../wait-goals.ts';
import { examples, lazy, withDefinitionOptions, withEngineOptions } from './lazy.ts';

/** What Commander gives for `dev`. */
type DevInput = Omit<DevOptions, 'logs'> & { readonly background?: boolean };

const NONE: readonly string[] = [];

function withRunOptions(command: Command): Command {
  return withDefinitionOptions(command)
    .option('-p, --port <port>', 'port of the router (default: 8080, or the next free one)', parsePort)
    .option(
      '--time-scale <factor>',
      'run alarms, scaling and cooldowns this many times faster',
      parseTimeScale,
    )
    .option(
      '--database-url <url>',
      "use your own server: [STORE=]URL, or better @FILE or '$VARIABLE'; also $BREAKWATER_DATABASE_URL",
      collect,
      NONE,
    )
    .option('--database-tls', 'encrypted connections to the database only, as on AWS')
    .option('--run <service=command>', "run this in place of the service's own command", collect, NONE)
    .option('--no-watch', 'do not deploy when sources or definition change');
}

/** Commands that start, stop and wait for the engine. */
export function addRunCommands(program: Command): void {
  program.commandsGroup('Run a system here:');
  withRunOptions(program.command('dev').description('run the system in the foreground and watch it'))
    .option('--json', 'print events and logs as NDJSON on standard output')
    .addOption(new Option('--background', 'only keep the logs').hideHelp())
    .addHelpText(
      'after',
      examples(
        ['breakwater dev', 'everything in breakwater.config.ts, until Ctrl-C'],
        ['breakwater dev --time-scale 10', 'ten minutes of autoscaling in one'],
        ["breakwater dev --run api='python -m flask run'", 'another program in the place of api'],
        ["DB=postgresql://… breakwater dev --database-url '$DB'", 'a PostgreSQL server of your own'],
      ),
    )
    .action(
      lazy(async () => {
        const { dev } = await import('../commands/dev.ts');
        return (options: DevInput) => dev({ ...options, logs: !options.background });
      }),
    );
  withRunOptions(program.command('start').description('run it in the background; returns when it is ready'))
    .option('--timeout <duration>', 'wait this long for it to be ready', parseDuration, 120_000)
    .option('--json', 'print where it answers as JSON')
    .addHelpText('after', examples(['breakwater start && breakwater logs -f', 'start, then follow the logs']))
    .action(lazy(async () => (await import('../commands/start.ts')).start));
  withEngineOptions(
    program.command('stop').description('stop it in order: answer what is in flight, then end'),
  )
    .option('--timeout <duration>', 'wait this long', parseDuration, 150_000)
    .option('--force', 'kill the engine at once; the next start cleans up')
    .action(lazy(async () => (await import('../commands/stop.ts')).stop));
  withEngineOptions(
    program.command('wait').description('wait until the system is ready, healthy or deployed'),
  )
    .addOption(new Option('--for <goal>', 'what to wait for').choices(WAIT_GOAL_NAMES).default('ready'))
    .option('--timeout <duration>', 'wait this long, then exit 9', parseDuration, 60_000)
    .addHelpText(
      'after',
      examples(
        ['breakwater wait && npm run e2e', 'test as soon as it answers'],
        ['breakwater wait --for deployment --timeout 5m', 'until no deployment is in progress'],
      ),
    )
    .action(lazy(async () => (await import('../commands/wait.ts')).wait));
}
