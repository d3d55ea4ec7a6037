import { createControlClient } from '../control-client.ts';
import { type EngineCommandOptions, findEngine } from '../engine-folder.ts';
import { findService } from '../find-task.ts';
import { renderService } from '../render/service.ts';
import { renderSystem } from '../render/system.ts';
import { outStyle, print, printJson } from '../terminal.ts';

/** `breakwater describe [service]`: everything about one service, or about the system. */
export async function describe(name: string | undefined, options: EngineCommandOptions): Promise<void> {
  const client = createControlClient(await findEngine(options));
  const snapshot = await client.snapshot();
  if (name === undefined) {
    if (options.json) printJson(snapshot);
    else print(renderSystem(snapshot, outStyle, Date.now()));
    return;
  }
  const service = findService(snapshot, name);
  const decisions = await client.decisions(name);
  if (options.json) {
    printJson({
      service,
      decisions,
      tasks: snapshot.tasks.filter((task) => task.service === name),
      calls: snapshot.calls.filter(({ from, to }) => from === name || to === name),
      alarms: snapshot.alarms.filter((alarm) => alarm.service === name),
    });
    return;
  }
  print(renderService(snapshot, service, decisions, outStyle, Date.now()));
}
