import type { Command } from 'commander';
import { collect, parseAccount, parseDuration, parseRelease } from '../arguments.ts';
import { examples, lazy, withDefinitionOptions } from './lazy.ts';
import { withCdkOnly, withTarget } from './target.ts';

/** Commands about the system on AWS. */
export function addAwsCommands(program: Command): void {
  program.commandsGroup('On AWS:');
  addBefore(program);
  addLife(program);
  addLive(program);
}

const withAccountOptions = (command: Command): Command =>
  withDefinitionOptions(command).option(
    '--profile <name>',
    'profile of the AWS configuration (default: $AWS_PROFILE)',
  );

const withNamedAccount = (command: Command): Command =>
  withDefinitionOptions(command).option(
    '--account <id>',
    'account that names of buckets are made for (default: none; for the CDK $CDK_DEFAULT_ACCOUNT)',
    parseAccount,
  );

/** What needs no account. */
function addBefore(program: Command): void {
  withTarget(
    withNamedAccount(
      program
        .command('synth')
        .description(
          'write the CloudFormation templates, as a CDK cloud assembly, or the resources of a Pulumi program',
        ),
    ),
  )
    .option(
      '-o, --out <folder>',
      'where to (default: .breakwater/cdk.out or .breakwater/pulumi.out beside the definition)',
    )
    .option('--json', 'print the stacks, or the resources of Pulumi, as JSON')
    .addHelpText(
      'after',
      examples(
        ['breakwater synth', 'look at what would be deployed, without an account'],
        ['breakwater synth --target pulumi', 'the resources of a Pulumi program, without its engine'],
      ),
    )
    .action(lazy(async () => (await import('../commands/synth.ts')).synth));
  withDefinitionOptions(
    program
      .command('check')
      .description('security and correctness before a deployment; exit code 5 when something must change'),
  )
    .option('--all', 'also what was acknowledged, with the reason')
    .option('--json', 'print the findings as JSON')
    .action(lazy(async () => (await import('../commands/check.ts')).check));
  withTarget(
    withNamedAccount(
      program
        .command('eject')
        .argument('[folder]', 'where to; must be empty or new (default: cdk or pulumi-program)')
        .description(
          'write the system as a CDK or Pulumi program in TypeScript that no longer needs Breakwater',
        ),
    ),
  )
    .option('--json', 'print the files as JSON')
    .action(lazy(async () => (await import('../commands/eject.ts')).eject));
}

/** What changes an account. */
function addLife(program: Command): void {
  withCdkOnly(
    withAccountOptions(
      program
        .command('diff')
        .description(
          'what a deployment would create, change, interrupt or replace; exit code 3 when there is something',
        ),
    ),
    '`pulumi preview`',
  )
    .option('--json', 'print the changes as JSON')
    .action(lazy(async () => (await import('../commands/diff.ts')).diff));
  withCdkOnly(
    withAccountOptions(
      program
        .command('deploy')
        .description('build, push and deploy; a change that would lose data is refused'),
    ),
    '`pulumi up`',
  )
    .option(
      '--image <service=image>',
      'use this image, by digest, instead of building one; repeatable',
      collect,
      [],
    )
    .option(
      '--accept-data-loss <store>',
      'let this store be replaced or deleted with its data; repeatable',
      collect,
      [],
    )
    .option('--json', 'print events as NDJSON')
    .addHelpText(
      'after',
      examples(
        ['breakwater deploy --env prod', 'deploy an environment'],
        [
          'breakwater deploy --image api=123456789012.dkr.ecr.eu-west-1.amazonaws.com/api@sha256:…',
          'an image that is there',
        ],
      ),
    )
    .action(lazy(async () => (await import('../commands/deploy.ts')).deploy));
  withCdkOnly(
    withAccountOptions(
      program
        .command('rollback')
        .argument('[release]', 'number of the release to go back to (default: the one before)', parseRelease)
        .description('go back to an earlier release: task definitions, routes and scaling as one whole'),
    ),
    '`pulumi up` with the images or the definition of before',
  )
    .option('--list', 'print the releases, and change nothing')
    .option('--json', 'print events as NDJSON, or the releases as JSON')
    .action(lazy(async () => (await import('../commands/rollback.ts')).rollback));
  withCdkOnly(
    withAccountOptions(
      program.command('destroy').description('delete the environment; shows what goes, and asks'),
    ),
    '`pulumi destroy`',
  )
    .option('-y, --yes', 'do not ask')
    .option('--unprotect', 'delete an environment with `protect: true`, and its data')
    .option('--json', 'print events as NDJSON')
    .action(lazy(async () => (await import('../commands/destroy.ts')).destroy));
}

/** What looks at an account. */
function addLive(program: Command): void {
  withAccountOptions(
    program.command('status').description('services, targets, alarms and databases as they are on AWS'),
  )
    .option('--json', 'print JSON')
    .action(lazy(async () => (await import('../commands/status.ts')).status));
  withAccountOptions(
    program.command('outputs').description('addresses and names of what is deployed, as last written by AWS'),
  )
    .option(
      '--from <file>',
      'write what `pulumi stack output --json` printed into this file; - is standard input',
    )
    .option('--json', 'print one flat object')
    .addHelpText(
      'after',
      examples([
        'pulumi stack output --json | breakwater outputs --from -',
        'after `pulumi up`: the file that `verify` reads',
      ]),
    )
    .action(lazy(async () => (await import('../commands/outputs.ts')).outputs));
  withAccountOptions(
    program
      .command('exec')
      .argument('<service>', 'service in one of whose tasks the command runs')
      .argument('[command...]', 'default: /bin/sh')
      .description('run a command in a task on AWS, by ECS Exec'),
  )
    .option('-t, --task <id>', 'this task; the first digits of its id will do (default: the youngest)')
    .option('--container <name>', "default: the service's own container")
    .addHelpText(
      'after',
      examples(
        ['breakwater exec catalog', 'a shell in the youngest task'],
        ["breakwater exec catalog -- sh -c 'env | sort'", 'words stay words, as quoted here'],
      ),
    )
    .action(lazy(async () => (await import('../commands/exec.ts')).exec));
  withAccountOptions(
    program
      .command('verify')
      .description('compare the live account with the definition; exit code 8 when it differs'),
  )
    .option('--outputs <file>', 'outputs file (default: cfn-outputs/flat-outputs.json beside the definition)')
    .option('--url <url>', 'where the load balancer is asked (default: its domain or DNS name)')
    .option('--timeout <duration>', 'for each HTTP request to the load balancer', parseDuration, 10_000)
    .option('--junit <file>', 'write a JUnit report as well')
    .option('--json', 'print the report as JSON')
    .action(lazy(async () => (await import('../commands/verify.ts')).verify));
}
