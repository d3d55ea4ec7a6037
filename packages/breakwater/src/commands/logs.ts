import { createControlClient } from '../control-client.ts';
import { type EngineCommandOptions, findEngine } from '../engine-folder.ts';
import { findTask } from '../find-task.ts';
import { renderLogLine } from '../render/moments.ts';
import { errStyle, note, outStyle, print, printRecord } from '../terminal.ts';

/** Options of `breakwater logs`. */
export interface LogsOptions extends EngineCommandOptions {
  readonly follow?: boolean;
  readonly service?: string;
  readonly task?: string;
  readonly tail?: number;
  readonly aws?: boolean;
  readonly since: number;
  readonly filter?: string;
  readonly profile?: string;
  readonly region?: string;
}

const TAIL = 100;

/** `breakwater logs [source]`: the last lines, and with `--follow` those that come; of the engine here, or with `--aws` of AWS. */
export async function logs(source: string | undefined, options: LogsOptions): Promise<void> {
  if (options.aws) {
    const { cloudLogs } = await import('./cloud-logs.ts');
    return cloudLogs(source, options);
  }
  const client = createControlClient(await findEngine(options));
  const wanted = options.service ?? source;
  const task = options.task === undefined ? undefined : findTask(await client.snapshot(), options.task).id;
  const lines = client.logs({
    tail: options.tail ?? TAIL,
    follow: options.follow ?? false,
    ...(wanted === undefined ? {} : { source: wanted }),
    ...(task === undefined ? {} : { task }),
  });
  let count = 0;
  for await (const line of lines) {
    count += 1;
    if (options.json) printRecord(line);
    else print(renderLogLine(line, outStyle));
  }
  if (options.follow) note(errStyle.dim('The engine has stopped.'));
  else if (count === 0) note(errStyle.dim('No lines yet.'));
}
