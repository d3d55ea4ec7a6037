import { type AccountOptions, openAccount } from '../account.ts';
import { renderCloudStatus } from '../render/cloud-status.ts';
import { outStyle, print, printJson } from '../terminal.ts';

/** Options of `breakwater status`. */
export interface StatusOptions extends AccountOptions {
  readonly json?: boolean;
}

/** `breakwater status`: the system as it is on AWS now. */
export async function status(options: StatusOptions): Promise<void> {
  const { aws, session, loaded } = await openAccount(options);
  const found = await aws.status(session, loaded.plan);
  if (options.json) printJson(found);
  else print(renderCloudStatus(found, outStyle, Date.now()));
}
