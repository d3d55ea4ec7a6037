import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { FlatOutputs } from '@breakwater/aws';
import type { Plan } from '@breakwater/plan';
import { type Account, type AccountOptions, openAccount } from '../account.ts';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { displayPath } from '../find-definition.ts';
import { loadAws } from '../optional-packages.ts';
import { renderTable } from '../render/table.ts';
import { loadPlan, noteWarnings } from '../resolve-plan.ts';
import { note, outStyle, print, printJson } from '../terminal.ts';

/** Options of `breakwater outputs`. */
export interface OutputsOptions extends AccountOptions {
  /** A file with what `pulumi stack output --json` prints; `-` is standard input. */
  readonly from?: string;
  readonly json?: boolean;
}

/** `breakwater outputs`: what is deployed tells the outside world; brings the outputs file up to date. */
export async function outputs(options: OutputsOptions): Promise<void> {
  const values =
    options.from === undefined ? await liveOutputs(options) : await givenOutputs(options, options.from);
  if (options.json) printJson(values);
  else print(renderTable([{ heading: 'OUTPUT' }, { heading: 'VALUE' }], Object.entries(values), outStyle));
}

/** What Pulumi says, checked and written into the outputs file. Asks no account. */
async function givenOutputs(options: OutputsOptions, from: string): Promise<FlatOutputs> {
  const loaded = await loadPlan(options);
  await noteWarnings(loaded);
  const aws = await loadAws();
  const values = aws.readPulumiOutputs(await readGiven(from), loaded.plan);
  note(`Written to ${displayPath(await aws.writeFlatOutputs(loaded.directory, values))}`);
  return values;
}

async function readGiven(from: string): Promise<string> {
  if (from === '-') {
    if (process.stdin.isTTY !== true) return text(process.stdin);
    throw new CliError('Nobody writes to standard input', {
      fix: 'Run `pulumi stack output --json | breakwater outputs --from -`.',
      exitCode: EXIT.usage,
    });
  }
  return readFile(from, 'utf8').catch((error: Error) => {
    throw new CliError(`${from} cannot be read`, {
      why: error.message,
      fix: 'Write it with `pulumi stack output --json > FILE`.',
      exitCode: EXIT.usage,
    });
  });
}

/** What CloudFormation says; without stacks, what Pulumi has last said. */
async function liveOutputs(options: OutputsOptions): Promise<FlatOutputs> {
  const { aws, session, loaded } = await openAccount(options);
  const { plan, directory } = loaded;
  try {
    const values = await aws.outputs(session, plan);
    await aws.writeFlatOutputs(directory, values);
    return values;
  } catch (error) {
    const file = join(directory, aws.OUTPUTS_FILE);
    const isNothing = error instanceof aws.AwsError && error.code === 'nothing-deployed';
    const [written, found] = await Promise.all([
      readFile(file, 'utf8').catch(() => null),
      stat(file).catch(() => null),
    ]);
    if (!isNothing) throw error;
    const values = written === null ? null : outputsFor(aws, plan, written);
    if (values === null || found === null)
      throw new CliError(error.message, {
        exitCode: EXIT.notRunning,
        fix: `${error.fix} Its outputs are read with \`pulumi stack output --json | breakwater outputs --env ${plan.env} --from -\`.`,
      });
    note(
      `There is no CloudFormation stack of ${plan.system} in ${plan.env}: read from ${displayPath(file)}, written on ${found.mtime.toISOString()}.`,
    );
    return values;
  }
}

/** The outputs in the file; null when they are of another system or environment, or no outputs. */
function outputsFor(aws: Account['aws'], plan: Plan, written: string): FlatOutputs | null {
  try {
    const values = aws.readFlatOutputs(written);
    // A Pulumi stack need not know its account, on which default names of buckets depend.
    aws.checkOutputs(values, { ...plan, account: null });
    return values;
  } catch (error) {
    if (error instanceof aws.AwsError) return null;
    throw error;
  }
}
