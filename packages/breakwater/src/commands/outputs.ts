import { type AccountOptions, openAccount } from '../account.ts';
import { renderTable } from '../render/table.ts';
import { outStyle, print, printJson } from '../terminal.ts';

/** Options of `breakwater outputs`. */
export interface OutputsOptions extends AccountOptions {
  readonly json?: boolean;
}

/** `breakwater outputs`: what is deployed tells the outside world; brings the outputs file up to date. */
export async function outputs(options: OutputsOptions): Promise<void> {
  const { aws, session, loaded } = await openAccount(options);
  const values = await aws.outputs(session, loaded.plan);
  await aws.writeFlatOutputs(loaded.directory, values);
  if (options.json) printJson(values);
  else print(renderTable([{ heading: 'OUTPUT' }, { heading: 'VALUE' }], Object.entries(values), outStyle));
}
