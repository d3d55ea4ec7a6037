import { describe, expect, it } from 'vitest';
import { TTL_OLDEST_SECONDS, ttlDeletionDue, ttlState } from './time-to-live.ts';

const NOW = 1_795_150_800;
const number = (value: number) => ({ N: String(value) });

describe('Time to Live', () => {
  it('expires an item when the seconds in its attribute are less than now', () => {
    expect(ttlState(number(NOW - 1), NOW)).toEqual({ kind: 'expired', expiresAt: NOW - 1 });
    expect(ttlState(number(NOW), NOW)).toEqual({ kind: 'live', expiresAt: NOW });
    expect(ttlState(number(NOW + 1), NOW)).toEqual({ kind: 'live', expiresAt: NOW + 1 });
  });

  it('takes nothing but a Number of seconds', () => {
    for (const attribute of [undefined, { S: String(NOW - 1) }, { N: '' }, { N: 'soon' }, { NULL: true }]) {
      expect(ttlState(attribute, NOW)).toEqual({ kind: 'never' });
    }
    expect(ttlState(number((NOW - 10) * 1_000), NOW).kind).toBe('live');
  });

  it('leaves alone what would have expired more than five years ago', () => {
    expect(ttlState(number(NOW - TTL_OLDEST_SECONDS), NOW).kind).toBe('expired');
    expect(ttlState(number(NOW - TTL_OLDEST_SECONDS - 1), NOW)).toEqual({ kind: 'never' });
    expect(ttlState(number(0), NOW)).toEqual({ kind: 'never' });
  });

  it('deletes an expired item late, and until then it is there', () => {
    expect(ttlDeletionDue(number(NOW - 599), NOW, 600)).toBe(false);
    expect(ttlDeletionDue(number(NOW - 600), NOW, 600)).toBe(true);
    expect(ttlDeletionDue(number(NOW + 1), NOW, 0)).toBe(false);
  });

  it('lets a later expiry, or none, rescue an item that has expired', () => {
    expect(ttlDeletionDue(number(NOW - 600), NOW, 600)).toBe(true);
    expect(ttlDeletionDue(number(NOW + 60), NOW, 600)).toBe(false);
    expect(ttlDeletionDue(undefined, NOW, 600)).toBe(false);
  });
});
