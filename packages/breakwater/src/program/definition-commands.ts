import type { Command } from 'commander';
import { examples, lazy, withDefinitionOptions } from './lazy.ts';

/** Commands about the definition and this machine. */
export function addDefinitionCommands(program: Command): void {
  program.commandsGroup('Define it:');
  program
    .command('init')
    .argument('[folder]', 'default: this one')
    .description('write a first breakwater.config.ts for a folder with a Dockerfile or package.json')
    .option('--json', 'print what was found and written as JSON')
    .action(lazy(async () => (await import('../commands/init.ts')).init));
  withDefinitionOptions(program.command('plan').description('what the definition means, everything decided'))
    .option('--json', 'print { plan, diagnostics } as JSON')
    .action(lazy(async () => (await import('../commands/plan.ts')).plan));
  withDefinitionOptions(
    program
      .command('explain')
      .argument('<path>', 'path in the plan, such as services.catalog.scaling')
      .description('where a value comes from: given, defaulted or derived, and why'),
  )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        ['breakwater explain services.catalog.cpuUnits', 'one value'],
        ['breakwater explain services.catalog.scaling', 'everything below'],
      ),
    )
    .action(lazy(async () => (await import('../commands/explain.ts')).explain));
  program
    .command('doctor')
    .description('check whether this machine and folder can run a system')
    .option('-c, --config <file>', 'definition (default: the nearest)')
    .option('--json', 'print JSON')
    .action(lazy(async () => (await import('../commands/doctor.ts')).doctor));
}
