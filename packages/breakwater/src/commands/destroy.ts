import { createInterface } from 'node:readline/promises';
import type { DestroyPlan } from '@breakwater/aws';
import { type AccountOptions, openAccount } from '../account.ts';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { formatDuration, plural } from '../render/units.ts';
import { supervised } from '../supervised.ts';
import { errStyle, note, printRecord } from '../terminal.ts';

/** Options of `breakwater destroy`. */
export interface DestroyOptions extends AccountOptions {
  readonly yes?: boolean;
  readonly unprotect?: boolean;
  readonly json?: boolean;
}

/** `breakwater destroy`: shows what goes, asks, and says what stays. */
export async function destroy(options: DestroyOptions): Promise<void> {
  const { aws, session, loaded } = await openAccount(options);
  const { plan } = loaded;
  const what = await aws.destroyPlan(session, plan);
  note(renderDestroyPlan(what));
  if (!options.yes) await confirm(`${plan.system}-${plan.env}`, session.account);
  const result = await supervised(options, (context) =>
    aws.destroy(session, { ...context, plan, evenProtected: options.unprotect ?? false }),
  );
  if (options.json) printRecord({ kind: 'result', ...result });
  else {
    const { stacks, stays, durationMs } = result;
    const deleted = `${plural(stacks.length, 'stack')} deleted in ${formatDuration(durationMs)}`;
    note(`\n${deleted}; ${stays.length === 0 ? 'nothing is left.' : 'in the account stays:'}`);
    for (const what of stays) note(`  ${what}`);
  }
}

function renderDestroyPlan({ stacks, goes, stays, protected: reasons }: DestroyPlan): string {
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [errStyle.bold(title), ...lines.map((line) => `  ${line}`)];
  return [
    ...list(
      'These stacks go:',
      stacks.map(({ name, resources }) => `${name}, ${plural(resources, 'resource')}`),
    ),
    ...list(
      'With them:',
      goes.map(({ sentence }) => sentence),
    ),
    ...list(
      'This stays:',
      stays.map(({ sentence }) => sentence),
    ),
    ...list('Protected:', reasons),
  ].join('\n');
}

async function confirm(name: string, account: string): Promise<void> {
  if (process.stdin.isTTY !== true)
    throw new CliError('Nothing was deleted', {
      why: 'nobody is here to answer',
      fix: 'Give --yes to delete without being asked.',
      exitCode: EXIT.usage,
    });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`\nType ${name} to delete all this from account ${account}: `);
    if (answer.trim() === name) return;
  } finally {
    terminal.close();
  }
  throw new CliError('Nothing was deleted', { why: 'the answer was another' });
}
