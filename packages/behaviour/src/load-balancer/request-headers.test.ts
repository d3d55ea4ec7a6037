import { describe, expect, it } from 'vitest';
import { forwardedHeaders, traceHeader } from './request-headers.ts';

const input = { clientIp: '203.0.113.7', protocol: 'https', listenerPort: 443 } as const;
const seed = { epochSeconds: 0x67891233, randomHex: 'abcdef012345678912345678' };

describe('forwarded headers', () => {
  it('append the last hop to the list the client sent', () => {
    expect(forwardedHeaders(input)).toEqual({
      forwardedFor: '203.0.113.7',
      forwardedProto: 'https',
      forwardedPort: '443',
    });
    expect(forwardedHeaders({ ...input, existing: '198.51.100.1' }).forwardedFor).toBe(
      '198.51.100.1, 203.0.113.7',
    );
  });

  it('keep or drop the list in the other modes', () => {
    const existing = '198.51.100.1';
    expect(forwardedHeaders({ ...input, existing, mode: 'preserve' }).forwardedFor).toBe(existing);
    expect(forwardedHeaders({ ...input, existing, mode: 'remove' }).forwardedFor).toBeUndefined();
  });

  it('name the client port when asked', () => {
    expect(forwardedHeaders({ ...input, clientPort: 5000 }).forwardedFor).toBe('203.0.113.7:5000');
    expect(forwardedHeaders({ ...input, clientIp: '2001:db8::1', clientPort: 5000 }).forwardedFor).toBe(
      '[2001:db8::1]:5000',
    );
  });
});

describe('the trace header', () => {
  it('creates a root from time and randomness when there is none', () => {
    expect(traceHeader(undefined, seed)).toBe('Root=1-67891233-abcdef012345678912345678');
    expect(traceHeader('CalledFrom=app', seed)).toBe(
      'Root=1-67891233-abcdef012345678912345678;CalledFrom=app',
    );
  });

  it('keeps a root and puts Self in front of it', () => {
    expect(traceHeader('Root=1-1-2;Sampled=1;CalledFrom=app', seed)).toBe(
      'Self=1-67891233-abcdef012345678912345678;Root=1-1-2;Sampled=1;CalledFrom=app',
    );
    expect(traceHeader('Self=1-0-0;Root=1-1-2', seed)).toBe(
      'Self=1-67891233-abcdef012345678912345678;Root=1-1-2',
    );
  });
});
