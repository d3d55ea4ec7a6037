import { type Command, Option } from 'commander';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';

/** What a system compiles to. */
export type Target = 'cdk' | 'pulumi';

const targetOption = (): Option =>
  new Option('--target <tool>', 'what to compile to').choices(['cdk', 'pulumi']).default('cdk');

/** Options of commands that compile to either. */
export function withTarget(command: Command): Command {
  return command
    .addOption(targetOption())
    .option(
      '--project <name>',
      'with --target pulumi: name of the Pulumi project (default: of Pulumi.yaml, else of the system)',
    );
}

/** For commands that CloudFormation does the work of: they say which command of Pulumi does it for a Pulumi program. */
export function withCdkOnly(command: Command, instead: string): Command {
  return command.addOption(targetOption().hideHelp()).hook('preAction', (_, action) => {
    if (action.opts<{ readonly target: Target }>().target === 'cdk') return;
    throw new CliError(`breakwater ${command.name()} works by CloudFormation, not by Pulumi`, {
      fix: `Use ${instead} in the folder of the Pulumi program.`,
      exitCode: EXIT.usage,
    });
  });
}
