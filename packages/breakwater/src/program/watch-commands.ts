import type { Command } from 'commander';
import { parseCount, parseDelay, parseDuration } from '../arguments.ts';
import { examples, lazy, withEngineOptions } from './lazy.ts';

/** Commands that look at the running system. */
export function addWatchCommands(program: Command): void {
  program.commandsGroup('Watch it:');
  withEngineOptions(program.command('ps').description('services, tasks and stores as they are now')).action(
    lazy(async () => (await import('../commands/ps.ts')).ps),
  );
  withEngineOptions(
    program
      .command('logs')
      .argument('[source]', 'service, store or engine')
      .description('the last log lines; -f follows; --aws reads those on AWS'),
  )
    .option('-f, --follow', 'go on with the lines that come; NDJSON with --json')
    .option('-s, --service <name>', 'only this service (the same as the argument)')
    .option('-t, --task <id>', 'only this task; the first digits of its id will do')
    .option(
      '-n, --tail <lines>',
      'how many of the last lines (default: 100, with --aws all of the time span)',
      parseCount,
    )
    .option('--aws', 'lines of the system on AWS, from CloudWatch Logs')
    .option('--since <duration>', 'with --aws: lines from so long ago on', parseDuration, 10 * 60_000)
    .option('--filter <pattern>', 'with --aws: only lines that match this CloudWatch filter pattern')
    .option('--profile <name>', 'with --aws: profile of the AWS configuration')
    .option('--region <region>', "with --aws: AWS Region in place of the definition's")
    .addHelpText(
      'after',
      examples(
        ['breakwater logs -f', 'all services, as it comes'],
        ['breakwater logs catalog --tail 20', 'the last lines of one service'],
        ['breakwater logs --aws -e prod --since 1h --filter ERROR', 'what went wrong in production'],
      ),
    )
    .action(lazy(async () => (await import('../commands/logs.ts')).logs));
  withEngineOptions(
    program
      .command('describe')
      .argument('[service]', 'default: the whole system')
      .description('everything about a service or the system'),
  ).action(lazy(async () => (await import('../commands/describe.ts')).describe));
  withEngineOptions(
    program
      .command('traces')
      .argument('[id]', 'one trace, shown as a tree')
      .description('the latest traces, or one of them'),
  )
    .option('-s, --service <name>', 'only traces in which this service took part')
    .option('--errors', 'only traces with an error')
    .option('--slower-than <duration>', 'only traces that took longer, such as 200ms', parseDelay)
    .option('-n, --limit <count>', 'at most so many', parseCount, 20)
    .addHelpText(
      'after',
      examples(
        ['breakwater traces --slower-than 200ms', 'slow requests'],
        ['breakwater traces 1-5759e988-bd862e3fe1be46a994272793', 'where the time went'],
      ),
    )
    .action(lazy(async () => (await import('../commands/traces.ts')).traces));
}
