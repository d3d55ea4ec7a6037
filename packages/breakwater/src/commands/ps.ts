import { createControlClient } from '../control-client.ts';
import { type EngineCommandOptions, findEngine } from '../engine-folder.ts';
import { renderStatus } from '../render/status.ts';
import { outStyle, print, printJson } from '../terminal.ts';

/** `breakwater ps`: services, tasks and stores as they are now. */
export async function ps(options: EngineCommandOptions): Promise<void> {
  const snapshot = await createControlClient(await findEngine(options)).snapshot();
  if (options.json) printJson(snapshot);
  else print(renderStatus(snapshot, outStyle, Date.now()));
}
