import { describe, expect, it } from 'vitest';
import { drainProgress, mayStopDrained } from './draining.ts';

const target = { deregisteredAt: 1_000, delayMs: 30_000, inFlightRequests: 2 };

describe('a draining target', () => {
  it('serves what is in flight until the delay is over, then cuts it with 502', () => {
    expect(drainProgress(target, 30_999)).toMatchObject({ phase: 'serving', cutRequests: 0 });
    expect(drainProgress(target, 31_000)).toMatchObject({
      phase: 'expired',
      cutRequests: 2,
      shownState: 'unused',
    });
  });

  it('is idle without requests and connections but goes on to show draining', () => {
    const idle = { ...target, inFlightRequests: 0 };
    expect(drainProgress(idle, 2_000)).toMatchObject({
      phase: 'idle',
      shownState: 'draining',
      endsAt: 31_000,
    });
    expect(drainProgress({ ...idle, openConnections: 1 }, 2_000).phase).toBe('serving');
  });

  it('lets its task stop when idle or after the whole delay, as asked', () => {
    const idle = drainProgress({ ...target, inFlightRequests: 0 }, 2_000);
    expect(mayStopDrained(idle, 'until-idle')).toBe(true);
    expect(mayStopDrained(idle, 'whole-delay')).toBe(false);
    expect(mayStopDrained(drainProgress(target, 2_000), 'until-idle')).toBe(false);
    expect(mayStopDrained(drainProgress(target, 31_000), 'whole-delay')).toBe(true);
  });
});
