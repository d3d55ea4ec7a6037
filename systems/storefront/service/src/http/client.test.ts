import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { clientAddress } from './client.ts';

const from = (forwarded: string | undefined, proxies: number) =>
  clientAddress(
    // Of a request only these are looked at.
    {
      headers: { 'x-forwarded-for': forwarded },
      raw: { socket: { remoteAddress: '10.0.0.9' } },
    } as unknown as FastifyRequest,
    proxies,
  );

test('the address is the one that our own proxy saw, not what the client claims', () => {
  expect(from('1.1.1.1, 203.0.113.7', 1)).toBe('203.0.113.7');
  expect(from('1.1.1.1, 203.0.113.7, 10.1.1.1', 2)).toBe('203.0.113.7');
  expect(from(undefined, 1)).toBe('10.0.0.9');
  expect(from('1.1.1.1', 0)).toBe('10.0.0.9');
});
