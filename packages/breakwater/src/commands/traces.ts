import { createControlClient } from '../control-client.ts';
import { type EngineCommandOptions, findEngine } from '../engine-folder.ts';
import { renderTrace, renderTraces } from '../render/trace.ts';
import { errStyle, note, outStyle, print, printJson } from '../terminal.ts';

/** Options of `breakwater traces`. */
export interface TracesOptions extends EngineCommandOptions {
  readonly service?: string;
  readonly errors?: boolean;
  readonly slowerThan?: number;
  readonly limit: number;
}

/** `breakwater traces [id]`: the latest traces, or one as a tree with a bar per span. */
export async function traces(id: string | undefined, options: TracesOptions): Promise<void> {
  const client = createControlClient(await findEngine(options));
  if (id !== undefined) {
    const trace = await client.trace(id);
    if (options.json) printJson(trace);
    else print(renderTrace(trace, outStyle));
    return;
  }
  const found = await client.traces({
    limit: options.limit,
    errors: options.errors ?? false,
    ...(options.service === undefined ? {} : { service: options.service }),
    ...(options.slowerThan === undefined ? {} : { slowerThanMs: options.slowerThan }),
  });
  if (options.json) printJson(found);
  else if (found.length === 0)
    note(errStyle.dim('No traces fit. Send the system a request, or loosen the filters.'));
  else {
    print(renderTraces(found, outStyle));
    note(errStyle.dim('One of them in full: breakwater traces ID'));
  }
}
