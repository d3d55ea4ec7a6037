import { type AccountOptions, openAccount } from '../account.ts';
import { renderTable } from '../render/table.ts';
import { formatDuration } from '../render/units.ts';
import { supervised } from '../supervised.ts';
import { note, outStyle, print, printJson, printRecord } from '../terminal.ts';

/** Options of `breakwater rollback`. */
export interface RollbackOptions extends AccountOptions {
  readonly list?: boolean;
  readonly json?: boolean;
}

/** `breakwater rollback [release]`: all services as they were in an earlier release. */
export async function rollback(to: number | undefined, options: RollbackOptions): Promise<void> {
  const { aws, session, loaded } = await openAccount(options);
  const { plan, directory } = loaded;
  if (options.list) {
    const releases = await aws.listReleases(session, plan);
    if (options.json) printJson({ releases });
    else {
      const rows = releases.map(({ number, time, caller, restores }) => [
        String(number),
        time,
        restores === null ? '' : `back to ${restores}`,
        caller,
      ]);
      const right = { heading: 'RELEASE', align: 'right' } as const;
      print(
        renderTable([right, { heading: 'TIME' }, { heading: 'WHAT' }, { heading: 'BY' }], rows, outStyle),
      );
    }
    return;
  }
  const result = await supervised(options, (context) =>
    aws.rollback(session, { ...context, of: plan, directory, ...(to === undefined ? {} : { to }) }),
  );
  if (options.json) printRecord({ kind: 'result', ...result });
  else
    note(
      `\nRelease ${result.restored} is back, as release ${result.release}, after ${formatDuration(result.durationMs)}.`,
    );
}
