import { describe, expect, it } from 'vitest';
import type { EndpointState } from './proxy.ts';
import {
  afterAttempt,
  beginCall,
  callTimesOutAt,
  chooseEndpoint,
  isEjected,
  NEW_ENDPOINT,
  recordAttempt,
  SERVICE_CONNECT_DEFAULTS,
} from './proxy.ts';

const fail = (endpoint: EndpointState, ...times: readonly number[]) =>
  times.reduce((state, now) => recordAttempt(state, false, now), endpoint);

describe('outlier ejection', () => {
  it('takes five failures within 30 s', () => {
    expect(isEjected(fail(NEW_ENDPOINT, 0, 1_000, 2_000, 3_000), 3_000)).toBe(false);
    const ejected = fail(NEW_ENDPOINT, 0, 1_000, 2_000, 3_000, 4_000);
    expect(isEjected(ejected, 33_999)).toBe(true);
    expect(isEjected(ejected, 34_000)).toBe(false);
    expect(isEjected(fail(NEW_ENDPOINT, 0, 10_000, 20_000, 25_000, 30_000), 30_000)).toBe(false);
  });

  it('lasts longer each time, at most 300 s', () => {
    let endpoint = NEW_ENDPOINT;
    const lengths: number[] = [];
    for (let round = 0, now = 0; round < 12; round++) {
      endpoint = fail(endpoint, now, now, now, now, now);
      lengths.push((endpoint.ejectedUntil - now) / 1_000);
      now = endpoint.ejectedUntil;
    }
    expect(lengths.slice(0, 3)).toEqual([30, 60, 90]);
    expect(lengths.at(-1)).toBe(300);
  });

  it('takes endpoints out of the round robin, but not all of them', () => {
    const ejected = fail(NEW_ENDPOINT, 0, 0, 0, 0, 0);
    expect([0, 1, 2, 3].map((cursor) => chooseEndpoint([NEW_ENDPOINT, NEW_ENDPOINT], cursor, 0))).toEqual([
      0, 1, 0, 1,
    ]);
    expect(chooseEndpoint([ejected, NEW_ENDPOINT], 0, 1_000)).toBe(1);
    expect(chooseEndpoint([ejected, ejected], 1, 1_000)).toBe(1);
    expect(chooseEndpoint([], 0, 0)).toBe(-1);
  });
});

describe('a call', () => {
  it('is tried three times in all, on another endpoint where there is one', () => {
    const first = beginCall(0);
    const second = afterAttempt(first, false, 10);
    expect(second).toEqual({ kind: 'retry', state: { startedAt: 0, attempts: 2 } });
    const third = afterAttempt({ startedAt: 0, attempts: 2 }, false, 20);
    expect(third).toMatchObject({ kind: 'retry', state: { attempts: 3 } });
    expect(afterAttempt({ startedAt: 0, attempts: 3 }, false, 30)).toEqual({ kind: 'fail', statusCode: 503 });
    expect(afterAttempt({ startedAt: 0, attempts: 3 }, true, 30)).toEqual({ kind: 'answer' });
    expect(chooseEndpoint([NEW_ENDPOINT, NEW_ENDPOINT], 0, 0, 0)).toBe(1);
    expect(chooseEndpoint([NEW_ENDPOINT], 0, 0, 0)).toBe(0);
  });

  it('times out after 15 s, unless the timeout is switched off', () => {
    expect(callTimesOutAt(beginCall(100))).toBe(15_100);
    expect(afterAttempt(beginCall(100), true, 15_100)).toEqual({ kind: 'fail', statusCode: 504 });
    const patient = { ...SERVICE_CONNECT_DEFAULTS, perRequestTimeoutMs: 0 };
    expect(callTimesOutAt(beginCall(100), patient)).toBeUndefined();
    expect(afterAttempt(beginCall(100), true, 99_999, patient)).toEqual({ kind: 'answer' });
  });
});
