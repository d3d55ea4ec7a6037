import { describe, expect, it } from 'vitest';
import { errorBody, LOAD_BALANCER_ERRORS } from './error-reasons.ts';
import { countForwardedFor, requestHeadProblem } from './request-limits.ts';

const head = {
  method: 'GET',
  httpVersion: '1.1',
  requestLineBytes: 100,
  uriBytes: 80,
  largestHeaderBytes: 100,
  allHeadersBytes: 500,
};

describe("the load balancer's own errors", () => {
  it('have the documented status codes', () => {
    const codes = new Set(Object.values(LOAD_BALANCER_ERRORS).map((one) => one.statusCode));
    expect([...codes].sort()).toEqual([
      400, 403, 405, 408, 413, 414, 460, 463, 464, 500, 501, 502, 503, 504, 505, 561,
    ]);
    expect(LOAD_BALANCER_ERRORS['target-closed'].statusCode).toBe(502);
    expect(LOAD_BALANCER_ERRORS['deregistration-delay-expired'].statusCode).toBe(502);
    expect(LOAD_BALANCER_ERRORS['no-targets'].statusCode).toBe(503);
    expect(LOAD_BALANCER_ERRORS['target-connect-timeout'].statusCode).toBe(504);
    expect(LOAD_BALANCER_ERRORS['target-response-timeout'].statusCode).toBe(504);
    expect(errorBody('no-targets')).toContain('<h1>503 Service Temporarily Unavailable</h1>');
  });

  it('refuse what is too large, of a foreign protocol or not allowed', () => {
    expect(requestHeadProblem(head)).toBeUndefined();
    expect(requestHeadProblem({ ...head, uriBytes: 16_385, requestLineBytes: 16_400 })).toBe('uri-too-long');
    expect(requestHeadProblem({ ...head, requestLineBytes: 16_385 })).toBe('request-line-too-large');
    expect(requestHeadProblem({ ...head, largestHeaderBytes: 16_384 })).toBeUndefined();
    expect(requestHeadProblem({ ...head, largestHeaderBytes: 16_385 })).toBe('header-too-large');
    expect(requestHeadProblem({ ...head, allHeadersBytes: 65_537 })).toBe('headers-too-large');
    expect(requestHeadProblem({ ...head, method: 'TRACE' })).toBe('trace-method');
    expect(requestHeadProblem({ ...head, httpVersion: '3.1' })).toBe('unsupported-http-version');
    expect(requestHeadProblem({ ...head, transferEncoding: 'Chunked' })).toBeUndefined();
    expect(requestHeadProblem({ ...head, transferEncoding: 'gzip' })).toBe('unsupported-transfer-encoding');
  });

  it('refuse X-Forwarded-For with more than 30 addresses with 463', () => {
    const list = (length: number) => Array.from({ length }, () => '192.0.2.1').join(', ');
    expect(countForwardedFor(list(30))).toBe(30);
    expect(requestHeadProblem({ ...head, forwardedFor: list(30) })).toBeUndefined();
    expect(requestHeadProblem({ ...head, forwardedFor: list(31) })).toBe('too-many-forwarded-for');
    expect(LOAD_BALANCER_ERRORS['too-many-forwarded-for'].statusCode).toBe(463);
  });
});
