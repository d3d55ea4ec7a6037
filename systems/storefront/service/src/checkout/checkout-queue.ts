import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailable } from '../database/failure.ts';
import { tryAgain } from '../http/problem.ts';

export interface QueueLimits {
  /** Most requests in one transaction. */
  readonly batch: number;
  /** Transactions under way at once: while one waits for a lock, another that needs other products goes ahead. */
  readonly lanes: number;
  /** Most requests that wait. */
  readonly waiting: number;
  /** A request that has waited so long is told to try again; it has not been sent. Milliseconds. */
  readonly waitMs: number;
  /** A batch whose connection broke is sent again for so long. Milliseconds. */
  readonly repeatMs: number;
  /** A request that was sent is answered after so long, even if the database has still to say how it ended. Milliseconds. */
  readonly answerMs: number;
}

export const queueLimits: QueueLimits = {
  batch: 64,
  lanes: 2,
  waiting: 2000,
  waitMs: 1500,
  repeatMs: 3000,
  answerMs: 5000,
};

/**
 * Brings requests to the database together. Everybody wants the same product in a flash sale, and its row can be changed by one
 * transaction at a time: with a transaction for each buyer, each would wait for the disk once. Requests that come while the
 * lanes are busy share the next transaction. When idle, a request goes at once and alone.
 *
 * Every request is answered within `waitMs` plus `answerMs`, whatever the database does.
 *
 * @param work must give an outcome for each request, in their order, and must be safe to repeat
 * @returns rejects with a `Problem` 503 when it was too much, or the database was away
 */
export function createCheckoutQueue<Request, Outcome>(
  work: (requests: readonly Request[]) => Promise<readonly Outcome[]>,
  limits: QueueLimits = queueLimits,
  now: () => number = () => performance.now(),
): (request: Request) => Promise<Outcome> {
  interface Waiting {
    readonly request: Request;
    readonly since: number;
    readonly resolve: (outcome: Outcome) => void;
    readonly reject: (error: unknown) => void;
  }
  const waiting: Waiting[] = [];
  let busy = 0;
  let alarm: NodeJS.Timeout | undefined;

  /** Tells those whose turn did not come in time, and looks again when the next one's time is up. */
  function refuseLate(): void {
    clearTimeout(alarm);
    alarm = undefined;
    const inTime = waiting.findIndex(({ since }) => now() - since < limits.waitMs);
    for (const { reject } of waiting.splice(0, inTime === -1 ? waiting.length : inTime)) reject(tooBusy());
    watch();
  }

  function watch(): void {
    const [first] = waiting;
    if (alarm !== undefined || first === undefined) return;
    alarm = setTimeout(refuseLate, Math.max(1, first.since + limits.waitMs - now()));
  }

  async function lane(): Promise<void> {
    busy += 1;
    while (waiting.length > 0) {
      refuseLate();
      const batch = waiting.splice(0, limits.batch);
      if (batch.length > 0) await send(batch);
    }
    busy -= 1;
  }

  async function send(batch: readonly Waiting[]): Promise<void> {
    // Only the answer is given up: the lane stays with the database until it is known how the batch ended.
    const overdue = setTimeout(() => {
      for (const { reject } of batch) reject(unknownEnd());
    }, limits.answerMs);
    try {
      const outcomes = await repeated(batch.map(({ request }) => request));
      batch.forEach(({ resolve, reject }, place) => {
        const outcome = outcomes[place];
        if (outcome === undefined) reject(new Error('A checkout got no outcome.'));
        else resolve(outcome);
      });
    } catch (error) {
      if (batch.length > 1 && !(error instanceof DatabaseUnavailable)) {
        // One request that the database cannot digest must not take the others with it.
        for (const each of batch) await send([each]);
        return;
      }
      const answer = error instanceof DatabaseUnavailable ? unknownEnd(error.cause) : error;
      for (const { reject } of batch) reject(answer);
    } finally {
      clearTimeout(overdue);
    }
  }

  /** Every request has a key under which it is done once at most, so a batch may be sent again. */
  async function repeated(requests: readonly Request[]): Promise<readonly Outcome[]> {
    const start = now();
    for (let pause = 50; ; pause *= 2) {
      try {
        return await work(requests);
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable) || now() - start + pause > limits.repeatMs) throw error;
      }
      await sleep(pause * (0.75 + Math.random() / 2));
    }
  }

  return (request) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= limits.waiting) {
        reject(tooBusy());
        return;
      }
      waiting.push({ request, since: now(), resolve, reject });
      if (busy < limits.lanes) void lane();
      else watch();
    });
}

function unknownEnd(cause?: unknown) {
  return tryAgain(
    'The shop cannot reach its database at the moment, so we cannot say yet whether your order was placed. Send it again with the same key: it is placed once at most.',
    cause,
  );
}

function tooBusy() {
  return tryAgain(
    'Very many people are buying just now and your turn did not come in time. Nothing was bought or charged by this request: try again with the same key.',
  );
}
