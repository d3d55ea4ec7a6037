import type { Command } from 'commander';
import { parseDelay, parseDuration, parseScaleTarget } from '../arguments.ts';
import type { ChaosFault } from '../commands/chaos.ts';
import type { EngineCommandOptions } from '../engine-folder.ts';
import { examples, lazy, withEngineOptions } from './lazy.ts';

/** Commands that change the running system. */
export function addChangeCommands(program: Command): void {
  program.commandsGroup('Change it:');
  withEngineOptions(
    program
      .command('redeploy')
      .argument('[service]', 'default: all')
      .description("deploy again by the service's own strategy"),
  )
    .option('-w, --wait', 'wait until the deployment is finished or rolled back')
    .option('--timeout <duration>', 'with --wait: wait this long, then exit 9', parseDuration, 300_000)
    .action(lazy(async () => (await import('../commands/redeploy.ts')).redeploy));
  withEngineOptions(
    program
      .command('scale')
      .argument('<service>', 'service')
      .argument('<tasks>', 'a number such as 4, or bounds such as 2..10', parseScaleTarget)
      .description('another number of tasks, or other bounds'),
  )
    .addHelpText(
      'after',
      examples(
        ['breakwater scale catalog 6', 'six tasks now'],
        ['breakwater scale catalog 2..20', 'bounds of the autoscaler'],
      ),
    )
    .action(lazy(async () => (await import('../commands/scale.ts')).scale));
  addChaos(program);
}

function addChaos(program: Command): void {
  const chaos = program
    .command('chaos')
    .description('make something fail, as it fails on AWS')
    .addHelpText(
      'after',
      examples(
        ['breakwater chaos kill-task 1f0c', 'SIGKILL; the first digits of the id will do'],
        ['breakwater chaos lose-zone a', 'every task in that zone at once'],
        ['breakwater chaos slow-database 200ms', 'each answer late; 0 ends it'],
      ),
    );
  const fault = (name: string, description: string): Command =>
    withEngineOptions(chaos.command(name).description(description));
  const run = <TInput>(toFault: (input: TInput) => ChaosFault) =>
    lazy(async () => {
      const command = await import('../commands/chaos.ts');
      return (input: TInput, options: EngineCommandOptions) => command.chaos(toFault(input), options);
    });

  for (const [action, description] of [
    ['stop-task', 'stop a task as ECS would: deregister, drain, SIGTERM, SIGKILL'],
    ['kill-task', 'SIGKILL to a task and everything that it started'],
  ] as const) {
    fault(action, description)
      .argument('<task>', 'id, or its first digits')
      .action(run((task: string) => ({ action, task })));
  }
  fault('reclaim-spot', 'take Spot tasks back: SIGTERM with two minutes of warning')
    .argument('[service]', 'default: of all services')
    .action(run((service: string | undefined) => ({ action: 'reclaim-spot', service })));
  for (const [action, description] of [
    ['lose-zone', 'end every task in a zone and place none there'],
    ['restore-zone', 'place tasks in the zone again'],
  ] as const) {
    fault(action, description)
      .argument('<zone>', 'name or last letter')
      .action(run((zone: string) => ({ action, zone })));
  }
  fault('slow-database', 'delay every answer of a database; 0 ends it')
    .argument('<delay>', 'such as 200ms', parseDelay)
    .argument('[database]', 'default: the only one')
    .action(
      lazy(async () => {
        const command = await import('../commands/chaos.ts');
        return (delayMs: number, database: string | undefined, options: EngineCommandOptions) =>
          command.chaos({ action: 'slow-database', database, delayMs }, options);
      }),
    );
  for (const [action, description] of [
    ['stop-database', 'end a database at once, as a crash would'],
    ['start-database', 'bring it back'],
  ] as const) {
    fault(action, description)
      .argument('[database]', 'default: the only one')
      .action(run((database: string | undefined) => ({ action, database })));
  }
}
