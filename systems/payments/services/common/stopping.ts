import { setTimeout as sleep } from 'node:timers/promises';

/** Whether the process is on its way out, and when it is safe to close the door. */
export interface Stopping {
  readonly isStopping: () => boolean;
  /** Tell it of every request. */
  readonly onRequest: () => void;
  /**
   * From now on `isStopping`; resolves once `graceMs` have passed and no request has come for a moment, at the latest after
   * `limitMs`. Requests are served all the while: on a Spot reclaim a load balancer goes on sending for some seconds.
   */
  readonly whenQuiet: (graceMs: number, limitMs: number) => Promise<void>;
}

/** So long without a request counts as quiet. Milliseconds. */
const quiet = 250;

/** Follows the requests of one server. `now` is in milliseconds. */
export function createStopping(now: () => number): Stopping {
  let stopping = false;
  let lastRequest = Number.NEGATIVE_INFINITY;
  return {
    isStopping: () => stopping,
    onRequest: () => {
      lastRequest = now();
    },
    async whenQuiet(graceMs, limitMs) {
      stopping = true;
      const start = now();
      for (;;) {
        const pause = Math.min(
          Math.max(start + graceMs, lastRequest + quiet) - now(),
          start + limitMs - now(),
        );
        if (pause <= 0) return;
        await sleep(pause);
      }
    },
  };
}
