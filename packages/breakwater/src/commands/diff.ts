import { type AccountOptions, accountSynthesizer, openAccount } from '../account.ts';
import { EXIT } from '../exit-codes.ts';
import { renderDiff } from '../render/diff.ts';
import { outStyle, print, printJson } from '../terminal.ts';

/** Options of `breakwater diff`. */
export interface DiffOptions extends AccountOptions {
  readonly json?: boolean;
}

/** `breakwater diff`: what a deployment would change, in words. Changes nothing. */
export async function diff(options: DiffOptions): Promise<void> {
  const account = await openAccount(options);
  const { aws, session, loaded } = account;
  const result = await aws.diff(session, {
    plan: loaded.plan,
    synthesize: await accountSynthesizer(account, options),
  });
  if (options.json) printJson(result);
  else print(renderDiff(result, outStyle));
  if (result.changed) process.exitCode = EXIT.changes;
}
