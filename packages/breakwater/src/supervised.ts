import type { DeployEvent } from '@breakwater/aws';
import { onInterruption } from './interruption.ts';
import { deployProgress } from './render/deploy-progress.ts';
import { errStyle, note, printRecord } from './terminal.ts';

/**
 * Runs something long in an account: shows its events, and on Ctrl-C asks it to end in order. A second Ctrl-C ends this process
 * at once; CloudFormation then goes on by itself, and the next run goes on from where it is.
 */
export async function supervised<TResult>(
  { json }: { readonly json?: boolean },
  work: (context: { onEvent: (event: DeployEvent) => void; signal: AbortSignal }) => Promise<TResult>,
): Promise<TResult> {
  const ended = new AbortController();
  const progress = deployProgress(
    {
      isTTY: process.stderr.isTTY === true,
      columns: process.stderr.columns ?? 80,
      write: (text) => process.stderr.write(text),
    },
    errStyle,
  );
  const release = onInterruption(
    () => {
      note('\nEnding in order … (Ctrl-C again to leave at once; CloudFormation goes on by itself)');
      ended.abort();
    },
    () => process.exit(130),
  );
  try {
    return await work({ onEvent: json ? printRecord : progress.onEvent, signal: ended.signal });
  } finally {
    if (!json) progress.end();
    release();
  }
}
