import { tryAgain } from '../http/problem.ts';

export interface TurnLimits {
  /** So many work at once. */
  readonly atOnce: number;
  /** So many wait; one more is refused at once. */
  readonly waiting: number;
  /** Who has waited so long is refused. Milliseconds. */
  readonly waitMs: number;
}

/**
 * Lets work that takes much of a processor begin in turn.
 *
 * @returns rejects with a `Problem` 503 when a turn does not come in time; then `work` has not begun
 */
export function createTurns({ atOnce, waiting: most, waitMs }: TurnLimits) {
  const waiting: (() => void)[] = [];
  let running = 0;

  function wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (waiting.length >= most) {
        reject(tooMany());
        return;
      }
      const alarm = setTimeout(() => {
        waiting.splice(waiting.indexOf(begin), 1);
        reject(tooMany());
      }, waitMs);
      function begin(): void {
        clearTimeout(alarm);
        resolve();
      }
      waiting.push(begin);
    });
  }

  return async <T>(work: () => Promise<T>): Promise<T> => {
    // Whoever ends hands its place to the next one.
    if (running >= atOnce) await wait();
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function tooMany() {
  return tryAgain('Very many people are signing in just now: try again in a moment.');
}
