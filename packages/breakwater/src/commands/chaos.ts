import type { ChaosRequest, Snapshot } from '@breakwater/protocol';
import { createControlClient } from '../control-client.ts';
import { type EngineCommandOptions, findEngine } from '../engine-folder.ts';
import { CliError } from '../errors.ts';
import { findDatabase, findService, findTask } from '../find-task.ts';
import { shortId } from '../render/units.ts';
import { errStyle, note, printJson } from '../terminal.ts';

/** A fault as the command line names it; ids may be short, names may be left out where there is only one. */
export type ChaosFault =
  | { readonly action: 'stop-task' | 'kill-task'; readonly task: string }
  | { readonly action: 'reclaim-spot'; readonly service: string | undefined }
  | { readonly action: 'lose-zone' | 'restore-zone'; readonly zone: string }
  | { readonly action: 'slow-database'; readonly database: string | undefined; readonly delayMs: number }
  | { readonly action: 'stop-database' | 'start-database'; readonly database: string | undefined };

/** `breakwater chaos …`: makes something fail, as it fails on AWS. */
export async function chaos(fault: ChaosFault, options: EngineCommandOptions): Promise<void> {
  const client = createControlClient(await findEngine(options));
  const answer = await client.chaos(completeFault(fault, await client.snapshot()));
  if (options.json) {
    printJson(answer);
    return;
  }
  note(answer.message);
  if (answer.tasks.length > 0) note(errStyle.dim(`tasks: ${answer.tasks.map(shortId).join(' ')}`));
}

/** The request for a fault: short ids completed, names checked. @throws CliError with what there is. */
export function completeFault(fault: ChaosFault, snapshot: Snapshot): ChaosRequest {
  switch (fault.action) {
    case 'stop-task':
    case 'kill-task':
      return { action: fault.action, task: findTask(snapshot, fault.task).id };
    case 'reclaim-spot':
      return fault.service === undefined
        ? { action: fault.action }
        : { action: fault.action, service: findService(snapshot, fault.service).name };
    case 'lose-zone':
    case 'restore-zone':
      return { action: fault.action, zone: findZone(snapshot, fault.zone) };
    case 'slow-database':
      return {
        action: fault.action,
        database: findDatabase(snapshot, fault.database).name,
        delayMs: fault.delayMs,
      };
    case 'stop-database':
    case 'start-database':
      return { action: fault.action, database: findDatabase(snapshot, fault.database).name };
  }
}

/** A zone by its name or its last letter. */
function findZone(snapshot: Snapshot, text: string): string {
  const found = snapshot.zones.find(({ name }) => name === text || name === `${snapshot.region}${text}`);
  if (found) return found.name;
  throw new CliError(`There is no zone ${text}`, {
    fix: `The zones are: ${snapshot.zones.map(({ name }) => name).join(', ')}.`,
  });
}
