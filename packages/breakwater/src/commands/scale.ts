import type { ScaleTarget } from '../arguments.ts';
import { createControlClient } from '../control-client.ts';
import { type EngineCommandOptions, findEngine } from '../engine-folder.ts';
import { findService } from '../find-task.ts';
import { note, printJson } from '../terminal.ts';

/** `breakwater scale SERVICE N|MIN..MAX`: another number of tasks, or other bounds for the autoscaler. */
export async function scale(name: string, target: ScaleTarget, options: EngineCommandOptions): Promise<void> {
  const client = createControlClient(await findEngine(options));
  const before = findService(await client.snapshot(), name);
  const after = await client.scale({
    service: name,
    ...(target.kind === 'desired'
      ? { desired: target.desired }
      : {
          ...(target.minimum === null ? {} : { minimum: target.minimum }),
          ...(target.maximum === null ? {} : { maximum: target.maximum }),
        }),
  });
  if (options.json) printJson(after);
  else {
    note(
      `${name}: ${before.desired} → ${after.desired} tasks wanted, bounds ${after.minimum}..${after.maximum}.`,
    );
  }
}
