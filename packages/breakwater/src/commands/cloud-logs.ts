import { openAccount } from '../account.ts';
import { onInterruption } from '../interruption.ts';
import { renderLogLine } from '../render/moments.ts';
import { errStyle, note, outStyle, print, printRecord } from '../terminal.ts';
import type { LogsOptions } from './logs.ts';

/** `breakwater logs --aws`: lines of the services from CloudWatch Logs, oldest first. */
export async function cloudLogs(source: string | undefined, options: LogsOptions): Promise<void> {
  const { aws, session, loaded } = await openAccount(options);
  const service = options.service ?? source;
  const ended = new AbortController();
  const release = onInterruption(
    () => ended.abort(),
    () => process.exit(),
  );
  try {
    const count = await aws.logs(session, {
      plan: loaded.plan,
      since: Date.now() - options.since,
      follow: options.follow ?? false,
      signal: ended.signal,
      ...(service === undefined ? {} : { services: [service] }),
      ...(options.task === undefined ? {} : { task: options.task }),
      ...(options.tail === undefined ? {} : { tail: options.tail }),
      ...(options.filter === undefined ? {} : { filter: options.filter }),
      onLine: (line) => {
        if (options.json) printRecord(line);
        else print(renderLogLine({ ...line, source: line.service, stream: 'stdout' }, outStyle));
      },
    });
    if (count === 0) note(errStyle.dim('No lines in that time.'));
  } finally {
    release();
  }
}
