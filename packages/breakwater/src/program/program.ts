import { Command } from 'commander';
import { ownVersion } from '../own-files.ts';
import { addAwsCommands } from './aws-commands.ts';
import { addChangeCommands } from './change-commands.ts';
import { addDefinitionCommands } from './definition-commands.ts';
import { examples, exitCodeHelp } from './lazy.ts';
import { addRunCommands } from './run-commands.ts';
import { addWatchCommands } from './watch-commands.ts';

/** The whole command line: names, options and help. What a command does loads only when it runs. */
export function createProgram(): Command {
  const program = new Command('breakwater')
    .description('Run a system of containers from one typed file, here as it would run on AWS.')
    .version(ownVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .showSuggestionAfterError(true)
    .showHelpAfterError('(add --help for what is possible)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'error ')) })
    .exitOverride();
  addRunCommands(program);
  addWatchCommands(program);
  addChangeCommands(program);
  addDefinitionCommands(program);
  addAwsCommands(program);
  program.addHelpText(
    'after',
    `${examples(
      ['breakwater init', 'write a first definition for this folder'],
      ['breakwater dev', 'run it'],
      ['breakwater ps', 'look at it, from another terminal'],
    )}\n${exitCodeHelp()}`,
  );
  return program;
}
