import { describe, expect, it } from 'vitest';
import { countsAsFailure, PROXY_ANSWERS } from './answers.ts';
import { chooseSide, isEndpoint } from './endpoints.ts';
import { isRetried } from './retry.ts';

describe('a failed attempt', () => {
  it('is repeated for any request that reached nobody, else only where doing it twice is harmless', () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST', 'PATCH'])
      expect(isRetried(method, 'connect')).toBe(true);
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])
      expect(isRetried(method, 'reset')).toBe(true);
    for (const method of ['POST', 'PATCH', 'LINK']) expect(isRetried(method, 'reset')).toBe(false);
  });

  it('counts against its endpoint without a response or with 5xx', () => {
    expect([0, 500, 503, 599].every(countsAsFailure)).toBe(true);
    expect([101, 200, 304, 400, 404, 429, 499].some(countsAsFailure)).toBe(false);
  });
});

describe('the answer of the proxy itself', () => {
  it('is 503 without endpoint or connection, 504 after the timeout', () => {
    const status = Object.entries(PROXY_ANSWERS).map(([kind, { statusCode }]) => [kind, statusCode]);
    expect(Object.fromEntries(status)).toEqual({
      'no-endpoint': 503,
      'connect-failed': 503,
      'connect-timeout': 503,
      reset: 503,
      'request-timeout': 504,
      'malformed-response': 502,
      'old-http': 426,
    });
  });
});

describe('an endpoint', () => {
  it('is a running task with a healthy container that is not leaving', () => {
    const good = { running: true, containerHealthy: true, leaving: false };
    expect(isEndpoint(good)).toBe(true);
    expect(isEndpoint({ ...good, running: false })).toBe(false);
    expect(isEndpoint({ ...good, containerHealthy: false })).toBe(false);
    expect(isEndpoint({ ...good, leaving: true })).toBe(false);
  });

  it('is chosen on the side that has the traffic, in proportion', () => {
    const both = { blue: 2, green: 2 };
    expect(chooseSide(0, both, 0)).toBe('blue');
    expect(chooseSide(100, both, 0.999)).toBe('green');
    const green = Array.from({ length: 100 }, (_, n) => chooseSide(10, both, n / 100));
    expect(green.filter((side) => side === 'green')).toHaveLength(10);
    expect(chooseSide(100, { blue: 1, green: 0 }, 0)).toBe('blue');
    expect(chooseSide(0, { blue: 0, green: 1 }, 0.5)).toBe('green');
  });
});
