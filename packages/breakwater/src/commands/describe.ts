import { createControlClient } from '../control-client.ts';
import { type EngineCommandOptions, findEngine } from '../engine-folder.ts';
import { findService } from '../find-task.ts';
import { renderService } from '../render/service.ts';
import { renderSystem } from '../render/system.ts';
import { outStyle, print, printJson } from '../terminal.ts';

/** `breakwater describe [service]`: everything about one service, or about the system. */
export async function describe(name: string | undefined, options: EngineCommandOptions): Promise<void> {
  const snapshot = await createControlClient(await findEngine(options)).snapshot();
  if (name === undefined) {
    if (options.json) printJson(snapshot);
    else print(renderSystem(snapshot, outStyle, Date.now()));
    return;
  }
  const service = findService(snapshot, name);
  if (options.json) {
    printJson({
      service,
      tasks: snapshot.tasks.filter((task) => task.service === name),
      alarms: snapshot.alarms.filter((alarm) => alarm.service === name),
    });
    return;
  }
  print(renderService(snapshot, service, outStyle, Date.now()));
}
