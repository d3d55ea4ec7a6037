import { applyHealthCheck, beginHealthChecks, compileMatcher } from '@breakwater/behaviour';
import { type ProbeOutcome, sendProbe } from './health-probe.ts';
import type { TargetEntry } from './target-group.ts';
import type { TargetHealthSnapshot } from './types.ts';

/**
 * How often a target that has not passed a check yet is checked. AWS waits for the interval here too (5 to 300 s); nobody
 * at a keyboard wants to, and a target that listens is ready. From the first success on, the interval holds.
 */
export const INITIAL_CHECK_INTERVAL_MS = 100;

/** Options of {@link startHealthChecks}. */
export interface HealthCheckOptions {
  readonly timeScale: number;
  /** The entry's state has changed. */
  readonly onChange: (entry: TargetEntry, previous: TargetHealthSnapshot['state']) => void;
}

/**
 * Checks a target until the returned function is called. The first check is sent at once.
 * While a target is `initial`, failures count towards `unhealthy` at the pace of the interval only, so that checking
 * often does not make a slowly starting service unhealthy sooner than on AWS.
 */
export function startHealthChecks(entry: TargetEntry, options: HealthCheckOptions): () => void {
  let cancelProbe = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  let countedAt = performance.now();
  let stopped = false;

  const check = (): void => {
    const { health } = entry.group.settings;
    const startedAt = performance.now();
    const intervalMs = health.intervalMs / options.timeScale;
    entry.health = beginHealthChecks(entry.health);
    cancelProbe = sendProbe(
      {
        target: entry.target,
        path: health.path,
        // A real answer takes real time: the timeout is not scaled, but stays below the interval.
        timeoutMs: Math.max(Math.min(health.timeoutMs, intervalMs), INITIAL_CHECK_INTERVAL_MS),
        accepts: compileMatcher(health.matcher),
        matcher: health.matcher,
      },
      (outcome) => {
        if (stopped) return;
        const waiting = entry.health.state === 'initial' && outcome.result !== 'success';
        if (waiting && performance.now() - countedAt < intervalMs) {
          entry.detail = outcome.detail;
        } else {
          countedAt = performance.now();
          apply(entry, outcome, options);
        }
        const pause =
          entry.health.state === 'initial' ? Math.min(INITIAL_CHECK_INTERVAL_MS, intervalMs) : intervalMs;
        timer = setTimeout(check, Math.max(0, pause - (performance.now() - startedAt)));
      },
    );
  };
  check();
  return () => {
    stopped = true;
    clearTimeout(timer);
    cancelProbe();
  };
}

function apply(entry: TargetEntry, outcome: ProbeOutcome, options: HealthCheckOptions): void {
  const before = entry.health;
  entry.health = applyHealthCheck(before, outcome.result, entry.group.settings.health, Date.now());
  entry.detail = outcome.detail;
  if (entry.health.state !== before.state) options.onChange(entry, before.state);
}
