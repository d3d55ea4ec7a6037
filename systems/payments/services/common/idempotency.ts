import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

const shape = /^[A-Za-z0-9_.:-]{8,128}$/;

/**
 * The key of a write.
 *
 * @throws Problem 400 when there is none, several, or one of another shape
 */
export function readIdempotencyKey({ headers }: Pick<FastifyRequest, 'headers'>): string {
  const key = headers['idempotency-key'];
  if (typeof key === 'string' && shape.test(key)) return key;
  const detail =
    key === undefined
      ? 'Every write needs a header Idempotency-Key: choose one per intended write, and repeat it when you repeat the request.'
      : 'Idempotency-Key must be one value of 8 to 128 letters, digits, or _ . : -';
  throw new Problem('idempotency-key-missing', detail, {
    errors: [{ header: 'Idempotency-Key', detail }],
  });
}

/** The refusal of a key that came before with something else. */
export function keyReused(): Problem {
  return new Problem(
    'idempotency-key-reused',
    'This idempotency key was used before with other content. Nothing was changed. Use a new key for a new request.',
  );
}

/** A text that is the same for the same content, whatever the order of its fields. */
export function fingerprint(content: unknown): string {
  return createHash('sha256').update(canonical(content)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
}
