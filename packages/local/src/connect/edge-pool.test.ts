import { describe, expect, it } from 'vitest';
import type { FailedAttempt, UpstreamHost } from '../router/host-pool.ts';
import { parseRequestHead, type RequestHead } from '../router/request-head.ts';
import { createEdgePool, type Side } from './edge-pool.ts';

const head = (method: string): RequestHead => {
  const parsed = parseRequestHead(`${method} / HTTP/1.1\r\nHost: x\r\n`, { dropInvalidHeaderFields: false });
  if (parsed.kind !== 'request') throw new Error('It is a request.');
  return parsed;
};

interface Given {
  readonly now?: () => number;
  readonly green?: () => number;
  readonly random?: () => number;
}

function poolOf(ids: readonly string[], given: Given = {}) {
  const { now = () => 0, green = () => 0, random = () => 0.5 } = given;
  const pool = createEdgePool({ name: 'back', now, greenPercent: green, random });
  const add = (id: string, side: Side = 'blue') =>
    pool.add({ id, host: '127.0.0.1', port: 1, zone: 'a' }, side);
  for (const id of ids) add(id);
  return { pool, add, next: () => pool.choose()?.target.id };
}

const failed = (host: UpstreamHost | undefined, given: Partial<FailedAttempt> = {}): FailedAttempt => {
  if (host === undefined) throw new Error('There is a host.');
  return { host, head: head('GET'), failure: 'closed', served: 0, ageMs: 1, retries: 0, ...given };
};

describe('the tasks of a callee, as a caller sees them', () => {
  it('take turns, from the moment they join until they leave', async () => {
    const { pool, add, next } = poolOf(['a', 'b']);
    expect([next(), next(), next()]).toEqual(['a', 'b', 'a']);
    add('c');
    expect([next(), next(), next()]).toEqual(['b', 'c', 'a']);
    await pool.remove('b', 0);
    expect(new Set([next(), next(), next(), next()])).toEqual(new Set(['a', 'c']));
    await Promise.all([pool.remove('a', 0), pool.remove('c', 0)]);
    expect(next()).toBeUndefined();
  });

  it('get a call again twice at most, each time another one, and unsafe ones only when they reached nobody', () => {
    const { pool } = poolOf(['a', 'b', 'c']);
    const first = pool.choose();
    const second = pool.chooseAgain(failed(first));
    expect(second?.target.id).toBe('b');
    expect(pool.chooseAgain(failed(second, { retries: 1 }))).toBeDefined();
    expect(pool.chooseAgain(failed(second, { retries: 2 }))).toBeUndefined();
    const post = { head: head('POST') };
    expect(pool.chooseAgain(failed(first, post))).toBeUndefined();
    expect(pool.chooseAgain(failed(first, { ...post, failure: 'refused' }))?.target.id).not.toBe('a');
    for (const failure of ['unreachable', 'connect-timeout'] as const)
      expect(pool.chooseAgain(failed(first, { ...post, failure }))).toBeDefined();
  });

  it('are left out after five failures, each for itself, and come back', () => {
    let now = 0;
    const { pool, next } = poolOf(['a', 'b'], { now: () => now });
    const a = pool.choose();
    if (a === undefined) throw new Error('There is a host.');
    for (const status of [500, 0, 503, 200, 404, 502]) pool.onAttempt?.(a, status);
    expect([next(), next()]).toEqual(['b', 'a']);
    pool.onAttempt?.(a, 500);
    expect([next(), next()]).toEqual(['b', 'b']);
    expect(pool.endpoints().map(({ id, ejected }) => [id, ejected])).toEqual([
      ['a', true],
      ['b', false],
    ]);
    now = 30_000;
    expect(new Set([next(), next()])).toEqual(new Set(['a', 'b']));
  });

  it('share the calls of a staged deployment as it shares the traffic', () => {
    let green = 0;
    let n = 0;
    const { add, next } = poolOf(['old'], { green: () => green, random: () => (n++ % 100) / 100 });
    add('new', 'green');
    const shares = () => {
      const ids = Array.from({ length: 100 }, next);
      return ids.filter((id) => id === 'new').length;
    };
    expect(shares()).toBe(0);
    green = 10;
    expect(shares()).toBe(10);
    green = 100;
    expect(shares()).toBe(100);
  });
});
